"""The file behind the store: connections, transactions, and its faults in plain words."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from lyricslab.errors import StoreError
from lyricslab.store.cache import Cache
from lyricslab.store.home import Home
from lyricslab.store.schema import migrate

BUSY_TIMEOUT_S = 10.0
MOST_IDLE = 4
"""Connections that are kept open between calls; to open one takes longer than most queries."""


_File = tuple[int, int] | None


def _close(idle: list[tuple[_File, sqlite3.Connection]]) -> None:
    for _, db in idle:
        db.close()


class Database:
    """The SQLite file of one home, its tables up to date.

    Every call has a connection to itself, so that it may be shared by threads.

    Raises:
        StoreTooNewError: if a later version of the program made it.
        StoreError: if the file is damaged, or not a store.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.cache = Cache()
        self._idle: list[tuple[_File, sqlite3.Connection]] = []
        weakref.finalize(self, _close, self._idle)
        with self._connection() as db:
            db.execute("pragma journal_mode = wal")
            migrate(db)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            file, db = self._take()
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        whole = False
        try:
            yield db
            whole = True
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error
        finally:
            if whole and len(self._idle) < MOST_IDLE:
                self._idle.append((file, db))
            else:
                db.close()

    def _take(self) -> tuple[_File, sqlite3.Connection]:
        """A connection that lies idle, or a new one."""
        while True:
            try:
                file, db = self._idle.pop()
            except IndexError:
                break
            if file is not None and file == self._file():
                return file, db
            db.close()  # another file has taken the place of the one it leads to
        db = sqlite3.connect(
            self.home.database,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # one thread has it at a time
        )
        db.row_factory = sqlite3.Row
        db.execute("pragma synchronous = normal")
        db.execute("pragma foreign_keys = on")
        return self._file(), db

    def _file(self) -> _File:
        """What tells the file from another of its name; None if there is none."""
        with suppress(FileNotFoundError):
            found = os.stat(self.home.database)
            return found.st_dev, found.st_ino
        return None

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
