"""One of several processes that train together; `lab.team` starts it and talks to it.

Its standard input brings the order, then wishes; when it ends, so does the process. Its standard
output takes messages: all of the first member's, of the others only how they failed.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO

from lyricslab.engine.job import JobSpec, execute
from lyricslab.engine.messages import Ended, Message
from lyricslab.engine.team import BYE, LEAVE, STOP, receive, send


def main(place: Path) -> None:
    """Executes the order that comes in; meets the others at `place`."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no message
    order: JobSpec = receive(sys.stdin.buffer)
    wishes: set[str] = set()
    Thread(target=listen, args=(sys.stdin.buffer, wishes), daemon=True).start()
    from lyricslab.training.process_group import meet

    rank = int(os.environ["RANK"])

    def sink(message: Message) -> None:
        if rank == 0 or isinstance(message, Ended):
            send(out, message)

    execute(
        order,
        sink,
        lambda: STOP in wishes,
        lambda: LEAVE in wishes,
        partial(meet, rank, int(os.environ["WORLD_SIZE"]), place),
    )
    send(out, BYE)


def listen(pipe: IO[bytes], wishes: set[str]) -> None:
    """Hears what is wished; with nobody left to wish for anything, it is over."""
    try:
        while True:
            wishes.add(receive(pipe))
    except EOFError:
        os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    # To take leave of the others politely takes them all, and some may be gone.
    os._exit(0)
