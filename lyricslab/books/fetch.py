"""Download one file over HTTP, politely: pauses, retries, a time limit, a size limit."""

from __future__ import annotations

import ssl
import threading
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, NameResolutionError, ProtocolError, SSLError, TimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry, make_headers, parse_url

from lyricslab.errors import BookError, MirrorError
from lyricslab.importing.readers.source import MAX_FILE_BYTES

AGENT = "LyricsLab (fetches single books for their reader; Python urllib3)"
CHUNK_BYTES = 65_536
MAX_REDIRECTS = 5
MAX_RETRY_AFTER_S = 120.0
"""The longest Retry-After that is obeyed; after a longer one the mirror is given up."""
RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
MISSING_STATUSES = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """How politely and how patiently files are fetched."""

    delay_s: float = 2.0
    """Between two requests: what Project Gutenberg asks for."""
    timeout_s: float = 30.0
    """The longest silence before an attempt is given up."""
    attempts: int = 4
    backoff_s: float = 2.0
    """Before the second attempt; doubled before each one after it."""
    max_bytes: int = MAX_FILE_BYTES


class Cancelled(Exception):
    """The person asked to stop."""


class Fetcher:
    """Fetches files one after the other, with a pause of `delay_s` between two requests.

    Args:
        stop: set to cancel; every wait ends at once.
        on_wait: called with the reason, in a few words, before a wait for the next attempt, and
            with "" after it.
    """

    def __init__(
        self, config: FetchConfig, stop: threading.Event, on_wait: Callable[[str], None]
    ) -> None:
        self.config, self.stop, self.on_wait = config, stop, on_wait
        self._first_request = True

    def fetch(self, url: str) -> bytes | None:
        """Return the file at `url`, or None if there is no such file.

        Raises:
            MirrorError: if the server cannot be reached or will not serve us.
            BookError: if the file is over the limit, or no attempt got all of it.
            Cancelled: if `stop` was set.
        """
        for attempt in range(1, self.config.attempts + 1):
            self._wait(0 if self._first_request or attempt > 1 else self.config.delay_s)
            self._first_request = False
            try:
                return self._attempt(url)
            except _FailedAttempt as failed:
                if attempt == self.config.attempts:
                    raise failed.final from failed
                wait_s = max(self.config.backoff_s * 2 ** (attempt - 1), failed.retry_after_s)
                why = failed.why
            if wait_s > MAX_RETRY_AFTER_S:
                raise MirrorError(
                    f"{_host(url)} is busy and asks for {wait_s / 60:.0f} minutes of patience. "
                    "Try again then, or choose another mirror."
                )
            self.on_wait(f"{why}; next try in {wait_s:.0f} s")
            self._wait(wait_s)
            self.on_wait("")
        raise AssertionError("there is at least one attempt")

    def _attempt(self, url: str) -> bytes | None:
        try:
            response = _pool(url).request(
                "GET",
                url,
                headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
                timeout=self.config.timeout_s,
                # Redirects only: `fetch` repeats attempts, and can be cancelled.
                retries=Retry(None, connect=0, read=0, status=0, other=0, redirect=MAX_REDIRECTS),
                preload_content=False,
            )
        except HTTPError as error:
            raise _unreachable(error, _host(url)) from error
        with closing(response):
            if response.status == 200:
                return self._read(response, _host(url))
            if response.status in MISSING_STATUSES:
                return None
            if response.status in RETRY_STATUSES:
                raise _busy(response, _host(url))
            raise MirrorError(
                f"{_host(url)} refuses to send books here (answer {response.status}). Choose "
                "another mirror, or fetch the book in your browser and import the file."
            )

    def _read(self, response: BaseHTTPResponse, host: str) -> bytes:
        data = bytearray()
        try:
            for chunk in response.stream(CHUNK_BYTES):
                self._wait(0)
                data += chunk
                if len(data) > self.config.max_bytes:
                    raise BookError(
                        f"The file is larger than {self.config.max_bytes / 2**20:.0f} MB, which is "
                        "more than can be read. Choose another book."
                    )
        except HTTPError as error:
            final = BookError(
                f"The download from {host} broke off, also when it was tried again. Start it once "
                "more later."
            )
            raise _FailedAttempt("it broke off", final) from error
        return bytes(data)

    def _wait(self, seconds: float) -> None:
        """Wait, or raise Cancelled as soon as `stop` is set."""
        if seconds > 0:
            self.stop.wait(seconds)
        if self.stop.is_set():
            raise Cancelled


class _FailedAttempt(Exception):
    """An attempt failed, and another may succeed; `final` is raised if it was the last."""

    def __init__(self, why: str, final: BookError, retry_after_s: float = 0.0) -> None:
        super().__init__(why)
        self.why, self.final, self.retry_after_s = why, final, retry_after_s


def _unreachable(error: HTTPError, host: str) -> _FailedAttempt:
    """Explain why there was no answer.

    Raises:
        MirrorError: if the certificate is wrong, which another attempt does not change.
    """
    reason = getattr(error, "reason", None) or error
    cause = reason.__cause__ or (reason.args[0] if reason.args else None)
    if isinstance(reason, SSLError) and isinstance(cause, ssl.SSLCertVerificationError):
        raise MirrorError(
            f"{host} cannot prove that it is who it says ({cause.verify_message}). Choose another "
            "mirror, or set this computer's clock and certificates right."
        )
    if isinstance(reason, NameResolutionError):
        why = "its name is not known (is this computer online?)"
    elif isinstance(reason, TimeoutError) and not isinstance(cause, ConnectionError):
        why = "the mirror does not answer"
    elif isinstance(reason, ProtocolError):
        why = "it closed the connection"
    else:
        why = str(getattr(cause, "strerror", None) or type(reason).__name__).lower()
    final = MirrorError(
        f"{host} cannot be reached: {why}. Check the connection, or choose another mirror."
    )
    return _FailedAttempt(why, final)


def _busy(response: BaseHTTPResponse, host: str) -> _FailedAttempt:
    try:
        retry_after_s = Retry().get_retry_after(response) or 0.0
    except HTTPError:  # a Retry-After that is neither seconds nor a date
        retry_after_s = 0.0
    final = MirrorError(f"{host} is too busy to answer. Try again later, or choose another mirror.")
    return _FailedAttempt("the mirror is busy", final, retry_after_s)


def _pool(url: str) -> urllib3.PoolManager:
    """Return a pool that uses this computer's proxy, if one is set for this address."""
    proxy = urllib.request.getproxies().get(urlsplit(url).scheme)
    if not proxy or urllib.request.proxy_bypass(_host(url)):
        return urllib3.PoolManager()
    login = parse_url(proxy).auth
    headers = make_headers(proxy_basic_auth=login) if login else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
