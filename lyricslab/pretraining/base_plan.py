"""The plan of a base: what is trained, on how much, and how that becomes the settings of a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lyricslab.config import PRETRAIN, SEEDS, ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.config_base import Config, Range
from lyricslab.importing.bulk.dataset import Dataset
from lyricslab.library.bases import base_name_issue
from lyricslab.model.cost import Throughput
from lyricslab.model.presets import PAPER_RATE

SPLIT = SplitConfig(train=0.9, val=0.05, test=0.05)
EVALS = 40
EVALS_SHARE = 0.1
"""The largest share of the time for evaluations."""
PAPER_PATIENCE = 10
"""Evaluations without improvement before RMSprop stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePlan(Config):
    """What to train, on how much, and what its card says."""

    name: str
    """The name of the base, and of its file."""
    model: ModelConfig = field(default_factory=ModelConfig)
    """The network's size; that of `start` where there is one."""
    start: str | None = None
    """The base to start from; random weights if None."""
    minutes: float = 40
    """Minutes of one core, or of the accelerator; measured for a moment, then turned into steps.

    Of one, also where torchrun starts several: what N gain by it depends on the machine.
    """
    epochs: float | None = None
    """Passes over the text, instead of `minutes`."""
    optimiser: str = "adamw"
    """AdamW at a falling rate, or RMSprop as in the paper: at a constant rate, until validation
    stops falling."""
    learning_rate: float | None = None
    """If None, by the network's size, or for RMSprop the paper's."""
    batch_size: int = 32
    """B: songs side by side in one step."""
    window_chars: int = 80
    """T: characters of each song in one step."""
    dropout: float = 0.0
    """The share of signals between layers that training drops at random."""
    weight_decay: float = 0.0
    """How much weights are pulled towards zero at each step."""
    seed: int = 0
    """Of the order of songs and the random weights; the same seed gives the same base."""
    half: bool = False
    """Whether its weights are stored as float16, in half the space."""
    reads: str = ""
    """What it reads, in one sentence, for the card."""
    lyrics: bool = False
    """Whether it reads songs and verse rather than prose."""
    sources: tuple[str, ...] = ()
    """Titles and credits of what it reads."""
    licence: str = ""
    """The licence of the base."""
    command: str = ""
    """The command that trained it."""
    replaces: bool = False
    """Whether it replaces a base of this name."""

    RANGES = {
        "minutes": Range(0.01, 100_000),
        "epochs": Range(0.01, 10_000),
        "learning_rate": TrainConfig.RANGES["learning_rate"],
        "batch_size": TrainConfig.RANGES["batch_size"],
        "window_chars": Range(8, 4_000),
        "dropout": TrainConfig.RANGES["dropout"],
        "weight_decay": TrainConfig.RANGES["weight_decay"],
        "seed": SEEDS,
    }

    CHOICES = {"optimiser": TrainConfig.CHOICES["optimiser"]}

    def issues(self) -> list[str]:
        found = Config.issues(self)
        issue = base_name_issue(self.name)
        return [*found, issue] if issue else found


def usual_rate(model: ModelConfig) -> float:
    """Return the learning rate for a network of this size; found by experiment, docs/LOG.md."""
    return float(min(1e-2, 8e-3 * (256 / model.hidden_size) ** 0.5))


def run_config(plan: BasePlan, dataset: Dataset, throughput: Throughput) -> RunConfig:
    """Return the settings of the plan's run: its minutes or epochs as steps."""
    evals_s = EVALS * throughput.eval_s
    if plan.epochs is not None:
        steps = plan.epochs * dataset.manifest.characters * SPLIT.train / throughput.step_chars
    else:
        seconds = plan.minutes * 60
        steps = (seconds - min(evals_s, EVALS_SHARE * seconds)) / throughput.step_s
    steps = max(1, round(steps))
    affordable = EVALS_SHARE * steps * throughput.step_s / max(throughput.eval_s, 1e-9)
    evals = max(4, min(EVALS, int(affordable)))
    return RunConfig(
        corpus=dataset.digest,
        base=plan.start,
        model=plan.model,
        split=SPLIT,
        settings=replace(
            settings_of(plan, steps),
            eval_every_steps=max(1, steps // evals),
            point_every_steps=max(1, steps // 600),
            precision=throughput.precision,
        ),
        preset=PRETRAIN,
        seed=plan.seed,
    )


def settings_of(plan: BasePlan, steps: int) -> TrainConfig:
    """Return the training settings of a plan, for this number of steps."""
    settings = TrainConfig(
        learning_rate=plan.learning_rate or usual_rate(plan.model),
        batch_size=plan.batch_size,
        window_chars=plan.window_chars,
        warmup_steps=min(200, steps // 10),
        grad_clip=1.0,
        dropout=plan.dropout,
        weight_decay=plan.weight_decay,
        max_steps=steps,
        patience_evals=0,
    )
    if plan.optimiser == "adamw":
        return settings
    return replace(
        settings,
        optimiser=plan.optimiser,
        learning_rate=plan.learning_rate or PAPER_RATE,
        schedule="constant",
        warmup_steps=0,
        patience_evals=PAPER_PATIENCE,
    )
