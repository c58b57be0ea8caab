"""``climate-jobs db``: migrations, and whether the database is sound."""

from __future__ import annotations

import click

from postings.database import connect
from postings.store import Store, open_store


@click.group("db")
def db_command() -> None:
    """The database."""


@db_command.command("upgrade")
def upgrade_command() -> None:
    """Create the tables or bring them up to date, and load the directory; nothing stored is lost."""
    open_store(upgrade=True)
    click.echo("The database is up to date.")


@db_command.command("check")
def check_command() -> None:
    """Say whether the database is at head and sound; exit code 1 when it is not."""
    faults = Store(connect()).check()
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("The database is at head and sound.")
