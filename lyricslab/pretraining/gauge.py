"""How long networks of several sizes would take to read a dataset on this computer.

A process of its own measures it, for the app's never loads torch:
`python -m lyricslab.pretraining.gauge PILE_DIGEST SECONDS MODEL_JSON...` prints the paces as
JSON.
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
from lyricslab.pretraining.pretrain import MEASURE_S, BasePlan, measure
from lyricslab.store.home import Home, open_home

START_S = 5.0
"""To load what training needs."""
LEAST_S, CHARS_A_S = 1.5, 500_000
"""A short text is read soon: a rough promise will do, and need not be waited for."""


def measuring_s(characters: int) -> float:
    """Seconds to measure each size for, before so much text is read."""
    return min(MEASURE_S, max(LEAST_S, characters / CHARS_A_S))


class Measurement:
    """A measurement under way."""

    def __init__(
        self,
        home: Home,
        digest: str,
        models: Sequence[ModelConfig],
        seconds: float = MEASURE_S,
    ) -> None:
        self.models = tuple(models)
        self.whole_s = START_S + seconds * len(models)
        command = [sys.executable, "-m", "lyricslab.pretraining.gauge", digest, str(seconds)]
        command += [json.dumps(model.to_dict()) for model in models]
        self._began_s = time.monotonic()
        self._process = subprocess.Popen(
            command,
            env=environment_for(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._paces: dict[ModelConfig, Throughput] | None = None

    def paces(self) -> dict[ModelConfig, Throughput] | None:
        """What each size costs; None while it is being measured.

        Raises:
            EngineError: if it could not be measured.
        """
        if self._paces is None and self._process.poll() is not None:
            out, trouble = self._process.communicate()
            if self._process.returncode:
                last = trouble.strip().rpartition("\n")[2]
                raise EngineError(f"This computer's pace could not be measured: {last}")
            said = json.loads(out)
            found = [Throughput(**values) for values in said]
            self._paces = dict(zip(self.models, found, strict=True))
        return self._paces

    @property
    def share(self) -> float:
        """About how much of it is done, 0 to 1, by the time it takes on a quiet computer."""
        return min(0.99, (time.monotonic() - self._began_s) / self.whole_s)

    @property
    def under_way(self) -> bool:
        """Whether it still measures."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Gives up."""
        self._process.kill()
        self._process.communicate()


def main(digest: str, seconds: str, *models: str) -> None:
    """Measures and prints."""
    home = open_home()
    dataset = open_dataset(home.datasets, digest)
    plans = [
        BasePlan(name="measured", model=ModelConfig.from_dict(json.loads(model)))
        for model in models
    ]
    print(json.dumps([asdict(measure(home, plan, dataset, float(seconds))) for plan in plans]))


if __name__ == "__main__":
    main(*sys.argv[1:])
