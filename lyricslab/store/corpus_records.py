"""The corpora in the store."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from lyricslab.errors import InUseError, NotFoundError
from lyricslab.store.database import Database, insert_sql, json_object, new_id
from lyricslab.store.rows import (
    LOCAL,
    CorpusRow,
    utc_now,
)


class CorpusRecords(Database):
    """The part of the store that keeps corpora; their songs are in files."""

    def add_corpus(
        self,
        *,
        name: str,
        digest: str,
        songs: int,
        characters: int,
        report: dict[str, Any],
        workspace_id: str = LOCAL,
    ) -> CorpusRow:
        """Add a corpus; if one with the same songs and name is there, return that."""
        values = {
            "name": name,
            "digest": digest,
            "songs": songs,
            "characters": characters,
        }
        values |= {"workspace_id": workspace_id, "report_json": json.dumps(report)}
        with self._transaction() as db:
            row = db.execute(
                "select * from corpus where digest = :digest and name = :name"
                " and workspace_id = :workspace_id",
                values,
            ).fetchone()
            if row is not None:
                return _corpus(row)
            values |= {"id": new_id(), "created_at": utc_now()}
            db.execute(insert_sql("corpus", values), values)
        return self.corpus(str(values["id"]))

    def corpora(self, workspace_id: str | None = LOCAL) -> list[CorpusRow]:
        """Return every corpus of a workspace, or of all, the newest first."""
        sql = """select * from corpus where (:workspace_id is null
            or workspace_id = :workspace_id) order by rowid desc"""
        return [_corpus(row) for row in self._rows(sql, workspace_id=workspace_id)]

    def corpus(self, corpus_id: str) -> CorpusRow:
        """Return the corpus of this id.

        Raises:
            NotFoundError: if there is none.
        """
        for row in self._rows("select * from corpus where id = :id", id=corpus_id):
            return _corpus(row)
        raise NotFoundError(f"There is no corpus {corpus_id}; it may have been deleted.")

    def revise_corpus(
        self,
        corpus_id: str,
        *,
        name: str,
        digest: str,
        songs: int,
        characters: int,
        report: dict[str, Any],
    ) -> CorpusRow:
        """Replace the songs of a corpus.

        Raises:
            InUseError: if runs were trained on it, and the songs are not the same.
        """
        values = {
            "id": corpus_id,
            "name": name,
            "digest": digest,
            "songs": songs,
            "characters": characters,
            "report_json": json.dumps(report),
        }
        with self._transaction() as db:
            changed = db.execute(
                "update corpus set name = :name, digest = :digest, songs = :songs,"
                " characters = :characters, report_json = :report_json where id = :id"
                " and (digest = :digest or not exists"
                " (select 1 from run where corpus_id = :id))",
                values,
            ).rowcount
        row = self.corpus(corpus_id)
        if not changed:
            raise InUseError("Runs were trained on this corpus; save it as a new version.")
        return row

    def rename_corpus(self, corpus_id: str, name: str) -> None:
        """Rename a corpus."""
        with self._transaction() as db:
            db.execute("update corpus set name = ? where id = ?", (name, corpus_id))

    def delete_corpus(self, corpus_id: str) -> None:
        """Delete a corpus.

        Raises:
            InUseError: if runs were trained on it.
        """
        try:
            with self._transaction() as db:
                db.execute("delete from corpus where id = ?", (corpus_id,))
        except sqlite3.IntegrityError as error:
            raise InUseError("Runs were trained on this corpus; delete them first.") from error


def _corpus(row: sqlite3.Row) -> CorpusRow:
    values = dict(row)
    try:
        report = json_object(values.pop("report_json"))
    except (ValueError, TypeError, RecursionError):  # the songs matter more
        report = {}
    return CorpusRow(report=report, **values)
