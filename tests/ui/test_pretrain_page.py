"""The page Bases, part "Make your own": text, what it takes here, the training."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from lyricslab.config import ModelConfig
from lyricslab.engine import client
from lyricslab.errors import EngineError
from lyricslab.library.runs import stop_run
from lyricslab.model.cost import Throughput
from lyricslab.pretraining import pretrain
from lyricslab.store.home import Home
from lyricslab.store.rows import BASES
from lyricslab.ui.bases import pretrain_form
from lyricslab.ui.common import services
from tests.support.app_page import open_page
from tests.support.lab import Lab

WORDS = "river stone morning ember harbour willow lantern meadow copper thunder".split()


class StubMeasurement:
    """Measures nothing: a character costs as many microseconds as a layer has units."""

    trouble = False
    done = True
    stopped: ClassVar[list[int]] = []
    """How many sizes each measurement that was given up would have told."""

    def __init__(
        self, home: Home, digest: str, models: Sequence[ModelConfig], seconds: float
    ) -> None:
        self.models = tuple(models)
        self.progress = 0.3
        self.expected_s = 5.0 + seconds * len(models)
        self.is_running = not StubMeasurement.done

    def stop(self) -> None:
        StubMeasurement.stopped.append(len(self.models))

    def throughputs(self) -> dict[ModelConfig, Throughput] | None:
        if StubMeasurement.trouble:
            raise EngineError("This computer's speed could not be measured: out of memory")
        if not StubMeasurement.done:
            return None
        return {m: Throughput("float32", m.hidden_size * 1e-3, 0.1, 1_000.0) for m in self.models}


@pytest.fixture
def lab(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr(client, "keep_alive", lambda home: None)
    monkeypatch.setattr(pretrain_form, "Measurement", StubMeasurement)
    monkeypatch.setattr(StubMeasurement, "trouble", False)
    monkeypatch.setattr(StubMeasurement, "done", True)
    monkeypatch.setattr(StubMeasurement, "stopped", [])
    lab = Lab(own_home)
    lab.base("mine")
    return lab


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = random.Random(3)
    path = tmp_path / "many.jsonl"
    rows = [
        {"title": f"No {n}", "text": "\n".join(" ".join(rng.choices(WORDS, k=5)) for _ in range(9))}
        for n in range(50)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def with_text(table: Path) -> AppTest:
    at = open_page("bases", section="make")
    at.text_input(key="make_folder").set_value(str(table))
    at.run()
    assert not at.exception
    return at


def train_button(at: AppTest) -> Button:
    [button] = [b for b in at.button if b.label.startswith("Train this base")]
    return button


def test_text_that_was_read_is_told_and_what_each_size_takes(lab: Lab, table: Path) -> None:
    at = with_text(table)
    assert "50 songs" in at.success[0].value
    assert any("This is little text" in caption.value for caption in at.caption)
    captions = at.radio(key="make_size").proto.captions
    assert ["3 layers of 64 units" in captions[0], "3 layers of 512" in captions[2]] == [True] * 2
    assert not at.error


def test_the_training_is_queued_as_it_was_promised(lab: Lab, table: Path) -> None:
    at = with_text(table)
    at.radio(key="make_size").set_value("medium").run()
    at.select_slider[0].set_value(1).run()
    at.text_input(key="make_name").set_value("my-songs")
    train_button(at).click().run()
    [run] = lab.store.runs(workspace_id=BASES)
    assert (run.name, run.status, run.config.model.hidden_size) == ("my-songs", "queued", 256)
    minutes = pretrain.plan_of(lab.store.home, run).minutes
    assert run.total_steps == pytest.approx((60 * minutes - 40 * 0.1) / 0.256, abs=1)
    assert not lab.store.runs()


def test_a_copy_of_a_base_has_its_size(lab: Lab, table: Path) -> None:
    at = with_text(table)
    at.selectbox(key="make_start").set_value("mine").run()
    assert not [radio for radio in at.radio if radio.key == "make_size"]
    assert not any("This is little text" in caption.value for caption in at.caption)
    at.text_input(key="make_name").set_value("more")
    train_button(at).click().run()
    [run] = lab.store.runs(workspace_id=BASES)
    assert (run.base, run.config.model.hidden_size, run.kind) == ("mine", 5, "base")


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Give the base a name"), ("a/b", "cannot be a base"), ("mine", "There is a base")],
)
def test_names_that_cannot_be(lab: Lab, table: Path, name: str, said: str) -> None:
    at = with_text(table)
    at.text_input(key="make_name").set_value(name)
    train_button(at).click().run()
    assert said.split()[0] in at.error[0].value.replace("\\", "")
    assert not lab.store.runs(workspace_id=BASES)


def test_what_cannot_be_read_or_measured_is_said(lab: Lab, table: Path, tmp_path: Path) -> None:
    at = with_text(tmp_path / "nowhere")
    assert "could not be opened" in at.error[0].value.replace("\\", "")
    StubMeasurement.trouble = True
    at = with_text(table)
    assert "out of memory" in at.error[0].value.replace("\\", "")


def test_while_it_is_measured_nothing_is_promised(lab: Lab, table: Path) -> None:
    StubMeasurement.done = False
    at = with_text(table)
    assert not [b for b in at.button if b.label.startswith("Train this base")]


def test_what_is_in_the_making_can_be_watched_and_forgotten(lab: Lab, table: Path) -> None:
    at = with_text(table)
    at.text_input(key="make_name").set_value("begun")
    train_button(at).click().run()
    [run] = lab.store.runs(workspace_id=BASES)
    stop_run(lab.store, run.id)
    at = open_page("bases", section="make")
    assert any("begun" in text.value for text in at.text)
    at.button(key=f"forget_{run.id}").click().run()
    assert not lab.store.runs(workspace_id=BASES)


def test_another_beginning_gives_up_what_is_being_measured(lab: Lab, table: Path) -> None:
    StubMeasurement.done = False
    at = with_text(table)
    at.selectbox(key="make_start").set_value("mine").run()
    assert StubMeasurement.stopped == [3]


def test_who_visits_a_shared_app_reads_no_files_of_the_server(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "shared", lambda: True)
    at = open_page("bases", section="make")
    assert not [field for field in at.text_input if field.key == "make_folder"]
    assert len(at.file_uploader) == 1


def test_a_span_is_told_as_a_clock_does() -> None:
    told = [pretrain_form._span(minutes) for minutes in (0.1, 0.25, 1, 45, 90, 120)]
    assert told == ["6 s", "15 s", "1 min", "45 min", "1 h 30 min", "2 h"]
