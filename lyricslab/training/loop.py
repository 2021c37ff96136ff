"""The training loop (Sec. 3): steps, looks at the validation songs, the best checkpoint, resuming.

Knows no store, no files and no clock. Everything that decides the next step is in `Training` and
goes into `state_dict`, so that a run that was stopped goes on to the bit as if it had not been.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from lyricslab.config import TrainConfig
from lyricslab.errors import CheckpointError, DivergedError
from lyricslab.model.network_file import Weights, pack, unpack
from lyricslab.training import distributed, hardware
from lyricslab.training.evaluation import Interrupted, evaluate_above, loss_sum
from lyricslab.training.frozen_features import CACHE, affordable_depth
from lyricslab.training.lstm import StackedLSTM, State
from lyricslab.training.song_batches import (
    PADDING,
    FramedSongs,
    SongBatcher,
    Songs,
    Window,
    framed,
    padded,
)
from lyricslab.training.trainable_params import TrainableParams

HOPELESS_NATS_PER_CHAR = 3 * math.log(128)
"""A training loss above this is divergence: three times what knowing nothing costs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One point of the curves."""

    step: int
    epoch: float
    """Passes over the training songs so far."""
    train: float | None
    """nats/char over the steps since the last point, dropout and all; None before any step."""
    val: float | None
    """nats/char of the validation songs, where this point looked at them."""


class Callbacks(Protocol):
    """Who follows a training: told of each point and each look at the validation songs."""

    def point(self, progress: Progress) -> None:
        """A point of the curves is known."""

    def evaluated(self, training: Training, progress: Progress) -> None:
        """The validation songs were looked at; `training.is_best` says whether this is the best."""

    def stepped(self, training: Training) -> None:
        """A step was taken: the moment to keep a checkpoint, when it is time for one."""

    def should_stop(self) -> bool:
        """Whether somebody asked to stop."""


class Loss(nn.Module):
    """A model and its loss in one, so that gradients of several processes can be added up."""

    def __init__(self, model: StackedLSTM, depth: int) -> None:
        super().__init__()
        self.model, self.depth = model, depth

    def forward(
        self, signal: Tensor, targets: Tensor, state: State
    ) -> tuple[Tensor, Tensor, State]:
        """The summed loss, scores (T, B, V) and state after (T, B, H) and (T, B), above `depth`."""
        logits, state = self.model.upper(signal, state, self.depth)  # (T, B, V)
        return loss_sum(logits, targets.to(logits.device)), logits, state


class Training:
    """A model on its way: the optimiser, the order of songs, the best weights so far.

    Args:
        model: its frozen layers already hold (`lstm.build`).
        train_songs, val_songs: each song's framed text as codes, (N,); or framed ones.
        seed: of the order of songs and of dropout.
    """

    def __init__(
        self,
        model: StackedLSTM,
        train_songs: Songs,
        val_songs: Songs,
        config: TrainConfig,
        seed: int,
    ) -> None:
        self.model = model
        self.config = config
        self.local = distributed.local_songs(config.batch_size)
        lengths = framed(train_songs).lengths
        fills = config.padding == "learned"
        if fills and not isinstance(train_songs, FramedSongs):
            train_songs = padded(train_songs)
        self.streams = SongBatcher(train_songs, config.batch_size, config.window_chars, seed)
        val_framed = framed(val_songs)
        self.depth = affordable_depth(model, self.streams.framed, val_framed)
        """The frozen layers that are read through once: none of their state is carried along."""
        self.prefix = CACHE.prefix(model, self.streams.framed, self.depth)
        self.val_prefix = CACHE.prefix(model, val_framed, self.depth)
        self.filling = self.streams.framed.beyond(lengths) if fills else None
        """The positions, (P + 1,), that are learned but are no part of a loss that is told."""
        self.loss: nn.Module = distributed.wrap(Loss(model, self.depth))
        self.parts = TrainableParams(model, config, seed)
        self.optimiser = build_optimiser(self.parts, config)
        self.state: State = []
        """Of layers `depth` and up for the `local` songs, after the last step; empty before the
        first."""
        self.step = 0
        self.look_due = True
        self.best_val = math.inf
        self.best_step = 0
        self.best_epoch = 0.0
        self.best_weights: Weights = model.weights()
        self.evals_since_best = 0
        self.left_out = 0
        """Steps that changed nothing, for their gradient was no finite number."""
        self.nats = torch.zeros((), device=model.device)  # training loss since the last point
        self.predictions = 0
        torch.manual_seed(seed + distributed.rank())  # dropout differs from rank to rank

    @property
    def rounds(self) -> bool:
        """Whether products are taken in bfloat16, where that is chosen; sums stay as they are."""
        return self.config.precision == "bfloat16"

    @property
    def is_best(self) -> bool:
        """Whether the latest look at the validation songs is the best so far."""
        return self.evals_since_best == 0

    @property
    def finished(self) -> bool:
        """Whether the budget is spent, or validation has stopped falling for long enough."""
        patience = self.config.patience_evals
        return self.step >= self.config.max_steps or 0 < patience <= self.evals_since_best

    def take_step(self) -> None:
        """One window of every stream forward, back, and one change of the learning weights."""
        self.parts.unfreeze(self.streams.epochs)
        window = self.streams.next().only(self.local)
        self.model.train()
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.config, self.step) * group["scale"]
        # ---------------------------------------------------------------- the step
        signal = self.prefix.read(window.positions)  # (T, B, H)
        state = begin(self.state, window.fresh)
        # Entered anew at each step: within, weights are rounded once and then held.
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=self.rounds):
            loss, logits, state = self.loss(signal, window.targets, state)
        self.model.zero_grad()
        # The ranks' gradients are averaged, so each divides by its share of the predictions.
        (loss / (window.predictions / distributed.world_size())).backward()
        self.parts.collect_grads()
        sound = True
        if self.config.grad_clip:
            norm = nn.utils.clip_grad_norm_(self.parts.tensors, self.config.grad_clip)
            # Along thousands of characters a gradient can grow beyond what a float holds, and
            # nothing is left to clip; the next window as a rule is sound again.
            sound = bool(norm.isfinite())
        if sound:
            self.optimiser.step()
            self.parts.write_back()
        else:
            self.left_out += 1
        # -------------------------------------------------------------------------
        self.state = [(h.detach().float(), c.detach().float()) for h, c in state]
        self._count(window, logits.detach(), loss.detach())
        self.step += 1
        self.look_due = self.step % self.config.eval_every_steps == 0 or (
            self.step == self.config.max_steps
        )

    def _count(self, window: Window, logits: Tensor, loss: Tensor) -> None:
        """Adds a step's loss on the songs themselves to what the next point will tell."""
        self.predictions += window.predictions
        if self.filling is not None:
            filling = self.filling[window.positions]  # (T, B)
            loss = loss_sum(logits, window.targets.masked_fill(filling, PADDING))
            self.predictions -= int((filling & (window.targets != PADDING)).sum())
        self.nats += loss

    def progress(self, val: float | None = None) -> Progress:
        """The point of the curves that has come due.

        Raises:
            DivergedError: if the training loss is not finite, or hopeless.
        """
        nats = distributed.all_sum(float(self.nats))
        train = nats / self.predictions if self.predictions else None
        if train is not None and not train < HOPELESS_NATS_PER_CHAR:
            raise DivergedError(
                f"Training came off the rails at step {self.step}: the loss grew without bound. "
                f"Start again with a smaller learning rate than {self.config.learning_rate:g}; "
                "the best checkpoint before that is kept."
            )
        self.nats, self.predictions = torch.zeros_like(self.nats), 0
        return Progress(self.step, self.streams.epochs, train, val)

    def evaluate(self, watcher: Callbacks) -> None:
        """Scores the validation songs, keeps the weights if they are the best, tells `watcher`."""
        score = evaluate_above(self.val_prefix, self.model, watcher.should_stop)
        val = score.nats_per_char
        self.look_due = False
        if val < self.best_val:
            self.best_val, self.best_step, self.best_epoch = val, self.step, self.streams.epochs
            self.best_weights = self.model.weights()
            self.evals_since_best = 0
        else:
            self.evals_since_best += 1
        progress = self.progress(val)
        watcher.point(progress)
        watcher.evaluated(self, progress)

    def state_dict(self) -> bytes:
        """Everything that decides how it goes on, as the bytes of a safetensors file.

        Training may be resumed from it by any number of processes; to the bit by one.
        """
        tensors: Weights = {f"model.{n}": w for n, w in self.model.weights().items()}
        tensors |= {f"best.{n}": w for n, w in self.best_weights.items()}
        tensors |= {f"part.{n}": w for n, w in self.parts.state_dict().items()}
        tensors["random"] = hardware.random_state(self.model.device).numpy()
        tensors["nats"] = np.array([distributed.all_sum(float(self.nats))], np.float32)
        for k, layer_state in enumerate(self.state, start=self.depth):
            for name, local in zip("hc", layer_state, strict=True):
                tensors[f"state.{k}.{name}"] = distributed.all_gather(local).cpu().numpy()
        for k, moments in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{k}.{n}": m.cpu().numpy() for n, m in moments.items()}
        facts = {
            "step": self.step,
            "depth": self.depth,
            "look_due": self.look_due,
            "best": [self.best_val, self.best_step, self.best_epoch, self.evals_since_best],
            "predictions": self.predictions,
            "left_out": self.left_out,
            "streams": self.streams.position(),
        }
        tensors["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        return pack(tensors)

    def load_state_dict(self, data: bytes) -> None:
        """Goes back to where `state_dict` was called, to the bit.

        Raises:
            CheckpointError: if the bytes are damaged, or hold no state of a layer that needs one.
        """
        tensors = unpack(data)
        facts: dict[str, Any] = json.loads(tensors["facts"].tobytes())
        self.model.load_weights(_named(tensors, "model."))
        self.best_weights = _named(tensors, "best.")
        self.parts.load_state_dict(_named(tensors, "part."))
        nats = _tensor(tensors["nats"])  # older states have one, and a random state, for each rank
        if distributed.rank() == 0:
            random = _tensor(tensors["random"]).reshape(len(nats), -1)[0]
            hardware.set_random_state(self.model.device, random.clone())
            self.nats = nats.sum().to(self.nats.device)
        if facts.get("depth", 0) > self.depth:
            raise CheckpointError(
                "This run was begun by another version of the program. Start it again."
            )
        self.state = [
            (self._local(tensors[f"state.{k}.h"]), self._local(tensors[f"state.{k}.c"]))
            for k in range(self.depth, self.model.config.num_layers)
            if f"state.{k}.h" in tensors  # none is before the first step
        ]
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _named(tensors, "optimiser.").items():
            k, moment = name.split(".", 1)
            moments.setdefault(int(k), {})[moment] = _tensor(value)
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})
        self.step, self.predictions = facts["step"], facts["predictions"]
        self.look_due, self.left_out = facts["look_due"], facts.get("left_out", 0)
        self.best_val, self.best_step, self.best_epoch, self.evals_since_best = facts["best"]
        self.streams.seek(facts["streams"])

    def _local(self, values: np.ndarray) -> Tensor:
        """Return the state of the `local` songs from that of all, (1, B, H)."""
        return _tensor(values[:, self.local]).to(self.model.device)


def train(training: Training, watcher: Callbacks) -> bool:
    """Trains until the budget is spent, validation stops falling, or `watcher` says stop.

    Step 0 is looked at first, so a tuned network is never worse on validation than its base.

    Returns:
        Whether it came to its own end; False if it was asked to stop.

    Raises:
        DivergedError: if the loss leaves the numbers; `training.best_weights` stay usable.
    """
    config = training.config
    try:
        while not watcher.should_stop():
            if training.look_due:
                training.evaluate(watcher)
            if training.finished:
                return True
            training.take_step()
            if training.step % config.point_every_steps == 0 and not training.look_due:
                watcher.point(training.progress())
            watcher.stepped(training)
    except Interrupted:  # in the middle of a look, which is still due when it goes on
        pass
    return False


def build_optimiser(parts: TrainableParams, config: TrainConfig) -> torch.optim.Optimizer:
    """The optimiser over the parts that learn."""
    learning = parts.groups()
    if config.optimiser == "rmsprop":
        return torch.optim.RMSprop(
            learning, lr=config.learning_rate, alpha=0.99, weight_decay=config.weight_decay
        )
    return torch.optim.AdamW(
        learning, lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
    )


def learning_rate(config: TrainConfig, step: int) -> float:
    """The learning rate of a step: straight warm-up, then constant or a cosine to a hundredth."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return config.learning_rate
    done = (step - config.warmup_steps) / max(1, config.max_steps - config.warmup_steps)
    return config.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, done))))


def begin(state: State, fresh: Tensor) -> State:
    """The state with zeros where a song begins: each (1, B, H), `fresh` (B,)."""
    if not state or not bool(fresh.any()):
        return state
    goes_on = (~fresh).to(state[0][0])[None, :, None]  # (1, B, 1)
    return [(h * goes_on, c * goes_on) for h, c in state]


def _named(tensors: Weights, prefix: str) -> Weights:
    return {n.removeprefix(prefix): w for n, w in tensors.items() if n.startswith(prefix)}


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(values))
