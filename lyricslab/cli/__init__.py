"""The command line: the lab's services without a browser.

`--json` prints one JSON object on standard output; progress and messages go to standard error.
Exit status 0, or 2 with one sentence that says what is wrong; the object then has it as `error`.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from lyricslab.cli import (
    base_commands,
    book_commands,
    experiment_commands,
    pretrain_command,
    run_commands,
    song_commands,
    write_command,
)
from lyricslab.cli.command_helpers import Answer, tell
from lyricslab.errors import ColumnsError, LyricsLabError
from lyricslab.store.home import open_home
from lyricslab.store.rows import utc_now

logger = logging.getLogger("lyricslab.cli")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m lyricslab",
        description="Lyrics Lab without a browser: fine-tune a pretrained character LSTM on your "
        "songs, compare runs, and write new songs.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for module in (
        song_commands,
        write_command,
        base_commands,
        pretrain_command,
        book_commands,
        run_commands,
        experiment_commands,
    ):
        module.add_to(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    logging.getLogger("lyricslab").addHandler(_LOG)
    try:
        answer = options.command(options)
        print(json.dumps(answer) if options.json else options.show(answer), flush=True)
    except LyricsLabError as error:
        tell(str(error))
        return _refuse(options, error)
    except KeyboardInterrupt:
        tell("Stopped.")
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        sentence = (
            f"Something went wrong inside the program ({type(error).__name__}). The details are in "
            "the lab's folder of logs, in cli.log."
        )
        logger.exception(sentence)
        return _refuse(options, LyricsLabError(sentence))
    return 0


def _refuse(options: argparse.Namespace, error: LyricsLabError) -> int:
    """Print why a command could not be done if JSON was asked for; return the exit status."""
    if options.json:
        answer: Answer = {"error": str(error)}
        if isinstance(error, ColumnsError):
            answer["columns"] = list(error.columns)
        print(json.dumps(answer), flush=True)
    return 2


class _Log(logging.Handler):
    """Print warnings on standard error; keep the traceback of those that have one in the home."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(record.getMessage())
        if record.exc_info:
            details = f"{utc_now()} {logging.Formatter().format(record)}\n"
            with suppress(OSError, LyricsLabError):
                with open_home().command_log.open("a", encoding="utf-8") as file:
                    file.write(details)


_LOG = _Log(logging.WARNING)
