"""A mirror of Project Gutenberg on this computer, that answers as it is told to and remembers."""

from __future__ import annotations

import re
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
    """A file as Project Gutenberg makes them; header and licence in our own words."""
    said = f" [eBook #{number}]" if number is not None else ""
    return (
        f"The header of {title}, free for anyone.\n{head}\n"
        f"Title: {title}\n\n{role}: {author}\n\n"
        f"Release date: June 1, 1998{said}\n\nLanguage: {language}\n\n\n"
        f"*** START OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\n\n\n\n"
        f"{body}\n\n\n*** END OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\n\n"
        "A licence of many pages stands here.\n"
    )


@dataclass
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]

    @property
    def range(self) -> str | None:
        return self.headers.get("Range")


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Mirror:
    """What lies where, and what was asked for. Answers in a list are given in turn."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    """What `silent` answers wait for; opened when the test is over."""

    def put(self, path: str, *answers: Answer) -> None:
        """Lays answers at a path; the last is given for ever."""
        self.answers[path] = list(answers)

    def book(self, number: int, text: str | None = None, **details: str) -> bytes:
        """Lays a book where the website has it; returns the file."""
        data = (text or ebook(number, **details)).encode()
        self.put(f"/cache/epub/{number}/pg{number}.txt", whole(data))
        return data

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(Asked(handler.path, dict(handler.headers.items())))
        waiting = self.answers.get(handler.path, [status(404)])
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)

    def silent(self, handler: BaseHTTPRequestHandler) -> None:
        """Says nothing until the gate opens."""
        self.gate.wait(60)

    def gated(self, answer: Answer) -> Answer:
        """An answer that waits for the gate."""

        def wait(handler: BaseHTTPRequestHandler) -> None:
            self.gate.wait(60)
            answer(handler)

        return wait


def whole(
    data: bytes,
    *,
    etag: str | None = '"one"',
    ranges: bool = True,
    cut_at: int | None = None,
    kind: str = "text/plain",
    say_length: bool = True,
) -> Answer:
    """A file, with Range and If-Range as RFC 9110 has them; cut off after `cut_at` bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        begin = 0
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if wanted and ranges and handler.headers.get("If-Range") in (None, etag):
            begin = int(wanted[1])
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            handler.send_response(200)
        if say_length:
            handler.send_header("Content-Length", str(len(data) - begin))
        if etag:
            handler.send_header("ETag", etag)
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        handler.wfile.write(data[begin:cut_at])

    return answer


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """An answer that is no file."""

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
    """A mirror on a free port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked has gone
                made.answer(self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Mirror(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        made.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
