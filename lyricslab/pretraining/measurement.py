"""Measure how fast networks of several sizes would read a dataset on this computer.

It needs torch, which the app's process never loads, so it runs as another process:
`python -m lyricslab.pretraining.measurement DATASET_DIGEST SECONDS MODEL_JSON...` prints the
throughputs as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from lyricslab.config import ModelConfig
from lyricslab.engine.client import environment_for
from lyricslab.errors import EngineError
from lyricslab.importing.bulk.dataset import open_dataset
from lyricslab.model.cost import Throughput
from lyricslab.pretraining.base_plan import BasePlan
from lyricslab.pretraining.pretrain import MEASURE_S, measure
from lyricslab.store.home import Home, open_home

START_S = 5.0
"""The time to load what training needs."""
MIN_SECONDS, CHARS_PER_S = 1.5, 500_000
"""A short text is read soon, so that a rough estimate is enough."""


def seconds_per_size(characters: int) -> float:
    """Return how many seconds to measure each size for, by the length of the text."""
    return min(MEASURE_S, max(MIN_SECONDS, characters / CHARS_PER_S))


class Measurement:
    """A measurement in another process."""

    def __init__(
        self,
        home: Home,
        digest: str,
        models: Sequence[ModelConfig],
        seconds: float = MEASURE_S,
    ) -> None:
        self.models = tuple(models)
        self.expected_s = START_S + seconds * len(models)
        command = [sys.executable, "-m", "lyricslab.pretraining.measurement", digest, str(seconds)]
        command += [json.dumps(model.to_dict()) for model in models]
        self._began_s = time.monotonic()
        self._process = subprocess.Popen(
            command,
            env=environment_for(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._throughputs: dict[ModelConfig, Throughput] | None = None

    def throughputs(self) -> dict[ModelConfig, Throughput] | None:
        """Return the throughput of each size; None while they are being measured.

        Raises:
            EngineError: if it could not be measured.
        """
        if self._throughputs is None and self._process.poll() is not None:
            out, errors = self._process.communicate()
            if self._process.returncode:
                last = errors.strip().rpartition("\n")[2]
                raise EngineError(f"This computer's speed could not be measured: {last}")
            found = [Throughput(**values) for values in json.loads(out)]
            self._throughputs = dict(zip(self.models, found, strict=True))
        return self._throughputs

    @property
    def progress(self) -> float:
        """About how much of it is done, 0 to 1, by the time it takes on an idle computer."""
        return min(0.99, (time.monotonic() - self._began_s) / self.expected_s)

    @property
    def is_running(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def main(digest: str, seconds: str, *models: str) -> None:
    """Measure each model and print the throughputs."""
    home = open_home()
    dataset = open_dataset(home.datasets, digest)
    plans = [
        BasePlan(name="measured", model=ModelConfig.from_dict(json.loads(model)))
        for model in models
    ]
    print(json.dumps([asdict(measure(home, plan, dataset, float(seconds))) for plan in plans]))


if __name__ == "__main__":
    main(*sys.argv[1:])
