"""Plan a search: whole layers, parts of layers added one by one, low-rank changes, ULMFiT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lyricslab.config import ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.errors import ConfigError
from lyricslab.experiments.planner import ZERO_SHOT
from lyricslab.library.bases import base_digest, load_base_card
from lyricslab.library.corpora import load_corpus
from lyricslab.model import presets
from lyricslab.model.trainable import Trainable, every_gate, every_matrix, nontrivial_subsets
from lyricslab.songs.split import split
from lyricslab.store.plans import METHODS, RATES, SearchPlan
from lyricslab.store.store import Store

GROWN = ("matrices", "gates")
"""The methods whose choices are found step by step."""
RANKS = (1, 2, 4, 8)
"""Ranks of the low-rank changes to the matrices of every layer (LoRA; Hu et al. 2021)."""
ULMFIT_DECAY = 1 / 2.6
"""Learning rate of a layer over that of the layer above (Howard and Ruder 2018, Sec. 3.2)."""
ULMFIT_EPOCHS = 1.0
"""Epochs until the next layer is unfrozen (their Sec. 3.3: one)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is trained, and how."""

    method: str
    """One of METHODS."""
    trainable: str
    """As `Trainable` writes it."""
    lora_rank: int = 0
    layer_decay: float = 1.0
    unfreeze_epochs: float = 0.0

    def trained_parameters(self, model: ModelConfig) -> int:
        """Return the number of trained parameters, the head's included."""
        if self.method == "zero-shot":
            return 0
        learns = Trainable.parse(self.trainable, model.num_layers)
        return learns.trained_parameters(model, self.lora_rank)


def run_config(plan: SearchPlan, choice: Choice, rate: float, seed: int) -> RunConfig:
    """Return the run that trains a choice at `rate` times the preset's learning rate.

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
    """Return a run's configuration as the plan writes it: the run may be made by hand."""
    if config.kind == "zero-shot":
        return run_config(plan, Choice("zero-shot", "none"), 1.0, seed=0)
    return replace(config, base=plan.base, preset=_preset(plan, config.settings))


def _preset(plan: SearchPlan, train: TrainConfig) -> str:
    return plan.preset if train == plan.settings else "own"


def fixed_choices(plan: SearchPlan) -> list[Choice]:
    """Return the choices that are known before anything is trained, in the table's order."""
    stack = plan.model.num_layers
    matrices = ",".join(f"{k}.{matrix}" for k in range(stack) for matrix in ("ih", "hh"))
    whole = [*map(str, nontrivial_subsets(stack)), "all"]
    choices = [
        Choice("zero-shot", "none"),
        Choice("head", "none"),
        *(Choice("layers", subset) for subset in whole),
        *(Choice("lora", str(Trainable.parse(matrices, stack)), lora_rank=r) for r in RANKS),
        Choice("ulmfit", "all", layer_decay=ULMFIT_DECAY, unfreeze_epochs=ULMFIT_EPOCHS),
    ]
    return [choice for choice in choices if choice.method in plan.methods]


def units(method: str, num_layers: int) -> tuple[Trainable, ...]:
    """Return the parts that may be added: 3 matrices or 4 gates of each layer."""
    return every_matrix(num_layers) if method == "matrices" else every_gate(num_layers)


@dataclass(frozen=True, slots=True)
class Growth:
    """How far a forward selection is."""

    path: tuple[Trainable, ...]
    """The choices that won, each with one part more than the last."""
    candidates: tuple[Trainable, ...]
    """The choices whose losses decide the next step; empty once nothing more fits."""


def grow(
    parts: Sequence[Trainable],
    model: ModelConfig,
    budget: int,
    loss_of: Callable[[Trainable], float | None],
) -> Growth:
    """Select parts greedily: start with the head alone, then add the part that helps most.

    Parts are added while another fits, whether or not it helps: validation chooses on the path.

    Args:
        budget: the most weights, without the head's.
        loss_of: returns the validation loss; None until it is known.
    """
    chosen = Trainable(frozenset(), model.num_layers)
    path: list[Trainable] = []
    while True:
        larger = [chosen | part for part in parts if not part.cells <= chosen.cells]
        most = budget + model.head_parameters
        fitting = [wider for wider in larger if wider.trained_parameters(model) <= most]
        losses = [(loss_of(wider), k) for k, wider in enumerate(fitting)]
        measured = [(loss, k) for loss, k in losses if loss is not None]
        if len(measured) < len(losses):
            return Growth(tuple(path), tuple(fitting))
        if not measured:
            return Growth(tuple(path), ())
        chosen = fitting[min(measured)[1]]
        path.append(chosen)


def default_budget(model: ModelConfig) -> int:
    """Return the number of weights of one upper layer."""
    return model.layer_parameters(model.num_layers - 1)


def check_budget(plan: SearchPlan) -> None:
    """Check that at least one part fits the budget.

    Raises:
        ConfigError: if none fits.
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


def plan_search(
    store: Store,
    corpus_id: str,
    base: str,
    *,
    split_config: SplitConfig,
    preset: str = "studio",
    budget: int | None = None,
    seeds: int = 3,
    search_seeds: int = 1,
    rates: Sequence[float] = RATES,
    methods: Sequence[str] = METHODS,
) -> SearchPlan:
    """Return the plan of a search after checking that everything it needs is there.

    Args:
        budget: the most weights of the layers that forward selection may train; None for those
            of one upper layer.

    Raises:
        NotFoundError: if there is no such corpus or base.
        ConfigError: if a number is out of range, or no part fits the budget.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    card = load_base_card(store.home, base)
    corpus = load_corpus(store, corpus_id)
    parts = split(corpus, split_config)
    train_chars = sum(len(song.framed) for song in parts.train)
    val_chars = sum(len(song.framed) for song in parts.val)
    settings = presets.resolve(
        preset,
        train_chars=train_chars,
        val_chars=val_chars,
        model=card.model,
        base_is_lyrics=card.lyrics,
    )
    plan = SearchPlan(
        corpus=corpus.digest,
        base=base,
        base_digest=base_digest(store.home, base) or base,
        model=card.model,
        split=split_config,
        train_chars=train_chars,
        val_chars=val_chars,
        longest_chars=max(len(song.framed) for song in parts.train),
        settings=settings,
        preset=preset,
        budget=default_budget(card.model) if budget is None else budget,
        seeds=seeds,
        search_seeds=search_seeds,
        rates=tuple(rates),
        methods=tuple(methods),
    )
    check_budget(plan)
    for rate in plan.rates:
        run_config(plan, Choice("head", "none"), rate, seed=0)
    return plan
