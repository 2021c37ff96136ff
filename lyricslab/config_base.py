"""The base of all settings: checked when they are made, to JSON and back; free of torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache, lru_cache
from types import UnionType
from typing import Any, NamedTuple, Self, get_args, get_origin, get_type_hints

from lyricslab.errors import ConfigError


class Range(NamedTuple):
    """The closed interval a number must lie in."""

    low: float
    high: float

    def issue(self, name: str, value: float) -> str | None:
        """Return a sentence if `value` of the setting `name` is out of range, else None."""
        if self.low <= value <= self.high:
            return None
        name = _spoken(name)
        low, high, given = map(_digits, (self.low, self.high, value))
        return f"{name} must lie between {low} and {high}; it is {given}."


class Config:
    """Base class of all settings: validation that reports every issue at once, and JSON."""

    __slots__ = ()
    RANGES: dict[str, Range] = {}
    CHOICES: dict[str, tuple[str, ...]] = {}
    JSON_NAMES: dict[str, str] = {}
    """The names of fields in JSON where they differ: records keep the names they were written
    with."""

    def __post_init__(self) -> None:
        issues = kind_issues(self) or self.issues()
        if issues:
            raise ConfigError(issues)

    def issues(self) -> list[str]:
        """Return one sentence for each setting that is out of range."""
        issues = []
        for name, limits in self.RANGES.items():
            value = getattr(self, name)
            issue = None if value is None else limits.issue(name, value)
            if issue:
                issues.append(issue)
        for name, choices in self.CHOICES.items():
            if getattr(self, name) not in choices:
                issues.append(
                    f"{_spoken(name)} must be one of {', '.join(choices)}; "
                    f"it is {getattr(self, name)}."
                )
        return issues

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain JSON values."""
        return {
            self.JSON_NAMES.get(f.name, f.name): _plain(getattr(self, f.name))
            for f in fields(self)  # type: ignore[arg-type]  # every Config is a dataclass
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build the settings from `values`.

        Raises:
            ConfigError: if a name is missing or unknown, or a value has the wrong type or range.
        """
        if not isinstance(values, Mapping):
            raise ConfigError([f"{cls.__name__} must be an object of named settings."])
        names = {json_name: name for name, json_name in cls.JSON_NAMES.items()}
        values = {names.get(name, name): value for name, value in values.items()}
        by_name = _fields(cls)  # type: ignore[arg-type]  # a class can be hashed
        unknown = sorted(set(values) - by_name.keys())
        issues = [f"{cls.__name__} has no setting '{name}'." for name in unknown]
        for name, f in by_name.items():
            if name not in values and f.default is MISSING and f.default_factory is MISSING:
                issues.append(f"{cls.__name__} lacks '{name}'.")
        if issues:
            raise ConfigError(issues)
        hints = _hints(cls)  # type: ignore[arg-type]  # a class can be hashed
        return cls(**{name: _nested(hints[name], value) for name, value in values.items()})


def _plain(value: Any) -> Any:
    """Return a field's value as plain JSON."""
    if isinstance(value, Config):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _nested(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple and isinstance(value, list):  # JSON has no tuples
        return tuple(_nested(get_args(hint)[0], part) for part in value)
    for kind in (hint, *getattr(hint, "__args__", ())):
        if isinstance(value, Mapping) and isinstance(kind, type) and issubclass(kind, Config):
            try:  # runs in the store share most of their parts
                settings = tuple((name, type(v), v) for name, v in value.items())
                return _part(kind, settings)  # type: ignore[arg-type]  # a class can be hashed
            except TypeError:  # a list where a number should be: from_dict says so in words
                return kind.from_dict(value)
    return value


@lru_cache(maxsize=1024)
def _part(kind: type[Config], settings: tuple[tuple[str, type[Any], Any], ...]) -> Config:
    """Build a part of a configuration once. Types are in the key, since 1 == 1.0 == True."""
    return kind.from_dict({name: value for name, _, value in settings})


# ---- types of fields

_KINDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def kind_issues(facts: Any) -> list[str]:
    """Return one sentence for each field of a dataclass whose value has the wrong type."""
    issues = []
    hints = _hints(type(facts))  # type: ignore[arg-type]  # a class can be hashed
    for name, hint in hints.items():
        value = getattr(facts, name, None)
        if not _fits(hint, value):
            kind = _KINDS.get((get_args(hint) or (hint,))[0], "of another type")
            issues.append(f"{_spoken(name)} must be {kind}; it is {repr(value)[:40]}.")
    return issues


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """Return the type of each field of a dataclass."""
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


@cache
def _fields(kind: type[Any]) -> dict[str, Field[Any]]:
    """Return the fields of a dataclass by name."""
    return {f.name: f for f in fields(kind)}


def _fits(hint: Any, value: Any) -> bool:
    if hint is Any or hint is type(value) is not float:  # a float may be nan
        return True
    if isinstance(value, bool):
        return hint is bool
    if hint is float:  # neither nan nor infinity
        return isinstance(value, int | float) and abs(value) < 1e300
    if get_origin(hint) is UnionType:
        return any(_fits(kind, value) for kind in get_args(hint))
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(_fits(get_args(hint)[0], part) for part in value)
    return isinstance(value, get_origin(hint) or hint)


def _digits(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)


# ---- words


def _spoken(name: str) -> str:
    """Return a setting's name as the first words of a sentence."""
    return name.replace("_", " ").capitalize()
