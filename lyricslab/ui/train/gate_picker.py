"""A board of switches for the inside of the layers: which matrices and which gates learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lyricslab.errors import TrainableError
from lyricslab.model.layer_words import GATE_WORDS, MATRIX_WORDS
from lyricslab.model.trainable import GATES, MATRICES, GateBlock, Trainable
from lyricslab.ui.common.component import component, left_out
from lyricslab.ui.common.error_boundary import problem
from lyricslab.ui.common.theme import colour
from lyricslab.ui.common.url_state import ComponentParam, mark_shown, version_of

GATES_DO = {
    "i": "how much to write into memory",
    "f": "how much of the old memory to keep",
    "g": "what to write",
    "o": "how much of the memory to show the next layer",
}
MATRICES_DO = {
    "ih": "for what comes from the layer below, or from the characters",
    "hh": "for the layer's own output at the character before",
    "b": "added whatever comes in",
}

_board = component(__file__, '<div class="board"></div>')


def drawer(trainable: Trainable, layers: ComponentParam) -> None:
    """Show a drawer in which single matrices and gates can be unfrozen or frozen.

    Args:
        trainable: what learns now.
        layers: the choice in the address that is changed.
    """
    with st.expander("Finer: choose matrices and gates", icon=":material/grid_on:"):
        st.caption(
            "Every layer keeps a memory of what it has read. At each character four gates decide: "
            f"{_in_words(GATE_WORDS, GATES_DO)}."
        )
        st.caption(f"Each gate has three sets of weights: {_in_words(MATRIX_WORDS, MATRICES_DO)}.")
        st.caption("Click a field to let it learn, or a letter for its row or column.")
        if not left_out():
            _switches(trainable, layers)
        _written(trainable, layers)


def _in_words(names: dict[str, str], purposes: dict[str, str]) -> str:
    """Return "**input gate** (`i`): how much to write; ..."."""
    return "; ".join(f"**{names[k]}** (`{k}`): {purposes[k]}" for k in names)


def _switches(trainable: Trainable, layers: ComponentParam) -> None:
    """Show the board; a click switches a cell, a gate's column or a matrix's row."""
    key = f"finer_{trainable.num_layers}_{version_of('finer', str(trainable))}"

    def changed() -> None:
        chosen = _chosen(st.session_state[key].get("cells"), trainable.num_layers)
        if chosen is not None:
            mark_shown("finer", str(chosen))
            layers.set(str(chosen))

    _board(
        key=key,
        data={
            "cells": [
                [[GateBlock(k, m, g) in trainable.cells for g in GATES] for m in MATRICES]
                for k in range(trainable.num_layers)
            ],
            "gates": [
                {"name": g, "title": GATE_WORDS[g], "short": GATE_WORDS[g].split()[0]}
                for g in GATES
            ],
            "matrices": [
                {"name": m, "title": MATRIX_WORDS[m], "short": MATRIX_WORDS[m].split()[0]}
                for m in MATRICES
            ],
            "learns": colour("learns"),
        },
        default={"cells": None},
        on_cells_change=changed,
    )


def _written(trainable: Trainable, layers: ComponentParam) -> None:
    """Show the choice in letters, to read, copy and change."""
    key = "finer_written"
    refused = st.session_state.pop("finer_refused", None)
    st.session_state[key] = str(trainable)

    def changed() -> None:
        text = str(st.session_state[key])
        try:
            layers.set(str(Trainable.parse(text, trainable.num_layers)))
        except TrainableError as error:
            st.session_state["finer_refused"] = error

    st.text_input(
        "The same in letters",
        key=key,
        on_change=changed,
        help="0 is a whole layer, 0.hh one of its matrices, 0.f one of its gates, 0.hh.f both; "
        "commas between. `finetune --train` and the address of this page take the same.",
    )
    if refused is not None:
        problem(refused)


def _chosen(sent: Any, num_layers: int) -> Trainable | None:
    """Return the choice that a browser sent, or None if it is not valid."""
    shape = (num_layers, len(MATRICES), len(GATES))
    if not _fits(sent, shape):
        return None
    cells = frozenset(
        GateBlock(k, matrix, gate)
        for k in range(num_layers)
        for m, matrix in enumerate(MATRICES)
        for g, gate in enumerate(GATES)
        if sent[k][m][g]
    )
    return Trainable(cells, num_layers)


def _fits(sent: Any, shape: Sequence[int]) -> bool:
    """Return whether it is nested lists of these lengths with booleans inside."""
    if not shape:
        return isinstance(sent, bool)
    return (
        isinstance(sent, list)
        and len(sent) == shape[0]
        and all(_fits(part, shape[1:]) for part in sent)
    )
