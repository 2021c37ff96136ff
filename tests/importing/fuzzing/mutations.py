"""Damage done to a valid file, the same for the same number.

Formats that are zip archives are damaged inside: their checksums would hide any other damage.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

FEW_BYTES, MANY_BYTES = 3_000, 200_000
"""What damage adds at most: few in most cases, so that thousands of them are quick."""
MANY_SHARE = 0.05
OUTSIDE_SHARE = 0.15
"""How often an archive itself is damaged, and not a file in it."""
SEVERAL_SHARE = 0.4
"""How often there is one damage more."""

NUMBERS = (
    "0 -1 00 1e999 -1e999 1e-999 NaN Infinity 0x7fffffff 255 256 65535 65536 99999 999999999 "
    "2147483647 2147483648 -2147483649 4294967295 9223372036854775807 18446744073709551616 "
    "1.7976931348623157e309 ١٢٣ ² ½ 1_000 +5"
).split()
MARKS = (
    "\0|\r|\n|\r\n|\n\n\n|\t|\f|\v|\x1a|\x1b|\x85|\u2028|\ufeff|\ufffe|\ud7ff|\U0001f3b5|\u0130"
    "|\u00a0|\u200b|\u202e|a\u0300\u0301\u0302|\u1100|&|&#|&#x|&#0;|&#xd800;|&#x110000;|&amp"
    "|&lol;|&#99999999999999;|<|>|</|/>|<!--|-->|<![CDATA[|]]>|<!DOCTYPE x>|<?xml version='1.0'?>"
    "|<?|<br/>|<p>|</p>|<h1>|</h1>|<pre>|<script>|<title>|<table>|<td>|<l>|<lg>|<verse>|<lines>"
    "|\"|'|\"\"|'''|`|```|\\|\\\\|\\u|\\ud800|\\x|\\'|\\'8|\\n|\\bin99999 |\\bin-3 |\\u99999 "
    "|\\uc-5 |\\uc999999 |\\f|\\f-9 |\\sect |\\ansicpg99 |\\ansicpg |\\*|{|}|{{|}}|{\\rtf1 |[|]"
    "|[[|]]|(|)|,|;|:|\t|sep=|null|true|{}|[]|\"\":|#|##|###### |---|---\n|***|===|===\n|___\n"
    "|%%|%|TOP|- |* |1. |999. |x3|(x99)|[Chorus]|Chorus:|[Verse 1]|(repeat)|{t:|{title:}|{soc}"
    "|{eoc}|{chorus}|{ns}|{sot}|{start_of_|{meta}|[ti:]|[ar:|[00:01]|[00:99999]|[99:99.999]"
    "|<00:01.00>|00:00:01,000 --> 00:00:02,000|WEBVTT|NOTE|#TITLE:|#BPM:|: 0 1 2 la|- 5|E\n|X:1"
    "|T:|K:|w:|W:|Title:|Artist:|by |<<<<|endstream|endobj|obj|stream|xref|trailer|startxref"
    "|<< /Length 99999999 >>|/Kids [2 0 R]|/Parent 2 0 R|<FFFF>|1 0 R|Tj|TJ|Tm|BT|ET|Tf|cm|q|Q"
    "|BI ID EI|w:gridSpan|w:val=\"999999999\"|xml:space|text:c=\"999999999\"|encoding=\"utf-7\""
    "|charset=utf-16|charset=idna|encoding='hex'|<|startoftext|>|<|endoftext|>|la la la"
).split("|")  # fmt: skip
OPENINGS = (
    "[", "{", "(", "<", '{"a":', "[[", "<div>", "<p>", "<b>", "<w:p>", "<text:p>", "<lg>", "{\\b ",
    "\\{", "> ", "# ", "* ", "'", '"', "<<", "[(", "((", " (", "&amp;", " \n", "\n ", " ", "\t",
    ",", "a", "a\n", "A B\n", "ab ", "-", "- ", "_ ", ". ", ": ", "x ", "[C]", "[a", "<!--", "1 ",
    "\r", "#\n", "---\n", "'s ", "''", "é", "\u0301", "\\'e9", "\\u233?", "la-", "La ",
    "{c:", "|", "=",
)  # fmt: skip
"""What is repeated many times: nesting, and what a slow pattern stumbles over."""
ENCODINGS = (
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "cp1251", "shift_jis",
    "gb18030", "utf-7", "cp037", "latin-1",
)  # fmt: skip
BOMBS = tuple(zlib.compress(some * 3_000_000) for some in (b"\0", b"la "))
"""Small streams that expand to megabytes."""

Bytes = bytes
Damage = Callable[[random.Random, Bytes], Bytes]


def mutated(name: str, data: bytes, number: int) -> bytes:
    """Return a file with the damage of a number.

    Args:
        name: of the file; tells which kind of structure there is to damage.
    """
    draw = random.Random(f"{name} {number}")
    if data.startswith(b"PK\x03\x04") and draw.random() > OUTSIDE_SHARE:
        return _inside_archive(draw, data)
    if data.startswith(b"\x1f\x8b") and draw.random() > OUTSIDE_SHARE:
        return gzip.compress(_damaged(draw, gzip.decompress(data), name), 1, mtime=0)
    return _damaged(draw, data, name)


def _damaged(draw: random.Random, data: bytes, name: str) -> bytes:
    """Damage some bytes once or several times."""
    damages = list(DAMAGES)
    if ".json" in name or ".ndjson" in name:
        damages += [_json] * len(DAMAGES)
    if ".csv" in name or ".tsv" in name:
        damages += [_cells] * len(DAMAGES)
    limit = len(data) + (MANY_BYTES if draw.random() < MANY_SHARE else FEW_BYTES)
    while True:
        data = draw.choice(damages)(draw, data)[:limit]
        if draw.random() > SEVERAL_SHARE:
            return data


# ---- archives


def _inside_archive(draw: random.Random, data: bytes) -> bytes:
    """Damage one file of an archive, or the list of its files, and pack it again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    wordy = [k for k, (_, part) in enumerate(files) if b"dog" in part]
    k = draw.choice(wordy if wordy and draw.random() < 0.5 else range(len(files)))
    name, inner = files[k]
    what = draw.random()
    if what < 0.06:
        del files[k]
    elif what < 0.1:
        files.append((draw.choice([name, f"../{name}", f"{name}/", "", "a\0b", "x" * 300]), inner))
    elif what < 0.14:
        files[k] = (name, draw.choice(files)[1])
    else:
        files[k] = (name, mutated(name, inner, draw.getrandbits(32)))
    return packed(files)


def packed(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return an archive of these files; names may be odd or twice the same."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive._writecheck = lambda entry: None  # type: ignore[attr-defined]  # warns of twins
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name or "x"), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


# ---- bytes and words


def _flip(draw: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        if changed:
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _cut(draw: random.Random, data: bytes) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _without_slice(draw: random.Random, data: bytes) -> bytes:
    start, end = _slice(draw, data)
    return data[:start] + data[end:]


def _slice_again(draw: random.Random, data: bytes) -> bytes:
    start, end = _slice(draw, data)
    part = data[start:end]
    times = draw.choice((1, 1, 2, 10, 100, 5_000))
    return data[:end] + (part * times)[:MANY_BYTES] + data[end:]


def _slice_elsewhere(draw: random.Random, data: bytes) -> bytes:
    start, end = _slice(draw, data)
    place = draw.randrange(len(data) + 1)
    return data[:place] + data[start:end] + data[place:]


def _slice(draw: random.Random, data: bytes) -> tuple[int, int]:
    start = draw.randrange(len(data) + 1)
    return start, min(len(data), start + draw.choice((1, 3, 10, 50, 200, 2_000)))


def _mark(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(len(data) + 1)
    marks = "".join(draw.choice(MARKS) for _ in range(draw.choice((1, 1, 2, 4))))
    over = draw.choice((0, 0, 1, len(marks)))
    return data[:place] + marks.encode("utf-8", "replace") + data[place + over :]


def _many(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(len(data) + 1)
    times = draw.choice((10, 100, 1_000, 6_000, 50_000))
    many = (draw.choice(OPENINGS) * times).encode()[:MANY_BYTES]
    return data[:place] + many + data[place:]


def _number(draw: random.Random, data: bytes) -> bytes:
    """Put another number in the place of one."""
    numbers = list(re.finditer(rb"-?\d+(?:\.\d+)?", data))
    start, end = draw.choice(numbers).span() if numbers else (len(data), len(data))
    other = draw.choice((*NUMBERS, "9" * draw.choice((20, 400, 5_000)))).encode()
    return data[:start] + other + data[end:]


def _digits(draw: random.Random, data: bytes) -> bytes:
    """Insert a character by its number, of many digits."""
    place = draw.randrange(len(data) + 1)
    reference = draw.choice((b"&#%s;", b"&#x%s;", b"&#%s", b"\\u%s ", b"x%s", b"(x%s)", b"%s. "))
    return data[:place] + reference % (b"9" * draw.choice((6, 12, 4_301))) + data[place:]


def _encoding(draw: random.Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(draw.choice(ENCODINGS), "replace")


def _lines(draw: random.Random, data: bytes) -> bytes:
    """Shuffle, repeat or indent lines."""
    lines = data.split(b"\n")
    what = draw.randrange(5)
    if what == 0:
        draw.shuffle(lines)
    elif what == 1:
        lines = [line for line in lines for _ in range(draw.choice((1, 1, 2, 9)))]
    elif what == 2:
        lines = [draw.choice((b"", b" ", b"    ", b"\t", b"> ")) + line for line in lines]
    elif what == 3:
        lines = [line + draw.choice((b"", b" ", b"  ", b"\r", b",", b";")) for line in lines]
    else:
        lines = lines * draw.choice((2, 30))
    return b"\n".join(lines)


def _packed_stream(draw: random.Random, data: bytes) -> bytes:
    """Insert something compressed that expands to very much."""
    place = draw.randrange(len(data) + 1)
    return data[:place] + draw.choice(BOMBS) + data[place:]


DAMAGES: tuple[Damage, ...] = (
    _flip, _flip, _cut, _without_slice, _slice_again, _slice_elsewhere, _mark, _mark, _mark, _many,
    _many, _number, _number, _digits, _encoding, _lines, _packed_stream,
)  # fmt: skip


# ---- tables and JSON


def _cells(draw: random.Random, data: bytes) -> bytes:
    """Change the cells of a table."""
    rows = [line.split(b",") for line in data[:FEW_BYTES].split(b"\n")]
    row = draw.choice(rows)
    what = draw.randrange(6)
    if what == 0:
        row[draw.randrange(len(row))] = draw.choice((b"", b'"', b'""', b"\0", b"x" * 40, b"7"))
    elif what == 1:
        row += [b"la"] * draw.choice((1, 50, 3_000))
    elif what == 2:
        for one in rows:
            one.insert(0, draw.choice((b"", b"a", b"1")))
    elif what == 3:
        rows = [one[:1] for one in rows]
    elif what == 4:
        rows = [list(reversed(one)) for one in rows]
    else:
        rows += [[b"la"] * len(row)] * (draw.choice((10, 3_000)) // len(row))
    return draw.choice((b",", b",", b";", b"\t", b"|")).join(
        b"\n".join(b",".join(one) for one in rows).split(b",")
    )


def _json(draw: random.Random, data: bytes) -> bytes:
    """Change a value somewhere in JSON, or of one of its lines."""
    lines = data.split(b"\n")
    k = draw.randrange(len(lines))
    try:
        lines = [json.dumps(_other(draw, json.loads(data))).encode()]
    except (ValueError, RecursionError):
        try:
            lines[k] = json.dumps(_other(draw, json.loads(lines[k]))).encode()
        except (ValueError, RecursionError):
            return _mark(draw, data)
    return b"\n".join(lines)


def _other(draw: random.Random, value: Any) -> Any:
    """Return a value with one of its parts changed."""
    if isinstance(value, dict) and value and draw.random() < 0.75:
        key = draw.choice(list(value))
        if draw.random() < 0.2:
            other = draw.choice(("", "title", "lyrics", "text", "line", "id", key * 2, "\ud800"))
            return {other if name == key else name: part for name, part in value.items()}
        return value | {key: _other(draw, value[key])}
    if isinstance(value, list) and value and draw.random() < 0.75:
        k = draw.randrange(len(value))
        return [*value[:k], _other(draw, value[k]), *value[k + draw.randrange(2) :]]
    return draw.choice(
        (None, True, 0, -1.5, 10**25, float("nan"), "", "la", "la\nla", "\ud800", [], {}, [[]],
         [{}], [value], {"": value}, {"a": value}, [value] * 300, "la " * 9_000, [None, 1, "la"],
         ["la\nla", ["la"], {"lyrics": "la"}])
    )  # fmt: skip
