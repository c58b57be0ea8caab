"""Who holds a lease: a process, so that what one left behind when it was killed is free at once, not after minutes."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

#: What a lease is written as: machine, pid namespace, pid, when the process began, and a number of its own.
_PARTS = 5


def new_lease() -> str:
    """A lease of this process, unlike any other."""
    pid = os.getpid()
    return "|".join((*_here(), str(pid), _mine(pid), secrets.token_hex(8)))


def abandoned(leases: Iterable[str]) -> list[str]:
    """Those of some leases whose process ran on this machine and is no more.

    Of another machine, or another container's processes, nothing is known: their leases end by the clock.
    """
    return [lease for lease in leases if _is_abandoned(lease)]


def _is_abandoned(lease: str) -> bool:
    parts = lease.split("|")
    if len(parts) != _PARTS or tuple(parts[:2]) != _here() or not parts[2].isdecimal():
        return False
    if int(parts[2]) == os.getpid():
        return parts[3] != _mine(os.getpid())
    return not _alive(int(parts[2])) or _began(int(parts[2])) != parts[3]


@cache
def _here() -> tuple[str, str]:
    namespace = ""
    with suppress(OSError):
        namespace = os.readlink("/proc/self/ns/pid")
    boot = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{socket.gethostname()} {boot}", namespace


@cache
def _mine(pid: int) -> str:
    """When this process began; by its number, for it may be forked."""
    return _began(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _began(pid: int) -> str:
    """When a process began, in the kernel's own count; empty where it does not say."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        fields = text.rpartition(")")[2].split()
        # A process that has ended, and only waits for its parent to notice, holds nothing.
        return "" if fields[0] in ("Z", "X") else fields[19]
    return ""
