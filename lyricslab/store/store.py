"""The lab's records: rows in, frozen rows out. This folder alone knows SQL."""

from __future__ import annotations

from lyricslab.store.corpus_records import CorpusRecords
from lyricslab.store.experiment_records import ExperimentRecords
from lyricslab.store.run_history import RunHistory
from lyricslab.store.run_queue import RunQueue


class Store(CorpusRecords, RunQueue, RunHistory, ExperimentRecords):
    """The records of one home."""
