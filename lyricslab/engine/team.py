"""A run's work by several processes of this computer; to whoever asks for it, one task.

The members are processes of `lab.member`, told who they are by torchrun's variables. torchrun
itself would be one process more between them and us, and its store listens to the whole network.
Members end when their input does, so none outlives this process, however it ends.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from lyricslab.engine import job
from lyricslab.engine.job import JobSpec
from lyricslab.engine.messages import Ended, Message, Sink
from lyricslab.errors import TeamError

LOOK_EVERY_S = 0.1
"""How soon a wish to stop is passed on."""
PART_WITHIN_S = 10.0
"""How long members may take to end once the first has ended or one has failed."""
LAST_WORDS_CHARS = 2_000
MEMBER = ("-m", "lyricslab.engine.member")
ROOT = Path(__file__).resolve().parents[2]
STOP, LEAVE, BYE = "stop", "leave", "bye"
"""What members are asked to do; and what each one says when it ends by itself."""

logger = logging.getLogger(__name__)


def execute(
    order: JobSpec,
    sink: Sink,
    should_stop: Callable[[], bool],
    leaving: Callable[[], bool] = lambda: False,
) -> None:
    """`job.execute`, by as many processes as the order asks for.

    Raises:
        TeamError: if one of them died, or could not be started; the others have ended.
    """
    if order.processes == 1:
        job.execute(order, sink, should_stop, leaving)
        return
    # A file that a member holds open cannot be deleted everywhere.
    with TemporaryDirectory(prefix="lyricslab-", ignore_cleanup_errors=True) as folder:
        members = _Members(order.processes, Path(folder))
        try:
            try:
                members.begin(order)
            except OSError as error:
                raise TeamError(
                    f"{order.processes} processes could not be started: {error.strerror}. Close "
                    "other programs, or choose fewer."
                ) from error
            members.follow(sink, should_stop, leaving)
        finally:
            members.end()


def send(pipe: IO[bytes], what: Any) -> None:
    """Puts something into a pipe between a member and us, and nobody else."""
    data = pickle.dumps(what)
    pipe.write(len(data).to_bytes(8, "big") + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next that was sent.

    Raises:
        EOFError: if there is nothing more to come.
    """
    size = pipe.read(8)
    data = pipe.read(int.from_bytes(size, "big"))
    if len(size) < 8 or len(data) < int.from_bytes(size, "big"):
        raise EOFError
    return pickle.loads(data)


class _Members:
    """The processes, the first of which speaks for all."""

    def __init__(self, size: int, folder: Path) -> None:
        self.folder = folder
        self.inbox: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        """What each has said, by rank; None once it says nothing more."""
        self.processes: list[subprocess.Popen[bytes]] = []
        self.listeners: list[threading.Thread] = []
        self.size = size

    def begin(self, order: JobSpec) -> None:
        """Starts all and gives them the order."""
        for rank in range(self.size):
            with (self.folder / f"{rank}.log").open("wb") as log:
                process = subprocess.Popen(
                    [sys.executable, *MEMBER, str(self.folder / "meeting")],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=_surroundings(rank, self.size),
                    start_new_session=True,  # Ctrl-C is meant for us
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                )
            self.processes.append(process)
            listener = threading.Thread(target=self._listen, args=(rank,), daemon=True)
            listener.start()
            self.listeners.append(listener)
        for rank in range(self.size):
            self._tell(rank, order)

    def follow(
        self, sink: Sink, should_stop: Callable[[], bool], leaving: Callable[[], bool]
    ) -> None:
        """Passes on what the first member says, and to it what is wished, until all have ended.

        A member that fails takes the others along: which of them says so first is the one to be
        believed, unless one has died.
        """
        at_work, said_bye, told = set(range(self.size)), set(), set()
        failed: Ended | None = None
        ended = False
        deadline_s: float | None = None
        while at_work and (deadline_s is None or time.monotonic() < deadline_s):
            stop, leave = should_stop(), leaving()
            for wish, wished in ((LEAVE, leave), (STOP, stop)):
                if wished and wish not in told:
                    told.add(wish)
                    self._tell(0, wish)
            try:
                rank, said = self.inbox.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                continue
            if said is None:
                at_work.discard(rank)
                if rank not in said_bye:
                    self._mourn(rank)
            elif said == BYE:
                said_bye.add(rank)
            elif _is_fault(rank, said):
                failed = failed or said
            else:
                ended = ended or isinstance(said, Ended)
                sink(said)
            if deadline_s is None and (failed or 0 in said_bye):
                deadline_s = time.monotonic() + PART_WITHIN_S
        if failed and not ended:
            sink(failed)

    def end(self) -> None:
        """Ends those that are left."""
        for process in self.processes:
            process.kill()
            process.wait()
            if process.stdin is not None:
                with suppress(OSError):  # it may not have heard all we had to say
                    process.stdin.close()
        for listener in self.listeners:
            listener.join()

    def _tell(self, rank: int, what: JobSpec | str) -> None:
        pipe = self.processes[rank].stdin
        assert pipe is not None
        with suppress(OSError):  # it has ended; its listener knows
            send(pipe, what)

    def _listen(self, rank: int) -> None:
        pipe = self.processes[rank].stdout
        assert pipe is not None
        with pipe, suppress(EOFError):
            while True:
                self.inbox.put((rank, receive(pipe)))
        self.inbox.put((rank, None))

    def _mourn(self, rank: int) -> None:
        code = self.processes[rank].wait()
        words = (self.folder / f"{rank}.log").read_text("utf-8", "replace")[-LAST_WORDS_CHARS:]
        logger.error("Process %d of %d died (%d): %s", rank, self.size, code, words)
        raise TeamError(
            f"One of the {self.size} processes that trained it died, perhaps for want of memory. "
            "What was learned until the last checkpoint is kept. Close other programs, or choose "
            "fewer processes, then take it up again."
        )


def _is_fault(rank: int, said: Message) -> bool:
    """Whether a member failed in a way that another one may be to blame for."""
    if not isinstance(said, Ended) or said.status != "failed":
        return False
    return rank > 0 or said.details is not None


def _surroundings(rank: int, size: int) -> dict[str, str]:
    """A member's environment, with torchrun's variables."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(size),
        "LOCAL_WORLD_SIZE": str(size),
    }
