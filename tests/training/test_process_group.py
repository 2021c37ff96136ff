"""Several processes train one network: the same weights on all, the same curve as by one."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from lyricslab import files
from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.errors import InputError
from lyricslab.model import network_file
from lyricslab.model.trainable import Trainable
from lyricslab.training.loop import Progress, Training, train
from lyricslab.training.lstm import build
from lyricslab.training.process_group import ALONE, Team, meet
from lyricslab.training.song_batches import SongBatcher

ROOT = Path(__file__).parents[2]
DEADLINE_S = 400  # a busy machine takes a minute to start one process

pytestmark = pytest.mark.timeout(500)

CONFIG = ModelConfig(hidden_size=6, num_layers=3)
SETTINGS = TrainConfig(
    learning_rate=0.01,
    batch_size=5,  # which two cannot share evenly
    window_chars=8,
    max_steps=14,
    eval_every_steps=5,
    point_every_steps=2,
    patience_evals=0,
    grad_clip=0.7,  # below some gradients and above others, so that their size matters
    dropout=0.0,
)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("ascii"), np.uint8)


SONGS = [codes("abc" * n + "\n") for n in (9, 14, 5, 11, 7, 3, 8)]
VAL = [codes("abc" * n + "\n") for n in range(2, 41)]  # two batches: one for each of two


class Follower:
    """Follows a training; asks it to stop where it is told, as only the first process may."""

    def __init__(self, stop_at: int = -1) -> None:
        self.points: list[Progress] = []
        self.stop_at, self.step = stop_at, 0

    def point(self, progress: Progress) -> None:
        self.points.append(progress)

    def evaluated(self, training: Training, progress: Progress) -> None:
        pass

    def stepped(self, training: Training) -> None:
        self.step = training.step

    def should_stop(self) -> bool:
        return self.step == self.stop_at


def start(choice: str, team: Team = ALONE, dropout: float = 0.0) -> Training:
    trainable = Trainable.parse(choice, CONFIG.num_layers)
    model = build(CONFIG, trainable=trainable, dropout=dropout, seed=2)
    settings = dataclasses.replace(SETTINGS, dropout=dropout)
    return Training(model, SONGS, VAL, settings, seed=4, team=team)


def curve(points: list[Progress]) -> list[tuple[float, ...]]:
    """Points as numbers, with -1 for what there is not."""
    known = [(p.step, p.epoch, p.train, p.val) for p in points]
    return [tuple(-1.0 if n is None else float(n) for n in row) for row in known]


def member(rank: int, folder: Path) -> None:
    """What each of two processes does: a straight run, then a stop and all that follows."""
    torch.set_num_threads(1)
    team = meet(rank, 2, folder / "meeting", torch.device("cpu"))
    found: network_file.Weights = {}
    for choice, dropout in (("all", 0.0), ("0,2", 0.3)):
        whole, follower = start(choice, team, dropout), Follower()
        assert train(whole, follower)
        found |= {f"{choice} {n}": w for n, w in whole.model.weights().items()}
        found[f"{choice} curve"] = np.array(curve(follower.points))

        first = start(choice, team, dropout)
        assert not train(first, Follower(7 if rank == 0 else -1))
        kept = first.state_dict()
        again, after = start(choice, team, dropout), Follower()
        again.load_state_dict(kept)
        assert train(again, after)
        # Going on is to the bit, dropout and all.
        assert after.points == follower.points[-len(after.points) :]
        for name, weight in again.model.weights().items():
            assert np.array_equal(weight, found[f"{choice} {name}"]), name
        found[f"{choice} kept"] = np.frombuffer(kept, np.uint8)

    alone = start("all")  # and what one process kept, two go on from
    train(alone, Follower(6))
    taken_up, after = start("all", team), Follower()
    taken_up.load_state_dict(alone.state_dict())
    assert train(taken_up, after)
    found |= {f"taken up {n}": w for n, w in taken_up.model.weights().items()}
    found["taken up curve"] = np.array(curve(after.points))
    files.write_file(folder / f"{rank}.safetensors", network_file.pack(found))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[network_file.Weights]:
    """What each of the two processes found."""
    folder = tmp_path_factory.mktemp("team")
    command = [sys.executable, __file__, str(folder)]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    members = [
        subprocess.Popen([*command, str(rank)], env=env, stderr=subprocess.PIPE, text=True)
        for rank in (0, 1)
    ]
    try:
        for one in members:
            _, said = one.communicate(timeout=DEADLINE_S)
            assert one.returncode == 0, said
    finally:
        for one in members:
            one.kill()
            one.communicate()
    return [network_file.unpack((folder / f"{rank}.safetensors").read_bytes()) for rank in (0, 1)]


def named(found: network_file.Weights, prefix: str) -> network_file.Weights:
    return {name: found[f"{prefix} {name}"] for name in network_file.shapes(CONFIG)}


def test_both_processes_hold_the_same_weights_to_the_bit(found: list[network_file.Weights]) -> None:
    first, second = found
    assert first.keys() == second.keys()
    for name in first:
        assert np.array_equal(first[name], second[name]), name


def test_two_processes_learn_what_one_does(found: list[network_file.Weights]) -> None:
    alone, follower = start("all"), Follower()
    begun = alone.model.weights()
    assert train(alone, follower)
    expected = curve(follower.points)
    assert len(expected) == 9
    np.testing.assert_allclose(found[0]["all curve"], expected, rtol=1e-5)
    for name, weight in named(found[0], "all").items():
        np.testing.assert_allclose(weight, alone.model.weights()[name], atol=2e-5, err_msg=name)
        assert np.abs(weight - begun[name]).max() > 1e-3, name


def test_one_process_goes_on_where_two_stopped(found: list[network_file.Weights]) -> None:
    straight, whole = start("all"), Follower()
    train(straight, whole)
    alone, after = start("all"), Follower()
    alone.load_state_dict(found[0]["all kept"].tobytes())
    assert alone.step == 7
    assert train(alone, after)
    np.testing.assert_allclose(
        curve(after.points), curve(whole.points)[-len(after.points) :], rtol=1e-5
    )
    for name, weight in alone.model.weights().items():
        np.testing.assert_allclose(weight, straight.model.weights()[name], atol=2e-5, err_msg=name)


def test_two_processes_go_on_where_one_stopped(found: list[network_file.Weights]) -> None:
    straight, whole = start("all"), Follower()
    train(straight, whole)
    after = found[0]["taken up curve"]
    np.testing.assert_allclose(after, curve(whole.points)[-len(after) :], rtol=1e-5)
    for name, weight in named(found[0], "taken up").items():
        np.testing.assert_allclose(weight, straight.model.weights()[name], atol=2e-5, err_msg=name)


def test_frozen_layers_stay_to_the_bit(found: list[network_file.Weights]) -> None:
    begun = start("0,2").model.weights()
    for name, weight in named(found[1], "0,2").items():
        held = not Trainable.parse("0,2", 3).learns_weight(name)
        assert np.array_equal(weight, begun[name]) == held, name


@pytest.mark.parametrize(("size", "batch_size"), [(1, 1), (1, 6), (2, 5), (3, 3), (5, 32), (7, 9)])
def test_every_stream_is_read_by_one(size: int, batch_size: int) -> None:
    team = [Team(rank, size) for rank in range(size)]
    own = [one.streams(batch_size) for one in team]
    assert (own[0].start, own[-1].stop) == (0, batch_size)
    assert all(before.stop == after.start for before, after in pairwise(own))
    sizes = {one.stop - one.start for one in own}
    assert min(sizes) >= 1
    assert max(sizes) - min(sizes) <= 1
    shared = [item for one in team for item in one.share("songs of many")]
    assert sorted(shared) == sorted("songs of many")


def test_a_window_in_parts_is_the_window() -> None:
    whole = SongBatcher(SONGS, 5, 8, seed=1).next()
    parts = [SongBatcher(SONGS, 5, 8, seed=1).next().only(Team(k, 3).streams(5)) for k in range(3)]
    assert torch.equal(torch.cat([p.positions for p in parts], 1), whole.positions)
    assert torch.equal(torch.cat([p.targets for p in parts], 1), whole.targets)
    assert torch.equal(torch.cat([p.fresh for p in parts]), whole.fresh)
    assert {p.predictions for p in parts} == {whole.predictions}


def test_processes_need_something_to_compute_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="--device cpu"):
        meet(0, 2, tmp_path / "meeting", torch.device("mps"))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    with pytest.raises(InputError, match="at most --processes 3"):
        meet(0, 4, tmp_path / "meeting", torch.device("cuda"))


def test_each_process_has_a_gpu_of_its_own() -> None:
    assert Team(1, 2).device(torch.device("cuda")) == torch.device("cuda", 1)
    assert Team(1, 2).device(torch.device("cpu")) == torch.device("cpu")
    assert ALONE.device(torch.device("cuda")) == torch.device("cuda")


if __name__ == "__main__":
    member(int(sys.argv[2]), Path(sys.argv[1]))
    # As the product's own members end: gloo's threads may abort a process that unwinds.
    os._exit(0)
