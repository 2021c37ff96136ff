"""The WebAssembly program: made from its source, and the same on every processor."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import wasmtime

from lyricslab.config import ModelConfig
from lyricslab.model import kernel
from lyricslab.model.kernel import GROUP, TASK, Kernel, build
from lyricslab.model.kernel.packing import PANEL
from lyricslab.training.lstm import build as build_model

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ModelConfig(hidden_size=11, num_layers=3)
TEMPERATURES = np.array([0.9, 0.2, 1.7, 0, 1.2], np.float32)


def test_the_program_was_compiled_from_the_source_beside_it() -> None:
    assert build.COMPILED.read_bytes().endswith(build.source_section())


def test_source_compiles_to_the_program() -> None:
    pytest.importorskip("ziglang", reason="only whoever changes kernel.c needs a compiler")
    if version("ziglang") != build.COMPILER:
        pytest.skip(f"kernel.wasm was made with ziglang {build.COMPILER}")
    assert build.compiled() == build.COMPILED.read_bytes()


def test_host_and_program_agree() -> None:
    source = build.SOURCE.read_text()
    body = re.search(r"typedef struct \{(.*?)\} Task;", source, re.S)
    assert body
    declared = re.findall(r"^  [\w ]+?[ *](\w+(?:, \w+)*);", body[1], re.M)
    assert ", ".join(declared).split(", ") == list(TASK.names or ())
    assert f"#define PANEL {PANEL} " in source and f"#define GROUP {GROUP} " in source


def with_flags(*flags: tuple[str, str], target: str = "") -> Callable[[], tuple[object, object]]:
    """Another way of running the program: with fewer instructions, or interpreted."""

    def program() -> tuple[object, object]:
        config = wasmtime.Config()
        config.wasm_relaxed_simd = True
        config.wasm_relaxed_simd_deterministic = True
        if target:
            config.target = target
        for flag, value in flags:
            config.cranelift_flag_set(flag, value)
        engine = wasmtime.Engine(config)
        return engine, wasmtime.Module.from_file(engine, str(build.COMPILED))

    return program


def test_another_processor_gives_the_same_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wasmtime's own interpreter shares no instruction with the compiled program."""
    weights = build_model(CONFIG, seed=8).weights()
    zeros = np.zeros((5, 3, 11), np.float32)  # (B, L, H): a group of four, and one left over
    chances = np.random.default_rng(4).random((40, 5))
    here = Kernel(weights, CONFIG).run(zeros, zeros, chances=chances, temperatures=TEMPERATURES)
    monkeypatch.setattr(kernel, "program", with_flags(target="pulley64"))
    there = Kernel(weights, CONFIG).run(zeros, zeros, chances=chances, temperatures=TEMPERATURES)
    for one, other in zip(here, there, strict=True):
        assert np.array_equal(one, other)
    assert len(np.unique(here.codes)) > 20


AT_THE_END = """
import atexit
import numpy as np

@atexit.register  # the first to register is the last to be called
def look():
    for thing in (*kernel.program(), network._store):
        try:
            thing.ptr()
        except ValueError as error:
            print(error)

from lyricslab.config import ModelConfig
from lyricslab.model import kernel, network_file
model = ModelConfig(hidden_size=3, num_layers=1)
shapes = network_file.shapes(model)
network = kernel.Kernel({n: np.zeros(s, np.float32) for n, s in shapes.items()}, model)
"""


@pytest.mark.engine
def test_the_kernel_is_closed_before_python_ends() -> None:
    """Closing later fails now and then, with a traceback on the screen."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_END], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:3] == ["already closed"] * 3
    assert not done.stderr
