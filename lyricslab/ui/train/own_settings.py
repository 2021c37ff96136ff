"""The settings of a run: the preset's, and those that the person changed by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from lyricslab.config import SEEDS as ALL_SEEDS
from lyricslab.config import THIRDS, SplitConfig, TrainConfig
from lyricslab.config_base import Range
from lyricslab.errors import ConfigError
from lyricslab.library.corpora import saved_split, split_sizes
from lyricslab.library.recipe_text import read_changes, read_split, write_changes, write_split
from lyricslab.model import presets
from lyricslab.model.card import Card
from lyricslab.store.rows import CorpusRow
from lyricslab.ui.common import services, setting_words
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.ui.common.url_state import Replaced, UrlParam, number_param
from lyricslab.wording import listed

SEEDS = Range(ALL_SEEDS.low, 2**31 - 1)
"""As far as a field of the form counts."""
WAYS = {"corpus": "as saved with the songs", "thirds": "in thirds, as the paper"}
"""How songs are divided."""
LINKED = "linked"
"""The way of a link, where it is neither of these."""


def _read_own(text: str) -> str:
    """Read the settings in an address; leave out what cannot be used, and say so."""
    kept: dict[str, Any] = {}
    issues: list[str] = []
    for word in text.split(","):
        try:
            kept |= read_changes([word], ":")
        except ConfigError as error:
            issues += error.issues
    usable = _written(kept)
    if issues:
        raise Replaced(f"The link asks for settings that cannot be. {' '.join(issues)}", usable)
    return usable


def _read_split(text: str) -> str:
    return write_split(read_split(text))


_OWN = UrlParam("train", "set", "", _read_own, hide_default=True)
_SPLIT = UrlParam("train", "split", "", _read_split, hide_default=True)


def own() -> dict[str, Any]:
    """Return the settings that the person changed by hand."""
    text = _OWN.resolve()
    return read_changes(text.split(","), ":") if text else {}


def choose(row: CorpusRow, card: Card, preset: str) -> tuple[TrainConfig, SplitConfig, int]:
    """Show every setting with the person's value or else the preset's; the seed; the split.

    Returns:
        The settings, the split and the seed.
    """
    st.markdown("**Division of the songs, and chance**")
    left, right = st.columns([2, 1])
    with left:
        parts = _split_choice(row, preset)
    with right:
        seed = _seed_choice()
    usual = usual_settings(row, card, preset, parts)
    st.markdown("**How it learns**")
    return _knobs(usual), parts, seed


def usual_settings(row: CorpusRow, card: Card, preset: str, parts: SplitConfig) -> TrainConfig:
    """Return the settings of the preset for these songs, divided like this, and this base."""
    sizes = split_sizes(services.store(), row, parts)
    return presets.resolve(
        preset,
        model=card.model,
        base_is_lyrics=card.lyrics,
        train_chars=sizes.train_chars,
        val_chars=sizes.val_chars,
    )


def told(row: CorpusRow, preset: str, usual: TrainConfig, parts: SplitConfig, key: str) -> None:
    """Say which settings the person changed, and offer to go back to the preset."""
    for param in (_OWN, _SPLIT, _seed_param()):
        param.show_notice()
    usually = usual.to_dict()
    changed = {name: value for name, value in own().items() if value != usually[name]}
    said = [_in_words(name, value) for name, value in changed.items()]
    if parts != _usual_split(row, preset):
        said.append(f"songs divided {_ways(row, parts)[_way(row, parts)]}")
    if not said:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        rest = f"The rest is as {presets.PRESETS[preset].title} has it."
        st.caption(f":material/tune: Set by you: {plain(listed(said))}. {rest}", width="stretch")
        st.button("Back to the preset", icon=":material/undo:", key=key, on_click=_forget)


def commit() -> None:
    """Put what was changed into the address."""
    _OWN.commit(_OWN.resolve())
    _SPLIT.commit(_SPLIT.resolve())


def _forget() -> None:
    _OWN.set("")
    _SPLIT.set("")


# ---- the seed and the split


def _seed_param() -> UrlParam[Any]:
    return number_param("train", "seed", SEEDS, 0)


def _seed_choice() -> int:
    param = _seed_param()
    low, high = (int(limit) for limit in SEEDS)
    param.resolve()
    help = setting_words.SEED_HELP
    seed = int(st.number_input("Seed", low, high, key=param.key, step=1, help=help))
    param.commit(seed)
    return seed


def _split_choice(row: CorpusRow, preset: str) -> SplitConfig:
    linked = _SPLIT.requested() is not None
    text, usual = _SPLIT.resolve(), _usual_split(row, preset)
    parts = read_split(text) if text else usual
    if linked and parts == usual:
        _SPLIT.set("")  # so that the next preset divides in its own way
    ways, key = _ways(row, parts), "knob_split"
    st.session_state[key] = _way(row, parts)
    st.segmented_control(
        "Songs are divided",
        list(ways),
        format_func=ways.__getitem__,
        key=key,
        required=True,
        on_change=_keep_split,
        args=(row, usual, parts),
        help="Some songs are learned from, some decide when to stop, some judge in the end.",
    )
    return parts


def _keep_split(row: CorpusRow, usual: SplitConfig, parts: SplitConfig) -> None:
    way = st.session_state["knob_split"]
    chosen = {"corpus": saved_split(row), "thirds": _thirds(row)}.get(way, parts)
    _SPLIT.set("" if chosen == usual else write_split(chosen))


def _usual_split(row: CorpusRow, preset: str) -> SplitConfig:
    """Return how a preset divides the songs."""
    return _thirds(row) if preset == "paper" else saved_split(row)


def _thirds(row: CorpusRow) -> SplitConfig:
    return replace(SplitConfig.from_dict(THIRDS), seed=saved_split(row).seed)


def _way(row: CorpusRow, parts: SplitConfig) -> str:
    if parts == saved_split(row):
        return "corpus"
    return "thirds" if parts == _thirds(row) else LINKED


def _ways(row: CorpusRow, parts: SplitConfig) -> dict[str, str]:
    """Return the ways to divide in words; that of a link only where it is another."""
    if _way(row, parts) != LINKED:
        return WAYS
    shares = " / ".join(f"{share:.0%}" for share in (parts.train, parts.val, parts.test))
    return {**WAYS, LINKED: f"{shares}, division {parts.seed}"}


# ---- the training settings


def _knobs(known: TrainConfig) -> TrainConfig:
    """Show a widget for each setting, with the person's value or else the preset's."""
    columns = st.columns(3)
    chosen: dict[str, Any] = own()
    for k, name in enumerate(setting_words.LABELS):
        with columns[k % 3]:
            chosen[name] = _knob(name, getattr(known, name))
    try:
        return replace(known, **chosen)
    except ConfigError as error:
        problem(error)
        st.stop()


def _knob(name: str, usual: Any) -> Any:
    key = f"knob_{name}"
    st.session_state[key] = value = own().get(name, usual)
    always: dict[str, Any] = {
        "key": key,
        "help": setting_words.HELP[name],
        "on_change": _keep_own,
        "args": (name, usual, key),
    }
    label = setting_words.LABELS[name]
    if name in TrainConfig.CHOICES:
        options = TrainConfig.CHOICES[name]
        return st.selectbox(label, options, format_func=_value_in_words, **always)
    low, high = TrainConfig.RANGES[name]
    if isinstance(usual, int):
        whole = st.number_input(label, int(low), int(high), step=1, **always)
        return value if whole is None else int(whole)
    step = usual / 4 or 0.05
    fine = st.number_input(label, float(low), float(high), step=step, format="%g", **always)
    return value if fine is None else value if fine == value else float(fine)


def _keep_own(name: str, usual: Any, key: str) -> None:
    """Keep a setting that was just changed, unless it is the preset's value again."""
    value, kept = st.session_state[key], own()
    kept.pop(name, None)
    if value is not None and value != usual:
        kept[name] = value
    _OWN.set(_written(kept))


def _written(kept: dict[str, Any]) -> str:
    return ",".join(write_changes(kept, ":"))


def _in_words(name: str, value: Any) -> str:
    label = setting_words.LABELS.get(name, name)
    return f"{label[0].lower()}{label[1:]} {_value_in_words(value)}"


def _value_in_words(value: Any) -> str:
    """Return a setting's value in words: "glides down", "0.002", "1,200"."""
    if isinstance(value, str):
        return setting_words.VALUES.get(value, value)
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
