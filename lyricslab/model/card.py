"""The card of a network: what it is, what it was trained on, how good it is. Free of torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from lyricslab.config import ModelConfig
from lyricslab.config_base import kind_issues
from lyricslab.errors import CheckpointError


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Facts about a network, stored as JSON."""

    name: str
    """The name it is chosen by: "songs", or a run's id."""
    kind: str
    """"base" or "run"."""
    title: str = ""
    """A name for people."""
    model: ModelConfig = field(default_factory=ModelConfig)
    reads: str = ""
    """What it was trained on, in one sentence."""
    lyrics: bool = False
    """Whether it read songs and verse rather than prose."""
    sources: tuple[str, ...] = ()
    """Titles and credits of what it read."""
    songs: int = 0
    """Songs, or chunks of books, it was trained on."""
    characters: int = 0
    """Characters it was trained on."""
    characters_seen: int = 0
    """Characters read in training, with repeats."""
    steps: int = 0
    seconds: float = 0.0
    """Training time, seconds."""
    val_nats_per_char: float | None = None
    test_nats_per_char: float | None = None
    command: str = ""
    """The command that trained it."""
    created_at: str = ""
    """UTC, ISO 8601."""
    licence: str = ""
    weights_digest: str = ""
    """SHA-256 of the weights; a file whose weights do not match is refused."""
    storage: str = "float32"
    """How the weights file keeps its numbers: "float32", or "float16" in half the space."""
    details: dict[str, Any] = field(default_factory=dict)
    """Further facts: settings, curve."""

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Card:
        """The card in a JSON file's values; names from later versions are passed over.

        Raises:
            CheckpointError: if it lacks a name or a kind, or holds what no card holds.
            ConfigError: if its network's size is none.
        """
        known = {f.name for f in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        if not {"name", "kind"} <= set(kept):
            raise CheckpointError("This card says neither what it describes nor its name.")
        kept["model"] = ModelConfig.from_dict(kept.get("model", {}))
        if isinstance(kept.get("sources"), list):
            kept["sources"] = tuple(kept["sources"])
        card = cls(**kept)
        issues = kind_issues(card)
        if issues:
            raise CheckpointError(" ".join(issues))
        return card
