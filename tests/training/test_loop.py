"""The loop: it learns, holds what is frozen, stops, keeps the best, and goes on to the bit."""

from __future__ import annotations

import copy
import dataclasses
import math

import numpy as np
import pytest
import torch

from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.errors import CheckpointError, DivergedError
from lyricslab.model.network_file import frozen_drift
from lyricslab.model.trainable import Trainable, nontrivial_subsets
from lyricslab.training import frozen_features as prefix_module
from lyricslab.training import hardware
from lyricslab.training import loop as training_module
from lyricslab.training.evaluation import Score, evaluate, padded_loss
from lyricslab.training.frozen_features import FrozenFeatureCache
from lyricslab.training.loop import Progress, Training, train
from lyricslab.training.lstm import build
from lyricslab.training.optimiser import build_optimiser, learning_rate
from lyricslab.training.song_batches import SongBatcher
from lyricslab.training.trainable_params import TrainableParams

CONFIG = ModelConfig(hidden_size=9, num_layers=3)
SETTINGS = TrainConfig(
    learning_rate=0.01,
    batch_size=2,
    window_chars=7,
    max_steps=24,
    eval_every_steps=6,
    point_every_steps=4,
    patience_evals=0,
    dropout=0.2,
    warmup_steps=3,
)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("ascii"), np.uint8)


SONGS = [codes("ab" * n + "\n") for n in (9, 14, 5, 11)]
VAL = [codes("ab" * 8 + "\n"), codes("ab" * 3 + "\n")]


class Recorder:
    """Follows a training and may ask it to stop."""

    def __init__(self, stop_at: int = -1) -> None:
        self.points: list[Progress] = []
        self.stop_at = stop_at
        self.step = 0

    def point(self, progress: Progress) -> None:
        self.points.append(progress)

    def evaluated(self, training: Training, progress: Progress) -> None:
        assert not training.is_best or training.best_step == progress.step

    def stepped(self, training: Training) -> None:
        self.step = training.step

    def should_stop(self) -> bool:
        return self.step == self.stop_at


def start(choice: str = "all", **changes: object) -> Training:
    trainable = Trainable.parse(choice, CONFIG.num_layers)
    settings = dataclasses.replace(SETTINGS, **changes)  # type: ignore[arg-type]
    model = build(
        CONFIG,
        trainable=trainable,
        dropout=settings.dropout,
        input_dropout=settings.input_dropout,
        recurrent_dropout=settings.recurrent_dropout,
        output_dropout=settings.output_dropout,
        seed=1,
    )
    return Training(model, SONGS, VAL, settings, seed=6)


def test_learns_a_simple_pattern() -> None:
    training = start(
        learning_rate=0.02, max_steps=300, batch_size=4, window_chars=30,
        eval_every_steps=50, dropout=0.0,
    )  # fmt: skip
    recorder = Recorder()
    assert train(training, recorder)
    vals = [p.val for p in recorder.points if p.val is not None]
    assert vals[0] > 4.5  # knows nothing yet: about ln 128
    assert training.best_val < 0.5  # only where the song ends is left to guess
    assert training.best_val == min(vals)
    training.model.load_weights(training.best_weights)
    assert evaluate(training.model, VAL).nats_per_char == pytest.approx(training.best_val, abs=1e-6)


@pytest.mark.parametrize(
    ("choice", "changes"),
    [
        ("0,2", {"optimiser": "adamw"}),
        ("0,2", {"optimiser": "rmsprop"}),
        ("1", {"optimiser": "adamw"}),
        ("2", {"optimiser": "rmsprop"}),
        ("none", {"optimiser": "adamw"}),
        ("0.hh,2.f", {"optimiser": "adamw"}),
        ("1.ih.o,2.b", {"optimiser": "rmsprop"}),
        ("1.hh,2.i,2.g", {"lora_rank": 2}),
        ("all", {"layer_decay": 0.5, "unfreeze_epochs": 0.5}),
        ("all", {"schedule": "plateau", "plateau_evals": 1, "learning_rate": 0.4}),
        ("all", {"input_dropout": 0.25, "recurrent_dropout": 0.3, "output_dropout": 0.5}),
        ("0,1.hh", {"average_decay": 0.7, "chooses_by": "padded"}),
        ("0.hh,2", {"lora_rank": 3, "layer_decay": 0.5, "unfreeze_epochs": 1, "weight_decay": 0.1}),
    ],
)
@pytest.mark.parametrize(
    ("precision", "stops"), [("float32", (1, 5, 6, 12, 23)), ("bfloat16", (12,))]
)
def test_stopped_and_resumed_equals_uninterrupted_to_the_bit(
    choice: str,
    changes: dict[str, object],
    precision: str,
    stops: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wish = changes | {"precision": precision}
    straight, whole = start(choice, **wish), Recorder()
    assert train(straight, whole)
    assert straight.halvings or changes.get("schedule") != "plateau"

    for stop_at in stops:
        first, before = start(choice, **wish), Recorder(stop_at)
        assert not train(first, before)
        kept = first.state_dict()  # now, as a process about to end would
        monkeypatch.setattr(training_module, "CACHE", FrozenFeatureCache())  # another one finds it
        second, after = start(choice, **wish), Recorder()
        second.load_state_dict(kept)
        assert train(second, after)

        assert before.points + after.points == whole.points
        assert second.best_step == straight.best_step
        assert second.halvings == straight.halvings
        for name, weight in straight.model.weights().items():
            assert np.array_equal(weight, second.model.weights()[name]), (name, stop_at)
            assert np.array_equal(straight.best_weights[name], second.best_weights[name]), name


def test_bfloat16_learns_about_the_same() -> None:
    exact, rounded = Recorder(), Recorder()
    train(start(dropout=0.0), exact)
    train(start(dropout=0.0, precision="bfloat16"), rounded)
    losses = [(a.train, b.train) for a, b in zip(exact.points, rounded.points, strict=True)]
    assert losses[1:] != [(a, a) for a, _ in losses[1:]]
    for a, b in losses[1:]:
        assert b == pytest.approx(a, rel=0.02)
    # A rounded weight that is kept from step to step would never learn: see `Training.take_step`.
    assert losses[-1][1] < 0.85 * losses[1][1]


def test_an_interrupted_evaluation_is_still_due() -> None:
    class Impatient(Recorder):
        calls = 0

        def should_stop(self) -> bool:
            self.calls += self.step == 6
            return self.calls > 1  # once between steps, then inside the look at step 6

    straight, whole = start(), Recorder()
    train(straight, whole)
    first, before = start(), Impatient()
    assert not train(first, before)
    kept = first.state_dict()
    second, after = start(), Recorder()
    second.load_state_dict(kept)
    train(second, after)
    assert before.points + after.points == whole.points


@pytest.mark.parametrize("window_chars", [7, 0])
@pytest.mark.parametrize("choice", [*map(str, nontrivial_subsets(3)), "none", "all"])
def test_losses_and_weights_equal_a_plain_loop(choice: str, window_chars: int) -> None:
    """The plain loop: every layer reads every window, and every state is carried along."""
    training = start(choice, window_chars=window_chars, dropout=0.0, schedule="constant")
    assert training.depth == Trainable.parse(choice, 3).frozen_prefix
    model = copy.deepcopy(training.model)
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=0.01, weight_decay=0.0)
    batcher = SongBatcher(SONGS, training.config.batch_size, window_chars, seed=6)
    state = None
    for step in range(12):
        window = batcher.next()
        ids = batcher.framed.inputs[window.positions].long()
        if state is not None:
            keep = (~window.starts_song).float()[None, :, None]
            state = [(h.detach() * keep, c.detach() * keep) for h, c in state]
        logits, state = model(ids, state)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), window.targets.flatten())
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(training.config, step)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), training.config.grad_clip)
        optimiser.step()

        training.take_step()
        assert training.progress().train == pytest.approx(loss.item(), rel=1e-5)
    for name, weight in model.weights().items():
        np.testing.assert_allclose(training.model.weights()[name], weight, atol=2e-5, err_msg=name)


def test_dropout_starts_above_the_frozen_prefix() -> None:
    """The signals that the lowest learning layer reads are dropped, drawn as the plain way does."""
    training = start("1,2", dropout=0.5)
    model = copy.deepcopy(training.model).train()
    window = copy.deepcopy(training.batcher).next()
    random = torch.get_rng_state()
    logits, _ = model(training.batcher.framed.inputs[window.positions].long())
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), window.targets.flatten())
    torch.set_rng_state(random)
    training.take_step()
    assert training.progress().train == pytest.approx(expected.item(), rel=1e-6)


def test_losses_are_the_same_without_cached_features(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, worked_out = Recorder(), Recorder()
    train(start("2"), kept)
    monkeypatch.setattr(prefix_module, "MAX_BYTES", 0)
    training = start("2")
    assert training.depth == 0
    train(training, worked_out)
    for one, other in zip(kept.points, worked_out.points, strict=True):
        assert other == dataclasses.replace(
            one,
            train=one.train and pytest.approx(one.train, rel=1e-5),
            val=one.val and pytest.approx(one.val, rel=1e-5),
        )


def test_a_checkpoint_without_the_state_of_a_layer_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training = start("2")
    training.take_step()
    kept = training.state_dict()
    monkeypatch.setattr(prefix_module, "MAX_BYTES", 0)
    with pytest.raises(CheckpointError, match="another version"):
        start("2").load_state_dict(kept)
    everything = start("2")
    everything.take_step()
    monkeypatch.undo()
    start("2").load_state_dict(everything.state_dict())  # the state of more layers does no harm


def test_same_seed_same_curve_other_seed_other_curve() -> None:
    def curve(seed: int) -> list[Progress]:
        recorder = Recorder()
        model = build(CONFIG, dropout=0.2, seed=1)
        train(Training(model, SONGS, VAL, SETTINGS, seed), recorder)
        return recorder.points

    assert curve(3) == curve(3)
    assert curve(3) != curve(4)


def test_patience_ends_training_with_the_best_weights() -> None:
    training = start(learning_rate=1e-6, schedule="constant", patience_evals=2, max_steps=1000)
    training.best_loss = 0.0  # nothing will beat this
    assert train(training, Recorder())
    assert training.step == 6  # looks at 0 and 6
    assert training.best_step == 0


def test_the_base_itself_may_be_the_best() -> None:
    good = start(max_steps=40, eval_every_steps=40)
    train(good, Recorder())
    before = good.model.weights()
    foreign = [codes("zq" * n) for n in (6, 8)]  # learning these can only hurt on VAL
    training = Training(good.model, foreign, VAL, dataclasses.replace(SETTINGS, dropout=0.0), 6)
    train(training, Recorder())
    assert evaluate(training.model, VAL).nats_per_char > training.best_val
    assert training.best_step == 0
    assert all(np.array_equal(training.best_weights[name], before[name]) for name in before)


def test_divergence_is_reported() -> None:
    training = start(optimiser="rmsprop", learning_rate=1.0, grad_clip=0, schedule="constant")
    training.model.head.weight.data.mul_(1e4)
    with pytest.raises(DivergedError, match="smaller learning rate than 1"):
        train(training, Recorder())


def overflow_at(training: Training, *steps: int) -> None:
    """Lets the gradient of one weight grow beyond all numbers in these steps."""
    weight = training.model.layers[1].weight_hh_l0
    weight.register_hook(lambda grad: grad * math.inf if training.step in steps else grad)


def test_a_step_with_an_infinite_gradient_is_skipped() -> None:
    training = start(grad_clip=0.5)
    overflow_at(training, 2, 3)
    for _ in range(2):
        training.take_step()
    before = training.model.weights()
    for _ in range(2):
        training.take_step()
    assert training.skipped_steps == 2
    assert all(np.array_equal(w, before[n]) for n, w in training.model.weights().items())
    again = start(grad_clip=0.5)
    again.load_state_dict(training.state_dict())
    assert again.skipped_steps == 2
    training.take_step()
    after = training.model.weights()
    assert training.skipped_steps == 2
    assert all(np.isfinite(w).all() for w in after.values())
    assert any(not np.array_equal(w, before[n]) for n, w in after.items())


def test_points_come_when_due() -> None:
    recorder = Recorder()
    train(start(), recorder)
    assert [(p.step, p.val is not None) for p in recorder.points] == [
        (0, True), (4, False), (6, True), (8, False), (12, True),
        (16, False), (18, True), (20, False), (24, True),
    ]  # fmt: skip
    assert recorder.points[0].train is None
    assert all(p.train is not None for p in recorder.points[1:])


def test_learning_rate_by_hand() -> None:
    cosine = TrainConfig(learning_rate=0.8, warmup_steps=4, max_steps=104)
    assert learning_rate(cosine, 0) == pytest.approx(0.2)
    assert learning_rate(cosine, 3) == pytest.approx(0.8)
    assert learning_rate(cosine, 4) == pytest.approx(0.8)
    assert learning_rate(cosine, 54) == pytest.approx(0.8 * (0.01 + 0.99 / 2))
    assert learning_rate(cosine, 104) == pytest.approx(0.008)
    flat = TrainConfig(learning_rate=0.8, schedule="constant", max_steps=104)
    assert learning_rate(flat, 99, halvings=2) == 0.8
    halved = TrainConfig(learning_rate=0.8, schedule="plateau", warmup_steps=4)
    assert learning_rate(halved, 1, halvings=2) == pytest.approx(0.4)
    assert learning_rate(halved, 99, halvings=2) == pytest.approx(0.2)


def test_the_rate_halves_as_torchs_does_on_the_same_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    vals = [3.0, 2.0, 2.1, 2.0, 2.2, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 1.4, 1.5, 1.4, 1.4, 1.3]
    training = start(schedule="plateau", plateau_evals=3, learning_rate=0.8, warmup_steps=0)
    plain = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.8)
    torchs = torch.optim.lr_scheduler.ReduceLROnPlateau(plain, factor=0.5, patience=2, threshold=0)
    rates = set()
    for val in vals:
        score = Score(nats=val, predictions=1)
        monkeypatch.setattr(training_module, "evaluate_features", lambda *_, score=score: score)
        training.evaluate(Recorder())
        torchs.step(val)
        training.take_step()
        rate = training.optimiser.param_groups[0]["lr"]
        assert rate == plain.param_groups[0]["lr"]
        rates.add(rate)
    assert rates == {0.8, 0.4, 0.2, 0.1, 0.05}


def test_rmsprop_has_the_papers_settings() -> None:
    # Sec. 3: alpha = 0.99. One step from zero: v = 0.01 g^2, w -= lr * g / (sqrt(v) + eps).
    model = build(CONFIG, trainable=Trainable.parse("none", 3))
    settings = TrainConfig(optimiser="rmsprop", learning_rate=0.01)
    optimiser = build_optimiser(TrainableParams(model, settings, seed=0), settings)
    before = model.head.bias.detach().clone()
    model.head.bias.grad = torch.full_like(before, 3.0)
    optimiser.step()
    moved = (before - model.head.bias.detach()).numpy()
    np.testing.assert_allclose(moved, 0.01 * 3 / (math.sqrt(0.01 * 9) + 1e-8), rtol=1e-4)


def test_a_damaged_checkpoint_is_refused() -> None:
    training = start()
    with pytest.raises(CheckpointError):
        training.load_state_dict(training.state_dict()[:-40])


# ---- the paper's way: songs filled up to the longest, and that learned too


def test_a_step_on_padded_songs_equals_the_papers() -> None:
    changes = {"padding": "learned", "window_chars": 0, "batch_size": 4, "dropout": 0.0}
    training = start("all", optimiser="rmsprop", warmup_steps=0, schedule="constant", **changes)
    plain = copy.deepcopy(training.model)
    # By hand: every song to the length of the longest, the mean over all positions.
    longest = max(map(len, SONGS))
    texts = torch.zeros(longest, len(SONGS), dtype=torch.long)  # (T, B)
    for k, song in enumerate(SONGS):
        texts[: len(song), k] = torch.from_numpy(song.astype(np.int64))
    zero = torch.zeros(1, len(SONGS), dtype=torch.long)
    reads, targets = torch.cat([zero, texts]), torch.cat([texts, zero])
    logits, _ = plain(reads)
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(plain.parameters(), SETTINGS.grad_clip)
    torch.optim.RMSprop(plain.parameters(), lr=SETTINGS.learning_rate, alpha=0.99).step()

    training.take_step()
    for ours, by_hand in zip(training.model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours, by_hand, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("choice", ["all", "2"])
@pytest.mark.parametrize("window", [0, 7])
def test_the_curve_ignores_padding(choice: str, window: int) -> None:
    training = start(
        choice, padding="learned", window_chars=window, batch_size=4, learning_rate=1e-6, dropout=0
    )
    expected = evaluate(training.model, SONGS).nats_per_char
    while training.batcher.epochs < 1:
        training.take_step()
    told = training.progress()
    assert told.epoch == 1
    assert told.train == pytest.approx(expected, abs=1e-3)


def test_padding_is_learned() -> None:
    settings = {"window_chars": 0, "batch_size": 4, "max_steps": 60, "dropout": 0.0}
    losses = {}
    for padding in ("skipped", "learned"):
        training = start("all", padding=padding, **settings)
        train(training, Recorder())
        losses[padding] = padded_loss(training.model, SONGS)
    assert losses["learned"] < 0.9 * losses["skipped"]


def test_evaluation_does_not_depend_on_the_training_settings() -> None:
    """The paper's settings and the streamed ones look at the same weights and see the same."""
    streamed = start("1,2", window_chars=5, batch_size=2)
    paper = start("1,2", window_chars=0, batch_size=4, padding="learned", optimiser="rmsprop")
    begun = streamed.model.weights()
    assert all(np.array_equal(w, begun[name]) for name, w in paper.model.weights().items())
    seen = []
    for training in (streamed, paper):
        follower = Recorder()
        training.evaluate(follower)
        seen.append(follower.points[0].val)
    alone = [evaluate(paper.model, [song]) for song in VAL]
    by_song = sum(s.nats for s in alone) / sum(s.predictions for s in alone)
    assert seen == pytest.approx([by_song, by_song], abs=1e-6)


def test_random_state_is_restored_on_the_same_kind_of_device_only() -> None:
    here = torch.device("cpu")
    torch.manual_seed(7)
    kept = hardware.random_state(here)
    first = torch.rand(3)
    hardware.set_random_state(here, torch.zeros(16, dtype=torch.uint8))  # as a GPU's is
    second = torch.rand(3)
    hardware.set_random_state(here, kept)
    assert torch.equal(torch.rand(6), torch.cat([first, second]))


def test_the_average_of_the_weights_is_evaluated_and_kept() -> None:
    training = start("0,2", average_decay=0.75, max_steps=18)
    averages = [training.model.weights()]
    for step in range(1, 19):
        training.take_step()
        weights = training.model.weights()
        averages.append({n: 0.75 * averages[-1][n] + 0.25 * w for n, w in weights.items()})
        if step % 6 == 0:
            training.evaluate(Recorder())
    name = "layers.2.weight_hh_l0"
    assert training.evaluated.weights()[name] == pytest.approx(averages[-1][name], abs=1e-6)
    drift = frozen_drift(averages[0], training.evaluated.weights(), Trainable.parse("0,2", 3))
    assert drift == 0.0
    losses = {k: evaluate(build(CONFIG, averages[k]), VAL).nats_per_char for k in (6, 12, 18)}
    assert training.best_step == min(losses, key=losses.__getitem__)
    assert training.best_val == pytest.approx(losses[training.best_step], abs=1e-5)
    assert training.best_weights[name] == pytest.approx(
        averages[training.best_step][name], abs=1e-6
    )


def test_the_papers_choice_counts_padding() -> None:
    training = start(chooses_by="padded", padding="learned", window_chars=0, max_steps=40)
    recorder = Recorder()
    assert train(training, recorder)
    model = build(CONFIG, training.best_weights)
    assert padded_loss(model, VAL) == pytest.approx(training.best_loss, abs=1e-6)
    assert evaluate(model, VAL).nats_per_char == pytest.approx(training.best_val, abs=1e-6)
