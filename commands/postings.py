"""``climate-jobs postings``: what can be done with single postings."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from commands.telling import refuse, store


@click.group("postings")
def postings_command() -> None:
    """Single postings: take one out of a vacancy it was wrongly put to."""


@postings_command.command("split")
@click.argument("posting", type=click.IntRange(1, 2**63 - 1), metavar="ID")
def split_command(posting: int) -> None:
    """Show posting ID for itself, whatever it is like; for ever.

    ID is the number in the address of the job's page, or of one that leads to it.
    """
    done = store().vacancies.split(posting, now=datetime.now(UTC))
    if done is None:
        refuse(f"there is no posting {posting}")
    if not done.others:
        refuse(f"posting {posting} is one vacancy with no other: nothing to take apart")
    others = ", ".join(map(str, done.others))
    click.echo(f"Posting {posting} stands for itself now. It was one vacancy with {others}, by the rule «{done.rule}».")
