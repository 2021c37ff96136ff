"""The demo: an artist's songs that ship with the program and a short run, all in one click."""

from __future__ import annotations

from dataclasses import replace

from lyricslab.config import SplitConfig
from lyricslab.errors import NotFoundError
from lyricslab.importing import reading
from lyricslab.importing.intake_report import report
from lyricslab.library.bases import list_bases
from lyricslab.library.corpora import add_corpus
from lyricslab.library.runs import fine_tuning_config, submit_run
from lyricslab.library.songbooks import list_songbooks
from lyricslab.model.recommendation import recommend
from lyricslab.store.rows import LOCAL, RunRow
from lyricslab.store.store import Store


def start(store: Store, workspace_id: str = LOCAL) -> RunRow:
    """Add an artist's songs to the library and queue the recommended run on them.

    A demo run that is unfinished is returned instead; each new one has the next seed.

    Raises:
        NotFoundError: if the songs or the bases that ship with the program are missing.
    """
    books = list_songbooks()[:1]
    cards = {card.name: card for card in list_bases(store.home)}
    if not books or not cards:
        missing = "demo songs" if not books else "bases"
        raise NotFoundError(
            f"The {missing} that ship with the program are missing from its assets folder. "
            "Install it again, or add songs and a base of your own."
        )
    book = books[0]
    read = reading.gather([reading.read_path(book.path)], book.artist or book.title)
    corpus, split_config = read.corpus(), SplitConfig()
    on_record = report(read) | {"split": split_config.to_dict()}
    row = add_corpus(store, corpus, on_record, workspace_id, read)
    best = recommend(len(corpus.songs), corpus.characters, list(cards.values()))
    card = cards[best.base]
    config = fine_tuning_config(corpus, card, best.trainable, best.preset, split_config)
    runs = store.runs(corpus_id=row.id, workspace_id=workspace_id)
    before = [run for run in runs if replace(run.config, seed=0) == config]
    under_way = next((run for run in before if run.unfinished), None)
    if under_way is not None:
        return under_way
    # The same seed would give the same run again.
    return submit_run(store, replace(config, seed=len(before)), workspace_id=workspace_id)
