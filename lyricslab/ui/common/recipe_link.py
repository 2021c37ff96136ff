"""A link from a run to the form that makes such a run again."""

from __future__ import annotations

from lyricslab.library import recipes
from lyricslab.store.rows import RunRow
from lyricslab.ui.common import services


def has_recipe(run: RunRow) -> bool:
    """Return whether the form can make such a run: one that fine-tunes a base."""
    return run.base is not None and run.kind not in ("base", "zero-shot")


def recipe_link(run: RunRow) -> dict[str, str] | None:
    """Return what Train's address says for a run, for `navigation.go("train", **...)`.

    None for a run without a recipe.
    """
    if not has_recipe(run):
        return None
    return recipes.address(services.store(), run.config, run.workspace_id)
