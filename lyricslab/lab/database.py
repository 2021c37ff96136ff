"""The file behind the store: short connections, transactions, and its faults in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lyricslab.errors import StoreError
from lyricslab.lab.home import Home
from lyricslab.lab.schema import migrate

BUSY_TIMEOUT_S = 10.0


class Database:
    """The SQLite file of one home, its tables up to date.

    Every call opens its own connection, so that it may be shared by threads and processes.

    Raises:
        StoreTooNewError: if a later version of the program made it.
        StoreError: if the file is damaged, or not a store.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        with self._connection() as db:
            db.execute("pragma journal_mode = wal")
            migrate(db)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            db = sqlite3.connect(self.home.database, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        try:
            db.row_factory = sqlite3.Row
            db.execute("pragma synchronous = normal")
            db.execute("pragma foreign_keys = on")
            yield db
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error
        finally:
            db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection that holds the write lock; all of its changes are kept, or none."""
        with self._connection() as db:
            db.execute("begin immediate")
            try:
                yield db
                db.execute("commit")
            except BaseException:
                if db.in_transaction:
                    db.execute("rollback")
                raise

    def _rows(self, sql: str, **values: Any) -> list[sqlite3.Row]:
        with self._connection() as db:
            return db.execute(sql, values).fetchall()

    def _unusable(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"The lab's records in {self.home.database} cannot be used: {error}. Free some disk "
            "space or restore that file; set LYRICSLAB_HOME to another folder to start afresh."
        )
