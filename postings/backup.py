"""Copies the whole database into a file and back, while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url, text

from postings.database import connect, database_url, libpq_url, reading, sqlite_file
from postings.kept import StoreError

#: How the files begin.
_SQLITE, _POSTGRES = b"SQLite format 3\0", b"PGDMP"


def backup(target: Path) -> None:
    """Write the database into a file, as it is at one moment. A backup that was there stays until the new one is whole.

    Raises:
        StoreError: where it cannot be done; nothing is left behind.
    """
    try:
        with _beside(target) as unfinished:
            file = _sqlite()
            _copy(file, unfinished) if file is not None else _dump(unfinished)
    except OSError as error:
        raise StoreError(f"{target}: {error.strerror or error}") from error


def restore(backup: Path, *, force: bool) -> None:
    """Put a backup in the database's place, whole or not at all.

    Args:
        force: replace a database that is there.

    Raises:
        StoreError: where it cannot be done; the database is as it was then.
    """
    file = _sqlite()
    try:
        _check(backup, _POSTGRES if file is None else _SQLITE)
        if file is None:
            _load(backup, force=force)
        else:
            _put(backup, file, force=force)
    except OSError as error:
        raise StoreError(f"{backup}: {error.strerror or error}") from error


def _sqlite() -> Path | None:
    file = sqlite_file()
    if file is None and libpq_url() is None:
        raise StoreError("this database cannot be copied: it is neither a SQLite file nor PostgreSQL")
    return file


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new file that takes the place of another one once it is whole, and is gone when it never gets there."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.absolute().parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    finally:
        for left in (unfinished, Path(f"{name}-journal"), Path(f"{name}-wal"), Path(f"{name}-shm")):
            left.unlink(missing_ok=True)


def _check(backup: Path, beginning: bytes) -> None:
    with backup.open("rb") as given:
        if given.read(len(beginning)) != beginning:
            raise StoreError(f"{backup} is no backup of this kind of database")


# SQLite.


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise StoreError(f"there is no database at {source}")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as kept,
            closing(sqlite3.connect(target)) as copy,
        ):
            # In one step: between several, each change would make it begin anew. Writers do not wait for it.
            kept.backup(copy)
            # One file is a whole backup only where nothing stands beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"{source}: {error}") from error


def _put(backup: Path, file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise StoreError(f"{file} is there already: --force replaces it")
    with _beside(file) as unfinished:
        shutil.copyfile(backup, unfinished)
        _sound(unfinished, backup)
        if file.exists():
            shutil.copymode(file, unfinished)
            _retire(file)


def _sound(copy: Path, backup: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as database:
            faults = [row[0] for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
            database.execute("SELECT version_num FROM alembic_version")
    except sqlite3.Error as error:
        raise StoreError(f"{backup} is no backup of this program: {error}") from error
    if faults:
        raise StoreError(f"{backup} is broken: {faults[0]}")


def _retire(file: Path) -> None:
    """Bring what stands beside a database into it, so that nothing of it meets the one that takes its place."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as old:
            if old.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
                raise StoreError(f"{file} is in use: end what uses it first")
    except sqlite3.OperationalError as error:
        raise StoreError(f"{file} is in use: end what uses it first ({error})") from error
    except sqlite3.DatabaseError:
        # What is no database any more is what a backup is for.
        for beside in (f"{file}-wal", f"{file}-shm"):
            Path(beside).unlink(missing_ok=True)


# PostgreSQL.


def _dump(target: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _load(backup: Path, *, force: bool) -> None:
    """Load a dump in one transaction, over nothing that was there before."""
    filled = _is_filled()
    if filled and not force:
        raise StoreError("the database is not empty: --force replaces what is in it")
    with tempfile.TemporaryDirectory() as folder:
        # Whole before its first line is run: psql would take the first half of a broken backup for all of it.
        script = Path(folder) / "restore.sql"
        _run("pg_restore", "--no-owner", f"--file={script}", str(backup), url=None)
        fresh = ("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public") if filled else ()
        told = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
        _run("psql", *told, *fresh, f"--file={script}")


def _is_filled() -> bool:
    engine = connect()
    try:
        with reading(engine) as connection:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
            return bool(connection.scalar(text(tables)))
    finally:
        engine.dispose()


def _run(program: str, *arguments: str, url: str | None = "") -> None:
    """Run one of PostgreSQL's own programs; the password goes where other users of the machine do not see it."""
    if shutil.which(program) is None:
        raise StoreError(f"{program} is not there: install PostgreSQL's client programs, of the server's version")
    command, environment = [program, *arguments], dict(os.environ)
    if url is not None:
        parsed = make_url(url or database_url())
        command.append(f"--dbname={_bare(parsed)}")
        if parsed.password is not None:
            environment["PGPASSWORD"] = str(parsed.password)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StoreError(f"{program}: {_first(done.stderr.splitlines())}")


def _bare(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _first(lines: Sequence[str]) -> str:
    told = [line.partition("error: ")[2] or line for line in lines if line.strip()]
    return (told or ["it failed and did not say why"])[0][:300]
