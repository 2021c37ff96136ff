"""The SQLite file of the store: connections, transactions, its errors as sentences."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, count
from typing import Any

from lyricslab.errors import StoreError
from lyricslab.store.cache import Cache
from lyricslab.store.home import Home
from lyricslab.store.schema import migrate

BUSY_TIMEOUT_S = 10.0
MAX_IDLE = 4
"""Connections kept open between calls; opening one takes longer than most queries."""


_File = tuple[int, int] | None


def _close(idle: list[tuple[_File, sqlite3.Connection]]) -> None:
    for _, db in idle:
        db.close()


def new_id() -> str:
    """Return a random id of 8 letters and digits that are not easily confused."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))


def free_name(name: str, taken: Collection[str], form: str = "{} {}") -> str:
    """Return the name, or the name with the first number that is free: "Sea songs 2".

    Args:
        form: how a name and its number are written.
    """
    numbered = (form.format(name, k) for k in count(2))
    return next(free for free in chain([name], numbered) if free not in taken)


def insert_sql(table: str, values: dict[str, Any]) -> str:
    """Return the statement that inserts these columns, each by its name."""
    named = ", ".join(f":{column}" for column in values)
    return f"insert into {table} ({', '.join(values)}) values ({named})"


def json_object(text: str) -> dict[str, Any]:
    """Read the JSON object in a column.

    Raises:
        ValueError: if it is something else.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("This is not a JSON object.")
    return values


class Database:
    """The SQLite file of one home, its tables up to date.

    Threads may share it: every call has a connection to itself.

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
        usable = False
        try:
            yield db
            usable = True
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error
        finally:
            if usable and len(self._idle) < MAX_IDLE:
                self._idle.append((file, db))
            else:
                db.close()

    def _take(self) -> tuple[_File, sqlite3.Connection]:
        """Return an idle connection, or a new one."""
        while True:
            try:
                file, db = self._idle.pop()
            except IndexError:
                break
            if file is not None and file == self._file():
                return file, db
            db.close()  # the file was replaced by another
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
        """Return what identifies the file, whatever its name; None if there is no file."""
        with suppress(FileNotFoundError):
            status = os.stat(self.home.database)
            return status.st_dev, status.st_ino
        return None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Return a connection that holds the write lock; all changes are kept, or none."""
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
