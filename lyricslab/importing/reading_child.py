"""The process that reads files for the app or a command: started, watched, ended from outside.

It is given the files on standard input, as one line of JSON, and tells on standard output which
file it begins and which is read; what was read lies in a file of the folder that it is given.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from lyricslab.errors import (
    FileTooLargeError,
    ReaderFailedError,
    ReadError,
    TooMuchMemoryError,
)
from lyricslab.importing import reading
from lyricslab.importing.intake import Intake
from lyricslab.importing.reading_messages import FileToRead, ReadOutcome, Room
from lyricslab.wording import plural

MAX_WAIT_S = 1_800
"""A process ends by itself after this long, in case nobody watches it any more."""


def main() -> None:
    """Read the files that standard input names, one after the other."""
    answers = _own_standard_output()
    task = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder, room = Path(task["folder"]), Room(*task["room"])
    for number, values in task["files"]:
        faulthandler.dump_traceback_later(MAX_WAIT_S, exit=True)  # works in any state of a reader
        _answer(answers, {"begins": number})
        outcome = read_one(FileToRead.from_values(values), room)
        room = room.less(outcome.intake)
        (folder / f"{number}.json").write_text(json.dumps(outcome.to_values()), "ascii")
        _answer(answers, {"read": number})


def read_one(file: FileToRead, room: Room) -> ReadOutcome:
    """Read one file; whatever goes wrong is its outcome, and no other file's."""
    try:
        content = file.content
        data = content if isinstance(content, bytes) else reading.file_bytes(content)
        intake = _read(file, data)
        _check_room(file.name, intake, room)
        return ReadOutcome(intake)
    except ReadError as error:
        return ReadOutcome(error=error)
    except MemoryError:
        return ReadOutcome(error=too_much_memory(file.name))
    except Exception:  # the one place where a fault of a reader becomes a sentence
        return ReadOutcome(error=reader_failed(file.name, traceback.format_exc()))


def _read(file: FileToRead, data: bytes) -> Intake:
    if file.pasted:
        return reading.read_paste(data.decode(), file.name, file.declined)
    return reading.read_file(
        file.name, data, encoding=file.encoding, columns=file.columns, declined=file.declined
    )


def reader_failed(name: str, details: str) -> ReaderFailedError:
    """Return the error for a file at which the program fails; the details are for the log."""
    error = ReaderFailedError(
        f"'{name}' could not be read: the program failed at it. Other files are not affected. Save "
        "it in another format, such as .txt, and try that. Please report it: the details are in "
        "the log."
    )
    error.add_note(details)
    return error


def too_much_memory(name: str) -> TooMuchMemoryError:
    """Return the error for a file that fills the memory."""
    return TooMuchMemoryError(
        f"'{name}' needs too much memory to be read and was given up. Save its words as .txt, or "
        "divide it into smaller files, and try those."
    )


def _check_room(name: str, intake: Intake, room: Room) -> None:
    """Check that the import has room for these songs.

    Raises:
        FileTooLargeError: if not.
    """
    for count, left, what in (
        (intake.characters_read, room.chars, "character"),
        (len(intake.raw_songs), room.songs, "song"),
    ):
        if count > left:
            raise FileTooLargeError(
                f"'{name}' was left out: it holds {plural(count, what)}, and one corpus has room "
                f"for {max(0, left):,} more. Take fewer songs; or, to learn from much text, "
                "pretrain a base on it."
            )


def _own_standard_output() -> BinaryIO:
    """Return standard output for the answers; whatever a library prints goes to the errors."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _answer(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


def _end_with_parent() -> None:
    """End at once when whoever started this process is gone, and standard input with it."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
