"""What the paper did and found, in plain words."""

from __future__ import annotations

import streamlit as st

from lyricslab.report.published import BASELINE, BOOKS, CHARACTERS, LYRICS, SONGS
from lyricslab.ui.paper import pictures


def idea() -> None:
    """Show the experiment, the network and the figures, each with its picture."""
    st.subheader("The question")
    st.markdown(
        "A few dozen songs are too few to learn English from. A person needs only to *see* those "
        "songs: they know the language already, and hear what is special about the songs. Can a "
        "network be given the same start? Let it read a heap of other text first, then let only "
        "**some of its layers** read the songs, so that the rest keeps what it knows. That is "
        "*transfer learning*, and the paper tried it with a stack of three LSTM layers."
    )
    pictures.experiment()
    best_books = min(losses.test for losses in BOOKS.rows.values())
    best_lyrics = min(losses.test for losses in LYRICS.rows.values())
    st.markdown(
        f"The paper took the lyrics of one band, {SONGS} songs with {CHARACTERS:,} characters, and "
        "divided them by song into thirds: to learn from, to check by while it learns, and to "
        "judge by in the end. A network with the songs alone reached a test loss of "
        f"{BASELINE.test:.3f}; one that had read books before, to {best_books:.3f}; one that had "
        f"read song lyrics, to {best_lyrics:.3f}. **What was read before counts for more than "
        "which layers learn.**"
    )
    st.subheader("The network")
    pictures.network()
    st.markdown(
        "A song goes in letter by letter. Each layer reads what the layer below makes of the "
        "letter, and its own memory of the letters before; the head turns the topmost memory into "
        "a guess at the next letter. To write, a letter is drawn from that guess and goes in as "
        "the next one."
    )
    st.subheader("What may learn")
    st.markdown(
        "For each base all of these are trained, each as often as there are seeds: the six "
        "choices of some but not all layers are the paper's, the other three show what they are "
        "worth. The head, drawn on top, always learns, but for the base as it is."
    )
    pictures.choices()
    st.subheader("How to read the figures")
    loss, padded, ratio = st.columns(3, gap="medium")
    with loss.container(border=True, height="stretch"):
        st.markdown(
            "**Nats/char** say how surprised a network is by the next character of a song it has "
            "not seen. Lower is better: 4.85 is pure guessing, 0 would be knowing the song by "
            "heart."
        )
    with padded.container(border=True, height="stretch"):
        st.markdown(
            "**Padded loss** is what the paper prints. Songs were filled up with silence to the "
            "length of the longest, and the loss is the average over that silence too, which is "
            "easy to guess once it is learned. So its figures are smaller. Ours stand beside them "
            "only where silence was learned."
        )
    with ratio.container(border=True, height="stretch"):
        st.markdown(
            "**Ratio** is a loss over the baseline's, the best network with the songs alone. "
            "Below 1 the base was worth it. Ratios can be compared between corpora, and with the "
            "paper; losses cannot."
        )
