"""What is worth opening on the page of a run: temperatures, songs one by one, every setting."""

from __future__ import annotations

from concurrent.futures import Future
from typing import NamedTuple

import streamlit as st

from lyricslab.config import SampleConfig
from lyricslab.library.bases import base_title
from lyricslab.library.corpora import load_corpus
from lyricslab.library.runs import size_name
from lyricslab.model.decoding.endings import whole_lines
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.presets import PRESETS
from lyricslab.model.sampler import write
from lyricslab.songs.split import split
from lyricslab.store.cache import cached
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import services, setting_words, writers
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.common.plain_tables import table_height
from lyricslab.ui.common.writers import Writer
from lyricslab.ui.run.new_song import LOOK_EVERY_S, PEN
from lyricslab.wording import duration, epoch, listed

TEMPERATURES = (0.4, 0.8, 1.2)
LINES_CHARS = 320
SIDES = {"val": "validation", "test": "test", "train": "learned from"}
COLUMNS = 3
NAMED = 2
"""How many of the hardest and of the easiest songs the sentence names."""


def show(store: Store, run: RunRow) -> None:
    """Offer the details of a run that is over."""
    if writers.has_network(store, run) and run.kind != "base":
        key = f"run_temperatures_{run.id}"
        with st.expander(
            "Three temperatures", icon=":material/thermostat:", key=key, on_change="rerun"
        ) as opened:
            if opened.open:
                pending = not _samples(store, run).done()
                every = LOOK_EVERY_S if pending else None
                st.fragment(_three, run_every=every)(run.id, pending)
    if run.kind != "base":
        key = f"run_songs_{run.id}"
        with st.expander(
            "Which songs it knows best", icon=":material/queue_music:", key=key, on_change="rerun"
        ) as opened:
            if opened.open:
                with boundary():
                    _songs(store, run)
    settings(store, run)


def settings(store: Store, run: RunRow) -> None:
    """Offer every setting of a run in words."""
    with st.expander("Every setting", icon=":material/tune:"):
        pairs = in_words(store, run)
        rows = -(-len(pairs) // COLUMNS)
        for k, column in enumerate(st.columns(COLUMNS, gap="medium")):
            for label, value in pairs[k * rows : (k + 1) * rows]:
                with column.container(gap=None):
                    st.caption(label)
                    st.text(value)


# ---- three temperatures


def _three(run_id: str, was_pending: bool) -> None:
    with boundary():
        store = services.store()
        samples = _samples(store, store.run(run_id))
        if not samples.done():
            st.caption("It is writing.")
            return
        if was_pending:
            st.rerun()
        places = st.columns(len(TEMPERATURES), gap="medium")
        for place, temperature, text in zip(places, TEMPERATURES, samples.result(), strict=True):
            with place.container(border=True):
                st.caption(f"Temperature {temperature:g}")
                st.text(text)


def _samples(store: Store, run: RunRow) -> Future[list[str]]:
    """Return a few lines at each temperature, written in the background."""
    writer = Writer(run.id, run.name, "", store.home.best(run.id))

    def begin() -> Future[list[str]]:
        return PEN.submit(_write, writer)

    return cached(store, "three temperatures", run.id, begin, version=run.curve_version)


def _write(writer: Writer) -> list[str]:
    network = writers.network(writer)
    configs = [SampleConfig(temperature=t, length_chars=LINES_CHARS) for t in TEMPERATURES]
    return [whole_lines(write(network, config)[0].text).strip("\n") for config in configs]


# ---- song by song


class SongLoss(NamedTuple):
    """How well the network of a run knows a song."""

    title: str
    side: str
    nats_per_char: float


def song_losses(store: Store, run: RunRow) -> list[SongLoss]:
    """Return the loss of each song that was scored, the highest first.

    Raises:
        NotFoundError: if its songs are gone.
    """
    parts = split(load_corpus(store, run.corpus_id), run.config.split)
    by_side = {"train": parts.train, "val": parts.val, "test": parts.test}
    rows = []
    for side, losses in store.scores([run.id]).get(run.id, {}).items():
        songs = by_side[side]
        if len(songs) != len(losses.nats):
            continue  # of a large corpus only some are scored
        for song, nats, count in zip(songs, losses.nats, losses.predictions, strict=True):
            first = song.text.strip().partition("\n")[0]
            rows.append(SongLoss(song.title or first, SIDES[side], float(nats / count)))
    return sorted(rows, key=lambda row: -row.nats_per_char)


def _songs(store: Store, run: RunRow) -> None:
    rows = song_losses(store, run)
    if not rows:
        st.caption("Its songs were not scored one by one.")
        return
    unseen = [row for row in rows if row.side != SIDES["train"]]
    if len(unseen) > 2 * NAMED:
        hardest, easiest = unseen[:NAMED], unseen[: -NAMED - 1 : -1]
        named = [listed([f"'{row.title}'" for row in some]) for some in (hardest, easiest)]
        st.text(
            f"Of the songs it did not learn from, {named[0]} surprise it most, {named[1]} least."
        )
    st.dataframe(
        {
            "Song": [row.title for row in rows],
            "nats/char": [row.nats_per_char for row in rows],
            "Part": [row.side for row in rows],
        },
        hide_index=True,
        height=table_height(len(rows), 320),
        column_config={
            "Song": st.column_config.TextColumn(pinned=True),
            "nats/char": st.column_config.NumberColumn(format="%.3f", width="small"),
            "Part": st.column_config.TextColumn(width="small"),
        },
        alt=f"How well {run.name} knows each song",
    )


# ---- every setting


def in_words(store: Store, run: RunRow) -> list[tuple[str, str]]:
    """Return every setting of a run, its songs and where it was trained, as label and value."""
    config, model, result = run.config, run.config.model, run.result or {}
    parts = config.split
    base = "none: all weights random at first"
    if run.base is not None:
        base = f"{base_title(store.home, run.base)} ({run.base})"
    preset = PRESETS[config.preset].title if config.preset in PRESETS else "own settings"
    shares = (
        f"{parts.train:.0%} to learn from, {parts.val:.0%} to check by, {parts.test:.0%} to test"
    )
    rows = [
        ("Songs", run.corpus_name),
        ("Parts", f"{shares}, drawn with seed {parts.seed}"),
        ("Base", base),
        ("What learns", layers_in_words(run.trainable) if run.base else "everything"),
        ("Network", f"{size_name(model)} units, {model.parameters:,} weights"),
        ("Preset", preset),
        ("Seed", str(config.seed)),
    ]
    values = config.settings.to_dict()
    rows += [
        (label, value_in_words(values[name]))
        for name, label in setting_words.LABELS.items()
        if name in values
    ]
    if run.seconds:
        rows.append(("Trained for", f"{duration(run.seconds)}, {epoch(run.epochs)} epochs"))
    if result.get("hardware"):
        rows.append(("Trained on", str(result["hardware"])))
    if run.chars_per_s:
        rows.append(("Pace", f"{run.chars_per_s:,.0f} characters a second"))
    rows.append(("Run", run.id))
    return rows


def value_in_words(value: object) -> str:
    """Return the value of a setting as the screen shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return (
        f"{value:g}"
        if isinstance(value, float)
        else setting_words.VALUES.get(str(value), str(value))
    )
