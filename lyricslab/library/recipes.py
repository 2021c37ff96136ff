"""Recipes: everything that makes a run, to keep, to give away and to use again.

A recipe is a run's configuration with what tells its songs and its base from any others, so that
it works on another computer that has the same ones. As an address it fills in the form of Train;
as a command it trains without a browser; as a file it can be kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lyricslab.config import THIRDS, RunConfig, SplitConfig, TrainConfig
from lyricslab.errors import ConfigError, LyricsLabError, RecipeError, TrainableError
from lyricslab.library.bases import base_digest, list_bases
from lyricslab.library.corpora import find_corpus, split_sizes
from lyricslab.library.recipe_text import changes, write_changes, write_split
from lyricslab.model import presets
from lyricslab.model.trainable import Trainable
from lyricslab.store.rows import LOCAL, CorpusRow
from lyricslab.store.store import Store

MARK = "recipe"
"""What a recipe's file says it is."""
DIGEST_CHARS = 12
"""How much of a corpus's digest stands for it in an address and in a command."""
MAX_BYTES = 100_000
"""No recipe is larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to make a run that fine-tunes a base."""

    config: RunConfig
    corpus_name: str
    """What its songs were called; the configuration has their digest."""
    base_digest: str
    """Of the weights of the base."""

    def to_json(self) -> str:
        """Return the recipe as a file has it."""
        values = {
            "lyricslab": MARK,
            "corpus_name": self.corpus_name,
            "base_digest": self.base_digest,
            "run": self.config.to_dict(),
        }
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def recipe_of(store: Store, config: RunConfig, corpus_name: str) -> Recipe | None:
    """Return the recipe of a run; None for one that does not fine-tune a base.

    Raises:
        NotFoundError: if its base is not in the library any more.
    """
    digest = base_digest(store.home, config.base)
    if digest is None or config.kind in ("base", "zero-shot"):
        return None
    return Recipe(config=config, corpus_name=corpus_name, base_digest=digest)


def read_recipe(data: bytes) -> Recipe:
    """Read a recipe's file.

    Raises:
        RecipeError: if it is none, or holds what no run can be made of; it says which.
    """
    if len(data) > MAX_BYTES:
        raise RecipeError("This file is too large to be a recipe.")
    try:
        values: Any = json.loads(data)
    except (ValueError, RecursionError):
        raise RecipeError("This file is no recipe: it does not hold JSON.") from None
    if not isinstance(values, dict) or values.get("lyricslab") != MARK:
        raise RecipeError("This file is no recipe of Lyrics Lab.")
    named = [values.get(name, "") for name in ("corpus_name", "base_digest")]
    try:
        config = RunConfig.from_dict(values.get("run", {}))
        Trainable.parse(config.trainable, config.model.num_layers)
    except (ConfigError, TrainableError) as error:
        raise RecipeError(f"This recipe cannot be used. {error}") from None
    if not all(isinstance(text, str) for text in named):
        raise RecipeError("This recipe cannot be used: its names are not text.")
    if config.base is None or config.kind == "zero-shot":
        raise RecipeError("This recipe cannot be used: it does not fine-tune a base.")
    return Recipe(config=config, corpus_name=named[0], base_digest=named[1])


def fitted(store: Store, recipe: Recipe, workspace_id: str = LOCAL) -> tuple[Recipe, list[str]]:
    """Find a recipe's songs and base in this library.

    Returns:
        The recipe with the name that its base has here, and a sentence for whatever is missing or
        is not the same here.
    """
    config, missing = recipe.config, []
    if _corpus(store, config.corpus, workspace_id) is None:
        missing.append(
            f"Its songs, '{recipe.corpus_name}', are not in this library: add the same songs on "
            "Corpus, or use it with other songs."
        )
    digests = {card.name: card.weights_digest or card.name for card in list_bases(store.home)}
    same = [name for name, digest in digests.items() if digest == recipe.base_digest]
    if same and config.base not in same:
        config = replace(config, base=same[0])
    elif not same and config.base in digests:
        missing.append(
            f"The base '{config.base}' has other weights here than the recipe's, so the run will "
            "not be the same."
        )
    elif not same:
        missing.append(
            f"Its base, '{config.base}', is not in this library: import it on Bases, or use the "
            "recipe with another."
        )
    return replace(recipe, config=config), missing


def address(store: Store, config: RunConfig, workspace_id: str = LOCAL) -> dict[str, str]:
    """Return what Train's address says for a run: a value for each of its choices.

    Where the songs are not in the library, the address leaves them out and has every setting.
    """
    row = _corpus(store, config.corpus, workspace_id)
    preset, changed = nearest_preset(store, config, row)
    told = {
        "corpus": config.corpus[:DIGEST_CHARS] if row is not None else "",
        "base": config.base or "",
        "layers": config.trainable,
        "preset": preset,
        "set": ",".join(write_changes(changed, ":")),
        "split": write_split(config.split),
        "seed": str(config.seed),
    }
    return {name: text for name, text in told.items() if text}


def command(store: Store, config: RunConfig, workspace_id: str = LOCAL) -> list[str]:
    """Return the words of the command that makes a run: "finetune", "3fa9...", "--base", ..."""
    row = _corpus(store, config.corpus, workspace_id)
    preset, changed = nearest_preset(store, config, row)
    words = ["finetune", config.corpus[:DIGEST_CHARS], "--base", config.base or ""]
    words += ["--train", config.trainable, "--preset", preset]
    for change in write_changes(changed):
        words += ["--set", change]
    if replace(config.split, seed=0) != cli_split(preset):
        words += ["--split", write_split(config.split, seed=False)]
    if config.split.seed:
        words += ["--split-seed", str(config.split.seed)]
    return [*words, "--seed", str(config.seed)]


def cli_split(preset: str) -> SplitConfig:
    """Return how the commands divide songs unless they are told: the paper's way in thirds."""
    return SplitConfig.from_dict(THIRDS) if preset == "paper" else SplitConfig()


def nearest_preset(
    store: Store, config: RunConfig, row: CorpusRow | None
) -> tuple[str, dict[str, Any]]:
    """Return the preset that a run's settings are nearest to, and where they differ from it.

    Args:
        row: its songs, which the preset's settings depend on; None if they are not here.
    """
    named = [config.preset] if config.preset in presets.PRESETS else list(presets.PRESETS)
    usual = _usual(store, config, row, named)
    differing = {name: changes(config.settings, settings) for name, settings in usual.items()}
    if not differing:
        return named[0], config.settings.to_dict()
    preset = min(differing, key=lambda name: len(differing[name]))
    return preset, differing[preset]


def _usual(
    store: Store, config: RunConfig, row: CorpusRow | None, names: Sequence[str]
) -> dict[str, TrainConfig]:
    """Return the settings that presets have for a run's songs and base; none if not here."""
    lyrics = {card.name: card.lyrics for card in list_bases(store.home)}
    if row is None or config.base not in lyrics:
        return {}
    try:
        sizes = split_sizes(store, row, config.split)
    except LyricsLabError:
        return {}
    return {
        name: presets.resolve(
            name,
            model=config.model,
            base_is_lyrics=lyrics[config.base],
            train_chars=sizes.train_chars,
            val_chars=sizes.val_chars,
        )
        for name in names
    }


def _corpus(store: Store, digest: str, workspace_id: str) -> CorpusRow | None:
    try:
        return find_corpus(store, digest, workspace_id)
    except LyricsLabError:
        return None
