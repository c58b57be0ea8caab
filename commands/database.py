"""``climate-jobs db``: migrations, and whether the database is sound."""

from __future__ import annotations

from pathlib import Path

import click

from postings.backup import backup, restore
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
