"""The settings in which runs differ, as a table and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from lyricslab.config import RunConfig, TrainConfig
from lyricslab.library.bases import base_titles
from lyricslab.library.runs import size_name
from lyricslab.model.layer_words import layers_in_words
from lyricslab.store.home import Home
from lyricslab.store.rows import RunRow
from lyricslab.ui.common.setting_words import LABELS, in_a_sentence
from lyricslab.wording import listed


def _model_size(config: RunConfig) -> str:
    return size_name(config.model)


def _learns(config: RunConfig) -> str:
    return "all, from nothing" if config.base is None else layers_in_words(config.trainable)


def _split(config: RunConfig) -> str:
    parts = (config.split.train, config.split.val, config.split.test)
    return " / ".join(f"{part:.0%}" for part in parts)


SETTINGS: dict[str, Callable[[RunConfig], Any]] = {
    "layers that learn": _learns,
    "size of the network": _model_size,
    "training settings": lambda config: config.preset,
    "seed": lambda config: config.seed,
    "division of the songs": _split,
    "which division": lambda config: config.split.seed,
}
"""What a run is made of, by label; its training settings are in SETTING_LABELS."""

SETTING_LABELS = {name: in_a_sentence(name) for name in LABELS}
"""Its training settings, by the labels of the Train page."""


def differences(home: Home, chosen: Sequence[RunRow]) -> dict[str, list[str]]:
    """Return the settings in which the runs differ, each with its value for every run."""
    titles = base_titles(home)
    asked = {"songs": [run.corpus_name for run in chosen]}
    asked["base"] = [titles.get(run.base or "", run.base) or "none" for run in chosen]
    for words, read in SETTINGS.items():
        asked[words] = [_spoken(read(run.config)) for run in chosen]
    for field in fields(TrainConfig):
        words = SETTING_LABELS.get(field.name, field.name.replace("_", " "))
        asked[words] = [_spoken(getattr(run.config.settings, field.name)) for run in chosen]
    return {words: values for words, values in asked.items() if len(set(values)) > 1}


def differ_in_words(found: Mapping[str, Sequence[str]], runs: int) -> str:
    """Say what differs."""
    if runs < 2:
        return ""
    both = "These two runs" if runs == 2 else f"These {runs} runs"
    if not found:
        return f"{both} have the same settings, seed included: they should give the same result."
    if set(found) == {"seed"}:
        return f"{both} differ in the seed alone: what sets them apart is chance."
    names = list(found)
    said = listed(names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} settings more"])
    return f"{both} differ in {said}."


def _spoken(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
