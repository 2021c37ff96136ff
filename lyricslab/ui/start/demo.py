"""The demo: songs that ship with the program, a base, a short run, all in one click."""

from __future__ import annotations

from dataclasses import replace

from lyricslab.config import RunConfig, SplitConfig
from lyricslab.errors import NotFoundError
from lyricslab.importing import reading
from lyricslab.library.bases import list_bases
from lyricslab.library.corpora import add_corpus
from lyricslab.library.runs import submit_run
from lyricslab.library.songbooks import list_songbooks
from lyricslab.model import presets
from lyricslab.model.trainable import Trainable
from lyricslab.songs.split import split
from lyricslab.store.rows import LOCAL, RunRow
from lyricslab.store.store import Store

NAME = "Demo songs"
LAYERS = "0,2"
PRESET = "studio"


def start(store: Store, workspace_id: str = LOCAL) -> RunRow:
    """Add the demo songs to the library and queue a run on them.

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
    card = cards.get("songs") or next(iter(cards.values()))
    read = reading.gather([reading.read_path(book.path) for book in books], NAME)
    corpus, parts = read.corpus(), SplitConfig()
    report = read.report() | {"split": parts.to_dict()}
    row = add_corpus(store, corpus, report, workspace_id, read)
    trainable = Trainable.parse(
        LAYERS if card.model.num_layers > 2 else "all", card.model.num_layers
    )
    train_chars, val_chars, _ = split(corpus, parts).chars
    settings = presets.resolve(
        PRESET,
        train_chars=train_chars,
        val_chars=val_chars,
        model=card.model,
        base_is_lyrics=card.lyrics,
    )
    wanted = RunConfig(
        corpus=corpus.digest,
        base=card.name,
        trainable=str(trainable),
        model=card.model,
        split=parts,
        settings=settings,
        preset=PRESET,
    )
    known = store.runs(corpus_id=row.id, workspace_id=workspace_id)
    before = [run for run in known if replace(run.config, seed=0) == wanted]
    under_way = next((run for run in before if run.unfinished), None)
    if under_way is not None:
        return under_way
    # The same seed would give the same run again.
    return submit_run(store, replace(wanted, seed=len(before)), workspace_id=workspace_id)
