"""One file from the web, politely: pauses, time limits, tries, and going on where it broke off."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from lyricslab.config import Config, Range
from lyricslab.errors import (
    BookNotFoundError,
    BookTooLargeError,
    DownloadCutError,
    MirrorRefusedError,
    MirrorUnreachableError,
)
from lyricslab.files import write_file
from lyricslab.importing.readers.source import MAX_FILE_BYTES
from lyricslab.store.home import writing

AGENT = "LyricsLab (fetches single books for their reader; Python urllib)"
CHUNK_BYTES = 16_384

_SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be another in a moment."""
_NOWHERE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners(Config):
    """How a mirror is treated."""

    delay_s: float = 2.0
    """Between two requests: what Project Gutenberg asks for."""
    timeout_s: float = 30.0
    """The longest silence before a request counts as lost."""
    whole_s: float = 600.0
    """The longest that one try may take."""
    tries: int = 4
    back_off_s: float = 2.0
    """Before the second try; twice as long before each one after it."""
    patience_s: float = 120.0
    """The longest that a mirror may ask us to wait."""
    max_bytes: int = MAX_FILE_BYTES
    """The largest file that is taken: as much as our readers read."""

    RANGES = {
        "delay_s": Range(0, 3600),
        "timeout_s": Range(0.01, 600),
        "tries": Range(1, 20),
        "back_off_s": Range(0, 600),
    }


class Stopped(Exception):
    """Somebody asked to stop; what came so far is kept, to go on from."""


@dataclass(slots=True)
class Way:
    """What a download needs from outside: the clock, and what the person sees and wants."""

    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], Any] = time.sleep
    """Waits so many seconds, or less if it was asked to stop."""
    should_stop: Callable[[], bool] = lambda: False
    on_bytes: Callable[[int, int | None], None] = lambda received, total: None
    """Told how many bytes are there, of how many, if that is known."""
    on_wait: Callable[[str], None] = lambda why: None
    """Told in a few words why nothing comes for a while."""


class Downloader:
    """Fetches files one after the other, never two requests within `delay_s`."""

    def __init__(self, manners: Manners, way: Way) -> None:
        self.manners, self.way = manners, way
        self._last_request_s: float | None = None
        # No file:, ftp: or data: addresses, wherever a mirror may send us on to.
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.UnknownHandler(),
        ):
            self._opener.add_handler(handler)
        self._opener.addheaders = []

    def fetch(self, url: str, part: Path) -> None:
        """Brings the file at `url` whole to `part`; goes on with what lies there from before.

        Raises:
            BookNotFoundError: if there is no such file.
            BookTooLargeError: if it is over the limit.
            MirrorRefusedError: if the server will not give it, or not now.
            MirrorUnreachableError: if there is no connection.
            DownloadCutError: if it broke off or came too slowly as often as it was tried.
            StoreError: if it cannot be written.
            Stopped: if that was asked for.
        """
        for number in range(1, self.manners.tries + 1):
            try:
                return self._try(url, part)
            except _Lost as lost:
                if number == self.manners.tries:
                    lost.give_up(url)
                wait_s = max(self.manners.back_off_s * 2 ** (number - 1), lost.wait_s)
                why = lost.why
            if wait_s > self.manners.patience_s:
                raise MirrorRefusedError(
                    f"{_host(url)} is busy and asks for {wait_s / 60:.0f} minutes of patience. "
                    "Try again then, or choose another mirror."
                )
            self.way.on_wait(f"{why}; next try in {wait_s:.0f} s")
            self._wait(wait_s)

    def _try(self, url: str, part: Path) -> None:
        """One request: it brings the rest of the file, or all of it."""
        kept = _Kept.at(part, url)
        headers = {"User-Agent": AGENT, "Accept": "text/plain, */*;q=0.1"}
        headers["Accept-Encoding"] = "identity"
        have = kept.bytes if kept.validator else 0
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": kept.validator or ""}
        self._be_polite()
        until_s = self.way.now() + self.manners.whole_s
        try:
            request = urllib.request.Request(url, headers=headers)
            answer = self._opener.open(request, timeout=self.manners.timeout_s)
        except urllib.error.HTTPError as error:
            with error:
                self._refused(error, url, kept)
        except urllib.error.URLError as error:
            self._lost_connection(error.reason, url)
        except (OSError, http.client.HTTPException) as error:
            self._lost_connection(error, url)
        with closing(answer):
            begin, total = self._span(answer, kept, have)
            if begin == 0:
                kept.begin(_validator(answer), total)
            self._receive(answer, kept, begin, until_s)

    def _receive(self, answer: Any, kept: _Kept, begin: int, until_s: float) -> None:
        received, total = begin, kept.total
        with kept.part.open("ab") as file:
            while True:
                self.way.on_bytes(received, total)
                if self.way.should_stop():
                    raise Stopped
                if self.way.now() > until_s:
                    raise _Lost("it comes too slowly", slow=True)
                try:
                    chunk = answer.read(CHUNK_BYTES)
                except (OSError, http.client.HTTPException) as error:
                    slow = isinstance(error, TimeoutError)
                    why = "nothing came for a while" if slow else "it broke off"
                    raise _Lost(why, slow=slow) from error
                if not chunk:
                    break
                received += len(chunk)
                self._check_size(received)
                with writing(kept.part.parent):
                    file.write(chunk)
        if total is not None and received < total:
            raise _Lost("it broke off")

    def _span(self, answer: Any, kept: _Kept, have: int) -> tuple[int, int | None]:
        """Where in the file the answer begins, and how long the whole file is."""
        length = answer.headers.get("Content-Length", "")
        total: int | None
        if answer.status == 206:
            span = _SPAN.fullmatch(answer.headers.get("Content-Range", "").strip())
            if not span or int(span[1]) != have or kept.total not in (None, int(span[3])):
                kept.forget()  # another part, or of another file: what we have is of no use
                raise _Lost("the file has changed")
            begin, total = have, int(span[3])
        else:
            begin, total = 0, int(length) if length.isascii() and length.isdigit() else None
        if total is not None:
            self._check_size(total)
        return begin, total

    def _check_size(self, size: int) -> None:
        if size > self.manners.max_bytes:
            raise BookTooLargeError(
                f"The file is larger than {self.manners.max_bytes / 2**20:.0f} MB, which is more "
                "than is read here. Choose another book."
            )

    def _refused(self, answer: urllib.error.HTTPError, url: str, kept: _Kept) -> NoReturn:
        """What an answer that brings no file means."""
        if answer.code in _NOWHERE:
            if kept.ours:
                kept.forget()
            raise BookNotFoundError(f"{_host(url)} has no file {url}.")
        if answer.code == 416:  # we have all of it or more: either way it begins anew
            kept.forget()
            raise _Lost("the file has changed")
        if answer.code in _AGAIN:
            wait_s = _retry_after_s(answer.headers.get("Retry-After"))
            raise _Lost("the mirror is busy", wait_s=wait_s, busy=True)
        raise MirrorRefusedError(
            f"{_host(url)} refuses to send books here (answer {answer.code}). Choose another "
            "mirror, or fetch the book in your browser and bring the file."
        )

    def _lost_connection(self, reason: object, url: str) -> NoReturn:
        if isinstance(reason, ssl.SSLCertVerificationError):
            raise MirrorUnreachableError(
                f"{_host(url)} cannot prove that it is who it says ({reason.verify_message}). "
                "Choose another mirror, or set this computer's clock and certificates right."
            )
        if isinstance(reason, TimeoutError):
            raise _Lost("the mirror does not answer", slow=True, unreachable=True)
        if isinstance(reason, socket.gaierror):
            why = "its name is not known: is this computer online?"
        else:
            text = reason.strerror if isinstance(reason, OSError) else str(reason)
            why = (text or type(reason).__name__).lower()
        raise _Lost(why, unreachable=True)

    def _be_polite(self) -> None:
        if self._last_request_s is not None:
            self._wait(self._last_request_s + self.manners.delay_s - self.way.now())
        if self.way.should_stop():
            raise Stopped
        self._last_request_s = self.way.now()

    def _wait(self, wait_s: float) -> None:
        if wait_s > 0:
            self.way.pause(wait_s)
        if self.way.should_stop():
            raise Stopped


class _Lost(Exception):
    """A try that came to nothing, though the next may do better."""

    def __init__(
        self,
        why: str,
        *,
        wait_s: float = 0.0,
        slow: bool = False,
        busy: bool = False,
        unreachable: bool = False,
    ) -> None:
        self.why, self.wait_s = why, wait_s
        self.slow, self.busy, self.unreachable = slow, busy, unreachable
        super().__init__(why)

    def give_up(self, url: str) -> NoReturn:
        """Raises what is to be said when this was the last try."""
        if self.unreachable:
            raise MirrorUnreachableError(
                f"{_host(url)} cannot be reached: {self.why}. Check the connection, or choose "
                "another mirror."
            ) from self
        if self.busy:
            raise MirrorRefusedError(
                f"{_host(url)} is too busy to answer. Try again later, or choose another mirror."
            ) from self
        how = "came too slowly" if self.slow else "broke off"
        raise DownloadCutError(
            f"The download from {_host(url)} {how}, also when it was tried again. Start it once "
            "more later: it goes on where it stands."
        ) from self


@dataclass(slots=True)
class _Kept:
    """What lies here of a file from an earlier try, and by what it is known to be the same."""

    part: Path
    url: str
    ours: bool = False
    """Whether it is a part of the file at this address."""
    validator: str | None = None
    """The file's ETag or date, which the server compares before it goes on."""
    total: int | None = None

    @classmethod
    def at(cls, part: Path, url: str) -> _Kept:
        """What is kept at a path; of another address, or without a validator, it is no use."""
        kept = cls(part, url)
        try:
            facts = json.loads(kept.facts.read_text("utf-8"))
            if facts["url"] == url:
                kept.ours, kept.validator, kept.total = True, facts["validator"], facts["total"]
        except (OSError, ValueError, KeyError, TypeError):
            pass  # then it begins anew
        return kept

    @property
    def facts(self) -> Path:
        """Where it is written down what `part` is a part of."""
        return self.part.with_suffix(".from")

    @property
    def bytes(self) -> int:
        """How much is here."""
        return self.part.stat().st_size if self.part.exists() else 0

    def begin(self, validator: str | None, total: int | None) -> None:
        """Empties the part first, so that no facts ever stand beside bytes of another file."""
        self.validator, self.total = validator, total
        facts = {"url": self.url, "validator": validator, "total": total}
        with writing(self.part.parent):
            self.part.write_bytes(b"")
            write_file(self.facts, json.dumps(facts).encode())

    def forget(self) -> None:
        forget(self.part)


def begun_at(part: Path) -> str | None:
    """The address that half a download came from."""
    try:
        return str(json.loads(part.with_suffix(".from").read_text("utf-8"))["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(part: Path) -> None:
    """Takes a download that is done with, or of no use, off the disk."""
    part.unlink(missing_ok=True)
    part.with_suffix(".from").unlink(missing_ok=True)


def _validator(answer: Any) -> str | None:
    """By what a server can tell that a file is still the same; a weak ETag does not do."""
    etag = answer.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):
        return str(etag)
    return answer.headers.get("Last-Modified") or None


def _retry_after_s(text: str | None) -> float:
    """How long a server asks us to wait: seconds, or a date."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
