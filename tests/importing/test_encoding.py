"""What a file is written in, told by its bytes, against Python's own encoders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import EncodingError, FileTooLargeError, NotTextError
from lyricslab.importing.encoding import ENCODINGS, LIKELY, MAX_LINES, decode

CURLY = (
    "It\u2019s a long way home \u2013 \u201cyes\u201d, she said\nand caf\u00e9 lights went out\n"
)
FRENCH = (
    "Je t'aime \u00e0 la folie, d\u00e9j\u00e0 l'\u00e9t\u00e9 na\u00eft\n"
    "O\u00f9 es-tu, ma s\u0153ur ?\n"
)
POLISH = (
    "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144, "
    "ci\u0105gle \u015bpi\u0119 \u017ale\n"
)
RUSSIAN = (
    "\u0412\u044b\u0445\u043e\u0436\u0443 \u043e\u0434\u0438\u043d \u044f \u043d\u0430 "
    "\u0434\u043e\u0440\u043e\u0433\u0443\n\u0421\u043a\u0432\u043e\u0437\u044c "
    "\u0442\u0443\u043c\u0430\u043d \u043f\u0443\u0442\u044c "
    "\u0431\u043b\u0435\u0441\u0442\u0438\u0442\n"
)
JAPANESE = (
    "\u3055\u304f\u3089 \u3055\u304f\u3089\n\u3084\u3088\u3044\u306e\u7a7a\u306f "
    "\u898b\u308f\u305f\u3059\u9650\u308a\n"
)


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
    ],
)
def test_a_mark_is_believed_and_is_no_part_of_the_text(mark: bytes, codec: str) -> None:
    decoded = decode(mark + CURLY.encode(codec), "a.txt")
    assert decoded.text == CURLY
    assert decoded.encoding == codec[:6].rstrip("-")
    assert decoded.note is None


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_what_was_written_in_utf8_is_read_so(text: str) -> None:
    if text.startswith(("\ufeff", "%PDF", "{\\rtf")):
        return
    decoded = decode(text.encode(), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.note) == (text, "utf-8", None)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [CURLY, RUSSIAN, JAPANESE, "plain words\nand lines"])
def test_utf16_without_a_mark(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec), "a.txt")
    assert (decoded.text, decoded.encoding) == (text, "utf-16")
    assert decoded.note is not None


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (CURLY, "cp1252"),
        ("don\u2019t\n", "cp1252"),
        (FRENCH, "cp1252"),
        ("coraz\u00f3n, \u00bfqui\u00e9n eres ma\u00f1ana?\n", "cp1252"),
        ("Stra\u00dfe \u00fcber M\u00fcnchen, sch\u00f6n\n", "cp1252"),
        (CURLY, "mac_roman"),
        ("the caf\u00e9\n", "mac_roman"),
        ("d\u00e9j\u00e0 vu, na\u00efve one\n", "mac_roman"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
    ],
)
def test_encodings_of_old_are_told_by_their_letters(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec), "old.txt")
    assert (decoded.text, decoded.encoding) == (text, codec)
    assert decoded.note is not None
    assert "'old.txt'" in decoded.note


def test_one_late_quotation_mark_in_a_long_plain_file_decides() -> None:
    text = "line after line of plain words\n" * 5000 + "and it\u2019s over\n"
    assert decode(text.encode("cp1252"), "a.txt").text == text


def test_utf8_that_is_cut_inside_a_character_says_so() -> None:
    whole = ("caf\u00e9 \u00e0 la carte, na\u00efve na\u00efve\n" * 3 + "\u2019").encode()
    for cut in (1, 2):
        decoded = decode(whole[:-cut], "a.txt")
        assert decoded.text == whole.decode()[:-1]
        assert decoded.note is not None
        assert "middle of a character" in decoded.note


def test_utf16_that_is_cut_inside_a_character_says_so() -> None:
    decoded = decode(b"\xff\xfe" + "a song".encode("utf-16-le")[:-1], "a.txt")
    assert decoded.text == "a son"
    assert decoded.note is not None


def test_utf8_mixed_with_windows_keeps_both() -> None:
    data = (FRENCH * 2).encode() + "it\u2019s".encode("cp1252") + b"\n" + FRENCH.encode()
    decoded = decode(data, "mixed.txt")
    assert decoded.text == FRENCH * 2 + "it\u2019s\n" + FRENCH
    assert decoded.note is not None
    assert "1 character was" in decoded.note


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF"),
        (b"PK\x03\x04\x14\0\0\0", "a zip"),
        (b"{\\rtf1\\ansi Hello}", "an RTF"),
        (b"ID3\x04\0\0\0\0\x02", "audio"),
        (bytes(range(256)) * 20, "does not hold text"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0", "does not hold text"),
        (b"\x01\x02\x03\x04\x05\x06" * 50, "does not hold text"),
    ],
)
def test_binary_under_a_text_name_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(NotTextError, match=what) as caught:
        decode(data, "song.txt")
    assert "'song.txt'" in str(caught.value)


def test_a_song_may_begin_with_the_word_riff() -> None:
    assert decode(b"RIFF\non the low string\n", "a.txt").text.startswith("RIFF")


def test_a_chosen_encoding_is_obeyed() -> None:
    assert decode(POLISH.encode("cp1250"), "a.txt", "cp1250").text == POLISH
    assert decode(b"\xe9", "a.txt", "mac_roman").text == b"\xe9".decode("mac_roman")
    assert decode(b"\xef\xbb\xbfsong", "a.txt", "utf-8").text == "song"
    for codec in ("utf-16", "utf-16-le", "utf-16-be"):
        assert decode(CURLY.encode(codec), "a.txt", "utf-16").text == CURLY


@pytest.mark.parametrize(
    ("data", "codec", "says"),
    [
        (b"caf\xe9 au lait", "utf-8", "byte 3"),
        (b"three", "utf-16", "does not fit"),
        ("a song".encode("utf-16-le"), "cp1252", "empty characters"),
        (b"x", "klingon", "not an encoding known"),
    ],
)
def test_a_chosen_encoding_that_does_not_fit(data: bytes, codec: str, says: str) -> None:
    with pytest.raises(EncodingError, match=says):
        decode(data, "a.txt", codec)


def test_every_encoding_that_is_found_can_be_chosen() -> None:
    assert set(LIKELY) <= set(ENCODINGS)
    for codec in ENCODINGS:
        assert "words".encode(codec).decode(codec) == "words"


def test_a_few_empty_characters_are_left_out_and_noted() -> None:
    text = CURLY * 60
    broken = text[:2000] + "\0" + text[2000:]
    for data, chosen in (
        (broken.encode(), None),
        (broken.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + broken.encode(), None),
        (broken.encode("cp1252"), None),
        (broken.encode("utf-16"), None),
    ):
        decoded = decode(data, "a.txt", chosen)
        assert decoded.text == text
        assert "1 empty character was left out of 'a.txt'" in (decoded.note or "")
    with pytest.raises(NotTextError):
        decode((text[:2000] + "\0" * 200).encode(), "a.txt")


@pytest.mark.parametrize("codec", ["idna", "punycode", "unicode_escape", "rot13", "utf-7", ""])
def test_only_what_songs_are_written_in_can_be_chosen(codec: str) -> None:
    with pytest.raises(EncodingError, match="not an encoding known"):
        decode(b"words", "a.txt", codec)


def test_an_encoding_goes_by_any_of_its_names() -> None:
    assert decode(POLISH.encode("cp1250"), "a.txt", "Windows-1250").encoding == "cp1250"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_without_end_are_refused(end: str) -> None:
    few, many = (f"la{end}" * count for count in (1_000, MAX_LINES + 1))
    assert decode(few.encode(), "a.txt").text == few
    with pytest.raises(FileTooLargeError, match="'a.txt' has 1,000,001 lines; up to 1,000,000"):
        decode(many.encode(), "a.txt")


def test_a_line_without_end_is_sampled_at_once() -> None:
    """Each character of it used to be looked at again for each before it: 12 s for 30 kB."""
    decoded = decode(b"la " * 300_000 + b"caf\xe9 and na\xefve", "a.txt")
    assert decoded.text.endswith("caf\u00e9 and na\u00efve")
