"""Lets one of many processes do what only one may do at a time: PostgreSQL's advisory lock, held by a connection."""

from __future__ import annotations

import zlib
from contextlib import suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

#: The server gives up a connection whose other end fell silent, as a machine without power does, after a minute.
_SILENCE = ("tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")


class Alone:
    """Asked now and then whether we are the one; on a database without such locks everybody is."""

    def __init__(self, engine: Engine, what: str) -> None:
        """Apply for a task.

        Args:
            what: names the task; whoever applies for the same one takes turns with us.
        """
        self._engine, self._key = engine, zlib.crc32(what.encode())
        self._connection: Connection | None = None

    def is_ours(self) -> bool:
        """Whether the task is ours now; once it is, it stays so until we let go, end, or lose the database."""
        if self._engine.dialect.name != "postgresql":
            return True
        try:
            return self._holds() or self._seizes()
        except SQLAlchemyError:
            self.let_go()
            return False

    def let_go(self) -> None:
        """Leave the task to another."""
        if self._connection is not None:
            # The lock must not live on in a pool, and the connection may be dead.
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _holds(self) -> bool:
        return self._connection is not None and self._connection.scalar(text("SELECT 1")) == 1

    def _seizes(self) -> bool:
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        for setting in _SILENCE:
            self._connection.exec_driver_sql(f"SET {setting}")
        seized = self._connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key})
        if not seized:
            self.let_go()
        return bool(seized)
