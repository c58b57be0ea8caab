"""Lets a process end when the one that started it does, however that ended."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def ends_with_parent(command: Command) -> Command:
    """Give a command the hidden option ``--end-with-parent``.

    Whoever starts it so holds its standard input open; the kernel closes that when it dies, killed or not.
    """
    return click.option(
        "--end-with-parent", is_flag=True, hidden=True, expose_value=False, is_eager=True, callback=_watch
    )(command)


def _watch(_context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    # Not sys.stdin: Python cannot end while a thread holds its lock.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
