"""Our own experiments that ship: files in assets/experiments, which `research.ship_experiment`
writes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lyricslab import files
from lyricslab.errors import LyricsLabError
from lyricslab.store.rows import ExperimentKind

T = TypeVar("T")

logger = logging.getLogger(__name__)


def shipped_experiments(
    kind: ExperimentKind, read: Callable[[str, Mapping[str, Any]], T]
) -> dict[str, T]:
    """Return the experiments of a kind by the names of their files.

    One that is damaged is left out, with a line in the log.

    Args:
        read: makes one of its name and of what its file holds.
    """
    found = {}
    for path in sorted((files.ASSETS / "experiments").glob("*.json")):
        try:
            values = json.loads(path.read_text("utf-8"))
            if values["kind"] == kind:
                found[path.stem] = read(path.stem, values)
        except (OSError, ValueError, KeyError, TypeError, LyricsLabError) as error:
            logger.warning("The shipped experiment %s cannot be read: %s", path.name, error)
    return found
