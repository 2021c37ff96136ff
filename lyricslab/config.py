"""Every setting of the lab, each once, as frozen dataclasses; free of torch.

A setting's range stands beside it and serves the command line, the widgets and the check.
`to_dict` and `from_dict` round-trip through JSON; a `RunConfig` as JSON *is* a run's record.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache, lru_cache
from types import UnionType
from typing import Any, NamedTuple, Self, get_args, get_origin, get_type_hints

from lyricslab.errors import ConfigError

VOCAB_SIZE = 128
"""V: the 128 ASCII codes, the same in every base, for ever (Sec. 3)."""


DEVICES = ("auto", "cpu", "cuda", "mps")
"""What may compute a pretraining: "auto" takes an accelerator where there is one."""


class Range(NamedTuple):
    """The closed interval a number must lie in."""

    low: float
    high: float

    def issue(self, name: str, value: float) -> str | None:
        """The sentence that says `value` of a setting is out of range, or None."""
        if self.low <= value <= self.high:
            return None
        name = _spoken(name)
        low, high, given = map(_digits, (self.low, self.high, value))
        return f"{name} must lie between {low} and {high}; it is {given}."


SEEDS = Range(0, 2**63 - 1)
"""The seeds that numpy, torch and the store all take."""


class Config:
    """Shared by all: a check that reports every issue at once, and the way to JSON and back."""

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
        """A sentence for each setting that is out of its range."""
        found = []
        for name, limits in self.RANGES.items():
            value = getattr(self, name)
            issue = None if value is None else limits.issue(name, value)
            if issue:
                found.append(issue)
        for name, choices in self.CHOICES.items():
            if getattr(self, name) not in choices:
                found.append(
                    f"{_spoken(name)} must be one of {', '.join(choices)}; "
                    f"it is {getattr(self, name)}."
                )
        return found

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return {
            self.JSON_NAMES.get(f.name, f.name): _plain(getattr(self, f.name))
            for f in fields(self)  # type: ignore[arg-type]  # every Config is a dataclass
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The settings in `values`.

        Raises:
            ConfigError: if a name is missing or not a setting, or a value does not fit.
        """
        if not isinstance(values, Mapping):
            raise ConfigError([f"These are no settings of {cls.__name__}."])
        names = {json_name: name for name, json_name in cls.JSON_NAMES.items()}
        values = {names.get(name, name): value for name, value in values.items()}
        known = _fields(cls)  # type: ignore[arg-type]  # a class can be hashed
        unknown = sorted(set(values) - known.keys())
        issues = [f"{cls.__name__} has no setting '{name}'." for name in unknown]
        for name, f in known.items():
            if name not in values and f.default is MISSING and f.default_factory is MISSING:
                issues.append(f"{cls.__name__} lacks '{name}'.")
        if issues:
            raise ConfigError(issues)
        hints = _hints(cls)  # type: ignore[arg-type]  # a class can be hashed
        return cls(**{name: _nested(hints[name], value) for name, value in values.items()})


def _plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, Config):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _nested(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple and isinstance(value, list):  # as JSON has it
        return tuple(_nested(get_args(hint)[0], part) for part in value)
    for kind in (hint, *getattr(hint, "__args__", ())):
        if isinstance(value, Mapping) and isinstance(kind, type) and issubclass(kind, Config):
            try:  # a store's runs share most of their parts
                settings = tuple((name, type(v), v) for name, v in value.items())
                return _part(kind, settings)  # type: ignore[arg-type]  # a class can be hashed
            except TypeError:  # a list where a number should be: let it be said in words
                return kind.from_dict(value)
    return value


@lru_cache(maxsize=1024)
def _part(kind: type[Config], settings: tuple[tuple[str, type[Any], Any], ...]) -> Config:
    """A part of a configuration, made once; by kind of value too, for 1, 1.0 and True are equal."""
    return kind.from_dict({name: value for name, _, value in settings})


# ---- what a field may hold

_KINDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def kind_issues(facts: Any) -> list[str]:
    """A sentence for each field of a dataclass that holds another kind of thing than it says."""
    found = []
    hints = _hints(type(facts))  # type: ignore[arg-type]  # a class can be hashed
    for name, hint in hints.items():
        value = getattr(facts, name, None)
        if not _fits(hint, value):
            kind = _KINDS.get((get_args(hint) or (hint,))[0], "of another kind")
            found.append(f"{_spoken(name)} must be {kind}; it is {repr(value)[:40]}.")
    return found


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """What each field of a dataclass may hold."""
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


@cache
def _fields(kind: type[Any]) -> dict[str, Field[Any]]:
    """The fields of a dataclass by name."""
    return {f.name: f for f in fields(kind)}


def _fits(hint: Any, value: Any) -> bool:
    if hint is Any or hint is type(value) is not float:  # a float may be nan
        return True
    if isinstance(value, bool):
        return hint is bool
    if hint is float:  # nan and infinity are no numbers to work with
        return isinstance(value, int | float) and abs(value) < 1e300
    if get_origin(hint) is UnionType:
        return any(_fits(kind, value) for kind in get_args(hint))
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(_fits(get_args(hint)[0], part) for part in value)
    return isinstance(value, get_origin(hint) or hint)


def _digits(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)


# ---- words


def sentence(kind: type[Config], name: str) -> str:
    """What a setting means, in the one sentence that stands below it in this file."""
    return _sentences(kind)[name]  # type: ignore[arg-type]  # a class can be hashed


@cache
def _sentences(kind: type[Any]) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(kind))
    body = tree.body[0].body  # type: ignore[attr-defined]
    found = {}
    for field_node, doc in zip(body, body[1:], strict=False):
        if isinstance(field_node, ast.AnnAssign) and isinstance(doc, ast.Expr):
            assert isinstance(field_node.target, ast.Name) and isinstance(doc.value, ast.Constant)
            found[field_node.target.id] = " ".join(str(doc.value.value).split())
    return found


def _spoken(name: str) -> str:
    """A setting's name as a sentence begins with it."""
    return name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig(Config):
    """The size of a stacked LSTM (Sec. 3, Fig. 1)."""

    hidden_size: int = 64
    """H: memory units in each layer."""
    num_layers: int = 3
    """L: LSTM layers in the stack, 0 nearest the input."""

    RANGES = {"hidden_size": Range(1, 2048), "num_layers": Range(1, 8)}

    def layer_parameters(self, layer: int) -> int:
        """The number of weights in one layer: two matrices and two biases of four gates."""
        inputs = VOCAB_SIZE if layer == 0 else self.hidden_size
        return 4 * self.hidden_size * (inputs + self.hidden_size + 2)

    @property
    def head_parameters(self) -> int:
        """The number of weights in the linear head."""
        return VOCAB_SIZE * (self.hidden_size + 1)

    @property
    def parameters(self) -> int:
        """The number of weights in the whole network."""
        layers = sum(self.layer_parameters(k) for k in range(self.num_layers))
        return layers + self.head_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitConfig(Config):
    """How a corpus is divided, by song, into what is learned, watched and judged."""

    train: float = 0.8
    """Share of the songs to learn from."""
    val: float = 0.1
    """Share that decides when to stop and which checkpoint is best."""
    test: float = 0.1
    """Share that is read once, for the final figure."""
    seed: int = 0
    """Which division it is; the same seed gives the same one."""

    RANGES = {
        "train": Range(0.05, 0.95),
        "val": Range(0.01, 0.9),
        "test": Range(0.01, 0.9),
        "seed": SEEDS,
    }

    def issues(self) -> list[str]:
        found = Config.issues(self)
        if abs(self.train + self.val + self.test - 1) > 1e-6:
            found.append("The three shares of a split must add up to 1.")
        return found


THIRDS = {"train": 1 / 3, "val": 1 / 3, "test": 1 / 3}
"""The paper's split (Sec. 2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig(Config):
    """How weights are learned. Budgets are steps, never the clock: same seed, same result."""

    optimiser: str = "adamw"
    """How a gradient becomes a change of weights: AdamW, or the paper's RMSprop (Sec. 3)."""
    learning_rate: float = 1e-3
    """The size of a step; too large and the loss jumps, too small and nothing happens."""
    schedule: str = "cosine"
    """Whether the learning rate stays (constant) or glides to nearly nothing (cosine)."""
    warmup_steps: int = 0
    """Steps over which the learning rate rises from nothing at the start."""
    layer_decay: float = 1.0
    """A layer's learning rate as a part of that of the one above it, the head uppermost."""
    unfreeze_epochs: float = 0.0
    """Passes until the next lower layer begins to learn, the head first; 0 starts all at once."""
    lora_rank: int = 0
    """Matrices learn a change of this rank only (LoRA, low-rank adaptation); 0 lets all change."""
    batch_size: int = 16
    """B: songs read side by side in one step."""
    window_chars: int = 64
    """T: characters a step looks back through; 0 takes whole songs, as the paper does."""
    grad_clip: float = 5.0
    """The longest step the gradient may ask for; 0 switches clipping off."""
    weight_decay: float = 0.0
    """How strongly learning weights are pulled towards zero at each step."""
    dropout: float = 0.0
    """Share of signals between layers hidden at random while learning, against memorising."""
    padding: str = "skipped"
    """Whether the 0s that fill a song up to the longest are skipped, or learned as in the paper."""
    max_steps: int = 1000
    """The budget: training ends here at the latest; 0 learns nothing and judges the base as is."""
    eval_every_steps: int = 50
    """Steps between two looks at the validation songs."""
    patience_evals: int = 8
    """Looks without improvement before training stops early; 0 never stops early."""
    point_every_steps: int = 10
    """Steps between two points of the training curve."""
    precision: str = "float32"
    """How exactly products are taken while learning: bfloat16 is faster where processors have it,
    and its rounding does not show in a large network; results are measured in float32 always."""

    RANGES = {
        "learning_rate": Range(1e-6, 1.0),
        "warmup_steps": Range(0, 1_000_000),
        "layer_decay": Range(0.01, 1),
        "unfreeze_epochs": Range(0, 1000),
        "lora_rank": Range(0, 64),
        "batch_size": Range(1, 1024),
        "window_chars": Range(0, 100_000),
        "grad_clip": Range(0, 1000),
        "weight_decay": Range(0, 10),
        "dropout": Range(0, 0.9),
        "max_steps": Range(0, 10_000_000),
        "eval_every_steps": Range(1, 1_000_000),
        "patience_evals": Range(0, 10_000),
        "point_every_steps": Range(1, 100_000),
    }
    CHOICES = {
        "optimiser": ("adamw", "rmsprop"),
        "schedule": ("cosine", "constant"),
        "precision": ("float32", "bfloat16"),
        "padding": ("skipped", "learned"),
    }


RUN_KINDS = ("subset", "head", "all", "zero-shot", "baseline", "base")
"""What a run is: some weights learn, only the head, all of them, nothing at all, a network begins
from nothing, or one is made that others are to begin with."""
PRETRAIN = "pretrain"
"""The preset of a run that makes a base; its text is a dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig(Config):
    """One training job, complete: with the corpus and the base it names, it can be repeated."""

    corpus: str
    """The corpus's digest."""
    base: str | None
    """The name of the pretrained network, or None to start from nothing."""
    trainable: str = "all"
    """Which weights learn, as `Trainable.parse` reads it: "0,2", "0.hh,2.f", "none", "all"."""
    model: ModelConfig = field(default_factory=ModelConfig)
    """The network's size; the base's own where there is one."""
    split: SplitConfig = field(default_factory=SplitConfig)
    settings: TrainConfig = field(default_factory=TrainConfig)
    preset: str = "studio"
    """The preset the training settings came from; "own" when any of them was changed."""
    seed: int = 0
    """Order of songs, dropout and fresh weights; the same seed gives the same run."""

    RANGES = {"seed": SEEDS}
    JSON_NAMES = {"settings": "train"}

    @property
    def kind(self) -> str:
        """One of RUN_KINDS."""
        if self.preset == PRETRAIN:
            return "base"
        if self.base is None:
            return "baseline"
        if self.settings.max_steps == 0:
            return "zero-shot"
        if self.settings.lora_rank:
            return "subset"
        return {"none": "head", "all": "all"}.get(self.trainable, "subset")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleConfig(Config):
    """How a song is written (Sec. 4.1)."""

    temperature: float = 0.8
    """0 always takes the likeliest character; 1 draws as the network believes; higher is wilder."""
    length_chars: int = 1000
    """The most characters of one song; it may end itself sooner."""
    seed: int = 0
    """Which draw; the same seed, settings and network give the same song."""
    prime: str = ""
    """How the text begins; the network goes on from there."""
    count: int = 1
    """How many songs, with seeds `seed`, `seed` + 1, ..."""

    RANGES = {
        "temperature": Range(0, 2),
        "length_chars": Range(1, 100_000),
        "count": Range(1, 256),
        "seed": SEEDS,
    }
