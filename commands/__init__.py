"""What a person types: ``climate-jobs …``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from commands.telling import Telling

#: Each command with the module that holds it: one is loaded only when it is called, so that ``--help`` is quick.
COMMANDS = {
    "up": "site",
    "serve": "site",
    "schedule": "site",
    "worker": "worker",
    "crawl": "crawling",
    "crawls": "crawling",
    "sources": "sources",
    "status": "sources",
    "tag": "tagging",
    "evaluate": "tagging",
    "retag": "retagging",
    "postings": "postings",
    "export": "exporting",
    "pages": "pages",
    "directory": "directory",
    "db": "database",
    "doctor": "doctor",
}


class Commands(Telling):
    """Finds each command in its own file."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All commands, in the order one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        found: Any = getattr(import_module(f"commands.{COMMANDS[cmd_name]}"), f"{cmd_name}_command")
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="climate-jobs")
def main() -> None:
    """Open jobs for each Project Drawdown solution, read from the employers' own job boards."""
