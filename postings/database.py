"""The database behind the store: where it is, how it is opened, which migrations it has had."""

from __future__ import annotations

import ast
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, column, create_engine, event, inspect, make_url, select, table
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from postings.kept import ConnectionLost as ConnectionLost
from postings.kept import StoreError as StoreError
from postings.word_lists import teach

DEFAULT_URL = "sqlite:///climate-jobs.db"
#: How long a command waits for another one that is writing.
BUSY_MS = 30_000
#: Kilobytes of a SQLite file that a frugal connection keeps in memory, in place of 2,000; the system keeps more of it.
FRUGAL = 500
#: Pages of 4 kB that a SQLite file's log may have before they are put into the file, which waits for the disk: of its
#: own accord SQLite does so four times as often, for every third board of a first fill.
LOG_PAGES = 4_000
#: Seconds that a server which is being restarted is waited for, and between two tries.
RESTART, PAUSE = 15, 0.2
#: Columns of JSON are written and read many times as quickly as by the standard library.
_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}
#: How a migration says which one it is, and which one it follows.
_REVISION = re.compile(r"^(revision|down_revision) = (.+)$", re.MULTILINE)


def database_url() -> str:
    """Where the postings are kept: ``CLIMATE_JOBS_DATABASE_URL``, else a file in the working directory."""
    return os.environ.get("CLIMATE_JOBS_DATABASE_URL") or DEFAULT_URL


def libpq_url(url: str | None = None) -> str | None:
    """The address as PostgreSQL's own programs and drivers write it; None where it is another database's.

    Raises:
        StoreError: where the address is none that can be used.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() != "postgresql":
        return None
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)


def sqlite_file(url: str | None = None) -> Path | None:
    """Where a SQLite database lies; None for another system's, and for one in memory.

    Raises:
        StoreError: where the address is none that can be used.
    """
    parsed = _parsed(url)
    named = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(named) if named and named != ":memory:" else None


def connect(url: str | None = None, *, frugal: bool = False) -> Engine:
    """Prepare a database for use, without touching it yet.

    Args:
        frugal: keep little of it in memory, for who reads small parts here and there.

    Raises:
        StoreError: where the address is none that can be used.
    """
    try:
        parsed = make_url(url or database_url())
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, frugal)
        # The driver would look for a type we have no use for, and tell of a connection that is lost then as a fault.
        engine = create_engine(parsed, pool_pre_ping=True, use_native_hstore=False, **_JSON)
        if engine.dialect.driver != "psycopg":
            raise ArgumentError("PostgreSQL is asked by way of psycopg: postgresql+psycopg://")
        event.listen(engine, "connect", lambda connection, _: teach(engine.dialect.loaded_dbapi, connection))
        return _patient(engine)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError(f"CLIMATE_JOBS_DATABASE_URL: {_line(error)}") from error


def _patient(engine: Engine) -> Engine:
    """Let an engine whose server has answered before wait while that is restarted."""
    answered = False

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        nonlocal answered
        until = time.monotonic() + RESTART
        while True:
            try:
                connection = dialect.connect(*arguments, **named)
            except dialect.loaded_dbapi.OperationalError:
                if not answered or time.monotonic() >= until:
                    raise
                time.sleep(PAUSE)
            else:
                answered = True
                return connection

    return engine


def _sqlite(url: Any, frugal: bool) -> Engine:
    # The connection used last is used next: each keeps megabytes of what it has read.
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, pool_use_lifo=True, **_JSON)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Without this, sqlite3 begins transactions itself, late, and never around a CREATE TABLE.
        connection.isolation_level = None
        wanted = {
            "busy_timeout": BUSY_MS,
            "foreign_keys": "ON",
            "synchronous": "NORMAL",
            "wal_autocheckpoint": LOG_PAGES,
        }
        for pragma, value in (wanted | ({"cache_size": -FRUGAL} if frugal else {})).items():
            connection.execute(f"PRAGMA {pragma} = {value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer says so at once: it would otherwise fail, not wait, when another one was first.
        how = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {how}")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database; on PostgreSQL, each statement the state at its beginning."""
    # There a transaction would see no more than that, and cost two ways to the server and back.
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    with _told(), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine, *, lasting: bool = True) -> Iterator[Connection]:
    """A connection whose changes take place together, or not at all.

    Args:
        lasting: False for what may be lost where the database server dies within the second, since it would only be
            done again: it waits for no disk.
    """
    with _told(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if not lasting and engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        yield connection


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        # Connections that lie unused are tried before they are used; one that is in use cannot be.
        kind = ConnectionLost if getattr(error, "connection_invalidated", False) else StoreError
        raise kind(f"database: {_line(error)}") from error


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date; a database that is there already keeps all it holds."""
    if engine.dialect.name == "sqlite":
        _write_ahead(engine)
    # Only now: a database that is up to date, as it mostly is, needs none of it.
    from alembic import command
    from alembic.config import Config

    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(_migrations()))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except ImportError as error:
            raise StoreError(f"{error}: install «climate-jobs[postgres]»") from error


def _write_ahead(engine: Engine) -> None:
    with _told():
        connection = engine.raw_connection()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()


def mapped(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is one of ``postings.tables``; migrations alone make the full-text index and the queue."""
    return kind != "table" or (name or "").partition("_")[0] not in ("words", "procrastinate")


def at_head(engine: Engine) -> bool:
    """Whether every migration has been applied."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return set(connection.scalars(select(column("version_num")).select_from(table("alembic_version")))) == heads()


@cache
def heads() -> frozenset[str]:
    """The migrations that no other one follows, as their files say."""
    named: set[str] = set()
    followed: set[str] = set()
    for file in (_migrations() / "versions").glob("*.py"):
        said = dict(_REVISION.findall(file.read_text(encoding="utf-8")))
        named.add(ast.literal_eval(said["revision"]))
        followed.add(ast.literal_eval(said["down_revision"]))
    return frozenset(named - followed)


def _migrations() -> Path:
    import migrations

    return Path(migrations.__file__).parent


def _parsed(url: str | None) -> URL:
    try:
        return make_url(url or database_url())
    except ArgumentError as error:
        raise StoreError(f"CLIMATE_JOBS_DATABASE_URL: {_line(error)}") from error


def _line(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split())[:300]
