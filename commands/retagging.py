"""``climate-jobs retag``: tags what is stored anew, without a crawl."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import click

from commands.telling import decider, store
from postings.deciding import ENOUGH_TEXTS, Decider
from postings.kept import Filters, KeptPosting
from postings.listings import LISTINGS
from postings.posting import Employer, Source
from postings.store import Store

_AT_ONCE = 500


@click.command("retag")
@click.option(
    "--all", "anyway", is_flag=True, help="Even where neither the tagger nor what is known of employers changed."
)
def retag_command(anyway: bool) -> None:
    """Tag every stored posting anew, where the lexicon, the settings or what is known of employers changed since."""
    decides, opened = decider(), store()
    version = decides.version
    if not anyway and not opened.retagging.due(version):
        click.echo("Nothing to do: all postings are tagged so already. To do it anyway: climate-jobs retag --all")
        return
    hirers = _Hirers(opened, decides)
    seen = changed = 0
    every = opened.postings.every(Filters(status="all", each=True))
    while batch := list(islice(every, _AT_ONCE)):
        found = [(kept, decides.tags(kept.posting, hirers.of(kept))) for kept in batch]
        seen += len(batch)
        changed += opened.retagging.retag(found, now=datetime.now(UTC))
    opened.retagging.done(version)
    click.echo(f"{seen} postings tagged, {changed} otherwise than before.")


class _Hirers:
    """Employers of postings; those of which nothing is known with what their own boards say of them."""

    def __init__(self, opened: Store, decides: Decider) -> None:
        self._store, self._decider = opened, decides
        self._told: dict[Source, Employer] = {}

    def of(self, kept: KeptPosting) -> Employer:
        """Who hires for a posting."""
        source = kept.posting.source
        if kept.employer.solutions or source.kind in LISTINGS:
            return kept.employer
        if source not in self._told:
            self._told[source] = self._decider.told(kept.employer, list(self._texts(source)))
        told = self._told[source]
        # A board may be another employer's by now, and a feed may name many.
        return told if told.slug == kept.employer.slug else kept.employer

    def _texts(self, source: Source) -> Iterator[str]:
        page = self._store.postings.page(Filters(source=source, status="all", each=True), most=ENOUGH_TEXTS, texts=True)
        return (each.posting.description_text for each in page.items)
