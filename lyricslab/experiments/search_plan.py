"""What a search tries: whole layers, parts of layers grown one by one, low-rank changes, ULMFiT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lyricslab.config import ModelConfig, RunConfig, TrainConfig
from lyricslab.errors import ConfigError
from lyricslab.model.trainable import Trainable, every_gate, every_matrix, nontrivial_subsets
from lyricslab.store.plans import SearchPlan

GROWN = ("matrices", "gates")
"""Those whose choices are found step by step."""
RANKS = (1, 2, 4, 8)
"""Of low-rank changes to the matrices of every layer (LoRA; Hu et al. 2021)."""
ULMFIT_DECAY = 1 / 2.6
"""The rate of a layer as a part of that of the one above (Howard and Ruder 2018, Sec. 3.2)."""
ULMFIT_EPOCHS = 1.0
"""Passes until the next layer begins to learn (their Sec. 3.3: one)."""
ZERO_SHOT = TrainConfig(max_steps=0)
"""Learns nothing: the base is judged as it is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What learns, and how."""

    method: str
    """One of METHODS."""
    trainable: str
    """As `Trainable` writes it."""
    lora_rank: int = 0
    layer_decay: float = 1.0
    unfreeze_epochs: float = 0.0

    def trained_parameters(self, model: ModelConfig) -> int:
        """The numbers that learn, the head's among them."""
        if self.method == "zero-shot":
            return 0
        learns = Trainable.parse(self.trainable, model.num_layers)
        return learns.trained_parameters(model, self.lora_rank)


def run_config(plan: SearchPlan, choice: Choice, rate: float, seed: int) -> RunConfig:
    """The run that trains a choice at so many times the preset's rate.

    Raises:
        ConfigError: if the rate is out of range.
    """
    train = replace(
        plan.settings,
        learning_rate=plan.settings.learning_rate * rate,
        lora_rank=choice.lora_rank,
        layer_decay=choice.layer_decay,
        unfreeze_epochs=choice.unfreeze_epochs,
    )
    return RunConfig(
        corpus=plan.corpus,
        base=plan.base,
        trainable=choice.trainable,
        model=plan.model,
        split=plan.split,
        settings=ZERO_SHOT if choice.method == "zero-shot" else train,
        preset=_preset(plan, train),
        seed=seed,
    )


def as_planned(plan: SearchPlan, config: RunConfig) -> RunConfig:
    """A run's configuration as the plan writes it, for a run by hand may serve a search too."""
    if config.kind == "zero-shot":
        return run_config(plan, Choice("zero-shot", "none"), 1.0, seed=0)
    return replace(config, base=plan.base, preset=_preset(plan, config.settings))


def _preset(plan: SearchPlan, train: TrainConfig) -> str:
    return plan.preset if train == plan.settings else "own"


def fixed_choices(plan: SearchPlan) -> list[Choice]:
    """The choices that are known before anything is trained, in the table's order."""
    stack = plan.model.num_layers
    matrices = ",".join(f"{k}.{matrix}" for k in range(stack) for matrix in ("ih", "hh"))
    whole = [*map(str, nontrivial_subsets(stack)), "all"]
    made = [
        Choice("zero-shot", "none"),
        Choice("head", "none"),
        *(Choice("layers", subset) for subset in whole),
        *(Choice("lora", str(Trainable.parse(matrices, stack)), lora_rank=r) for r in RANKS),
        Choice("ulmfit", "all", layer_decay=ULMFIT_DECAY, unfreeze_epochs=ULMFIT_EPOCHS),
    ]
    return [choice for choice in made if choice.method in plan.methods]


def units(method: str, num_layers: int) -> tuple[Trainable, ...]:
    """The parts of which a choice is grown: 3 matrices or 4 gates of each layer."""
    return every_matrix(num_layers) if method == "matrices" else every_gate(num_layers)


@dataclass(frozen=True, slots=True)
class Growth:
    """How far a choice has grown."""

    path: tuple[Trainable, ...]
    """The choices that won, each one part more than the last."""
    wanted: tuple[Trainable, ...]
    """The choices whose losses decide what comes next; none once nothing more fits."""


def grow(
    parts: Sequence[Trainable],
    model: ModelConfig,
    budget: int,
    loss_of: Callable[[Trainable], float | None],
) -> Growth:
    """Greedy forward selection: to begin with the head alone, then the part that helps most.

    It goes on while another part fits, whether or not it helps: what is best on the path is for
    validation to say.

    Args:
        budget: the most weights, without the head's.
        loss_of: on validation; None while it is not known.
    """
    chosen = Trainable(frozenset(), model.num_layers)
    path: list[Trainable] = []
    while True:
        larger = [chosen | part for part in parts if not part.cells <= chosen.cells]
        most = budget + model.head_parameters
        fitting = [wider for wider in larger if wider.trained_parameters(model) <= most]
        losses = [(loss_of(wider), k) for k, wider in enumerate(fitting)]
        known = [(loss, k) for loss, k in losses if loss is not None]
        if len(known) < len(losses):
            return Growth(tuple(path), tuple(fitting))
        if not known:
            return Growth(tuple(path), ())
        chosen = fitting[min(known)[1]]
        path.append(chosen)


def usual_budget(model: ModelConfig) -> int:
    """The weights of one upper layer."""
    return model.layer_parameters(model.num_layers - 1)


def check_budget(plan: SearchPlan) -> None:
    """Refuses a budget into which no part fits.

    Raises:
        ConfigError: if there is none.
    """
    for method in GROWN:
        parts = units(method, plan.model.num_layers)
        least = min(p.trained_parameters(plan.model) for p in parts) - plan.model.head_parameters
        if method in plan.methods and plan.budget < least:
            raise ConfigError(
                [
                    f"A budget of {plan.budget:,} weights lets no part of a layer learn. Of the "
                    f"{method}, the smallest has {least:,}."
                ]
            )
