"""A small valid file for every reader, to be damaged."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping

from lyricslab.importing.readers import registry
from lyricslab.importing.readers.source import Source
from tests.importing.fuzzing.mutations import packed
from tests.support.read_back import DOG, RIVER
from tests.support.written_files import (
    CHORDED,
    chordpro_songs,
    epub_songs,
    html_songs,
    lrc_song,
    odt_file,
    odt_songs,
    pdf_songs,
    rtf_file,
    rtf_songs,
)

SONGS = (DOG, RIVER)
TEXT = """\
Old Dog

[Verse 1]
the dog sleeps
by the door (x2)

[Chorus]
and he dreams, \u201coh\u201d
of a caf\u00e9 moon

---
Red River
by Ann Other

the river runs
and it bends,

it knows no bed
but its own
"""
FRONT = """\
---
title: Old Dog
artist: Ann Other
tags: [sea, night]
---

## Verse 1

the dog sleeps\x20\x20
by the door

C    G7   Am
and he dreams
"""
CSV = (
    "id,title,artist,lyrics\n"
    '1,Old Dog,Ann,"the dog sleeps\nby the door"\n'
    '2,Red River,Bob,"the river runs, and it\n\nbends ""so"""\n'
    '3,Old Dog,Ann,"and he dreams\\nof a moon<br>oh"\n'
)
LINE_ROWS = (
    "track_title,line,lyric\nOld Dog,1,the dog sleeps\nOld Dog,2,by the door\nOld Dog,3,\n"
    "Old Dog,4,and he dreams\nRed River,1,the river runs\nRed River,2,and it bends\n"
)
JSON = """\
[{"title": "Old Dog", "artist": {"name": "Ann"}, "lyrics": "the dog sleeps\\nby the door"},
 {"title": ["Red River"], "verses": [["the river runs", "and it bends"]], "chorus": ["oh river"]},
 {"id": 3, "title": "Moon", "sections": [{"type": "verse", "lines": ["of a moon", "he dreams"]}]}]
"""
JSON_LINES = """\
{"title": "Old Dog", "text": "the dog\\nsleeps by the door"}
{"title": "Red River", "text": "the river runs\\nand it bends"}
{"n": 1, "title": "Moon", "text": "of a moon\\u2019s light"}
"""
ULTRASTAR = """\
#TITLE:Old Dog
#ARTIST:Ann
#BPM:120
#GAP:2000
: 0 4 2 The
: 4 2 3  dog
* 8 4 5  sleeps
- 14
: 16 4 2 By
F 20 4 0  the
: 24 4 2  do
: 28 4 2 or
E
"""
SRT = """\
1
00:00:01,000 --> 00:00:02,500
the dog sleeps
by the door

2
00:00:03,000 --> 00:00:04,000
<i>and he dreams</i>
"""
VTT = """\
WEBVTT - Old Dog

NOTE by hand

1
00:01.000 --> 00:02.500 align:start
the dog sleeps

00:00:03.000 --> 00:00:04.000
<v Ann>and he <00:00:03.500>dreams
"""
ABC = """\
X:1
T:Old Dog
C:Ann
M:4/4
L:1/4
K:G
G A B c | d2 d2 |
w: the dog sleeps by the door_
G A B "Am"c |
w: and he dreams~of a moon
W:by the door
"""
OPENLYRICS = """\
<?xml version="1.0" encoding="UTF-8"?>
<song xmlns="http://openlyrics.info/namespace/2009/song" version="0.9">
<properties><titles><title>Old Dog</title></titles><authors><author>Ann</author></authors>
<verseOrder>v1 c v2 c</verseOrder></properties>
<lyrics><verse name="v1"><lines>the <chord name="G"/>dog sleeps<br/>by the door</lines></verse>
<verse name="c"><lines>and he dreams<br/>of a moon</lines></verse>
<verse name="v2"><lines><line>the river runs</line></lines></verse></lyrics></song>
"""
OPENSONG = """\
<?xml version="1.0" encoding="UTF-8"?>
<song><title>Old Dog</title><author>Ann</author><presentation>V1 C V2</presentation>
<lyrics>[V]
.G      C
1the dog sleeps
2the river runs
[C]
. Am
 and he dreams
 of a_ moon
</lyrics></song>
"""
TEI = """\
<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Old Dog</title>
<author>Ann</author></titleStmt></fileDesc></teiHeader>
<text><body><head>Old Dog</head><lg type="stanza"><l n="1">the dog sleeps</l><l>by the door</l></lg>
<lg><l>and he <seg>dreams</seg></l></lg></body></text></TEI>
"""
ENEX = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export3.dtd">
<en-export><note><title>Old Dog</title><content><![CDATA[<?xml version="1.0"?>
<!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd">
<en-note><div>the dog sleeps</div><div>by the door</div><div><br/></div><div>and he dreams</div>
</en-note>]]></content><tag>night</tag></note><note><title>Red River</title><content><![CDATA[
<en-note>the river runs<br/>and it bends</en-note>]]></content></note></en-export>
"""
SPS = """\
##Title: Book
1#$#Old Dog#$#1#$#G#$#Ann#$#Bob#$#Verse 1@%the dog sleeps@%by the door@$Chorus@%and he dreams
2#$#Red River#$#1#$#C#$#Ann#$#Bob#$#Verse@%the river runs@%and it bends
"""
SUBSTATION = """\
[Script Info]
Title: Old Dog

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\k20}the {\\k30}dog\\Nsleeps
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,fx,by the door, oh
"""
TTML = """\
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><head/><body><div><p begin="1s">the dog</p>
<p begin="2s">sleeps<br/>by the <span>do</span><span>or</span></p></div></body></tt>
"""
MUSICXML = """\
<?xml version="1.0" encoding="UTF-8"?>
<score-partwise><work><work-title>Old Dog</work-title></work><part id="P1"><measure>
<note><lyric number="1"><syllabic>begin</syllabic><text>ri</text></lyric></note>
<note><lyric number="1"><syllabic>end</syllabic><text>ver</text><end-line/></lyric>
<lyric number="2"><text>The</text><elision/><text>dog</text></lyric></note>
</measure></part></score-partwise>
"""
ROW_SONGS = (
    "<table><tr><th>title</th><th>lyrics</th></tr><tr><td>A</td><td>la<br>oh</td></tr></table>"
)


def _word_document() -> bytes:
    """A Word document by hand, for python-docx's own is mostly styles that nobody uses."""
    office = "http://schemas.openxmlformats.org"
    word = f'xmlns:w="{office}/wordprocessingml/2006/main"'
    kind = f"{office}/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    cells = [("title", "lyrics"), ("Red River", "the river runs</w:t><w:br/><w:t>and it bends")]
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:tcPr/><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row)
        + "</w:tr>"
        for row in cells
    )
    body = (
        '<w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>Old Dog</w:t></w:r></w:p><w:p><w:r>'
        '<w:t xml:space="preserve">the dog </w:t><w:tab/><w:br/><w:t>sleeps</w:t></w:r></w:p>'
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p><w:tbl><w:tblPr/><w:tblGrid><w:gridCol/>'
        f"<w:gridCol/></w:tblGrid>{rows}</w:tbl><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>of a moon</w:t>"
        "</w:r></w:p><w:sectPr/>"
    )
    return _office_file(
        types,
        "word/document.xml",
        "document.main",
        {"word/document.xml": f"<w:document {word}><w:body>{body}</w:body></w:document>"},
        {
            "word/styles.xml": f'<w:styles {word}><w:style w:type="paragraph" w:styleId="H1">'
            '<w:name w:val="heading 1"/><w:basedOn w:val="N"/></w:style></w:styles>'
        },
        kind,
    )


def _open_document() -> bytes:
    return odt_file(
        "<text:h>Old Dog</text:h><text:p text:style-name='P1'>the <text:s text:c='3'/>dog"
        "<text:tab/><text:line-break/>sleeps</text:p><table:table><table:table-row><table:table-cell>"
        "<text:p>by the door</text:p></table:table-cell></table:table-row></table:table>"
        "<text:list><text:list-item><text:p>and he dreams</text:p></text:list-item></text:list>",
        "<style:style style:name='P1' style:parent-style-name='Heading'>"
        "<style:paragraph-properties fo:break-before='page'/></style:style>",
    )


def _spreadsheet() -> bytes:
    """A spreadsheet by hand."""
    office = "http://schemas.openxmlformats.org"
    main = f'xmlns="{office}/spreadsheetml/2006/main"'
    cells = "".join(
        f"<row r='{row}'>"
        + "".join(
            f"<c r='{'AB'[column]}{row}' t='inlineStr'><is><t>{text}</t></is></c>"
            for column, text in enumerate(texts)
        )
        + "</row>"
        for row, texts in enumerate(
            (("title", "lyrics"), ("Old Dog", "the dog\nsleeps"), ("Red River", "it\nbends")), 1
        )
    )
    kind = f"{office}/officeDocument/2006/relationships"
    return _office_file(
        "application/vnd.openxmlformats-officedocument.spreadsheetml",
        "xl/workbook.xml",
        "sheet.main",
        {
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{kind}"><sheets><sheet name="Songs" '
            'sheetId="1" r:id="r1"/></sheets></workbook>'
        },
        {
            "xl/worksheet.xml": f'<worksheet {main}><dimension ref="A1:B3"/><sheetData>{cells}'
            "</sheetData></worksheet>"
        },
        kind,
    )


def _office_file(
    types: str, main: str, main_type: str, parts: dict[str, str], beside: dict[str, str], kind: str
) -> bytes:
    """Return an office document: its main part, and one part beside it, r1 for the main part."""
    package = "http://schemas.openxmlformats.org/package/2006"
    ((part, content),) = beside.items()
    part_type = part.rpartition("/")[2].removesuffix(".xml")
    links = f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{kind}/'
    folder, _, file = main.partition("/")
    head = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{types}.{main_type}+xml"/>'
        f'<Override PartName="/{part}" ContentType="{types}.{part_type}+xml"/></Types>',
        "_rels/.rels": f'{links}officeDocument" Target="{main}"/></Relationships>',
        f"{folder}/_rels/{file}.rels": f'{links}{part_type}" Target="{part_type}.xml"/>'
        "</Relationships>",
    }
    return packed(
        [(name, text.encode()) for name, text in (head | parts | {part: content}).items()]
    )


def _parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table(
        {"title": ["Old Dog", "Red River"], "lyrics": ["the dog\nsleeps", "the river\nruns"]}
    )
    stream = pyarrow.BufferOutputStream()
    parquet.write_table(table, stream, compression="none")
    return bytes(stream.getvalue())


def _archive() -> bytes:
    inner = packed([("deep.txt", TEXT.encode())])
    return packed(
        [("a/one.txt", TEXT.encode()), ("b.csv", CSV.encode()), ("c.zip", inner), ("d.mp3", b"ID3")]
    )


WRITERS: Mapping[str, Callable[[], bytes | str]] = {
    "songs.txt": lambda: TEXT,
    "front.md": lambda: FRONT,
    "songs.csv": lambda: CSV,
    "lines.csv": lambda: LINE_ROWS,
    "songs.tsv": lambda: CSV.replace(",", "\t"),
    "songs.json": lambda: JSON,
    "songs.jsonl": lambda: JSON_LINES,
    "songs.docx": _word_document,
    "songs.odt": _open_document,
    "more.odt": lambda: odt_songs(SONGS),
    "songs.html": lambda: html_songs(SONGS),
    "rows.html": lambda: ROW_SONGS,
    "songs.rtf": lambda: rtf_songs(SONGS),
    "signs.rtf": lambda: rtf_file(
        "{\\f2 \\'93\\'fa}\\u8217?\\sect\\sbknone x\\page {\\pict\\bin3 abc}la\\par oh \\v no\\v0"
    ),
    "songs.epub": lambda: epub_songs(SONGS),
    "songs.pdf": lambda: pdf_songs(SONGS),
    "song.lrc": lambda: lrc_song(SONGS),
    "songs.cho": lambda: chordpro_songs(SONGS),
    "book.cho": lambda: CHORDED,
    "songs.zip": _archive,
    "ultrastar.txt": lambda: ULTRASTAR,
    "captions.srt": lambda: SRT,
    "captions.vtt": lambda: VTT,
    "captions.txt": lambda: SRT,
    "tune.abc": lambda: ABC,
    "openlyrics.xml": lambda: OPENLYRICS,
    "opensong.xml": lambda: OPENSONG,
    "tei.xml": lambda: TEI,
    "notes.enex": lambda: ENEX,
    "songs.sps": lambda: SPS,
    "captions.ass": lambda: SUBSTATION,
    "captions.ttml": lambda: TTML,
    "score.musicxml": lambda: MUSICXML,
    "score.mxl": lambda: packed(
        [
            ("META-INF/container.xml", b'<container><rootfile full-path="a.xml"/></container>'),
            ("a.xml", MUSICXML.encode()),
        ]
    ),
    "songs.xlsx": _spreadsheet,
    "songs.parquet": _parquet,
    "songs.csv.gz": lambda: gzip.compress(CSV.encode(), mtime=0),
}
"""What writes each file. A file that no reader takes yet is left out; see `seed_files`."""


def seed_files() -> dict[str, list[tuple[str, bytes]]]:
    """Return the name and the bytes of the valid files of each reader, by the reader's name."""
    files: dict[str, list[tuple[str, bytes]]] = {name: [] for name in reader_names()}
    for name, write in WRITERS.items():
        written = write()
        data = written if isinstance(written, bytes) else written.encode()
        try:
            reader = registry.reader_for(Source(name, data))
        except registry.UnknownFormatError:
            continue
        files.setdefault(_name(reader), []).append((name, data))
    return files


def reader_names() -> list[str]:
    """Return the names of the modules that read files, sorted."""
    return sorted({_name(reader) for reader in registry.readers().values()})


def _name(reader: object) -> str:
    return str(vars(reader)["__name__"]).rpartition(".")[2]
