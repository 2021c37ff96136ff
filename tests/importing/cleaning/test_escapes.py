r"""Line breaks and letters that are written as codes, such as \n, <br> and &#39;."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import Any

import pytest

from lyricslab.importing.cleaning.escapes import without_escapes, write_out_escapes
from lyricslab.importing.reading import Intake, read_file

STANZAS = [
    ["Nine brass buttons on the sill", "Grandma's thread & needle still"],
    ["Sew me, sew me, said the sleeve", "Not before you have to leave"],
]
SUNG = "\n\n".join("\n".join(stanza) for stanza in STANZAS)


def joined(between: str, apart: str) -> str:
    return apart.join(between.join(stanza) for stanza in STANZAS)


@pytest.mark.parametrize(
    ("between", "apart"),
    [
        ("\\n", "\\n\\n"),
        ("\\r\\n", "\\r\\n\\r\\n"),
        ("\\\\n", "\\\\n\\\\n"),
        ("\\n\n", "\\n\n\\n\n"),
        ("<br>", "<br><br>"),
        ("<br />\n", "<br />\n<br />\n"),
        ("<BR clear='all'>", "<BR> <BR>"),
        ("&lt;br&gt;", "&lt;br&gt;&lt;br&gt;"),
        ("\\u003cbr\\u003e", "\\u003cbr/\\u003e\\u003cbr/\\u003e"),
        ("<br>", "</p><p>"),
        ("<br>\n", "</p>\n<p class='verse'>\n"),
        ("&#10;", "&#13;&#10;&#10;"),
        ("_x000D_\n", "_x000D_\n_x000D_\n"),
        ("_x000D_", "_x000D__x000D_"),
        ("<BR>\n", "</P>\n<P ALIGN=center>\n"),
    ],
)
def test_breaks_are_where_they_are_written(traced: Any, between: str, apart: str) -> None:
    fixed = write_out_escapes(traced(joined(between, apart)))
    assert fixed.tidied().text == SUNG
    assert write_out_escapes(fixed) is fixed


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Grandma&#39;s", "Grandma's"),
        ("Grandma&#x27;s", "Grandma's"),
        ("Grandma&amp;#39;s", "Grandma's"),
        ("Grandma&amp;amp;rsquo;s", "Grandma's"),
        ("Grandma&#146;s", "Grandma's"),
        ("Grandma\\'s", "Grandma's"),
        ("Grandma\\u2019s", "Grandma's"),
        ("Grandma\\x92s", "Grandma's"),
        ("thread &amp; needle", "thread & needle"),
        ("thread&nbsp;only", "thread only"),
        ("&quot;Sew&quot;", '"Sew"'),
        ('\\"Sew\\"', '"Sew"'),
        ("caf&eacute; and cr\\u00e8me", "cafe and creme"),
        ("one\\ttwo", "one two"),
        ("<i>soft</i> and <strong>loud</strong>", "soft and loud"),
        ("the end\\", "the end"),
        ("<B>soft</B> and <I>loud</I>", "soft and loud"),
    ],
)
def test_letters_are_where_their_codes_stand(
    traced: Any, body: str, written: str, read: str
) -> None:
    fixed = write_out_escapes(traced(f"{written}\n{body}", title=written))
    assert fixed.text == f"{read}\n{body}"
    assert fixed.title == read
    assert list(fixed.origins) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "line",
    [
        "Tom & Jerry; and R&B",
        "I <3 you, x < y > z",
        "&c; and &unknown; &",
        "&#0; &#55296; &#99999999; &#" + "9" * 4301 + ";",
        "<Am>home <C>again <A>",
        "\\noindent \\textbf{home} \\newpage",
        "\\o/ hooray \\o/",
    ],
)
def test_what_is_no_code_stays(traced: Any, body: str, line: str) -> None:
    song = traced(f"{line}\n{body}")
    assert write_out_escapes(song) is song


def test_a_text_in_any_script_keeps_it() -> None:
    assert (
        without_escapes("\u00e9t\u00e9\\nna\\u00efve &eacute;")
        == "\u00e9t\u00e9\nna\u00efve \u00e9"
    )


def songs_of(taken: Intake) -> list[tuple[str, str, str]]:
    return [(song.title, song.artist, song.text) for song in taken.songs]


@pytest.mark.parametrize("extension", ["csv", "json"])
def test_songs_in_a_table_are_read_line_by_line(extension: str) -> None:
    rows = [
        {"title": "Tom &amp; Ann", "artist": "Peg O&#39;Dell", "lyrics": joined("\\n", "\\n\\n")},
        {"title": "Sleeves", "artist": "Peg", "lyrics": "Up\\r\\nand down\\r\\nand through"},
        {"title": "Hem", "artist": "Peg", "lyrics": "Turn it<br>\nin<br>\nand out<br>\n"},
    ]
    if extension == "json":
        data = json.dumps(rows)
    else:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        data = stream.getvalue()
    taken = read_file(f"songs.{extension}", data.encode())
    assert songs_of(taken) == [
        ("Tom & Ann", "Peg O'Dell", SUNG),
        ("Sleeves", "Peg", "Up\nand down\nand through"),
        ("Hem", "Peg", "Turn it\nin\nand out"),
    ]
    (finding,) = taken.cleaning.findings
    assert (finding.rule.name, finding.summary) == ("escapes", "3 songs have such codes.")
    off = taken.with_rule("escapes", False)
    assert off.songs[1].text == rows[1]["lyrics"]


def test_a_song_of_one_line_is_split_renamed_and_joined_at_the_lines_it_shows() -> None:
    taken = read_file(
        "songs.json",
        json.dumps(
            [
                {"title": "Pins", "lyrics": "Pins\\n\\n" + joined("\\n", "\\n\\n")},
                {"title": "Hem", "lyrics": "Turn it\\nin and out"},
            ]
        ).encode(),
    )
    halves = taken.split_at(0, 3)
    assert [song.text for song in halves.songs] == [
        *("\n".join(stanza) for stanza in STANZAS),
        "Turn it\nin and out",
    ]
    assert halves.songs[0].title == "Pins"
    assert taken.rename(0, "Needles").songs[0].text == SUNG
    assert taken.join(0).songs[0].text == f"{SUNG}\n\nHem\n\nTurn it\nin and out"
    assert halves.join(0).songs[0].text == SUNG


@pytest.mark.parametrize(
    "unit", ["&", "&amp;", "\\", "\\n", "<", "<p ", "</p>", "\\'", "&#1", "<br"]
)
def test_hostile_text_takes_no_time(traced: Any, unit: str) -> None:
    started = time.process_time()
    write_out_escapes(traced(unit * (200_000 // len(unit))))
    assert time.process_time() - started < 2
