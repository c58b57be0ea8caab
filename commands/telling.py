"""How commands speak: one clear line for what is wrong, JSON on standard output where it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click
import orjson

from postings.kept import StoreError
from postings.posting import Source

if TYPE_CHECKING:
    from postings.deciding import Decider
    from postings.store import Store


class Refusal(click.ClickException):
    """The command line, a file or the configuration is wrong: one line, exit 2, nothing written."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the line on standard error."""
        click.echo(f"climate-jobs: {self.format_message()}", file=file or sys.stderr)


class Telling(click.Group):
    """A group whose commands end in one line, never in a traceback, when the store or a file cannot be used."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what is wrong with the store is told as a refusal."""
        try:
            return super().invoke(ctx)
        except StoreError as error:
            raise Refusal(str(error)) from error
        except BrokenPipeError:
            # Whoever read our output has seen enough.
            sys.stderr.close()
            raise SystemExit(0) from None


def store() -> Store:
    """The store the environment names, created or brought up to date where that may be done here."""
    # Loading it takes longer than tagging a thousand postings, which needs none.
    from postings.store import open_store

    return open_store()


def decider() -> Decider:
    """What decides on tags, by the environment's settings."""
    from postings.deciding import Decider

    try:
        return Decider.of_environment()
    except ValueError as error:
        refuse(str(error))


def check_tagging() -> None:
    """Refuse settings with which no crawl could tag."""
    from postings.deciding import check_environment

    try:
        check_environment()
    except ValueError as error:
        refuse(str(error))


def a_source(text: str) -> Source:
    """Read ``kind:key`` as typed."""
    try:
        return Source.parse(text)
    except ValueError as error:
        refuse(str(error))


def refuse(line: str) -> NoReturn:
    """End with one line and exit code 2."""
    raise Refusal(line)


def print_json(thing: Any) -> None:
    """One JSON document on standard output."""
    click.echo(orjson.dumps(thing, option=orjson.OPT_INDENT_2).decode())


def print_table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table for people; plain columns where the output is no terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
