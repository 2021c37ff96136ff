"""What to expect of fine-tuning on a corpus, and our runs that the estimate is based on."""

from __future__ import annotations

import streamlit as st

from lyricslab.analysis import expectation
from lyricslab.analysis.expectation import Expectation, FinishedRun, Range
from lyricslab.library import pace
from lyricslab.library.bases import base_titles, list_bases
from lyricslab.library.corpora import SplitSizes
from lyricslab.model import presets
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.recommendation import recommend
from lyricslab.model.trainable import Trainable
from lyricslab.report.charts.measured_runs_chart import measured_runs_chart
from lyricslab.songs.corpus import Corpus
from lyricslab.ui.common import services, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.error_boundary import plain
from lyricslab.wording import about


def show(corpus: Corpus, train_chars: int, key: str) -> None:
    """Show what to expect of learning from a corpus, and our runs.

    Args:
        train_chars: of the songs that are learned from.
    """
    st.markdown("#### What to expect")
    songs, novels = (expectation.expect(train_chars, base) for base in ("songs", "books"))
    for line in in_words(train_chars, suggestion(corpus, train_chars), songs, novels):
        st.markdown(line)
    st.caption(
        "Validation measures how well it predicts songs of yours that it does not learn from. "
        "Below the base means better than the base before it learned from yours."
    )
    with st.expander("Our runs, one by one", icon=":material/scatter_plot:"):
        draw_chart(
            measured_runs_chart(expectation.measured(), train_chars, theme.shown()),
            key=f"{key}_runs",
            alt_text="How far below the base each of our runs came, by the text it learned from; "
            "yours is marked.",
        )
        st.caption(
            "Each dot is a run from the base of songs; the dashed line is as much text as yours. "
            "Songs of today are the two songbooks that come with the lab, old ones two printed "
            "collections from before 1911."
        )


def suggestion(corpus: Corpus, train_chars: int) -> str:
    """Return what Train suggests for a corpus, and how long that takes here; "" without bases."""
    store = services.store()
    cards = {card.name: card for card in list_bases(store.home)}
    if not cards:
        return ""
    best = recommend(len(corpus.songs), corpus.characters, list(cards.values()))
    card, sizes = cards[best.base], SplitSizes(train_chars, train_chars // 8, 0)
    learns = Trainable.parse(best.trainable, card.model.num_layers)
    settings = presets.resolve(
        best.preset,
        train_chars=sizes.train_chars,
        val_chars=sizes.val_chars,
        model=card.model,
        base_is_lyrics=card.lyrics,
    )
    takes = about(pace.likely_s(store, settings, card.model, learns, sizes))
    way = f"{layers_in_words(learns)}, {presets.PRESETS[best.preset].title}"
    title = base_titles(store.home).get(best.base, best.base)
    return f"Train will suggest {plain(title)}, {way}: about {takes} on this computer."


def in_words(
    train_chars: int, suggested: str, songs: Expectation, novels: Expectation
) -> list[str]:
    """Return what to expect in plain sentences, as Markdown.

    Args:
        suggested: what Train suggests, as a sentence.
        songs, novels: what to expect from the base of songs, and from that of novels.
    """
    sentences = [f"**About {_round(train_chars)} characters to learn from.** {suggested}".strip()]
    today, old = songs.outcomes.get("today"), songs.outcomes.get("old")
    if today:
        sentences.append(_runs(today, "songs of today", songs))
    if old and today:
        sentences.append(
            "Old songs and ballads, of which the base of songs has read many, gain less: "
            f"{_below(old)} after {_epochs(old)}, in most of {old.runs} runs."
        )
    elif old:
        sentences.append(
            f"{_runs(old, 'old songs and ballads', songs)} Songs of today, of which it has read "
            "none, gained more where we tried."
        )
    kind = "today" if today else "old"
    if kind in novels.outcomes:
        like = novels.outcomes[kind]
        sentences.append(
            f"From the base of novels, such songs came {_below(like)} below that base."
        )
    if not songs.outcomes:
        low, high = expectation.reach()
        sentences.append(
            f"No run of ours was on about as much text: they learned from {_round(low)} to "
            f"{_round(high)} characters."
        )
    sentences.append(
        "An estimate, not a promise: yours may differ, above all where few songs are there to "
        "check by."
    )
    return sentences


def _runs(outcome: FinishedRun, kind: str, of: Expectation) -> str:
    return (
        f"In most of {outcome.runs} runs of ours on about as much text, {kind}, from the small "
        "base Songs with the preset Studio, validation had all but stopped falling after "
        f"{_epochs(outcome, of)}, {_below(outcome)} below the base."
    )


def _round(chars: int) -> str:
    """Return a rounded number of characters: "49,000"."""
    return f"{round(chars, 2 - len(str(chars))):,}"


def _epochs(outcome: FinishedRun, of: Expectation | None = None) -> str:
    """Return when validation stopped falling: "6 to 9 epochs", "1 of 20 epochs"."""
    epochs = _from_to(outcome.settled_epoch, 1)
    if of is not None:
        return f"{epochs} of {of.epochs:.0f} epochs"
    return f"{epochs} epoch" if epochs == "1" else f"{epochs} epochs"


def _below(outcome: FinishedRun) -> str:
    return _from_to(outcome.below, 100) + " %"


def _from_to(bounds: Range, times: float) -> str:
    low, high = round(bounds.low * times), round(bounds.high * times)
    return f"{low}" if low == high else f"{low} to {high}"
