"""How long a large file of each kind takes until the Corpus page can show it, and how much memory.

    python -m benchmarks.large_files [KIND ...] [--megabytes 20] [--profile]

Writes a file of made-up songs, reads it in a process of its own, and prints processor seconds: to
read it, to look through its songs (cleaning and notes), and to prepare what the page shows at once
(the corpus, its size, its split); then the most memory that the process held.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import io
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from lyricslab.english.lexicon import frequent_rows

SYLLABLES = "la ro mi ta ven sol dar ki lu fen or bas ti wen na gra sto pel".split()
SONG_CHARS = 1_000
PDF_PAGES = 700
Song = tuple[str, str]
"""A title, and the words."""


def main() -> int:
    """Measure the named kinds, or all, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_files", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; or all")
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        _measure(Path(options.read), options.profile)
        return 0
    unknown = set(options.kinds) - set(KINDS)
    if unknown:
        parser.error(f"there is no kind '{unknown.pop()}'; there are {', '.join(KINDS)}")
    print(f"{'kind':14}{'MB':>6}{'songs':>8}{'read s':>8}{'look s':>8}{'show s':>8}{'most MB':>9}")
    for kind in options.kinds or KINDS:
        name, write = KINDS[kind]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(write(int(options.megabytes * 1_000_000)))
            command = [sys.executable, "-m", "benchmarks.large_files", "--read", str(path)]
            command += ["--profile"] * options.profile
            found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        row = json.loads(found.splitlines()[0])
        times = "".join(f"{row[part]:8.1f}" for part in ("read", "look", "show"))
        songs = f"{row['songs']:,}" if row["songs"] else "refused"
        print(f"{kind:14}{row['mb']:6.1f}{songs:>8}{times}{row['most_mb']:9,}", flush=True)
        print(row["sentence"] + "\n" if row["sentence"] else "", end="")
        print("\n".join(found.splitlines()[1:]))
    return 0


# ---- measuring, in a child


def _measure(path: Path, profile: bool) -> None:
    from lyricslab.config import SplitConfig
    from lyricslab.errors import ReadError
    from lyricslab.importing.reading import read_path
    from lyricslab.songs.corpus import Corpus
    from lyricslab.songs.split import split

    row: dict[str, object] = {"read": 0.0, "look": 0.0, "show": 0.0, "songs": 0, "sentence": ""}
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    began = time.process_time()

    def lap(part: str) -> None:
        nonlocal began
        now = time.process_time()
        row[part], began = now - began, now

    try:
        intake = read_path(path)
        lap("read")
        intake.clean()
        row["songs"] = len(intake.songs)
        sentences = [*intake.notes, *(finding.summary for finding in intake.cleaning.findings)]
        found = len(sentences), len(intake.undivided), intake.long_texts
        assert found
        lap("look")
        corpus = Corpus(intake.name, intake.songs)
        if corpus.large_enough:
            split(corpus, SplitConfig())
        assert corpus.verdict
        lap("show")
    except ReadError as error:
        lap("read")
        row["sentence"] = str(error)
    profiler.disable()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(row | {"mb": path.stat().st_size / 1e6, "most_mb": most}))
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(24)


# ---- large files


def _songs(chars: int, english: bool = True) -> Iterator[Song]:
    """Yield different songs of about SONG_CHARS characters, in stanzas, until there are enough.

    Args:
        english: whether the words are English, as often as they occur; else they are invented.
    """
    rng = np.random.default_rng(0)
    words = [word for word, _ in frequent_rows()]
    rates = 1 / np.arange(10, len(words) + 10)
    if not english:
        words = ["".join(rng.choice(SYLLABLES, rng.integers(1, 4))) for _ in words]
    number = 0
    while chars > 0:
        drawn = rng.choice(len(words), (16 + number % 17, 7), p=rates / rates.sum()).tolist()
        lines = [" ".join(words[k] for k in line).capitalize() for line in drawn]
        stanzas = ["\n".join(lines[k : k + 4]) for k in range(0, len(lines), 4)]
        text = "\n\n".join(stanzas)
        yield f"Song {words[drawn[0][0]].capitalize()} {number}", text
        number += 1
        chars -= len(text)


def _lines(chars: int) -> str:
    return "\n".join(text.replace("\n\n", "\n") for _, text in _songs(chars))


def _text(chars: int, gap: str = "\n\n---\n\n", english: bool = True) -> str:
    return gap.join(f"{title}\n\n{text}" for title, text in _songs(chars, english))


def _table(rows: Iterator[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def _rows(chars: int) -> Iterator[Sequence[object]]:
    yield "artist", "title", "lyrics"
    for k, (title, text) in enumerate(_songs(chars)):
        yield f"Artist {k % 900}", title, text


def _line_rows(chars: int) -> Iterator[Sequence[object]]:
    yield "title", "line_number", "line"
    for title, text in _songs(chars):
        for k, line in enumerate(text.split("\n")):
            yield title, k, line


def _wide_rows(chars: int, unnamed: int = 300) -> Iterator[Sequence[object]]:
    yield ["name", "who", "what", *("" for _ in range(unnamed))]
    for k, (title, text) in enumerate(_songs(chars)):
        yield [title, f"Artist {k % 900}", text, *("" for _ in range(unnamed))]


def _json(chars: int) -> bytes:
    return json.dumps([{"title": title, "lyrics": text} for title, text in _songs(chars)]).encode()


def _json_lines(chars: int) -> bytes:
    rows = ({"title": title, "text": text} for title, text in _songs(chars))
    return "\n".join(map(json.dumps, rows)).encode()


def _json_parts(chars: int) -> bytes:
    songs = [
        {"title": title, "verses": [part.split("\n") for part in text.split("\n\n")]}
        for title, text in _songs(chars)
    ]
    return json.dumps({"songs": songs}).encode()


def _html(chars: int) -> bytes:
    parts = [
        f"<h2>{title}</h2><p>" + text.replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>\n"
        for title, text in _songs(chars)
    ]
    return f"<!doctype html><title>Songs</title><body>{''.join(parts)}</body>".encode()


def _rtf(chars: int) -> bytes:
    pages = [
        f"\\pard\\outlinelevel0 {title}\\par\\pard " + text.replace("\n", "\\par\n") + "\\par "
        for title, text in _songs(chars)
    ]
    return ("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}" + "".join(pages) + "}").encode()


def _packed(files: Iterator[tuple[str, str]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return stream.getvalue()


def _docx(chars: int) -> bytes:
    office = "http://schemas.openxmlformats.org"
    word, package = f"{office}/wordprocessingml/2006/main", f"{office}/package/2006"
    kind = f"{office}/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = "".join(
        f'<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>{title}</w:t></w:r></w:p>'
        + "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n"))
        for title, text in _songs(chars)
    )
    return _packed(
        iter(
            {
                "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default '
                'Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                'relationships+xml"/><Override PartName="/word/document.xml" '
                f'ContentType="{main}"/></Types>',
                "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship '
                f'Id="r1" Type="{kind}" Target="word/document.xml"/></Relationships>',
                "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}<w:sectPr/>'
                "</w:body></w:document>",
            }.items()
        )
    )


def _odt(chars: int) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(
        f"<text:h>{title}</text:h>"
        + "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))
        for title, text in _songs(chars)
    )
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" '
        f'xmlns:text="{office}:text:1.0"><office:body><office:text>{body}</office:text>'
        "</office:body></office:document-content>"
    )
    return _packed(iter([("mimetype", "x"), ("content.xml", content)]))


def _epub(chars: int) -> bytes:
    chapters = list(_songs(chars))
    items = "".join(
        f'<item id="c{k}" href="{k}.xhtml" media-type="application/xhtml+xml"/>'
        for k in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{k}"/>' for k in range(len(chapters)))
    head = {
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
        'container"><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
        "book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        f"{items}</manifest><spine>{spine}</spine></package>",
    }
    pages = (
        (
            f"{k}.xhtml",
            f"<html><body><h1>{title}</h1><p>{text.replace(chr(10), '<br/>')}</p></body></html>",
        )
        for k, (title, text) in enumerate(chapters)
    )
    return _packed(iter([*head.items(), *pages]))


def _pdf(chars: int) -> bytes:
    """A PDF of a song a page, up to PDF_PAGES of them."""
    objects = ["", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for k, (title, text) in enumerate(_songs(chars)):
        if k == PDF_PAGES:
            break
        lines = "".join(f"0 -14 Td ({line}) Tj\n" for line in text.split("\n"))
        drawing = f"BT /F1 18 Tf 72 800 Td ({title}) Tj /F1 10 Tf 0 -10 Td {lines}ET"
        objects.append(f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R "
            f">> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = io.StringIO(), []
    out.write("%PDF-1.4\n")
    for number, thing in enumerate(objects, 1):
        places.append(f"{out.tell():010d} 00000 n \n")
        out.write(f"{number} 0 obj\n{thing}\nendobj\n")
    table = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{''.join(places)}trailer\n")
    out.write(f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n")
    return out.getvalue().encode()


def _cyrillic(chars: int) -> bytes:
    latin, letters = "abdefgiklmnoprstuvwz", "абдефгиклмнопрстувшз"
    return _text(chars // 2).translate(str.maketrans(latin, letters)).encode()


KINDS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "text": ("songs.txt", lambda chars: _text(chars).encode()),
    "invented": ("songs.txt", lambda chars: _text(chars, english=False).encode()),
    "gaps": ("songs.txt", lambda chars: _text(chars, "\n\n\n").encode()),
    "one text": ("song.txt", lambda chars: _lines(chars).encode()),
    "a line": ("a.txt", lambda chars: b"a\n" * (chars // 2)),
    "one line": ("line.txt", lambda chars: _lines(chars).replace("\n", " ").encode()),
    "western": ("songs.txt", lambda chars: _text(chars).replace("o", "\u00f6").encode("cp1252")),
    "cyrillic": ("songs.txt", _cyrillic),
    "csv": ("songs.csv", lambda chars: _table(_rows(chars))),
    "csv lines": ("songs.csv", lambda chars: _table(_line_rows(chars))),
    "csv wide": ("songs.csv", lambda chars: _table(_wide_rows(chars))),
    "json": ("songs.json", _json),
    "json lines": ("songs.jsonl", _json_lines),
    "json parts": ("songs.json", _json_parts),
    "docx": ("songs.docx", _docx),
    "odt": ("songs.odt", _odt),
    "html": ("songs.html", lambda chars: _html(min(chars, 4_500_000))),
    "rtf": ("songs.rtf", _rtf),
    "epub": ("songs.epub", _epub),
    "pdf": ("songs.pdf", _pdf),
    "zip": (
        "songs.zip",
        lambda chars: _packed((f"{title}.txt", text) for title, text in _songs(chars)),
    ),
}
"""The name of a file of each kind, and what writes it, given the characters of words in it."""


if __name__ == "__main__":
    sys.exit(main())
