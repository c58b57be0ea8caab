"""``climate-jobs worker``: takes crawls from the queue, on as many machines as wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from typing import Any, TypeVar

import click

from commands import logs
from commands.parent import ends_with_parent
from commands.telling import refuse, store

Command = TypeVar("Command", bound=Callable[..., Any])


def heartbeat_option(command: Command) -> Command:
    """Give a command the option ``--heartbeat``."""
    return click.option(
        "--heartbeat",
        default=10.0,
        show_default=True,
        type=click.FloatRange(0.1, 40),
        help="Seconds between a worker's signs of life; the same for the clock and all workers.",
    )(command)


@click.command("worker")
@click.option("--at-once", default=2, show_default=True, type=click.IntRange(1, 64), help="Crawls side by side.")
@heartbeat_option
@ends_with_parent
def worker_command(at_once: int, heartbeat: float) -> None:
    """Take crawls from the queue that «schedule --queue» fills; needs PostgreSQL. Run as many as wanted."""
    logs.set_up()
    url = queue_url()
    store().close()
    from scraper.worker import Worker

    crawl = this_program("crawl", "--due", "--end-with-parent")
    Worker(url, crawl, at_once=at_once, heartbeat=timedelta(seconds=heartbeat)).run()


def queue_url() -> str:
    """The database that holds the queue, in libpq's form; a refusal where it can hold none."""
    from postings.database import libpq_url

    url = libpq_url()
    if url is None:
        refuse("workers need PostgreSQL: set CLIMATE_JOBS_DATABASE_URL to a postgresql+psycopg:// address")
    if find_spec("procrastinate") is None:
        refuse("workers need Procrastinate: pip install «climate-jobs[postgres]»")
    return url


def this_program(*arguments: str) -> list[str]:
    """The command line that starts one of our own commands."""
    return [sys.executable, "-m", "commands", *arguments]
