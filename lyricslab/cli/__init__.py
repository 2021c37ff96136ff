"""The command line: the lab's services without a browser.

`--json` prints one JSON object on standard output; progress and messages go to standard error.
Exit status 0, or 2 with one sentence that says what is wrong.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from lyricslab.cli.command_helpers import tell
from lyricslab.cli.parser import parser
from lyricslab.errors import LyricsLabError
from lyricslab.store.home import open_home
from lyricslab.store.rows import utc_now

logger = logging.getLogger("lyricslab.cli")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    options = parser().parse_args(arguments)
    logging.getLogger("lyricslab").addHandler(_LOG)
    try:
        answer = options.command(options)
        print(json.dumps(answer) if options.json else options.show(answer), flush=True)
    except LyricsLabError as error:
        tell(str(error))
        return 2
    except KeyboardInterrupt:
        tell("Stopped.")
        return 130
    except BrokenPipeError:  # whoever read it, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        logger.exception(
            "Something went wrong inside the program (%s). The details are in the lab's folder of "
            "logs, in cli.log.",
            type(error).__name__,
        )
        return 2
    return 0


class _Log(logging.Handler):
    """A line of each warning on standard error; what has details is kept in the home."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(record.getMessage())
        if record.exc_info:
            details = f"{utc_now()} {logging.Formatter().format(record)}\n"
            with suppress(OSError, LyricsLabError):
                with open_home().command_log.open("a", encoding="utf-8") as file:
                    file.write(details)


_LOG = _Log(logging.WARNING)
