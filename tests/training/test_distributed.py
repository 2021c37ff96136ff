"""torchrun starts two processes that train one network: equal weights, and the curve of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lyricslab import files
from lyricslab.config import ModelConfig, TrainConfig
from lyricslab.errors import InputError
from lyricslab.library.bases import load_base_card
from lyricslab.model import network_file
from lyricslab.store.home import open_home
from lyricslab.training import distributed
from lyricslab.training.loop import Progress, Training, train
from lyricslab.training.lstm import build

ROOT = Path(__file__).parents[2]
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
DEADLINE_S = 300  # a busy machine takes a minute to start one process

pytestmark = pytest.mark.timeout(500)

MODEL = ModelConfig(hidden_size=6, num_layers=2)
SETTINGS = TrainConfig(
    learning_rate=0.01,
    batch_size=4,
    window_chars=8,
    max_steps=14,
    eval_every_steps=5,
    point_every_steps=2,
    patience_evals=0,
    grad_clip=0.7,  # below some gradients and above others, so that their norm matters
)


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("ascii"), np.uint8)


SONGS = [codes("abc" * n + "\n") for n in (9, 14, 5, 11, 7, 3, 8)]
VAL = [codes("abc" * n + "\n") for n in range(2, 9)]


class Follower:
    """Keeps the points; rank 0's stops at a step, and the other ranks with it."""

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
        return distributed.broadcast(self.step == self.stop_at)


def start() -> Training:
    torch.set_num_threads(1)
    return Training(build(MODEL, seed=2), SONGS, VAL, SETTINGS, seed=4)


def train_on_this_rank(folder: Path) -> None:
    """Train without a stop, then with one and all that follows, and write the results down."""
    distributed.join(torch.device("cpu"))
    rank = distributed.rank()
    training, follower = start(), Follower()
    assert train(training, follower)
    weights = training.model.weights()
    stopped = start()
    assert not train(stopped, Follower(stop_at=7 if rank == 0 else -1))
    state = stopped.state_dict()
    resumed, after = start(), Follower()
    resumed.load_state_dict(state)
    assert train(resumed, after)
    assert after.points[-1] == follower.points[-1]
    for name, weight in resumed.model.weights().items():
        assert np.array_equal(weight, weights[name]), name
    results = weights | {"losses": losses(follower), "state": np.frombuffer(state, np.uint8)}
    files.write_file(folder / f"{rank}.safetensors", network_file.pack(results))


def losses(follower: Follower) -> np.ndarray:
    return np.array([[p.train or 0.0, p.val or 0.0] for p in follower.points])


def torchrun(*command: str) -> str:
    """Run a command on two ranks; what they print, or why they failed."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*TORCHRUN, *command], env=env, capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> list[network_file.Weights]:
    """The results of the two ranks."""
    folder = tmp_path_factory.mktemp("ranks")
    torchrun(__file__, str(folder))
    return [network_file.unpack((folder / f"{rank}.safetensors").read_bytes()) for rank in (0, 1)]


def test_both_ranks_hold_the_same_weights_to_the_bit(ranks: list[network_file.Weights]) -> None:
    for name in ranks[0].keys() - {"state"}:  # which holds each rank's random numbers
        assert np.array_equal(ranks[0][name], ranks[1][name]), name


def test_two_ranks_learn_what_one_process_does(ranks: list[network_file.Weights]) -> None:
    training, follower = start(), Follower()
    assert train(training, follower)
    np.testing.assert_allclose(ranks[0]["losses"], losses(follower), rtol=1e-5)
    assert follower.points[-1].val < follower.points[0].val
    resumed = start()
    resumed.load_state_dict(ranks[0]["state"].tobytes())
    assert resumed.step == 7
    assert train(resumed, Follower())
    for name, weight in training.model.weights().items():
        np.testing.assert_allclose(ranks[0][name], weight, atol=2e-5, err_msg=name)
        np.testing.assert_allclose(resumed.model.weights()[name], weight, atol=2e-5, err_msg=name)


def test_two_ranks_make_one_base(tmp_path: Path) -> None:
    songs = tmp_path / "songs.jsonl"
    rows = [{"title": str(n), "text": f"song {n}\n" + "la " * (9 + n)} for n in range(40)]
    songs.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    options = ["--name", "shared", "--layers", "1", "--hidden", "4", "--epochs", "1"]
    printed = torchrun("-m", "lyricslab", "pretrain", "--json", str(songs), *options)
    answer = json.loads(printed)  # rank 0 alone prints
    assert answer["details"]["finished"] is True
    assert answer["details"]["hardware"].startswith("2 cores of ")
    assert load_base_card(open_home(), "shared").details["run"] == answer["run"]


def test_songs_that_cannot_be_shared_equally_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "world_size", lambda: 3)
    monkeypatch.setattr(distributed, "rank", lambda: 1)
    assert distributed.local_songs(12) == slice(4, 8)
    with pytest.raises(InputError, match="3 processes cannot share 32 songs"):
        distributed.local_songs(32)


if __name__ == "__main__":
    train_on_this_rank(Path(sys.argv[1]))
    os._exit(0)  # as a rank of the command does
