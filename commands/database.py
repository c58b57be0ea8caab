"""``climate-jobs db``: migrations, and whether the database is sound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from commands.telling import refuse, store
from postings.backup import backup, restore
from postings.database import connect
from postings.limits import Limits
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


@db_command.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Write the whole database into FILE, as it is at one moment; everything may go on meanwhile."""
    backup(file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes.")


@db_command.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the database that is there.")
def restore_command(file: Path, force: bool) -> None:
    """Put the backup FILE in the database's place, whole or not at all; end what uses the database first."""
    restore(file, force=force)
    click.echo("The database is as it was when the backup was made. Run «climate-jobs db upgrade» and «db check».")


@db_command.command("tidy")
@click.option("--texts", type=click.IntRange(1, 100_000), help="Days a text is kept after its posting was closed.")
@click.option("--crawls", type=click.IntRange(1, 100_000), help="Days a record of a crawl is kept.")
def tidy_command(texts: int | None, crawls: int | None) -> None:
    """Take out what is older than the settings say, or the options; the clock does it daily by the settings."""
    try:
        kept = Limits.of_environment()
    except ValueError as error:
        refuse(str(error))
    days = [timedelta(days=each) if each else None for each in (texts, crawls)]
    limits = Limits(days[0] or kept.texts, days[1] or kept.crawls)
    emptied, forgotten = store().retention.tidy(limits, now=datetime.now(UTC))
    click.echo(f"{emptied} texts and {forgotten} records of crawls taken out.")
