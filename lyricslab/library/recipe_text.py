"""Settings and splits as text, for an address and for a command; read back they are equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from lyricslab.config import SEEDS, SplitConfig, TrainConfig
from lyricslab.errors import ConfigError

Changes = Mapping[str, Any]
"""Settings of `TrainConfig` by name, those that differ from a preset's."""


def changes(settings: TrainConfig, usual: TrainConfig) -> dict[str, Any]:
    """Return the settings that differ from the usual ones."""
    usually = usual.to_dict()
    return {name: value for name, value in settings.to_dict().items() if value != usually[name]}


def write_changes(changed: Changes, between: str = "=") -> list[str]:
    """Return each setting as text: "learning_rate=0.004"."""
    return [f"{name}{between}{_digits(value)}" for name, value in changed.items()]


def read_changes(texts: Iterable[str], between: str = "=") -> dict[str, Any]:
    """Read what `write_changes` wrote.

    Raises:
        ConfigError: if a name is unknown, or a value is of the wrong kind or out of range; it
            names every issue.
    """
    kinds = {f.name: type(getattr(TrainConfig(), f.name)) for f in fields(TrainConfig)}
    read: dict[str, Any] = {}
    issues = []
    for text in texts:
        name, _, value = text.strip().partition(between)
        if name not in kinds:
            issues.append(
                f"There is no setting '{name[:40]}'; there are {', '.join(sorted(kinds))}."
            )
            continue
        try:
            given = kinds[name](value)
            TrainConfig(**{name: given})
        except ValueError:
            issues.append(f"'{value[:40]}' is not a value for {name}.")
        except ConfigError as error:
            issues += error.issues
        else:
            read[name] = given
    if issues:
        raise ConfigError(issues)
    return read


def write_split(split: SplitConfig, seed: bool = True) -> str:
    """Return a split as text: its three shares, and its seed where that is not 0: "0.8,0.1,0.1".

    Args:
        seed: whether the seed is written.
    """
    shares = (split.train, split.val, split.test)
    last = [str(split.seed)] if seed and split.seed else []
    return ",".join([*("1/3" if share == 1 / 3 else _digits(share) for share in shares), *last])


def read_split(text: str, seed: int = 0) -> SplitConfig:
    """Read a split: three shares with commas between, "0.8,0.1,0.1" or "1/3,1/3,1/3", maybe a seed.

    Args:
        seed: what it is where the text has none.

    Raises:
        ConfigError: if it is none, or its shares do not add up to 1.
    """
    try:
        train, val, test, *rest = text.split(",")
        shares = [_fraction(share) for share in (train, val, test)]
        (given,) = map(int, rest or [str(seed)])
    except (ValueError, ZeroDivisionError):
        raise ConfigError(
            [
                f"'{text[:60]}' is not a split: give three shares, such as 0.8,0.1,0.1 or "
                "1/3,1/3,1/3."
            ]
        ) from None
    issue = SEEDS.issue("seed", given)
    if issue:
        raise ConfigError([issue])
    return SplitConfig(train=shares[0], val=shares[1], test=shares[2], seed=given)


def _fraction(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / (float(below) if below else 1.0)


def _digits(value: Any) -> str:
    """Return a value with every digit that it needs to be read back."""
    return repr(value) if isinstance(value, float) else str(value)
