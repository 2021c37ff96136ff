"""A mirror of Project Gutenberg on this computer: scripted answers, recorded requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSES = "".join(
    f"The {k} boats go out, go out,\nand {k * k} lamps come in.\n\n" for k in range(1500)
)
"""Long enough to come in several chunks."""


def ebook(
    number: int | None = 1342,
    title: str = "Pride and Prejudice",
    author: str = "Jane Austen",
    body: str = VERSES,
    *,
    language: str = "English",
    head: str = "",
    role: str = "Author",
) -> str:
    """Return a file as Project Gutenberg makes them; header and licence in our own words."""
    tag = f" [eBook #{number}]" if number is not None else ""
    return (
        f"The header of {title}, free for anyone.\n{head}\n"
        f"Title: {title}\n\n{role}: {author}\n\n"
        f"Release date: June 1, 1998{tag}\n\nLanguage: {language}\n\n\n"
        f"*** START OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\n\n\n\n"
        f"{body}\n\n\n*** END OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\n\n"
        "A licence of many pages stands here.\n"
    )


@dataclass
class Request:
    """A request that the mirror got."""

    path: str
    headers: dict[str, str]


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Mirror:
    """The answers by path, given in turn, and the requests so far."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    """What `silent` and `gated` answers wait for; opened at the end of the test."""

    def put(self, path: str, *answers: Answer) -> None:
        """Set the answers of a path; the last one is repeated."""
        self.answers[path] = list(answers)

    def book(self, number: int, text: str | None = None, **details: str) -> bytes:
        """Serve a book at the website's path and return the file."""
        data = (text or ebook(number, **details)).encode()
        self.put(f"/cache/epub/{number}/pg{number}.txt", complete(data))
        return data

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append(Request(handler.path, dict(handler.headers.items())))
        waiting = self.answers.get(handler.path, [status(404)])
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)

    def silent(self, handler: BaseHTTPRequestHandler) -> None:
        """Send nothing until the gate opens."""
        self.gate.wait(60)

    def gated(self, answer: Answer) -> Answer:
        """Return an answer that waits for the gate."""

        def wait(handler: BaseHTTPRequestHandler) -> None:
            self.gate.wait(60)
            answer(handler)

        return wait


def complete(
    data: bytes, *, cut_at: int | None = None, kind: str = "text/plain", say_length: bool = True
) -> Answer:
    """Answer with a file, cut off after `cut_at` bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if say_length:
            handler.send_header("Content-Length", str(len(data)))
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        handler.wfile.write(data[:cut_at])

    return answer


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with a status that is not a file."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def running() -> Iterator[Mirror]:
    """Run a mirror on a free port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has gone
                mirror.answer(self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    mirror = Mirror(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield mirror
    finally:
        mirror.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
