"""The training loop (Sec. 3): steps, evaluations, the best checkpoint, resuming.

Uses no store, no files and no clock. Everything that decides the next step is in `Training` and in
its `state_dict`, so that a run that was stopped and resumed is the same to the bit.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from lyricslab.config import VOCAB_SIZE, TrainConfig
from lyricslab.errors import CheckpointError, DivergedError
from lyricslab.model.network_file import Weights, pack, unpack
from lyricslab.training import distributed, hardware
from lyricslab.training.evaluation import Interrupted, evaluate_features, loss_sum
from lyricslab.training.frozen_features import CACHE, cacheable_depth
from lyricslab.training.lstm import StackedLSTM, State
from lyricslab.training.optimiser import build_optimiser, learning_rate
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
from lyricslab.training.weight_average import WeightAverage

HOPELESS_NATS_PER_CHAR = 3 * math.log(VOCAB_SIZE)
"""A training loss above this is divergence: three times that of guessing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One point of the curves."""

    step: int
    epoch: float
    """Passes over the training songs so far."""
    train: float | None
    """nats/char over the steps since the last point, with dropout; None before any step."""
    val: float | None
    """nats/char of the validation songs, where they were evaluated."""


class Callbacks(Protocol):
    """What a training calls as it goes."""

    def point(self, progress: Progress) -> None:
        """Receive a point of the curves."""

    def evaluated(self, training: Training, progress: Progress) -> None:
        """Follow an evaluation; `training.is_best` says whether it is the best so far."""

    def stepped(self, training: Training) -> None:
        """Follow a step: the moment to save a checkpoint, if one is due."""

    def should_stop(self) -> bool:
        """Return whether somebody asked to stop."""


class Loss(nn.Module):
    """A model and its loss as one module, so that the gradients of ranks can be averaged."""

    def __init__(self, model: StackedLSTM, depth: int) -> None:
        super().__init__()
        self.model, self.depth = model, depth

    def forward(
        self, signal: Tensor, targets: Tensor, state: State
    ) -> tuple[Tensor, Tensor, State]:
        """Return the summed loss, the scores (T, B, V) and the state after the window.

        Args:
            signal: what layer `depth` reads, (T, B, H).
            targets: (T, B).
        """
        logits, state = self.model.upper(signal, state, self.depth)  # (T, B, V)
        return loss_sum(logits, targets.to(logits.device)), logits, state


class Training:
    """A model in training: the optimiser, the order of songs, the best weights so far.

    Args:
        model: with its frozen weights set not to learn (`lstm.build`).
        train_songs, val_songs: each song's framed text as codes, (N,); or framed.
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
        learns_padding = config.padding == "learned"
        if learns_padding and not isinstance(train_songs, FramedSongs):
            train_songs = padded(train_songs)
        self.batcher = SongBatcher(train_songs, config.batch_size, config.window_chars, seed)
        val_framed = framed(val_songs)
        val_padded = None
        if config.chooses_by == "padded" and not isinstance(val_songs, FramedSongs):
            val_padded = framed(padded(val_songs))
        cached = (self.batcher.framed, val_framed, *([val_padded] if val_padded else []))
        self.depth = cacheable_depth(model, *cached)
        """The number of frozen layers whose outputs are cached, so that they need no state here."""
        self.features = CACHE.get(model, self.batcher.framed, self.depth)
        self.val_features = CACHE.get(model, val_framed, self.depth)
        self.val_padded_features = CACHE.get(model, val_padded, self.depth) if val_padded else None
        """For the loss that chooses the checkpoint, where the paper's does."""
        self.padding_mask = self.batcher.framed.is_padding(lengths) if learns_padding else None
        """The positions, (P + 1,), that are learned but do not count in a reported loss."""
        self.loss: nn.Module = distributed.wrap(Loss(model, self.depth))
        self.params = TrainableParams(model, config, seed)
        self.optimiser = build_optimiser(self.params, config)
        self.average = WeightAverage(model, config.average_decay) if config.average_decay else None
        self.state: State = []
        """Of layers `depth` and up for the `local` songs, after the last step; empty before the
        first."""
        self.step = 0
        self.eval_due = True
        self.best_loss = math.inf
        """The lowest validation loss of those that choose the checkpoint."""
        self.best_val = math.inf
        """nats/char of that checkpoint on validation."""
        self.best_step = 0
        self.best_epoch = 0.0
        self.best_weights: Weights = model.weights()
        self.evals_since_best = 0
        self.halvings = 0
        """How often validation has stopped improving: what the schedule "plateau" follows."""
        self.skipped_steps = 0
        """Steps without a change of the weights, because their gradient was not finite."""
        self.nats = torch.zeros((), device=model.device)  # training loss since the last point
        self.predictions = 0
        torch.manual_seed(seed + distributed.rank())  # dropout differs from rank to rank

    @property
    def uses_bfloat16(self) -> bool:
        """Whether matrix products are in bfloat16; sums stay in float32."""
        return self.config.precision == "bfloat16"

    @property
    def evaluated(self) -> StackedLSTM:
        """The network that is evaluated and kept: with averaged weights, where there are any."""
        return self.model if self.average is None else self.average.model

    @property
    def is_best(self) -> bool:
        """Whether the latest evaluation is the best so far."""
        return self.evals_since_best == 0

    @property
    def finished(self) -> bool:
        """Whether the budget is spent, or validation has not improved for the patience."""
        patience = self.config.patience_evals
        return self.step >= self.config.max_steps or 0 < patience <= self.evals_since_best

    def take_step(self) -> None:
        """Take a step on the next window: forward, backward, optimiser."""
        self.params.unfreeze(self.batcher.epochs)
        window = self.batcher.next().select(self.local)
        self.model.train()
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.config, self.step, self.halvings) * group["scale"]
        # ---------------------------------------------------------------- the step
        signal = self.features.read(window.positions)  # (T, B, H)
        state = reset_state(self.state, window.starts_song)
        # Entered at each step: inside, weights are rounded once and then cached.
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=self.uses_bfloat16):
            loss, logits, state = self.loss(signal, window.targets, state)
        self.model.zero_grad()
        # The ranks' gradients are averaged, so each divides by its share of the predictions.
        (loss / (window.predictions / distributed.world_size())).backward()
        self.params.collect_grads()
        finite = True
        if self.config.grad_clip:
            norm = nn.utils.clip_grad_norm_(self.params.tensors, self.config.grad_clip)
            # Over thousands of characters a gradient can overflow, and clipping cannot help; that
            # of the next window is usually finite again.
            finite = bool(norm.isfinite())
        if finite:
            self.optimiser.step()
            self.params.write_back()
            if self.average is not None:
                self.average.update()
        else:
            self.skipped_steps += 1
        # -------------------------------------------------------------------------
        self.state = [(h.detach().float(), c.detach().float()) for h, c in state]
        self._count(window, logits.detach(), loss.detach())
        self.step += 1
        self.eval_due = self.step % self.config.eval_every_steps == 0 or (
            self.step == self.config.max_steps
        )

    def _count(self, window: Window, logits: Tensor, loss: Tensor) -> None:
        """Add a step's loss, without that on padding, to that of the next point."""
        self.predictions += window.predictions
        if self.padding_mask is not None:
            padding = self.padding_mask[window.positions]  # (T, B)
            loss = loss_sum(logits, window.targets.masked_fill(padding, PADDING))
            self.predictions -= int((padding & (window.targets != PADDING)).sum())
        self.nats += loss

    def progress(self, val: float | None = None) -> Progress:
        """Return the point of the curves at this step, and start the next one.

        Raises:
            DivergedError: if the training loss is not finite, or above HOPELESS_NATS_PER_CHAR.
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
        return Progress(self.step, self.batcher.epochs, train, val)

    def evaluate(self, callbacks: Callbacks) -> None:
        """Evaluate the validation songs, and keep the weights if they are the best so far."""
        should_stop, model = callbacks.should_stop, self.evaluated
        val = evaluate_features(self.val_features, model, should_stop).nats_per_char
        loss = val
        if self.val_padded_features is not None:
            loss = evaluate_features(self.val_padded_features, model, should_stop).nats_per_char
        self.eval_due = False
        if loss < self.best_loss:
            self.best_loss, self.best_val = loss, val
            self.best_step, self.best_epoch = self.step, self.batcher.epochs
            self.best_weights = model.weights()
            self.evals_since_best = 0
        else:
            self.evals_since_best += 1
            self.halvings += self.evals_since_best % self.config.plateau_evals == 0
        progress = self.progress(val)
        callbacks.point(progress)
        callbacks.evaluated(self, progress)

    def state_dict(self) -> bytes:
        """Return everything that decides how training continues, as a safetensors file.

        Any number of ranks may resume from it; one process does so to the bit.
        """
        tensors: Weights = {f"model.{n}": w for n, w in self.model.weights().items()}
        tensors |= {f"best.{n}": w for n, w in self.best_weights.items()}
        tensors |= {f"part.{n}": w for n, w in self.params.state_dict().items()}
        if self.average is not None:
            tensors |= {f"average.{n}": w for n, w in self.average.weights().items()}
        tensors["random"] = hardware.random_state(self.model.device).numpy()
        tensors["nats"] = np.array([distributed.all_sum(float(self.nats))], np.float32)
        for k, layer_state in enumerate(self.state, start=self.depth):
            for name, local in zip("hc", layer_state, strict=True):
                tensors[f"state.{k}.{name}"] = distributed.all_gather(local).cpu().numpy()
        for k, moments in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{k}.{n}": m.cpu().numpy() for n, m in moments.items()}
        facts = {  # keys are those of earlier versions
            "step": self.step,
            "depth": self.depth,
            "look_due": self.eval_due,
            "best": [self.best_val, self.best_step, self.best_epoch, self.evals_since_best],
            "halvings": self.halvings,
            "best_loss": self.best_loss,
            "predictions": self.predictions,
            "left_out": self.skipped_steps,
            "streams": self.batcher.position(),
        }
        tensors["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        return pack(tensors)

    def load_state_dict(self, data: bytes) -> None:
        """Restore a `state_dict`, to the bit.

        Raises:
            CheckpointError: if it is damaged, or has no state for a layer that needs one.
        """
        tensors = unpack(data)
        facts: dict[str, Any] = json.loads(tensors["facts"].tobytes())
        self.model.load_weights(_named(tensors, "model."))
        self.best_weights = _named(tensors, "best.")
        self.params.load_state_dict(_named(tensors, "part."))
        if self.average is not None:
            self.average.load_weights(_named(tensors, "average."))
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
            if f"state.{k}.h" in tensors  # there is none before the first step
        ]
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _named(tensors, "optimiser.").items():
            k, moment = name.split(".", 1)
            moments.setdefault(int(k), {})[moment] = _tensor(value)
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})
        self.step, self.predictions = facts["step"], facts["predictions"]
        self.eval_due, self.skipped_steps = facts["look_due"], facts.get("left_out", 0)
        self.best_val, self.best_step, self.best_epoch, self.evals_since_best = facts["best"]
        self.halvings = facts.get("halvings", 0)
        self.best_loss = facts.get("best_loss", self.best_val)
        self.batcher.seek(facts["streams"])

    def _local(self, values: np.ndarray) -> Tensor:
        """Return the state of the `local` songs from that of all, (1, B, H)."""
        return _tensor(values[:, self.local]).to(self.model.device)


def train(training: Training, callbacks: Callbacks) -> bool:
    """Train until the budget is spent, validation stops falling, or `callbacks` asks to stop.

    The first evaluation is at step 0, so a tuned network is never worse than its base on
    validation.

    Returns:
        Whether it finished; False if it was asked to stop.

    Raises:
        DivergedError: if the loss diverges; `training.best_weights` stay usable.
    """
    config = training.config
    try:
        while not callbacks.should_stop():
            if training.eval_due:
                training.evaluate(callbacks)
            if training.finished:
                return True
            training.take_step()
            if training.step % config.point_every_steps == 0 and not training.eval_due:
                callbacks.point(training.progress())
            callbacks.stepped(training)
    except Interrupted:  # during an evaluation, which is still due when training resumes
        pass
    return False


def reset_state(state: State, starts_song: Tensor) -> State:
    """Return the state, (1, B, H) each, with zeros where a song begins; `starts_song` is (B,)."""
    if not state or not bool(starts_song.any()):
        return state
    keeps = (~starts_song).to(state[0][0])[None, :, None]  # (1, B, 1)
    return [(h * keeps, c * keeps) for h, c in state]


def _named(tensors: Weights, prefix: str) -> Weights:
    return {n.removeprefix(prefix): w for n, w in tensors.items() if n.startswith(prefix)}


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(values))
