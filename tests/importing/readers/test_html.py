"""Web pages."""

from __future__ import annotations

import pytest

from lyricslab.errors import FileTooLargeError, NotTextError
from lyricslab.importing.readers import html
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import assert_read_or_refused, read_one, read_songs


def test_what_surrounds_a_page_is_left_out() -> None:
    around = "".join(
        f"<{tag}><div>no</div> words</{tag}>"
        for tag in "nav header footer aside form button noscript".split()
    )
    page = (
        f"<html><head><title>Old\n Dog &amp; Co</title><style>p {{}}</style></head><body>{around}"
        "<script>if (a < b) document.write('<p>no</p>')</script>the dog,<br>sleeps <b>we</b>ll"
        f"<div>by&nbsp;the<!-- no --> &quot;door&quot;</div>{around}<div><br></div>and\non</body>"
    )
    assert read_songs("a.html", page) == [
        RawSong("Old Dog & Co", 'the dog,\nsleeps well\nby the "door"\n\nand on')
    ]


def test_a_page_that_is_all_one_form() -> None:
    assert read_songs("a.htm", "<form><button>the dog,</button><p>sleeps</form>") == [
        RawSong("a", "the dog,\nsleeps")
    ]


AROUND = {
    "names": '<div class="{} x"><p>Buy a horn</p></div>',
    "ids": '<div id="{}"><ul><li>Buy a horn</li></ul></div>',
}


@pytest.mark.parametrize("name", ["ads", "sidebar", "cookie-banner", "share", "comments"])
def test_what_pages_call_furniture_is_left_out(name: str) -> None:
    for around in AROUND.values():
        ad = around.format(name)
        page = f"{ad}<p>the owl,<br>{ad} hoots<br>\nand<br>\nhoots</p>{ad}"
        (song,) = read_songs("a.html", page)
        assert "horn" not in song.text
        assert [line for line in song.text.split("\n") if line] == [
            *("the owl,", "hoots", "and", "hoots")
        ]
    assert read_songs("a.html", f'<div class="{name}"><p>the owl,</p></div>') == [
        RawSong("a", "the owl,")  # it is all there is
    ]
    assert read_songs("a.html", f"<p class='{name}-free no{name}'>the owl,</p>") == [
        RawSong("a", "the owl,")
    ]


def test_what_a_page_does_not_show_is_left_out() -> None:
    for hidden in ("hidden", "style='color: red; display : none'", "style='visibility:hidden'"):
        page = f"<p>the owl,<span {hidden}>no</span><br>hoots</p><div {hidden}><p>no</p></div>on"
        assert read_songs("a.html", page) == [RawSong("a", "the owl,\nhoots\n\non")]
    assert read_songs("a.html", "<div role=navigation>no</div><p>the owl,") == [
        RawSong("a", "the owl,")
    ]
    ruby = "<p>the <ruby>owl<rp>(</rp><rt>ool</rt><rp>)</rp></ruby>, <button>play</button>hoots"
    assert read_songs("a.html", ruby) == [RawSong("a", "the owl, hoots")]


def test_only_the_main_part_of_a_page_is_read() -> None:
    main = "<h1>Owl Song</h1><p>the owl,<br>hoots<br>and hoots</p><p>at<br>the barn</p>"
    page = f"<p>Best songs of owls</p><main>{main}</main><p>Songs like this</p><p>Mice</p>"
    assert read_songs("a.html", page) == [
        RawSong("Owl Song", "the owl,\nhoots\nand hoots\n\nat\nthe barn")
    ]
    small = "<main><p>Loading</p></main><p>the owl,<br>hoots<br>and hoots</p>"
    assert "and hoots" in read_songs("a.html", small)[0].text


@pytest.mark.parametrize(
    "style", ["white-space: pre-line", "color:red;white-space:pre-wrap", "WHITE-SPACE : PRE"]
)
def test_lines_that_are_kept_by_their_style(style: str) -> None:
    page = f"<div style='{style}'>the owl,\nhoots\n\nand <b>hoots\nat</b><br>mice</div><p>x\ny"
    assert read_songs("a.html", page) == [
        RawSong("a", "the owl,\nhoots\n\nand hoots\nat\nmice\nx y")
    ]


def test_a_page_with_its_pictures_in_it() -> None:
    picture = f"<img src='data:image/png;base64,{'A' * 11_000_000}'>"
    assert read_songs("a.html", f"<p>the owl,<br>{picture}hoots</p>") == [
        RawSong("a", "the owl,\nhoots")
    ]


def test_the_title_of_a_page_is_only_that_of_its_one_song() -> None:
    title = "<title>Unseen</title>"
    assert read_songs("a.html", title + "<h1>Old Dog</h1>the dog") == [
        RawSong("Old Dog", "the dog")
    ]
    two = "the dog,<br>sleeps<hr>the river,<br>runs"
    assert [song.title for song in read_songs("a.html", title + two)] == ["", ""]
    assert read_songs("a.html", "the dog,") == [RawSong("a", "the dog,")]
    assert read_songs("a.html", "<title>Old Dog<p>the dog,</title>x,")[0].title.startswith(
        "Old Dog"
    )


def test_stanzas_of_a_page() -> None:
    assert read_songs("a.html", "<p>the dog,<br>sleeps</p><div>x</div><p>and<br>on<br></p>") == [
        RawSong("a", "the dog,\nsleeps\n\nx\nand\non")
    ]
    assert read_songs("a.html", "<p>the dog,</p><p>sleeps</p><p>&nbsp;</p><p></p><p>on</p>") == [
        RawSong("a", "the dog,\nsleeps\n\non")
    ]
    assert read_songs("a.html", "<div>the dog,<br>sleeps<br><br>and<br>on</div>") == [
        RawSong("a", "the dog,\nsleeps\n\nand\non")
    ]
    assert read_songs("a.html", "<pre>\nthe dog,\r\n   sleeps\n\nand  on</pre> <p>x\ny") == [
        RawSong("a", "the dog,\nsleeps\n\nand on\nx y")
    ]


def test_rules_and_headings_of_a_page() -> None:
    page = "<b>Old Dog</b><p>the dog<hr><b>Red River</b><p>the river"
    assert read_songs("a.html", page.replace("<p>", "<p>&nbsp;</p><p>")) == [
        RawSong("Old Dog", "the dog"),
        RawSong("Red River", "the river"),
    ]
    page = "<h1>Old Dog</h1><hr>the dog<hr>sleeps<h2>Chorus</h2>oh<h1>Red River</h1>the river"
    assert read_songs("a.html", page) == [
        RawSong("Old Dog", "the dog\n\nsleeps\nChorus\noh"),
        RawSong("Red River", "the river"),
    ]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<p>café, да</p>".encode(), "utf-8"),
        ("<p>café, да</p>".encode("utf-8-sig"), "utf-8"),
        ("<meta charset=koi8-r><p>café, да</p>".encode("utf-8-sig"), "utf-8"),
        ("<meta charset=koi8-r><p>да, да".encode("koi8-r"), "koi8-r"),
        (
            "<meta http-equiv=x content='text/html; charset=windows-1251'>да".encode("cp1251"),
            "cp1251",
        ),
        ("<meta charset='ISO-8859-1'><p>it’s,".encode("cp1252"), "cp1252"),
        ("<META CHARSET='x-sjis'><p>日本,".encode("shift_jis"), "shift_jis"),
        ("<meta charset='utf-16'><p>café,".encode(), "utf-8"),
        ("<meta charset='nonesuch'><p>café,".encode(), "utf-8"),
        ("<meta charset='rot13'><p>café,".encode(), "utf-8"),
        ("<meta charset='utf-8'><p>caf\xe9, na\xefve, caf\xe9".encode("cp1252"), "cp1252"),
        ("<p>café, да</p>".encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_of_a_page(data: bytes, encoding: str) -> None:
    read = read_one("a.html", data)
    assert read.encoding == encoding
    assert any(word in read.songs[0].text for word in ("café", "да", "it’s", "日本"))
    assert "�" not in read.songs[0].text


def test_marks_as_browsers_take_them() -> None:
    page = (
        "<!DOCTYPE html><?xml x?><![if !x]><P CLASS='>' title=\"<p>\">the < dog,<!-- > <p> --><BR/>"
        "2 <3 &lt;b&gt; &amp;amp;</P ><script>'<p>no</p>'</SCRIPT ></ x><svg/><div/><nav/>on"
    )
    assert read_songs("a.html", page) == [RawSong("a", "the < dog,\n2 <3 <b> &amp;\n\non")]
    for end in ("<a href='x", "<p", "<!-- never", "<script>never", "</p", "<!x", "<style>p {}"):
        assert read_songs("a.html", "<p>the dog,</p>sleeps" + end) == [
            RawSong("a", "the dog,\nsleeps")
        ]


@pytest.mark.parametrize(
    "piece", ["<a ", "<", "<a b='", "<!--", "<![", "</", "<p>", "&", "<title>"]
)
def test_a_page_of_broken_marks_takes_no_time(piece: str) -> None:
    assert_read_or_refused("a.html", (piece * 300_000)[:600_000].encode())


def test_an_encoding_chosen_by_hand_counts_more_than_what_a_page_says() -> None:
    read = read_one("a.html", "<meta charset='cp1252'><p>да,".encode("cp1251"), "cp1251")
    assert read.songs[0].text == "да,"


def test_refused_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotTextError, match=r"'a.html' does not hold text"):
        read_one("a.html", bytes(range(1, 32)) * 9)
    for limit, most in (("MAX_CHARS", 10), ("MAX_MARKS", 2)):
        with monkeypatch.context() as patch:
            patch.setattr(html, limit, most)
            with pytest.raises(FileTooLargeError, match=r"'a.html' is longer than any page.*paste"):
                read_one("a.html", "<p>the dog <b>sleeps</b>")
