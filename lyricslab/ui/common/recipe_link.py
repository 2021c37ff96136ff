"""A link from a run to the form that makes such a run again."""

from __future__ import annotations

from lyricslab.library import recipes
from lyricslab.store.rows import RunRow
from lyricslab.ui.common import services


def recipe_link(run: RunRow) -> dict[str, str] | None:
    """Return what Train's address says for a run, for `navigation.go("train", **...)`.

    None for a run that the form cannot make: one that does not fine-tune a base.
    """
    if run.base is None or run.kind in ("base", "zero-shot"):
        return None
    return recipes.address(services.store(), run.config, run.workspace_id)
