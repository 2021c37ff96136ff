"""Our own diagrams of the experiment and the network, as SVG (after Sec. 3 and Fig. 1).

They take their colours from CSS variables: `--ink`, `--paper`, `--line`, `--learns`, `--frozen`.
"""

from __future__ import annotations

from pathlib import Path

from lyricslab.model.layer_words import layers_in_words
from lyricslab.report.published import BASELINE, BOOKS, LYRICS

STYLE = (Path(__file__).parent / "templates" / "figures.css").read_text("utf-8")

_CHOICES: dict[str, tuple[int, ...]] = {
    "0": (0,),
    "1": (1,),
    "2": (2,),
    "0,1": (0, 1),
    "0,2": (0, 2),
    "1,2": (1, 2),
    "all": (0, 1, 2),
}
_LETTERS = "moonl"
_LEARNING = (0, 2)


def network() -> str:
    """Draw the network over time: a column for each letter, a row for each layer (Fig. 1)."""
    columns = [250, 430, 610, 790]
    rows = {"head": 78, "layer 2": 140, "layer 1": 202, "layer 0": 264}
    parts = []
    for column, x in enumerate(columns):
        parts += [_letter(x, 352, _LETTERS[column]), _letter(x, 18, _LETTERS[column + 1])]
        parts += [_up(x, 332, 308), _up(x, 74, 42)]
        parts += [_up(x, y, y - 20) for y in (140, 202, 264)]
        for row, y in rows.items():
            fate = "frozen" if row == "layer 1" else "learns"
            parts.append(_box(x - 62, y, 124, 42, fate, row))
    for x, after in zip(columns, columns[1:], strict=False):
        parts += [_memory(x + 66, after - 66, y + 21) for y in (140, 202, 264)]
    parts += [
        _text(150, 357, "reads", "end"),
        _text(150, 24, "expects next", "end"),
        _text(150, 101, "turns memory", "small end"),
        _text(150, 121, "into a letter", "small end"),
        _text(150, 216, "each layer reads", "small end"),
        _text(150, 236, "the one below and", "small end"),
        _text(150, 256, "its own memory", "small end"),
        '<rect class="learns" x="898" y="88" width="22" height="22" rx="5"/>',
        _text(930, 105, "learns your songs"),
        '<rect class="frozen" x="898" y="212" width="22" height="22" rx="5"/>',
        _text(930, 229, "frozen: stays"),
        _text(930, 251, "as the base has it"),
        _memory(890, 922, 322),
        _text(930, 327, "memory, handed on"),
        _text(930, 349, "from letter to letter"),
    ]
    told = (
        "A stack of three layers and a head, drawn once for each letter of the word moon. Letters "
        "go in below, each layer passes on to the one above and keeps a memory for the next "
        "letter, and the head says which letter comes next. Layers 0 and 2 learn, layer 1 stays."
    )
    return _svg(1150, 372, told, parts)  # room for the words on the right in any font


def experiment() -> str:
    """Draw what is compared: no base, a base of books, a base of song lyrics."""
    books, lyrics = BOOKS.rows["0,2"].test, min(loss.test for loss in LYRICS.rows.values())
    lanes = (
        (86, "nothing", "", (), "from nothing", BASELINE.test),
        (216, "books", "novels, long ago", _LEARNING, "books first", books),
        (346, "song lyrics", "thousands of songs", (2,), "lyrics first", lyrics),
    )
    parts = [
        _text(110, 24, "has read before", "title mid"),
        _text(360, 24, "a base", "title mid"),
        _text(622, 24, "reads your few songs", "title mid"),
        _text(930, 24, "loss on songs kept aside", "title mid"),
    ]
    for y, read, more, learning, name, loss in lanes:
        if read == "nothing":
            parts += ['<rect class="none" x="62" y="54" width="96" height="64" rx="8"/>']
            parts += [_text(110, 91, "nothing", "small mid"), _right(178, 548, y)]
            parts += [_stack(562, y - 29, 2, (0, 1))]
        else:
            parts += [_shelf(110, y) if read == "books" else _sheets(110, y)]
            parts += [_text(110, y + 50, more, "small mid"), _right(200, 286, y)]
            parts += [_stack(300, y - 39, 3, ()), _right(434, 548, y)]
            parts += [_stack(562, y - 39, 3, learning)]
        width = 200 * loss / BASELINE.test
        parts += [
            _right(696, 790, y),
            _text(806, y - 16, name, ""),
            f'<rect class="track" x="806" y="{y - 6}" width="200" height="18" rx="4"/>',
            f'<rect class="learns" x="806" y="{y - 6}" width="{width:.0f}" height="18" rx="4"/>',
            _text(1018, y + 9, f"{loss:.3f}", ""),
        ]
    parts.append(
        _text(1062, 406, "the paper's figures, its best of each: shorter is better", "small end")
    )
    told = (
        "Three ways to a network that knows your songs. From nothing: two layers learn from the "
        "songs alone. With a base that has read books, or song lyrics: some of its layers learn "
        "from the songs, the others stay. In the paper their losses on songs kept aside were "
        f"{BASELINE.test}, {books} and {lyrics}."
    )
    return _svg(1090, 416, told, parts)


def choices() -> str:
    """Draw the nine choices of what learns: the paper's six, and three to compare with."""
    ways: tuple[tuple[str, tuple[int, ...] | None], ...] = (
        ("as it is", None),
        ("head only", ()),
        *((layers_in_words(text), layers) for text, layers in _CHOICES.items()),
    )
    parts = []
    for place, (name, learning) in enumerate(ways):
        x = 8 + place * 120
        parts.append(_stack(x, 8, 3, learning or (), 104, head=learning is not None))
        parts.append(_text(x + 52, 116, name, "mid"))
    told = "Nine small stacks: " + ", ".join(name for name, _ in ways) + "."
    return _svg(1090, 128, told, parts)


def _svg(width: int, height: int, told: str, parts: list[str]) -> str:
    return (
        f'<svg class="figure" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{told}</title>{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{text}</text>'


def _letter(x: float, middle: float, letter: str) -> str:
    return (
        f'<rect class="tile" x="{x - 20}" y="{middle - 18}" width="40" height="36" rx="7"/>'
        f'<text class="letter" x="{x}" y="{middle + 7}">{letter}</text>'
    )


def _box(x: float, y: float, width: float, height: float, fate: str, name: str) -> str:
    return (
        f'<rect class="{fate}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>'
        f'<text class="on" x="{x + width / 2}" y="{y + height / 2 + 6}">{name}</text>'
    )


def _stack(
    x: float,
    y: float,
    layers: int,
    learning: tuple[int, ...],
    width: float = 120,
    head: bool = True,
) -> str:
    """Draw a small stack: the head on top, layer 0 at the bottom."""
    fresh = bool(learning) or width != 120
    bars = ["learns" if fresh and head else "frozen"]
    bars += ["learns" if layer in learning else "frozen" for layer in reversed(range(layers))]
    return "".join(
        f'<rect class="{fate}" x="{x + (width / 4 if k == 0 else 0):g}" y="{y + 22 * k:g}" '
        f'width="{width / 2 if k == 0 else width:g}" height="17" rx="4"/>'
        for k, fate in enumerate(bars)
    )


def _up(x: float, start: float, end: float) -> str:
    return (
        f'<path class="flow" d="M {x} {start} V {end + 1} '
        f'M {x - 5} {end + 6} L {x} {end} L {x + 5} {end + 6}"/>'
    )


def _right(start: float, end: float, y: float) -> str:
    return (
        f'<path class="flow" d="M {start} {y} H {end - 1} '
        f'M {end - 7} {y - 6} L {end} {y} L {end - 7} {y + 6}"/>'
    )


def _memory(start: float, end: float, y: float) -> str:
    return (
        f'<path class="memory" d="M {start} {y} H {end - 4}"/>'
        f'<path class="flow" d="M {end - 6} {y - 4} L {end - 1} {y} L {end - 6} {y + 4}"/>'
    )


def _shelf(middle: float, y: float) -> str:
    """Draw the spines of some books."""
    widths, heights = (13, 9, 16, 11, 8, 14, 10, 13), (50, 44, 56, 47, 52, 41, 54, 48)
    x, backs = middle - 60, []
    for place, (width, height) in enumerate(zip(widths, heights, strict=True)):
        opacity = (0.6, 1, 0.8)[place % 3]
        backs.append(
            f'<rect class="frozen" opacity="{opacity}" x="{x}" y="{y + 26 - height}" '
            f'width="{width}" height="{height}" rx="2"/>'
        )
        x += width + 3
    return "".join(backs)


def _sheets(middle: float, y: float) -> str:
    """Draw three sheets with verses."""
    sheets = []
    for x in (middle - 58, middle - 20, middle + 18):
        lines = "".join(
            f'<rect class="verse" x="{x + 7}" y="{y - 22 + 9 * line}" '
            f'width="{26 - 5 * (line % 2)}" height="3.4" rx="1.7"/>'
            for line in range(5)
        )
        sheets.append(
            f'<rect class="sheet" x="{x}" y="{y - 32}" width="40" height="58" rx="4"/>{lines}'
        )
    return "".join(sheets)
