"""``climate-jobs retag``: tags what is stored anew, without a crawl."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from commands.telling import store
from postings.kept import Filters
from postings.tagger import Tagger


@click.command("retag")
def retag_command() -> None:
    """Tag every stored posting anew, as the lexicon and the directory now say."""
    opened, tagger = store(), Tagger.shipped()
    seen = changed = 0
    for kept in opened.postings.every(Filters(status="all")):
        posting = kept.posting
        tags = tagger.tags(
            title=posting.title, text=posting.description_text, company=kept.employer.name, employer=kept.employer
        )
        seen += 1
        changed += opened.crawls.retag(kept, tags, now=datetime.now(UTC))
    click.echo(f"{seen} postings tagged, {changed} otherwise than before.")
