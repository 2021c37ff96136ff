"""Downloading books from a mirror on this computer that fails in every way that the web does."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from lyricslab import cli
from lyricslab.books import book_store, catalogue, download_job, mirror
from lyricslab.books.catalogue import parse_numbers
from lyricslab.books.download_job import BookOutcome, DownloadJob, Progress
from lyricslab.books.fetch import FetchConfig
from lyricslab.errors import BookError, ConfigError, NotFoundError
from lyricslab.importing.bulk.dataset import build_dataset, expand_paths
from lyricslab.store.home import Home, open_home
from tests.support.mirror import VERSES, Mirror, complete, ebook, running, status

BODY = VERSES.strip("\n")
FEW = FetchConfig(attempts=3)


class Clock(threading.Event):
    """A stop event whose waits take no time, but are written down."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.waits.append(round(timeout, 3))
        return self.is_set()


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


Get = Callable[..., tuple[BookOutcome, ...]]


@pytest.fixture
def get(home: Home, here: Mirror, clock: Clock) -> Get:
    def run(*ids: int, source: str = here.url, **more: Any) -> tuple[BookOutcome, ...]:
        return DownloadJob(home, ids, source, **{"config": FEW, "stop": clock} | more).run()

    return run


def files_in(home: Home) -> set[str]:
    return {path.name for path in home.books.iterdir()}


# ---- books that are fetched


def test_a_book_is_kept_without_header_and_with_a_card(home: Home, here: Mirror, get: Get) -> None:
    here.book(1342)
    (outcome,) = get(1342)
    assert outcome.status == "fetched"
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
    assert files_in(home) == {"pg1342.txt", "pg1342.card"}
    assert book_store.books(home) == [outcome.card]
    assert book_store.books(home)[0].credit == "Pride and Prejudice, Jane Austen"
    assert here.requests[0].headers["User-Agent"].startswith("LyricsLab ")


def test_the_job_pauses_between_requests_and_tells_how_far_it_is(
    here: Mirror, get: Get, clock: Clock
) -> None:
    for number in (11, 13, 120):
        here.book(number)
    seen: list[Progress] = []
    get(11, 13, 120, on_progress=seen.append)
    assert clock.waits == [2.0, 2.0]
    assert [progress.share for progress in seen] == [0, 1 / 3, 2 / 3]
    assert seen[1].title == "The Hunting of the Snark"


def test_a_book_that_is_here_is_not_fetched_again(here: Mirror, get: Get) -> None:
    here.book(1342)
    get(1342)
    (outcome,) = get(1342)
    assert (outcome.status, len(here.requests)) == ("present", 1)
    assert get(1342, again=True)[0].status == "fetched"
    assert len(here.requests) == 2


def test_other_addresses_are_tried_and_the_right_one_remembered(here: Mirror, get: Get) -> None:
    for number in (76, 7):
        here.put(f"/files/{number}/{number}.txt", complete(ebook(number).encode()))
    assert [outcome.status for outcome in get(76, 7)] == ["fetched", "fetched"]
    assert here.paths() == [
        "/cache/epub/76/pg76.txt",
        "/files/76/76-0.txt",
        "/files/76/76.txt",
        "/files/7/7.txt",
    ]


def test_books_come_from_any_kind_of_address(here: Mirror, get: Get) -> None:
    here.put("/1/3/4/1342/1342-0.txt", complete(ebook().encode()))  # folders by digits
    here.put("/0/7/7-0.txt", complete(ebook(7).encode()))
    assert [outcome.status for outcome in get(1342, 7)] == ["fetched", "fetched"]
    here.put("/texts/x84y.txt", complete(ebook(84).encode()))
    here.requests.clear()
    assert get(84, source=f"{here.url}/texts/x{{id}}y.txt")[0].status == "fetched"
    assert here.paths() == ["/texts/x84y.txt"]


def test_a_redirect_is_followed_but_not_to_a_file(here: Mirror, get: Get, tmp_path: Path) -> None:
    here.put("/elsewhere.txt", complete(ebook().encode()))
    here.put("/cache/epub/1342/pg1342.txt", status(302, Location="/elsewhere.txt"))
    assert get(1342)[0].status == "fetched"
    assert here.paths()[-1] == "/elsewhere.txt"
    (tmp_path / "pg.txt").write_text(ebook(11))
    address = (tmp_path / "pg.txt").as_uri()
    here.put("/cache/epub/11/pg11.txt", status(302, Location=address))
    assert get(11)[0].status == "failed"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_letters_of_other_languages(home: Home, here: Mirror, get: Get, encoding: str) -> None:
    body = "Où est la mère? Là, près de l'église.\nSie säte Körner für Vögel.\n" * 40
    text = ebook(22, "Chansons", "François Über", body, language="French")
    here.put("/cache/epub/22/pg22.txt", complete(text.encode(encoding)))
    (outcome,) = get(22)
    assert (home.books / "pg22.txt").read_text("utf-8") == body.strip("\n")
    assert outcome.card
    assert outcome.card.author == "François Über"
    assert outcome.sentence == "'Chansons' is here. Its language is French."


def test_what_is_odd_about_a_book_is_noted(here: Mirror, get: Get) -> None:
    here.book(1342, title="A Book of Knots", author="A. Sailor")
    here.book(11, ebook(None, "Alice's Adventures in Wonderland"))
    other, unnumbered = get(1342, 11)
    assert (other.status, unnumbered.status) == ("fetched", "fetched")
    assert "'A Book of Knots'; our catalogue says 'Pride and Prejudice'" in other.sentence
    assert "does not say its number" in unnumbered.sentence


# ---- books that are not


def test_a_missing_book_fails_alone(home: Home, here: Mirror, get: Get) -> None:
    here.book(11)
    missing, other = get(999_999, 11)
    assert missing.status == "failed"
    assert "no text of book 999999" in missing.sentence
    assert other.status == "fetched"
    assert files_in(home) == {"pg11.txt", "pg11.card"}


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
    here.put("/cache/epub/1342/pg1342.txt", complete(sent))
    (outcome,) = get(1342)
    assert outcome.status == "failed"
    assert said in outcome.sentence
    assert files_in(home) == set()


def test_after_a_web_page_other_addresses_are_tried(here: Mirror, get: Get) -> None:
    page = complete(b"<html>We moved.</html>", kind="text/html")
    here.put("/cache/epub/1342/pg1342.txt", page)
    here.put("/files/1342/1342-0.txt", complete(ebook().encode()))
    assert get(1342)[0].status == "fetched"


@pytest.mark.parametrize("say_length", [True, False])
def test_a_file_over_the_limit_is_refused(
    home: Home, here: Mirror, get: Get, say_length: bool
) -> None:
    large = complete(ebook().encode(), say_length=say_length)
    here.put("/cache/epub/1342/pg1342.txt", large)
    here.book(11, ebook(11, body="Short.\n" * 9))
    refused, small = get(1342, 11, config=FetchConfig(max_bytes=9_000))
    assert "larger than" in refused.sentence
    assert small.status == "fetched"
    assert files_in(home) == {"pg11.txt", "pg11.card"}


def test_an_unreachable_mirror_ends_the_job(home: Home, get: Get, clock: Clock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    first, second = get(1342, 11, source=f"http://127.0.0.1:{port}")
    assert "cannot be reached: connection refused" in first.sentence
    assert second.sentence == "Not tried: the same would have happened."
    assert (first.status, second.status) == ("failed", "failed")
    assert sum(clock.waits) == 6.0  # 2 s, then 4 s; the pause between requests fits into them


def test_a_silent_mirror_is_given_up(here: Mirror, get: Get, clock: Clock) -> None:
    here.put("/cache/epub/1342/pg1342.txt", here.silent)
    seen: list[Progress] = []
    config = FetchConfig(timeout_s=0.05, attempts=2)
    (outcome,) = get(1342, config=config, on_progress=seen.append)
    assert "does not answer" in outcome.sentence
    assert [progress.waiting for progress in seen if progress.waiting] == [
        "the mirror does not answer; next try in 2 s"
    ]


def test_a_refusal_ends_the_job(here: Mirror, get: Get) -> None:
    here.put("/cache/epub/1342/pg1342.txt", status(403))
    first, second = get(1342, 11)
    assert "refuses to send books here (answer 403)" in first.sentence
    assert second.status == "failed"
    assert len(here.requests) == 1


# ---- retries


def test_a_busy_mirror_is_asked_again_with_backoff(here: Mirror, get: Get, clock: Clock) -> None:
    good = complete(ebook().encode())
    here.put("/cache/epub/1342/pg1342.txt", status(503), status(500), status(502), good)
    seen: list[Progress] = []
    assert get(1342, config=FetchConfig(), on_progress=seen.append)[0].status == "fetched"
    assert clock.waits == [2.0, 4.0, 8.0]
    assert [progress.waiting for progress in seen[:3]] == [
        "",
        "the mirror is busy; next try in 2 s",
        "",
    ]
    here.requests.clear()
    here.put("/cache/epub/11/pg11.txt", status(503))
    (outcome,) = get(11)
    assert "too busy to answer" in outcome.sentence
    assert len(here.requests) == FEW.attempts


def test_retry_after_is_obeyed_unless_it_is_long(here: Mirror, get: Get, clock: Clock) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    for number, retry_after in ((1342, "37"), (11, until)):
        book = complete(ebook(number).encode())
        here.put(f"/cache/epub/{number}/pg{number}.txt", status(429, Retry_After=retry_after), book)
    assert [outcome.status for outcome in get(1342, 11)] == ["fetched", "fetched"]
    assert clock.waits[0] == 37
    assert 30 < clock.waits[2] <= 60
    clock.waits.clear()
    here.put("/cache/epub/84/pg84.txt", status(503, Retry_After="1800"))
    first, second = get(84, 13)
    assert "asks for 30 minutes of patience" in first.sentence
    assert second.sentence.startswith("Not tried")
    assert clock.waits == []


def test_a_download_that_broke_off_starts_again(home: Home, here: Mirror, get: Get) -> None:
    data = ebook().encode()
    here.put("/cache/epub/1342/pg1342.txt", complete(data, cut_at=20_011), complete(data))
    assert get(1342)[0].status == "fetched"
    assert (home.books / "pg1342.txt").read_text("utf-8") == BODY
    here.requests.clear()
    here.put("/cache/epub/11/pg11.txt", complete(ebook(11).encode(), cut_at=20_011))
    (outcome,) = get(11)
    assert "broke off, also when it was tried again" in outcome.sentence
    assert len(here.requests) == FEW.attempts
    assert files_in(home) == {"pg1342.txt", "pg1342.card"}


# ---- stopping, and jobs in threads


def test_a_stop_ends_the_download(home: Home, here: Mirror, get: Get, clock: Clock) -> None:
    whole = complete(ebook().encode())

    def stop_meanwhile(handler: BaseHTTPRequestHandler) -> None:
        clock.set()
        whole(handler)

    here.put("/cache/epub/1342/pg1342.txt", stop_meanwhile)
    first, second = get(1342, 11)
    assert (first.status, second.status, second.id) == ("stopped", "stopped", 11)
    assert book_store.books(home) == []


def test_one_job_at_a_time(home: Home, here: Mirror) -> None:
    here.put("/cache/epub/1342/pg1342.txt", here.gated(complete(ebook().encode())))
    job = download_job.begin(home, [1342], here.url)
    try:
        with pytest.raises(BookError, match="being downloaded already"):
            download_job.begin(home, [1342], here.url)
    finally:
        here.gate.set()
        job.join(30)
    assert [outcome.status for outcome in job.outcomes] == ["fetched"]


def test_a_job_can_be_stopped_and_dismissed(home: Home, here: Mirror) -> None:
    here.put("/cache/epub/1342/pg1342.txt", status(503, Retry_After="100"))
    job = download_job.begin(home, [1342, 11], here.url)
    while not job.progress.waiting:
        assert job.running
    download_job.dismiss(home)
    assert download_job.current(home) is job
    job.stop()
    job.join(30)  # and does not wait for the mirror's 100 s
    assert not job.running
    assert [outcome.status for outcome in job.outcomes] == ["stopped", "stopped"]
    download_job.dismiss(home)
    assert download_job.current(home) is None


def test_a_job_that_cannot_begin_has_a_problem(home: Home) -> None:
    with pytest.raises(ConfigError, match="number of a book"):
        download_job.begin(home, [0], "http://127.0.0.1:9")
    job = download_job.begin(home, [1], "nowhere")
    job.join(30)
    assert isinstance(job.problem, ConfigError)


def test_a_full_disk_ends_the_job(
    home: Home, here: Mirror, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.book(1342)

    def full(*args: object, **kinds: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(book_store, "write_file", full)
    first, second = get(1342, 11)
    assert "No space left on device" in first.sentence
    assert second.status == "failed"


# ---- the books that are here, the catalogue, the mirror, typed numbers


def test_a_dataset_reads_the_books_and_credits_them(
    home: Home, here: Mirror, get: Get, tmp_path: Path
) -> None:
    """The cards beside the texts are not read as lyrics, and name title and author."""
    here.book(1342)
    here.book(151, title="The Rime", author="", body="Alone I sing.\nAlone I go.\n" * 30)
    here.put("/cache/epub/13/pg13.txt", complete(ebook(13).encode(), cut_at=30_000))
    get(1342, 151, 13)
    own = tmp_path / "own.txt"
    own.write_text("My own words.\n" * 30)
    files = expand_paths([home.books, own])
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
    assert get(1342)[0].status == "fetched"


def test_a_book_can_be_deleted(home: Home, here: Mirror, get: Get) -> None:
    here.book(1342)
    get(1342)
    book_store.remove(home, 1342)
    assert files_in(home) == set()
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


def test_typed_numbers() -> None:
    assert parse_numbers(" 1342, 11;11\n#84 pg120 ") == [1342, 11, 84, 120]
    assert parse_numbers("https://www.gutenberg.org/ebooks/2814") == [2814]
    assert parse_numbers("https://www.gutenberg.org/cache/epub/45/pg45.txt") == [45]
    assert parse_numbers("  ") == []
    with pytest.raises(ConfigError, match="'Dracula' is not the number"):
        parse_numbers("11 Dracula")
    for odd in ("-3", "1.5", "²", "99999999999999999999"):
        with pytest.raises(ConfigError):
            parse_numbers(odd)


@pytest.mark.parametrize("ids", [[], [0], [-1], [1_000_000], list(range(1, 102))])
def test_impossible_numbers(get: Get, here: Mirror, ids: list[int]) -> None:
    with pytest.raises(ConfigError):
        get(*ids)
    assert not here.requests


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
def test_impossible_mirrors(typed: str) -> None:
    with pytest.raises(ConfigError, match="not the address of a mirror"):
        mirror.checked(typed)


# ---- the command


Ask = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def ask(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    def fast_config() -> FetchConfig:
        return FetchConfig(delay_s=0, backoff_s=0, attempts=1)

    monkeypatch.setattr("lyricslab.books.download_job.FetchConfig", fast_config)

    def run(*words: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        exit_status = cli.main(["books", *words, "--json"])
        printed = capsys.readouterr()
        return exit_status, json.loads(printed.out) if printed.out else None, printed.err

    return run


def test_the_command_returns_what_was_fetched_and_what_failed(here: Mirror, ask: Ask) -> None:
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


def test_the_command_fails_if_nothing_was_fetched(here: Mirror, ask: Ask) -> None:
    exit_status, answer, err = ask("84", "--mirror", here.url)
    assert exit_status == 2
    assert "no text of book 84" in answer["error"]
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
    here.requests.clear()
    exit_status, answer, _ = ask("--list")
    assert exit_status == 0
    assert [theme["name"] for theme in answer["themes"]] == [t.name for t in catalogue.themes()]
    listed = {title["id"]: title for theme in answer["themes"] for title in theme["titles"]}
    assert [number for number, title in listed.items() if title["here"]] == [151]
    assert [card["id"] for card in answer["here"]] == [151]
    _, answer, _ = ask("--list", "--theme", "The sea")
    assert [theme["name"] for theme in answer["themes"]] == ["The sea"]
    assert not here.requests


def test_the_command_prints_sentences(
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
