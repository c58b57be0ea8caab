"""What ``climate-jobs doctor`` looks at in the settings and on this machine."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commands import logs
from postings.database import sqlite_file
from scraper.pace import pace_of

#: Bytes that should be free where the database lies: crawls stop when there is no room.
ROOM, LITTLE = 200_000_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    #: Whether it keeps the program from working; else it is advice.
    wrong: bool
    what: str
    remedy: str


def settings() -> Iterator[Finding]:
    """Look at the environment's variables, by using them as the program would."""
    from postings.deciding import Decider
    from postings.limits import Limits
    from web import create_app

    checks = (create_app, Decider.of_environment, Limits.of_environment, lambda: pace_of(""))
    for check in (*checks, logs.is_json, logs.chosen_level):
        try:
            check()
        except ValueError as error:
            yield Finding(True, str(error), "correct or unset that variable")
    yield from _advice()
    trusted = os.environ.get("SSL_CERT_FILE")
    if trusted and not Path(trusted).is_file():
        yield Finding(True, f"SSL_CERT_FILE is no file: {trusted[:200]}", "correct or unset that variable")


def _advice() -> Iterator[Finding]:
    if not os.environ.get("CLIMATE_JOBS_CONTACT"):
        what = "no contact is set: who runs a board cannot reach you before they block you"
        yield Finding(False, what, "set CLIMATE_JOBS_CONTACT to your mail or page")
    if not os.environ.get("CLIMATE_JOBS_BASE_URL"):
        what = "the site's address is not set: feeds and sitemaps name the one each visitor used"
        yield Finding(False, what, "where the site is public, set CLIMATE_JOBS_BASE_URL")
    elif os.environ.get("CLIMATE_JOBS_PROXIES", "0") in ("", "0"):
        what = "no proxy is trusted: behind one, all visitors count as one and share its bounds"
        yield Finding(False, what, "where a proxy stands in front of the site, set CLIMATE_JOBS_PROXIES=1")
    if os.environ.get("CLIMATE_JOBS_PACE", "").strip() in ("0", "0.0"):
        what = "CLIMATE_JOBS_PACE is 0: hosts are asked without limit"
        yield Finding(False, what, "unset it, unless all of them are servers of your own")


def places() -> Iterator[Finding]:
    """Look whether the shipped tables can be read."""
    from scraper.places import read_places

    remedy = "install the program anew: a file of it is missing or broken"
    try:
        found = read_places("Berlin, Germany").places
    except (OSError, ValueError) as error:
        yield Finding(True, f"the table of places cannot be read: {error}", remedy)
    else:
        if not found or found[0].country != "DE":
            yield Finding(True, "the table of places does not know Berlin", remedy)


def disk() -> Iterator[Finding]:
    """Look at the file of SQLite, its folder, and the room there."""
    file = sqlite_file()
    folder = (file.absolute().parent if file else Path.cwd()).absolute()
    if not folder.is_dir():
        yield Finding(True, f"there is no folder {folder}", "make it, or correct CLIMATE_JOBS_DATABASE_URL")
        return
    free = shutil.disk_usage(folder).free
    if free < LITTLE:
        what = f"{free // 1_000_000} MB are free in {folder}"
        yield Finding(free < ROOM, what, "make room, or move the database with «db backup» and «db restore»")
    if file is not None:
        yield from _permissions(file, folder)


def _permissions(file: Path, folder: Path) -> Iterator[Finding]:
    if not os.access(folder, os.W_OK):
        yield Finding(True, f"{folder} may not be written: SQLite keeps files beside its own", f"chown it: {folder}")
    if not file.exists():
        return
    if not os.access(file, os.R_OK | os.W_OK):
        yield Finding(True, f"{file} may not be read and written by this user", f"chown or chmod it: {file}")
    if file.stat().st_mode & stat.S_IWOTH:
        yield Finding(False, f"anybody on this machine may write {file}", f"chmod o-w {file}")
