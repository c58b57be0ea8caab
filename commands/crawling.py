"""``climate-jobs crawl`` and ``climate-jobs crawls``: read boards now; what past crawls did, and taking it back."""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from commands import logs
from commands.parent import ends_with_parent
from commands.telling import a_source, check_tagging, print_json, print_table, refuse, store
from postings.kept import KeptCrawl
from postings.posting import Source
from postings.store import Store
from scraper.pace import pace_of
from scraper.spiders import kinds

log = logging.getLogger(__name__)

_COUNTS = ("seen", "new", "changed", "closed", "reopened")
_OUTCOMES = ("complete", "partial", "failed", "unchanged")


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--due", is_flag=True, help="Read what is due: of the SOURCEs named, else, by default, of all.")
@click.option("--kind", help="Only sources of this kind, such as greenhouse.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
@ends_with_parent
def crawl_command(sources: tuple[str, ...], due: bool, kind: str | None, as_json: bool) -> None:
    """Crawl once, then end: made for cron.

    SOURCE is kind:key, such as greenhouse:acme. The exit code is 1 when a source could not be read whole.
    """
    logs.set_up(quiet_on_a_terminal=True)
    known = kinds()
    if kind is not None and kind not in known:
        refuse(f"no such kind: {kind} (there are {', '.join(known)})")
    named = [_checked(a_source(text), known, kind) for text in dict.fromkeys(sources)]
    try:
        pace_of("")
    except ValueError as error:
        refuse(str(error))
    check_tagging()
    opened = store()
    plan, many = _named(opened, named, only_due=due) if sources else _due(opened, [kind] if kind else known)
    # Loading Scrapy takes longer than all of the above.
    from scraper.process import Crawl

    started = time.monotonic()
    with _Progress(many) as progress:
        crawl = Crawl(plan, on_kept=_log if logs.is_json() else progress.tell, only_due=due)
        if plan:
            crawl.run()
    opened.crawls.close_passed(now=datetime.now(UTC))
    opened.vacancies.catch_up(now=datetime.now(UTC))
    report = _report(crawl.kept, crawl.lost, seconds=time.monotonic() - started)
    if as_json:
        print_json(report)
    else:
        _sum_up(report)
    if crawl.lost or any(each.faulty for each in crawl.kept):
        raise SystemExit(1)


def _checked(source: Source, known: Sequence[str], kind: str | None) -> Source:
    if source.kind not in known:
        refuse(f"{source}: no such kind: {source.kind} (there are {', '.join(known)})")
    if kind is not None and source.kind != kind:
        refuse(f"{source} is not of the kind {kind}")
    return source


def _named(opened: Store, sources: Sequence[Source], *, only_due: bool) -> tuple[dict[str, list[Source] | None], int]:
    for source in sources:
        if not only_due and not opened.sources.has(source):
            refuse(f"{source}: no such source (add it with: climate-jobs sources add {source})")
    kinds = sorted({source.kind for source in sources})
    return {kind: [source for source in sources if source.kind == kind] for kind in kinds}, len(sources)


def _due(opened: Store, kinds: Sequence[str]) -> tuple[dict[str, list[Source] | None], int]:
    waiting = opened.sources.due(kinds, now=datetime.now(UTC))
    return dict.fromkeys(waiting), sum(waiting.values())


def _log(crawl: KeptCrawl) -> None:
    """Say how a source was left, for machines."""
    counts = {name: getattr(crawl, name) for name in (*_COUNTS, "held")}
    facts = {"source": str(crawl.source), "crawl": crawl.id, "outcome": crawl.outcome, **counts, "reason": crawl.reason}
    log.log(logging.WARNING if crawl.faulty else logging.INFO, "%s", _line(crawl), extra=facts)


def _line(crawl: KeptCrawl) -> str:
    counts = ", ".join(f"{getattr(crawl, name)} {name}" for name in _COUNTS if getattr(crawl, name))
    return f"{crawl.source}: {crawl.outcome}" + "".join(f", {part}" for part in (counts, crawl.reason) if part)


class _Progress:
    """Tells each source as it ends, above a bar on a terminal."""

    def __init__(self, many: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._console = Console(stderr=True, soft_wrap=True, highlight=False)
        columns = (TextColumn("crawling"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=self._console, transient=True, disable=not sys.stderr.isatty())
        self._task = self._bar.add_task("", total=many)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, crawl: KeptCrawl) -> None:
        """Say how a source was left."""
        from rich.text import Text

        line = Text(_line(crawl))
        start = len(f"{crawl.source}: ")
        line.stylize("red" if crawl.faulty else "green", start, start + len(crawl.outcome))
        self._console.print(line)
        self._bar.advance(self._task)


def _report(kept: Sequence[KeptCrawl], lost: Sequence[tuple[Source, str]], *, seconds: float) -> dict[str, Any]:
    nothing = dict.fromkeys(_COUNTS, 0)
    results = [
        {"source": str(crawl.source), "crawl": crawl.id, "outcome": crawl.outcome}
        | {name: getattr(crawl, name) for name in _COUNTS}
        | {"reason": crawl.reason}
        for crawl in kept
    ]
    results += [
        {"source": str(source), "crawl": None, "outcome": "failed", **nothing, "reason": reason}
        for source, reason in lost
    ]
    outcomes = Counter(each["outcome"] for each in results)
    return {
        "sources": len(results),
        **{outcome: outcomes[outcome] for outcome in _OUTCOMES},
        "postings": {name: sum(each[name] for each in results) for name in _COUNTS},
        "seconds": round(seconds, 3),
        "results": results,
    }


def _sum_up(report: dict[str, Any]) -> None:
    if not report["sources"]:
        click.echo("Nothing is due.")
        return
    sources = ", ".join(f"{report[outcome]} {outcome}" for outcome in _OUTCOMES if report[outcome])
    postings = ", ".join(f"{count} {name}" for name, count in report["postings"].items() if count) or "none"
    click.echo(f"{report['sources']} sources: {sources}. Postings: {postings}. {report['seconds']:.0f} s.")


@click.group("crawls")
def crawls_command() -> None:
    """Past crawls: what they changed, and taking back what one closed."""


@crawls_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many to show.")
def list_command(as_json: bool, most: int) -> None:
    """List the last crawls, newest first."""
    crawls = store().crawls.recent(most=most)
    if as_json:
        print_json([_crawl_json(crawl) for crawl in crawls])
        return
    head = ("crawl", "ended", "source", "outcome", *_COUNTS, "held back", "reason")
    print_table(
        head,
        [
            (
                *(each.id, f"{each.ended_at:%Y-%m-%d %H:%M}", each.source, each.outcome),
                *(getattr(each, name) for name in _COUNTS),
                *(each.held, each.reason),
            )
            for each in crawls
        ],
    )


@crawls_command.command("undo")
@click.argument("crawl", type=int, metavar="N")
def undo_command(crawl: int) -> None:
    """Take back what crawl N closed; its source is read whole next time."""
    reopened = store().crawls.undo(crawl, now=datetime.now(UTC))
    if reopened is None:
        refuse(f"there is no crawl {crawl}")
    click.echo(f"{reopened} postings reopened." if reopened else "Nothing to take back.")


def _crawl_json(crawl: KeptCrawl) -> dict[str, Any]:
    return {
        "crawl": crawl.id,
        "source": str(crawl.source),
        "started_at": crawl.started_at,
        "ended_at": crawl.ended_at,
        "outcome": crawl.outcome,
        **{name: getattr(crawl, name) for name in _COUNTS},
        "held": crawl.held,
        "reason": crawl.reason,
        "undone_at": crawl.undone_at,
    }
