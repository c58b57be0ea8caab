"""Runs spiders in this process, several kinds at once, and tells what they kept."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging

from postings.kept import KeptCrawl, Turn
from postings.posting import Source
from scraper.boards import Brought
from scraper.pipelines import source_kept
from scraper.texts import the_texts
from scraper.turns import the_store


def settings() -> Settings:
    """The project's Scrapy settings, from wherever it is started."""
    found = Settings()
    found.setmodule("scraper.settings", priority="project")
    return found


def start(process: AsyncCrawlerProcess) -> None:
    """Run the crawls that a process has, until all have ended."""
    # What is loaded by now stays, and need not be gone through each time something else is looked for that may go.
    gc.freeze()
    with the_texts().beside():
        process.start()


class Crawl:
    """One run over sources of any kinds. Scrapy's event loop runs once in a process, so this does too."""

    def __init__(
        self,
        plan: Mapping[str, Sequence[Source] | None],
        *,
        on_kept: Callable[[KeptCrawl], None],
        only_due: bool = False,
    ) -> None:
        """Plan a run.

        Args:
            plan: by kind, the sources to read; None for those that are due.
            on_kept: is told each source as it is kept.
            only_due: leave out those that are not, or no longer, due.
        """
        self._plan, self._on_kept, self._only_due = plan, on_kept, only_due
        self._settings = settings()
        # Whoever starts us has set up where lines go, and from which level on.
        self._settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
        #: What was kept, in the order it came.
        self.kept: list[KeptCrawl] = []
        #: Sources that were read but could not be kept, each with the reason.
        self.lost: list[tuple[Source, str]] = []
        self._unkept: list[Turn] = []

    def run(self) -> None:
        """Read all of it; ends early, but cleanly, on Ctrl-C."""
        configure_logging(self._settings)
        process = AsyncCrawlerProcess(self._settings)
        runs = []
        for kind, sources in self._plan.items():
            crawler = process.create_crawler(kind)
            crawler.signals.connect(self._keep, signal=source_kept)
            crawler.signals.connect(self._lose, signal=signals.item_error)
            runs.append(process.crawl(crawler, sources=sources, only_due=self._only_due))
        start(process)
        for turn in self._unkept:
            the_store(self._settings.get("CLIMATE_JOBS_DATABASE_URL")).sources.release(turn)
        for run in runs:
            # One that was told to end before it began is not done.
            if run.done() and not run.cancelled() and (error := run.exception()):
                raise error

    def _keep(self, crawl: KeptCrawl) -> None:
        self.kept.append(crawl)
        self._on_kept(crawl)

    def _lose(self, item: Any, failure: Any) -> None:
        if isinstance(item, Brought):
            self._unkept += [item.turn] if item.turn is not None else []
            self.lost.append((item.reading.source, " ".join(str(failure.value).split())[:200]))
