"""The experiment in one picture: songs -> a base with learning and frozen layers -> a new song."""

from __future__ import annotations

import random

import streamlit as st

from lyricslab.ui.common.theme import colour

TOLD = (
    "Your songs go letter by letter into a base, a network that has read thousands of old songs "
    "before. Its layers 0 and 2 learn from yours, layer 1 stays frozen. Out comes a new song."
)


def picture() -> None:
    """The picture, in the colours of the theme that is shown."""
    _picture(
        key="picture", data={"learns": colour("learns"), "frozen": colour("frozen"), "told": TOLD}
    )


def _verses(x: int, y: int, seed: int, ink: str, widths: tuple[int, int] = (62, 118)) -> str:
    """Lines of a song as strokes, two stanzas of four."""
    draw = random.Random(seed)
    strokes = []
    for line in range(8):
        top = y + 15 * line + (12 if line >= 4 else 0)
        width = draw.randint(*widths)
        strokes.append(
            f'<rect class="{ink}" x="{x}" y="{top}" width="{width}" height="5" rx="2.5"/>'
        )
    return "".join(strokes)


def _sheet(x: int, y: int, turn: float, lines: str = "") -> str:
    middle = f"{x + 80} {y + 100}"
    return (
        f'<g transform="rotate({turn} {middle})">'
        f'<rect class="sheet" x="{x}" y="{y}" width="160" height="200" rx="8"/>{lines}</g>'
    )


def _shelf() -> str:
    """The backs of many books."""
    draw = random.Random(11)
    x, backs = 438, []
    while x < 652:
        width, height = draw.randint(7, 15), draw.randint(26, 42)
        shade = draw.choice(("a", "b", "c"))
        backs.append(
            f'<rect class="book {shade}" x="{x}" y="{58 - height}" width="{width}" '
            f'height="{height}" rx="2"/>'
        )
        x += width + 3
    return "".join(backs) + '<rect class="board" x="430" y="58" width="232" height="4" rx="2"/>'


def _layer(y: int, name: str, fate: str) -> str:
    return (
        f'<rect class="{fate}" x="420" y="{y}" width="252" height="38" rx="8"/>'
        f'<text class="on" x="438" y="{y + 25}">{name}</text>'
        f'<text class="on end" x="654" y="{y + 25}">{fate}</text>'
    )


def _arrow(x1: int, x2: int, y: int) -> str:
    return (
        f'<path class="flow" d="M {x1} {y} H {x2 - 5}"/>'
        f'<path class="tip" d="M {x2 - 11} {y - 7} L {x2} {y} L {x2 - 11} {y + 7}"/>'
    )


HTML = f"""
<svg viewBox="0 0 1090 330" role="img" aria-labelledby="told">
<title id="told"></title>
{_sheet(64, 66, -7)}{_sheet(86, 60, 4)}{_sheet(74, 62, -1, _verses(94, 96, 2, "ink"))}
<text class="say" x="154" y="316">your songs</text>
{_arrow(276, 398, 176)}
<text class="small" x="336" y="160">letter by letter</text>
{_shelf()}
<text class="small start" x="676" y="42">read thousands</text>
<text class="small start" x="676" y="62">of songs before</text>
<path class="flow" d="M 546 70 V 86"/><path class="tip" d="M 540 82 L 546 90 L 552 82"/>
{_layer(100, "layer 0", "learns")}{_layer(144, "layer 1", "frozen")}
{_layer(188, "layer 2", "learns")}{_layer(232, "head", "learns")}
<text class="say" x="546" y="316">a base: some layers learn, the others stay</text>
{_arrow(694, 816, 176)}
{_sheet(850, 62, 2, _verses(870, 96, 7, "new"))}
<text class="say" x="930" y="316">a new song</text>
</svg>
"""

CSS = """
svg { width: 100%; height: auto; display: block; font-family: var(--st-font); }
.sheet { fill: var(--st-background-color); stroke: var(--st-border-color); stroke-width: 1.5; }
.ink { fill: var(--st-text-color); opacity: 0.45; }
.new { fill: var(--learns); opacity: 0.8; }
.learns { fill: var(--learns); }
.frozen { fill: var(--frozen); }
.on { fill: #fff; font-size: 17px; font-weight: 600; }
.on.end { text-anchor: end; font-weight: 400; }
.say { fill: var(--st-text-color); font-size: 19px; text-anchor: middle; }
.small { fill: var(--st-text-color); font-size: 17px; opacity: 0.75; text-anchor: middle; }
.small.start { text-anchor: start; }
.flow, .tip { fill: none; stroke: var(--st-text-color); stroke-width: 1.8; opacity: 0.55;
  stroke-linecap: round; stroke-linejoin: round; }
.flow { stroke-dasharray: 1 6; stroke-width: 2.6; }
.book { fill: var(--frozen); }
.book.a { opacity: 0.55; } .book.b { opacity: 0.8; } .book.c { opacity: 1; }
.board { fill: var(--st-text-color); opacity: 0.5; }
"""

JS = """
export default function ({ data, parentElement }) {
  const svg = parentElement.querySelector("svg")
  svg.style.setProperty("--learns", data.learns)
  svg.style.setProperty("--frozen", data.frozen)
  svg.querySelector("title").textContent = data.told
}
"""

_picture = st.components.v2.component("lyricslab_picture", html=HTML, css=CSS, js=JS)
