"""All settings as frozen dataclasses, each defined once; free of torch.

A setting's range is defined beside it and used by the command line, the widgets and validation.
`to_dict` and `from_dict` round-trip through JSON; a `RunConfig` as JSON *is* a run's record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache, lru_cache
from types import UnionType
from typing import Any, NamedTuple, Self, get_args, get_origin, get_type_hints

from lyricslab.errors import ConfigError

VOCAB_SIZE = 128
"""V: the 128 ASCII codes, the same in every base (Sec. 3). This never changes."""


DEVICES = ("auto", "cpu", "cuda", "mps")
"""Devices that can run a pretraining; "auto" takes an accelerator where there is one."""


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


SEEDS = Range(0, 2**63 - 1)
"""The seeds that numpy, torch and the store all accept."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig(Config):
    """The size of a stacked LSTM (Sec. 3, Fig. 1)."""

    hidden_size: int = 64
    """H: memory units in each layer."""
    num_layers: int = 3
    """L: LSTM layers in the stack, 0 nearest the input."""

    RANGES = {"hidden_size": Range(1, 2048), "num_layers": Range(1, 8)}

    def layer_parameters(self, layer: int) -> int:
        """Return the number of weights in one layer: two matrices and two biases of four gates."""
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
    """How the songs of a corpus are split into training, validation and test songs."""

    train: float = 0.8
    """Share of the songs to train on."""
    val: float = 0.1
    """Share of the songs that decides when to stop and which checkpoint is best."""
    test: float = 0.1
    """Share of the songs that is used once, for the final figure."""
    seed: int = 0
    """Seed of the split; the same seed gives the same split."""

    RANGES = {
        "train": Range(0.05, 0.95),
        "val": Range(0.01, 0.9),
        "test": Range(0.01, 0.9),
        "seed": SEEDS,
    }

    def issues(self) -> list[str]:
        issues = Config.issues(self)
        if abs(self.train + self.val + self.test - 1) > 1e-6:
            issues.append("The three shares of a split must add up to 1.")
        return issues


THIRDS = {"train": 1 / 3, "val": 1 / 3, "test": 1 / 3}
"""The paper's split (Sec. 2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig(Config):
    """How weights are trained. Budgets are in steps, never in time: same seed, same result."""

    optimiser: str = "adamw"
    """How a gradient changes the weights: AdamW, or the paper's RMSprop (Sec. 3)."""
    learning_rate: float = 1e-3
    """Size of a step; too large and the loss jumps, too small and nothing happens."""
    schedule: str = "cosine"
    """Whether the learning rate stays the same (constant), falls to nearly zero (cosine), or halves
    whenever validation stops improving (plateau)."""
    plateau_evals: int = 3
    """Evaluations without improvement before the schedule "plateau" halves the learning rate."""
    warmup_steps: int = 0
    """Steps over which the learning rate rises from zero at the start."""
    layer_decay: float = 1.0
    """Learning rate of a layer as a fraction of that of the layer above; the head is on top."""
    unfreeze_epochs: float = 0.0
    """Epochs until the next lower layer is unfrozen, the head first; 0 trains all at once."""
    lora_rank: int = 0
    """Rank of the change that matrices may learn (LoRA, low-rank adaptation); 0 is any change."""
    batch_size: int = 16
    """B: songs read side by side in one step."""
    window_chars: int = 64
    """T: characters through which a step looks back; 0 takes complete songs, as the paper does."""
    grad_clip: float = 5.0
    """Largest norm of the gradient; longer ones are scaled down to it, and 0 never scales."""
    weight_decay: float = 0.0
    """How strongly weights are pulled towards zero at each step."""
    dropout: float = 0.0
    """Share of signals between layers hidden at random during training, against memorising."""
    input_dropout: float = 0.0
    """Share of characters hidden at random from layer 0 during training, if that layer learns."""
    output_dropout: float = 0.0
    """Share of signals from the top layer hidden at random from the head during training."""
    padding: str = "skipped"
    """Whether padding after a song's end is skipped, or learned as in the paper."""
    max_steps: int = 1000
    """The budget: training ends here at the latest; 0 trains nothing and evaluates the base."""
    eval_every_steps: int = 50
    """Steps between two evaluations on the validation songs."""
    patience_evals: int = 8
    """Evaluations without improvement before training stops early; 0 never stops early."""
    point_every_steps: int = 10
    """Steps between two points of the training curve."""
    precision: str = "float32"
    """Number format of products during training: bfloat16 is faster where processors support it,
    and its rounding is harmless in a large network; results are always measured in float32."""

    RANGES = {
        "learning_rate": Range(1e-6, 1.0),
        "plateau_evals": Range(1, 10_000),
        "warmup_steps": Range(0, 1_000_000),
        "layer_decay": Range(0.01, 1),
        "unfreeze_epochs": Range(0, 1000),
        "lora_rank": Range(0, 64),
        "batch_size": Range(1, 1024),
        "window_chars": Range(0, 100_000),
        "grad_clip": Range(0, 1000),
        "weight_decay": Range(0, 10),
        "dropout": Range(0, 0.9),
        "input_dropout": Range(0, 0.9),
        "output_dropout": Range(0, 0.9),
        "max_steps": Range(0, 10_000_000),
        "eval_every_steps": Range(1, 1_000_000),
        "patience_evals": Range(0, 10_000),
        "point_every_steps": Range(1, 100_000),
    }
    CHOICES = {
        "optimiser": ("adamw", "rmsprop"),
        "schedule": ("cosine", "constant", "plateau"),
        "precision": ("float32", "bfloat16"),
        "padding": ("skipped", "learned"),
    }


RUN_KINDS = ("subset", "head", "all", "zero-shot", "baseline", "base")
"""What a run trains: some weights, only the head, all of them, nothing, a new network on the corpus
alone, or a base for others to start from."""
PRETRAIN = "pretrain"
"""The preset of a run that trains a base; its text is a dataset instead of a corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig(Config):
    """One training job; with the corpus and base that it names, it can be repeated exactly."""

    corpus: str
    """The corpus's digest."""
    base: str | None
    """The name of the pretrained network, or None to train a new one on the corpus alone."""
    trainable: str = "all"
    """Which weights are trained, as `Trainable.parse` reads it: "0,2", "0.hh,2.f", "all"."""
    model: ModelConfig = field(default_factory=ModelConfig)
    """The size of the network; that of the base if there is one."""
    split: SplitConfig = field(default_factory=SplitConfig)
    settings: TrainConfig = field(default_factory=TrainConfig)
    preset: str = "studio"
    """The preset that the settings came from; "own" if any of them was changed."""
    seed: int = 0
    """Seed of the order of songs, dropout and new weights; the same seed gives the same run."""

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
    """0 always takes the likeliest character; 1 samples as predicted; higher is wilder."""
    length_chars: int = 1000
    """Most characters of one song; the network may end it sooner."""
    seed: int = 0
    """Seed of the song; the same seed, settings and network give the same song."""
    prime: str = ""
    """How the text begins; the network continues from there."""
    count: int = 1
    """How many songs, with seeds `seed`, `seed` + 1, ..."""

    RANGES = {
        "temperature": Range(0, 2),
        "length_chars": Range(1, 100_000),
        "count": Range(1, 256),
        "seed": SEEDS,
    }
