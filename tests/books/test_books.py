"""Getting books: against a mirror on this computer that does all that the web does to downloads."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from lyricslab import cli
from lyricslab.books import book_store, catalogue, download_job, mirror
from lyricslab.books.download import Manners, Way
from lyricslab.books.fetch import BookOutcome, Progress, fetch, numbers
from lyricslab.errors import ConfigError, FetchingAlreadyError, NotFoundError
from lyricslab.importing.bulk.dataset import all_files, build_dataset
from lyricslab.store.home import Home, open_home
from tests.support.mirror import VERSES, Mirror, ebook, running, status, whole

BODY = VERSES.strip("\n")
FEW = Manners(tries=3)


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.waits: list[float] = []

    def pause(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now_s += seconds

    def way(self, **more: Any) -> Way:
        return Way(now=lambda: self.now_s, pause=self.pause, **more)


@pytest.fixture
def home(own_home: Path) -> Home:
    return open_home()


@pytest.fixture
def here() -> Iterator[Mirror]:
    with running() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def get(home: Home, here: Mirror, clock: Clock) -> Callable[..., list[BookOutcome]]:
    def run(*ids: int, manners: Manners = FEW, **more: Any) -> list[BookOutcome]:
        options = {"source": here.url, "manners": manners, "way": clock.way()} | more
        return fetch(home, ids, **options)

    return run


Get = Callable[..., list[BookOutcome]]


def lying(home: Home) -> set[str]:
    """What lies in the folder of books, its lock aside."""
    return {path.name for path in home.books.iterdir()} - {".lock"}


# ---- what comes


def test_a_book_comes_bare_with_a_card(home: Home, here: Mirror, get: Get) -> None:
    here.book(1342)
    (outcome,) = get(1342)
    assert outcome.fate == "came"
    assert outcome.sentence == "'Pride and Prejudice' is here."
    assert (home.books / "pg1342.txt").read_text("utf-8") == BODY
    card = json.loads((home.books / "pg1342.card").read_text("utf-8"))
    assert card["sha256"] == hashlib.sha256(BODY.encode()).hexdigest()
    assert (card["id"], card["title"], card["author"]) == (
        1342,
        "Pride and Prejudice",
        "Jane Austen",
    )
    assert card["source"] == f"{here.url}/cache/epub/1342/pg1342.txt"
    assert card["characters"] == len(BODY)
    assert "your own country" in card["licence"]
    assert abs(datetime.fromisoformat(card["fetched_at"]) - datetime.now(UTC)) < timedelta(hours=1)
    assert lying(home) == {"pg1342.txt", "pg1342.card"}
    assert book_store.books(home) == [outcome.card]
    assert book_store.books(home)[0].credit == "Pride and Prejudice, Jane Austen"


def test_we_say_who_we_are(here: Mirror, get: Get) -> None:
    here.book(1342)
    get(1342)
    assert here.asked[0].headers["User-Agent"].startswith("LyricsLab ")
    assert here.asked[0].range is None


def test_between_two_requests_there_is_a_pause(here: Mirror, get: Get, clock: Clock) -> None:
    for number in (11, 13, 120):
        here.book(number)
    get(11, 13, 120)
    assert clock.waits == [2.0, 2.0]


def test_what_is_here_is_not_asked_for_again(here: Mirror, get: Get) -> None:
    here.book(1342)
    get(1342)
    (outcome,) = get(1342)
    assert (outcome.fate, len(here.asked)) == ("here", 1)
    assert get(1342, again=True)[0].fate == "came"
    assert len(here.asked) == 2


def test_other_names_are_tried_and_the_right_one_kept(here: Mirror, get: Get) -> None:
    for number in (76, 7):
        here.put(f"/files/{number}/{number}.txt", whole(ebook(number).encode()))
    assert [outcome.fate for outcome in get(76, 7)] == ["came", "came"]
    assert here.paths() == [
        "/cache/epub/76/pg76.txt",
        "/files/76/76-0.txt",
        "/files/76/76.txt",
        "/files/7/7.txt",
    ]


def test_mirrors_file_by_digits(here: Mirror, get: Get) -> None:
    here.put("/1/3/4/1342/1342-0.txt", whole(ebook().encode()))
    here.put("/0/7/7-0.txt", whole(ebook(7).encode()))
    assert [outcome.fate for outcome in get(1342, 7)] == ["came", "came"]


def test_a_mirror_of_ones_own_pattern(home: Home, here: Mirror, get: Get) -> None:
    here.put("/texts/x1342y.txt", whole(ebook().encode()))
    assert get(1342, source=f"{here.url}/texts/x{{id}}y.txt")[0].fate == "came"
    assert len(here.asked) == 1


def test_a_redirect_is_followed(here: Mirror, get: Get) -> None:
    here.put("/elsewhere.txt", whole(ebook().encode()))
    here.put("/cache/epub/1342/pg1342.txt", status(302, Location="/elsewhere.txt"))
    assert get(1342)[0].fate == "came"
    assert here.paths()[-1] == "/elsewhere.txt"


def test_a_redirect_off_the_web_is_not(here: Mirror, get: Get, tmp_path: Path) -> None:
    (tmp_path / "pg.txt").write_text(ebook())
    address = (tmp_path / "pg.txt").as_uri()
    here.put("/cache/epub/1342/pg1342.txt", status(302, Location=address))
    assert get(1342)[0].fate == "failed"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_letters_of_other_languages(home: Home, here: Mirror, get: Get, encoding: str) -> None:
    body = "Où est la mère? Là, près de l'église.\nSie säte Körner für Vögel.\n" * 40
    text = ebook(22, "Chansons", "François Über", body, language="French")
    here.put("/cache/epub/22/pg22.txt", whole(text.encode(encoding)))
    (outcome,) = get(22)
    assert (home.books / "pg22.txt").read_text("utf-8") == body.strip("\n")
    assert outcome.card
    assert outcome.card.author == "François Über"
    assert outcome.sentence == "'Chansons' is here. Its language is French."


def test_another_title_than_the_catalogues_is_said(here: Mirror, get: Get) -> None:
    here.book(1342, title="A Book of Knots", author="A. Sailor")
    (outcome,) = get(1342)
    assert outcome.fate == "came"
    assert "'A Book of Knots'; our catalogue says 'Pride and Prejudice'" in outcome.sentence


def test_a_file_without_a_number_comes_with_a_note(here: Mirror, get: Get) -> None:
    here.book(1342, ebook(None))
    (outcome,) = get(1342)
    assert outcome.fate == "came"
    assert "does not say its number" in outcome.sentence


def test_progress_goes_from_nothing_to_all(here: Mirror, get: Get) -> None:
    sizes = {11: len(here.book(11)), 13: len(here.book(13, body=VERSES * 2))}
    seen: list[Progress] = []
    get(11, 13, on_progress=seen.append)
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert {progress.total for progress in seen if progress.received} == set(sizes.values())
    assert seen[-1].title == "The Hunting of the Snark"
    assert len(seen) > 5


# ---- what does not


def test_a_book_that_is_not_there(home: Home, here: Mirror, get: Get) -> None:
    here.book(11)
    missing, other = get(999_999, 11)
    assert missing.fate == "failed"
    assert "no text of book 999999" in missing.sentence
    assert other.fate == "came"
    assert lying(home) == {"pg11.txt", "pg11.card"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "came empty"),
        (b" \n\n", "came empty"),
        (b"<!DOCTYPE html><html><body>Busy</body></html>", "came as a web page"),
        (
            b"\n<html lang='en'>\n*** START OF THE PROJECT GUTENBERG EBOOK X ***",
            "came as a web page",
        ),
        (bytes(range(256)) * 40, "is no text"),
        (b"%PDF-1.4 \0\0 nothing to read", "is no text"),
        (b"Just some words.\n" * 30, "lacks the line with which"),
        (ebook().split("*** END")[0].encode(), "is not whole"),
        (ebook(84, "Frankenstein").encode(), "sent book 84, 'Frankenstein'"),
        (ebook(body="\n\n").encode(), "holds a header and no book"),
        (
            ebook(head="This is a COPYRIGHTED Project Gutenberg eBook, details below.").encode(),
            "under copyright",
        ),
    ],
)
def test_wrong_content_is_not_kept(
    home: Home, here: Mirror, get: Get, sent: bytes, said: str
) -> None:
    here.put("/cache/epub/1342/pg1342.txt", whole(sent))
    (outcome,) = get(1342)
    assert outcome.fate == "failed"
    assert said in outcome.sentence
    assert lying(home) == set()


def test_after_a_page_in_place_of_the_file_other_names_are_tried(here: Mirror, get: Get) -> None:
    page = whole(b"<html>We moved.</html>", kind="text/html")
    here.put("/cache/epub/1342/pg1342.txt", page)
    here.put("/files/1342/1342-0.txt", whole(ebook().encode()))
    assert get(1342)[0].fate == "came"


def test_too_large_is_told_before_it_comes(
    home: Home, here: Mirror, get: Get, clock: Clock
) -> None:
    here.book(1342)
    here.book(11, ebook(11, body="Short.\n" * 9))
    came: list[int] = []
    way = clock.way(on_bytes=lambda received, total: came.append(total or 0))
    (outcome, small) = get(1342, 11, manners=Manners(max_bytes=9_000), way=way)
    assert "larger than" in outcome.sentence
    assert small.fate == "came"
    assert max(came) < 9_000
    here.put("/cache/epub/1342/pg1342.txt", whole(ebook().encode(), say_length=False))
    (outcome,) = get(1342, manners=Manners(max_bytes=9_000))
    assert "larger than" in outcome.sentence
    assert lying(home) == {"pg11.txt", "pg11.card"}


def test_nobody_there_ends_the_round(home: Home, get: Get, clock: Clock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    first, second = get(1342, 11, source=f"http://127.0.0.1:{port}")
    assert "cannot be reached: connection refused" in first.sentence
    assert second.sentence == "Not tried: the same would have happened."
    assert (first.fate, second.fate) == ("failed", "failed")
    assert sum(clock.waits) == 6.0  # 2 s, then 4 s; the pause between requests fits into them


def test_a_silent_mirror_is_given_up(here: Mirror, get: Get, clock: Clock) -> None:
    here.put("/cache/epub/1342/pg1342.txt", here.silent)
    waits: list[str] = []
    way = clock.way(on_wait=waits.append)
    (outcome,) = get(1342, manners=Manners(timeout_s=0.05, tries=2), way=way)
    assert "does not answer" in outcome.sentence
    assert waits == ["the mirror does not answer; next try in 2 s"]


def test_a_trickle_is_given_up(home: Home, here: Mirror, get: Get, clock: Clock) -> None:
    """Each chunk comes in time, but all of it would take too long."""
    data = here.book(1342)

    def slowly(received: int, total: int | None) -> None:
        clock.now_s += 11

    way = clock.way(on_bytes=slowly)
    (outcome,) = get(1342, manners=Manners(whole_s=30, tries=2), way=way)
    assert "came too slowly" in outcome.sentence
    # A try is over when 33 of its 30 s are: after 2 chunks; the second went on with the first's.
    assert (home.books / ".pg1342.part").stat().st_size == 4 * 16_384 < len(data)
    assert here.asked[1].range == f"bytes={2 * 16_384}-"
    assert get(1342)[0].fate == "came"


def test_a_refusal_is_not_argued_with(here: Mirror, get: Get) -> None:
    here.put("/cache/epub/1342/pg1342.txt", status(403))
    first, second = get(1342, 11)
    assert "refuses to send books here (answer 403)" in first.sentence
    assert second.fate == "failed"
    assert len(here.asked) == 1


# ---- tries, patience, going on


def test_a_busy_mirror_is_asked_again_later_and_later(here: Mirror, get: Get, clock: Clock) -> None:
    good = whole(ebook().encode())
    here.put("/cache/epub/1342/pg1342.txt", status(503), status(500), status(502), good)
    waits: list[str] = []
    way = clock.way(on_wait=waits.append)
    assert get(1342, manners=Manners(), way=way)[0].fate == "came"
    assert clock.waits == [2.0, 4.0, 8.0]
    assert waits[0] == "the mirror is busy; next try in 2 s"


def test_a_mirror_that_stays_busy_is_let_be(here: Mirror, get: Get) -> None:
    here.put("/cache/epub/1342/pg1342.txt", status(503))
    (outcome,) = get(1342)
    assert "too busy to answer" in outcome.sentence
    assert len(here.asked) == FEW.tries


def test_a_mirror_says_how_long_to_wait(here: Mirror, get: Get, clock: Clock) -> None:
    good = whole(ebook().encode())
    here.put("/cache/epub/1342/pg1342.txt", status(429, Retry_After="37"), good)
    assert get(1342)[0].fate == "came"
    assert clock.waits == [37.0]


def test_or_until_when(here: Mirror, get: Get, clock: Clock) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    good = whole(ebook().encode())
    here.put("/cache/epub/1342/pg1342.txt", status(503, Retry_After=until), good)
    assert get(1342)[0].fate == "came"
    assert 30 < clock.waits[0] <= 60


def test_but_not_for_ever(here: Mirror, get: Get, clock: Clock) -> None:
    here.put("/cache/epub/1342/pg1342.txt", status(503, Retry_After="1800"))
    first, second = get(1342, 11)
    assert "asks for 30 minutes of patience" in first.sentence
    assert second.sentence.startswith("Not tried")
    assert clock.waits == []


def test_a_cut_off_download_goes_on_where_it_stood(home: Home, here: Mirror, get: Get) -> None:
    data = ebook().encode()
    here.put("/cache/epub/1342/pg1342.txt", whole(data, cut_at=20_011), whole(data))
    assert get(1342)[0].fate == "came"
    assert [one.range for one in here.asked] == [None, "bytes=20011-"]
    assert here.asked[1].headers["If-Range"] == '"one"'
    assert (home.books / "pg1342.txt").read_text("utf-8") == BODY


def test_a_server_without_ranges_begins_anew(home: Home, here: Mirror, get: Get) -> None:
    data = ebook().encode()
    plain = whole(data, ranges=False)
    here.put("/cache/epub/1342/pg1342.txt", whole(data, ranges=False, cut_at=20_011), plain)
    assert get(1342)[0].fate == "came"
    assert (home.books / "pg1342.txt").read_text("utf-8") == BODY


@pytest.mark.parametrize("etag", [None, 'W/"one"'])
def test_without_a_sure_mark_of_its_version_a_file_is_not_gone_on_with(
    here: Mirror, get: Get, etag: str | None
) -> None:
    data = ebook().encode()
    cut, good = whole(data, etag=etag, cut_at=20_011), whole(data, etag=etag)
    here.put("/cache/epub/1342/pg1342.txt", cut, good)
    assert get(1342)[0].fate == "came"
    assert [one.range for one in here.asked] == [None, None]


def test_a_file_that_changed_meanwhile_begins_anew(home: Home, here: Mirror, get: Get) -> None:
    old = ebook(body=VERSES.replace("boats", "ships")).encode()
    cut, good = whole(old, cut_at=20_011), whole(ebook().encode(), etag='"two"')
    here.put("/cache/epub/1342/pg1342.txt", cut, good)
    assert get(1342)[0].fate == "came"
    assert (home.books / "pg1342.txt").read_text("utf-8") == BODY


@pytest.mark.parametrize("span", ["bytes 7-{end}/{all}", "bytes 20011-90/123456", "nonsense"])
def test_another_part_than_was_asked_for_is_not_glued_on(
    home: Home, here: Mirror, get: Get, span: str
) -> None:
    data = ebook().encode()
    span = span.format(end=len(data) - 1, all=len(data))
    odd = status(206, b"glue", Content_Range=span)
    here.put("/cache/epub/1342/pg1342.txt", whole(data, cut_at=20_011), odd, whole(data))
    assert get(1342)[0].fate == "came"
    assert [one.range for one in here.asked] == [None, "bytes=20011-", None]
    assert (home.books / "pg1342.txt").read_text("utf-8") == BODY


def test_a_part_that_was_all_of_it_begins_anew(home: Home, here: Mirror, get: Get) -> None:
    data = ebook().encode()
    cut = whole(data, cut_at=20_011)
    here.put("/cache/epub/1342/pg1342.txt", cut, status(416), whole(data))
    assert get(1342)[0].fate == "came"
    assert here.asked[2].range is None


def test_a_download_that_always_breaks_off_waits_for_next_time(
    home: Home, here: Mirror, get: Get
) -> None:
    data = ebook().encode()
    here.put("/cache/epub/1342/pg1342.txt", whole(data, cut_at=20_011))
    (outcome,) = get(1342)
    assert "broke off" in outcome.sentence
    assert "goes on where it stands" in outcome.sentence
    assert lying(home) == {".pg1342.part", ".pg1342.from"}
    here.put("/cache/epub/1342/pg1342.txt", whole(data))
    assert get(1342)[0].fate == "came"
    assert here.asked[-1].range == "bytes=20011-"
    assert lying(home) == {"pg1342.txt", "pg1342.card"}


def test_next_time_begins_where_the_half_came_from(home: Home, here: Mirror, get: Get) -> None:
    data = ebook().encode()
    here.put("/files/1342/1342-0.txt", whole(data, cut_at=20_011))
    get(1342)
    here.put("/files/1342/1342-0.txt", whole(data))
    here.asked.clear()
    assert get(1342)[0].fate == "came"
    assert [(one.path, one.range) for one in here.asked] == [
        ("/files/1342/1342-0.txt", "bytes=20011-")
    ]


def test_half_of_one_mirrors_file_is_not_gone_on_with_from_another(
    home: Home, here: Mirror, get: Get
) -> None:
    data = ebook().encode()
    other = ebook(body=VERSES.replace("boats", "ships")).encode()
    pattern = f"{here.url}/{{}}/{{{{id}}}}.txt".format
    here.put("/a/1342.txt", whole(data, cut_at=20_011))
    get(1342, source=pattern("a"))
    (outcome,) = get(1342, source=pattern("b"))  # which has none, and does not cost us the half
    assert "no text of book 1342" in outcome.sentence
    here.put("/a/1342.txt", whole(data))
    get(1342, source=pattern("a"))
    assert here.asked[-1].range == "bytes=20011-"
    here.put("/a/1342.txt", whole(data, cut_at=20_011))
    get(1342, source=pattern("a"), again=True)
    here.put("/b/1342.txt", whole(other))
    assert get(1342, source=pattern("b"), again=True)[0].fate == "came"
    assert here.asked[-1].range is None
    assert "ships" in (home.books / "pg1342.txt").read_text("utf-8")


# ---- stopping, and two at once


def test_a_stop_keeps_what_came(home: Home, here: Mirror, get: Get, clock: Clock) -> None:
    here.book(1342)
    here.book(11)
    came: list[int] = []
    way = clock.way(
        on_bytes=lambda received, total: came.append(received),
        should_stop=lambda: bool(came) and came[-1] > 30_000,
    )
    first, second = get(1342, 11, way=way)
    assert (first.fate, second.fate) == ("stopped", "stopped")
    assert second.id == 11
    assert (home.books / ".pg1342.part").stat().st_size == came[-1]
    assert book_store.books(home) == []
    assert get(1342)[0].fate == "came"
    assert here.asked[-1].range == f"bytes={came[-1]}-"
    assert (home.books / "pg1342.txt").read_text("utf-8") == BODY


def test_two_at_once_do_not_meet(home: Home, here: Mirror, get: Get) -> None:
    here.put("/cache/epub/1342/pg1342.txt", here.gated(whole(ebook().encode())))
    first = download_job.begin(home, [1342], here.url, Manners(delay_s=0))
    try:
        with pytest.raises(FetchingAlreadyError, match="on their way already"):
            download_job.begin(home, [1342], here.url)
        while not here.asked:  # then it holds the lock
            assert first.running
        with pytest.raises(FetchingAlreadyError, match="being fetched into this lab already"):
            get(1342)
    finally:
        here.gate.set()
        first.join(30)
    assert [outcome.fate for outcome in first.outcomes] == ["came"]
    assert get(1342)[0].fate == "here"
    assert len(here.asked) == 1


def test_an_errand_can_be_stopped_and_dismissed(home: Home, here: Mirror) -> None:
    here.put("/cache/epub/1342/pg1342.txt", status(503, Retry_After="100"))
    begun = download_job.begin(home, [1342, 11], here.url)
    while not begun.progress.waiting:
        assert begun.running
    download_job.dismiss(home)
    assert download_job.current(home) is begun
    begun.stop()
    begun.join(30)  # and does not wait for the mirror's 100 s
    assert not begun.running
    assert [outcome.fate for outcome in begun.outcomes] == ["stopped", "stopped"]
    download_job.dismiss(home)
    assert download_job.current(home) is None


def test_an_errand_that_cannot_begin_says_why(home: Home) -> None:
    with pytest.raises(ConfigError, match="number of a book"):
        download_job.begin(home, [0], "http://127.0.0.1:9")
    begun = download_job.begin(home, [1], "nowhere")
    begun.join(30)
    assert isinstance(begun.problem, ConfigError)


def test_a_full_disk_is_said(
    home: Home, here: Mirror, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.book(1342)

    def full(*args: object, **kinds: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(book_store, "write_files", full)
    first, second = get(1342, 11)
    assert "No space left on device" in first.sentence
    assert second.fate == "failed"


# ---- the shelf, the catalogue, the mirror, what is typed


def test_a_base_reads_the_shelf_and_names_it(
    home: Home, here: Mirror, get: Get, tmp_path: Path
) -> None:
    """The cards beside the texts are not taken for lyrics, and say whose they are."""
    here.book(1342)
    here.book(151, title="The Rime", author="", body="Alone I sing.\nAlone I go.\n" * 30)
    here.put("/cache/epub/13/pg13.txt", whole(ebook(13).encode(), cut_at=30_000))
    get(1342, 151, 13)
    own = tmp_path / "own.txt"
    own.write_text("My own words.\n" * 30)
    files = all_files([home.books, own])
    assert [path.name for path in files] == ["pg1342.txt", "pg151.txt", "own.txt"]
    dataset = build_dataset(files, home.datasets)
    read = dataset.codes.astype("u1").tobytes()
    assert b"1499 boats go out" in read
    assert b"Alone I sing." in read
    assert b"sha256" not in read
    assert book_store.credits_of(files) == [
        "Pride and Prejudice, Jane Austen",
        "The Rime, Samuel Taylor Coleridge",
    ]


def test_a_damaged_card_is_left_out_and_fetched_again(home: Home, here: Mirror, get: Get) -> None:
    here.book(1342)
    get(1342)
    for damage in ("{", "[]", '{"id": 3}', json.dumps({"notes": None})):
        (home.books / "pg1342.card").write_text(damage)
        assert book_store.books(home) == []
    assert get(1342)[0].fate == "came"


def test_a_book_can_be_taken_off(home: Home, here: Mirror, get: Get) -> None:
    here.book(1342)
    get(1342)
    book_store.remove(home, 1342)
    assert lying(home) == set()
    with pytest.raises(NotFoundError):
        book_store.remove(home, 1342)


def test_the_catalogue_is_sound() -> None:
    listed = [title for theme in catalogue.themes() for title in theme.titles]
    assert 55 <= len(listed) <= 75
    assert len({title.id for title in listed}) == len(listed)
    assert len({theme.name for theme in catalogue.themes()}) == len(catalogue.themes())
    for theme in catalogue.themes():
        assert len(theme.titles) >= 3
        assert theme.about.endswith(".")
    for title in listed:
        assert title.title.strip() == title.title != ""
        assert title.author.strip() == title.author != ""
    card = json.loads(catalogue.FILE.read_text("utf-8"))
    assert card["licence"] == "CC0-1.0"
    assert card["origin"]


def test_themes_and_titles_are_found() -> None:
    assert catalogue.theme(" the SEA ").name == "The sea"
    assert catalogue.theme("sea").name == "The sea"
    with pytest.raises(
        ConfigError, match=r"several themes. There are 'Without rhyme', 'Nursery rhymes'"
    ):
        catalogue.theme("rhyme")
    with pytest.raises(ConfigError):
        catalogue.theme("")
    with pytest.raises(ConfigError, match="'Hymns and carols'"):
        catalogue.theme("space")
    found = catalogue.title(1342)
    assert found
    assert found.author == "Jane Austen"
    assert catalogue.title(999_999) is None


def test_numbers_as_they_are_typed() -> None:
    assert numbers(" 1342, 11;11\n#84 pg120 ") == [1342, 11, 84, 120]
    assert numbers("https://www.gutenberg.org/ebooks/2814") == [2814]
    assert numbers("https://www.gutenberg.org/cache/epub/45/pg45.txt") == [45]
    assert numbers("  ") == []
    with pytest.raises(ConfigError, match="'Dracula' is no number"):
        numbers("11 Dracula")
    for odd in ("-3", "1.5", "²", "99999999999999999999"):
        with pytest.raises(ConfigError):
            numbers(odd)


@pytest.mark.parametrize("ids", [[], [0], [-1], [1_000_000], list(range(1, 102))])
def test_what_cannot_be_asked_for(get: Get, here: Mirror, ids: list[int]) -> None:
    with pytest.raises(ConfigError):
        get(*ids)
    assert not here.asked


def test_the_mirror_is_remembered(home: Home) -> None:
    assert mirror.chosen(home) == mirror.USUAL
    assert mirror.choose(home, " http://mirror.example/pg/ ") == "http://mirror.example/pg"
    assert mirror.chosen(home) == "http://mirror.example/pg"
    assert mirror.choose(home, " ") == mirror.USUAL
    for damage in ("", "{", "[]", '{"mirror": 3}', '{"mirror": "x"}'):
        home.mirror.write_text(damage)
        with pytest.raises(ConfigError):
            mirror.chosen(home)


@pytest.mark.parametrize(
    "typed",
    ["gutenberg.org", "ftp://x.org", "file:///etc/hosts", "http://", "http://a b.org", "http://[x",
     "http://x.org:port", "http://x.org:0"],
)  # fmt: skip
def test_what_is_no_mirror(typed: str) -> None:
    with pytest.raises(ConfigError, match="no address of a mirror"):
        mirror.checked(typed)


def test_nothing_is_fetched_unasked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda self: pytest.fail("a thread began"))
    assert book_store.books(home) == []
    assert catalogue.themes()
    assert download_job.current(home) is None


# ---- the command


Ask = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def ask(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    def hurried() -> Manners:
        return Manners(delay_s=0, back_off_s=0, tries=1)

    monkeypatch.setattr("lyricslab.books.fetch.Manners", hurried)

    def run(*words: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        exit_status = cli.main(["books", *words, "--json"])
        printed = capsys.readouterr()
        return exit_status, json.loads(printed.out) if printed.out else None, printed.err

    return run


def test_the_command_says_what_came_and_what_did_not(here: Mirror, ask: Ask) -> None:
    here.book(11, title="Alice's Adventures in Wonderland", author="Lewis Carroll")
    exit_status, answer, err = ask("11", "84", "--mirror", here.url)
    assert exit_status == 0
    assert answer["mirror"] == here.url
    assert [card["title"] for card in answer["came"]] == ["Alice's Adventures in Wonderland"]
    assert [(one["id"], one["title"]) for one in answer["failed"]] == [(84, "Book 84")]
    assert "no text of book 84" in answer["failed"][0]["sentence"]
    assert answer["here"] == []
    assert "no text of book 84" in err
    exit_status, answer, _ = ask("11", "--mirror", here.url)
    assert (exit_status, len(answer["here"]), answer["came"]) == (0, 1, [])
    _, answer, _ = ask("11", "--again", "--mirror", here.url)
    assert len(answer["came"]) == 1


def test_the_command_fails_where_nothing_came(here: Mirror, ask: Ask) -> None:
    exit_status, answer, err = ask("84", "--mirror", here.url)
    assert (exit_status, answer) == (2, None)
    assert "no text of book 84" in err
    exit_status, _, err = ask("84", "11", "--mirror", here.url)
    assert exit_status == 2
    assert err.splitlines()[-1] == "None of the 2 books came; the lines above say why."
    assert ask("x", "--mirror", here.url)[0] == 2
    assert ask("84", "--mirror", "nowhere")[0] == 2
    assert "Name books" in ask()[2]


def test_the_command_fetches_a_theme(here: Mirror, ask: Ask) -> None:
    for title in catalogue.theme("The sea").titles:
        here.book(title.id, title=title.title, author=title.author)
    exit_status, answer, _ = ask("--theme", "the sea", "--mirror", here.url)
    assert exit_status == 0
    wanted = {title.id for title in catalogue.theme("The sea").titles}
    assert {card["id"] for card in answer["came"]} == wanted
    assert "There is no theme 'space'" in ask("--theme", "space")[2]


def test_the_command_lists_without_the_network(here: Mirror, ask: Ask) -> None:
    here.book(151, title="The Rime of the Ancient Mariner")
    ask("151", "--mirror", here.url)
    here.asked.clear()
    exit_status, answer, _ = ask("--list")
    assert exit_status == 0
    assert [theme["name"] for theme in answer["themes"]] == [t.name for t in catalogue.themes()]
    listed = {title["id"]: title for theme in answer["themes"] for title in theme["titles"]}
    assert [number for number, title in listed.items() if title["here"]] == [151]
    assert [card["id"] for card in answer["here"]] == [151]
    _, answer, _ = ask("--list", "--theme", "The sea")
    assert [theme["name"] for theme in answer["themes"]] == ["The sea"]
    assert not here.asked


def test_the_command_speaks_to_people(
    here: Mirror, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    here.book(151, title="The Rime of the Ancient Mariner", author="Samuel Taylor Coleridge")
    assert cli.main(["books", "151", "84", "--mirror", here.url]) == 0
    printed = capsys.readouterr()
    assert "'The Rime of the Ancient Mariner' is here." in printed.out
    assert "no text of book 84" in printed.out
    assert "1 of 2: The Rime of the Ancient Mariner" in printed.err
    assert cli.main(["books", "--list", "--theme", "The sea"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The sea: ")
    assert "  151  The Rime of the Ancient Mariner, Samuel Taylor Coleridge (here)" in lines
