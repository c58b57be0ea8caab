"""The only place that speaks SQL: it takes and gives the nouns of ``postings``, never rows."""

from __future__ import annotations

from sqlalchemy import Engine, text

from postings import database, directory
from postings.database import ConnectionLost, StoreError
from postings.store.alone import Alone
from postings.store.crawls import Crawls, LeaseLost
from postings.store.employers import Employers
from postings.store.handbook import Handbook
from postings.store.hosts import Hosts
from postings.store.questions import Questions
from postings.store.queued import Queued
from postings.store.retagging import Retagging
from postings.store.retention import Retention
from postings.store.sources import LEASE, Sources
from postings.store.vacancies import Vacancies
from postings.store.watching import Watching

__all__ = ["LEASE", "ConnectionLost", "LeaseLost", "Store", "StoreError", "open_store"]


class Store:
    """All that is kept, by what one asks of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        #: Who hires.
        self.employers = Employers(engine)
        #: What is read, and whose turn it is.
        self.sources = Sources(engine)
        #: How hosts may be asked.
        self.hosts = Hosts(engine)
        #: What pages of the handbook say.
        self.handbook = Handbook(engine)
        #: What crawls brought and changed.
        self.crawls = Crawls(engine)
        #: What waits for workers.
        self.queued = Queued(engine)
        #: Which postings are one vacancy.
        self.vacancies = Vacancies(engine)
        #: By what the stored postings are tagged.
        self.retagging = Retagging(engine)
        #: How all fares.
        self.watching = Watching(engine)
        #: What need not be kept for ever.
        self.retention = Retention(engine)
        #: What the site asks.
        self.postings = Questions(engine)

    @property
    def writers(self) -> int:
        """How many transactions of one process can write at once; SQLite takes one after the other."""
        return 1 if self._engine.dialect.name == "sqlite" else 2

    def load_directory(self) -> int:
        """Load the shipped directory where it is not loaded yet; what an operator changed stays.

        Returns:
            How many organisations were loaded; 0 where this directory was there already.
        """
        version = directory.version()
        return 0 if self.employers.has_loaded(version) else self.employers.load(directory.entries(), version=version)

    def check(self) -> list[str]:
        """What is wrong with the database, a line each; nothing when it is sound and at head."""
        if not database.at_head(self._engine):
            return ["the database is not at head: run «climate-jobs db upgrade»"]
        with database.reading(self._engine) as connection:
            faults = (
                []
                if self._engine.dialect.name != "sqlite"
                else [str(line) for line in connection.scalars(text("PRAGMA integrity_check")) if line != "ok"]
                + [f"broken reference in {row[0]}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
            )
            return faults + self.crawls.faults(connection)

    def not_ready(self) -> str | None:
        """Why the store cannot be used just now; None where it can."""
        try:
            return None if database.at_head(self._engine) else "the database is not at head"
        except StoreError as error:
            return str(error)

    def alone(self, what: str) -> Alone:
        """Something that knows whether a task, of which one process at a time may do it, is ours."""
        return Alone(self._engine, what)

    def close(self) -> None:
        """Give back all connections."""
        self.postings.close()
        self._engine.dispose()


def open_store(url: str | None = None, *, upgrade: bool = False, frugal: bool = False) -> Store:
    """Open the store; on SQLite it is created and brought up to date first, with the directory loaded.

    Args:
        url: a SQLAlchemy address; None takes the one of the environment.
        upgrade: bring a PostgreSQL database up to date too.
        frugal: keep little of the database in memory.

    Raises:
        StoreError: where it cannot be read, or is older than this program and may not be changed here.
    """
    engine = database.connect(url, frugal=frugal)
    try:
        current = database.at_head(engine)
        if not current and not upgrade and engine.dialect.name != "sqlite":
            raise StoreError("the database is not up to date: run «climate-jobs db upgrade» first")
        if not current:
            database.upgrade(engine)
        store = Store(engine)
        store.load_directory()
    except StoreError:
        engine.dispose()
        raise
    return store
