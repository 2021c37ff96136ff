"""Colours that can be read, a configuration that reaches nobody, text that stays text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from lyricslab.config import ModelConfig
from lyricslab.model.layer_words import layers_in_words, subject_in_words
from lyricslab.model.trainable import Trainable
from lyricslab.report.charts.palette import ROLES, Palette
from lyricslab.ui.common import layer_picker
from lyricslab.ui.common.error_boundary import plain

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())
PALETTES = {"light": Palette.LIGHT, "dark": Palette.DARK}
MODES = tuple(PALETTES)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    assert re.fullmatch("#[0-9a-f]{6}", colour)
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, share: float, other: str) -> str:
    """A colour laid over another, so much of it."""
    pairs = [(int(colour[k : k + 2], 16), int(other[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(share * one + (1 - share) * two):02x}" for one, two in pairs)


def test_contrast_knows_its_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("mode", MODES)
def test_text_can_be_read(mode: str) -> None:
    colours = CONFIG["theme"][mode]
    for surface in ("backgroundColor", "secondaryBackgroundColor", "codeBackgroundColor"):
        assert contrast(colours["textColor"], colours[surface]) > 7
        assert contrast(colours["linkColor"], colours[surface]) > 4.5
        caption = mixed(colours["textColor"], 0.6, colours[surface])  # as Streamlit fades it
        assert contrast(caption, colours[surface]) > 4.5
    accent, page = colours["primaryColor"], colours["backgroundColor"]
    assert contrast("#ffffff", accent) > 4.5  # the words on a primary button
    for surface in (page, mixed(accent, 0.1, page)):  # a slider's value, a chosen segment
        assert contrast(PALETTES[mode].colour("learns_text"), surface) > 4.5
    for role in ("learns", "frozen"):  # white words on a layer, in pictures
        assert contrast("#ffffff", PALETTES[mode].colour(role)) > 4.5
    for hue in ("red", "orange", "yellow", "green", "blue", "violet", "gray"):
        assert contrast(colours[f"{hue}TextColor"], colours[f"{hue}BackgroundColor"]) > 4.5


@pytest.mark.parametrize("role", ROLES)
def test_roles_stand_out_from_the_page(role: str) -> None:
    for mode in MODES:
        shown = PALETTES[mode].colour(role)
        least = 4.5 if role.endswith("_text") else 2.5
        assert contrast(shown, CONFIG["theme"][mode]["backgroundColor"]) > least


def test_runs_beside_each_other_differ_until_colours_come_round() -> None:
    for palette in Palette:
        assert len(set(palette.runs(8))) == 8
        assert palette.runs(11)[8:] == palette.runs(3)


@pytest.mark.parametrize("mode", MODES)
def test_charts_have_the_colours_of_the_page(mode: str) -> None:
    palette, theme = PALETTES[mode], CONFIG["theme"][mode]
    page = (theme["backgroundColor"], theme["textColor"], theme["borderColor"])
    assert (palette.page, palette.text, palette.line) == page


def test_nothing_is_reached_from_outside_or_told_to_it() -> None:
    assert CONFIG["server"]["address"] == "localhost"
    assert CONFIG["server"]["showEmailPrompt"] is False
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["runner"]["postScriptGC"] is False
    assert "http" not in (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text()


@pytest.mark.parametrize("text", ["![x](http://a.b)", ":red[x]", "<b>", "$x$", "# a", "a_b_*c*"])
def test_no_sign_of_markdown_acts(text: str) -> None:
    shown = plain(text)
    assert re.sub(r"\\(.)", r"\1", shown) == text
    assert not re.search(r"(?<!\\)[\[\]<>*_#$:!`]", shown)


def test_what_learns_is_put_into_words_and_numbers() -> None:
    model = ModelConfig(hidden_size=5, num_layers=3)
    said = {
        text: subject_in_words(Trainable.parse(text, 3)) for text in ("none", "1", "0,2", "all")
    }
    assert said == {
        "none": "only the head",
        "1": "layer 1 and the head",
        "0,2": "layers 0 and 2 and the head",
        "all": "every layer",
    }
    finer = ("0.hh", "0.hh,2.f", "0,2.ih.o", "1.i,1.f,2", "0.i,0.g,1.b,2.hh")
    assert [subject_in_words(Trainable.parse(text, 3)) for text in finer] == [
        "the recurrent weights of layer 0 and the head",
        "the recurrent weights of layer 0, the forget gate of layer 2 and the head",
        "layer 0, the input weights of the output gate of layer 2 and the head",
        "layer 2, the input gate of layer 1, the forget gate of layer 1 and the head",
        "parts of layers 0, 1 and 2 and the head",
    ]
    assert [layers_in_words(text) for text in ("none", "1", "0,2", "all", *finer)] == [
        "head only",
        "layer 1",
        "layers 0 and 2",
        "all layers",
        "recurrent weights of layer 0",
        "recurrent weights of layer 0 and forget gate of layer 2",
        "layer 0 and input weights of the output gate of layer 2",
        "layer 2, input gate of layer 1 and forget gate of layer 1",
        "parts of layers 0, 1 and 2",
    ]
    assert layers_in_words("1.hh,0.b,2.i,2.o", limit=None) == (
        "biases of layer 0, recurrent weights of layer 1, input gate of layer 2 and output gate of"
        " layer 2"
    )
    # By hand: layer 1 holds 4 gates of 5 units, each with 5 + 5 inputs and 2 biases: 240.
    assert "240 stay exactly as the base has them" in layer_picker.weights_in_words(
        model, Trainable.parse("0,2", 3)
    )
    # Layer 2's matrices are 20 x 5: 2 (20 + 5) numbers each, 40 biases, 128 x 6 of the head.
    said_of_changes = layer_picker.weights_in_words(model, Trainable.parse("2", 3), 2)
    assert said_of_changes.startswith("908 numbers learn: changes of rank 2 to 1,008 of ")
