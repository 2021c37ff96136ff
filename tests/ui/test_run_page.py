"""The page of a run, without a browser and without an engine."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from lyricslab.engine import client
from lyricslab.library.corpora import load_corpus
from lyricslab.library.runs import stop_run
from lyricslab.model import network_file
from lyricslab.model.inference import Network
from lyricslab.songs.split import split
from lyricslab.store.rows import RunRow
from lyricslab.ui.common import setting_words
from lyricslab.ui.run import new_song, run_details
from lyricslab.ui.run.run_figures import percent
from tests.support.app_page import fine, open_page, press, said, stated
from tests.support.lab import Lab


def test_a_page_that_a_click_replaced_leaves_the_fragments_of_the_next(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What made a live page freeze: the page before it cleared its fragment, and it never ran."""
    storages = []

    def click(home: object) -> None:
        """While the engine is looked after, a click starts the next script, which has a panel."""
        context = get_script_run_ctx()
        assert context is not None and context.script_requests is not None
        context.script_requests.request_stop()
        context.fragment_storage.register("the panel of the next page", lambda: None)
        storages.append(context.fragment_storage)

    monkeypatch.setattr(client, "keep_alive", click)
    open_page("start")
    assert storages[-1].contains("the panel of the next page")


def test_a_finished_run_has_written_a_song(lab: Lab, until: Callable[..., object]) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "0,2 on songs", vals=(1.9, 1.2))

    def written() -> AppTest | None:
        at = open_page("run", run=run.id)
        return at if "Written by this run alone, seed" in said(at) else None

    at = until(written)
    assert isinstance(at, AppTest)
    assert "From Harbour songs: the first of 7 songs" in said(at)
    assert "The harbour keeps 0 lamps" in said(at)
    before = said(at)
    press(at, "Write another")
    until(lambda: "Written by this run alone, seed" in said(fine(at.run())))
    assert said(at) != before and "Harbour songs: song 2" in said(at)
    seed = re.search(r"alone, seed (\d+)", said(at))
    assert seed is not None and int(seed[1]) >= new_song.DRAFTS
    press(at, "Open on Write")
    assert (stated(at, "model"), stated(at, "seed")) == (run.id, seed[1])


def test_a_run_that_ended_before_it_began_has_no_empty_chart(lab: Lab) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "0,2 on songs", status="queued")
    stop_run(lab.store, run.id)
    at = open_page("run", run=run.id)
    assert "It has taken no step." in said(at)
    assert not at.get("vega_lite_chart") and not at.metric
    assert [button.label for button in at.button] == ["Resume"]


def test_a_run_that_may_end_early_says_when(lab: Lab) -> None:
    """It evaluates every 20 steps, which take 3 seconds: 4 in a row would be 9 seconds more."""
    lab.base()
    settings = {"max_steps": 400, "patience_evals": 4, "eval_every_steps": 20}
    corpus = lab.corpus()
    run = lab.run(corpus, "Mine", status="running", vals=(1.9, 1.8, 1.85), **settings)
    at = open_page("run", run=run.id)
    assert re.search(r"Step 40 of 400 · epoch 2 · \d+ s left at most", said(at))
    assert "Best at epoch 1 so far. Stop whenever you like: the best network is kept." in said(at)
    assert "once 4 evaluations in a row find none better: in about 10 seconds" in said(at)
    assert at.get("progress")


def test_a_run_whose_process_is_gone_says_so(lab: Lab) -> None:
    lab.base()
    run = lab.run(lab.corpus(), "Mine", status="running")
    with sqlite3.connect(lab.home.database) as db:
        db.execute("update run set owner = 'engine:here:1:x' where id = ?", (run.id,))
    assert "is gone. It continues from its last checkpoint shortly" in said(
        open_page("run", run=run.id)
    )


def scored(lab: Lab, run: RunRow, losses: Sequence[float]) -> None:
    """Record a run's loss on each test song, nats/char."""
    parts = split(load_corpus(lab.store, run.corpus_id), run.config.split)
    counts = [len(song.framed) + 1 for song in parts.test]
    nats = [loss * count for loss, count in zip(losses, counts, strict=True)]
    with sqlite3.connect(lab.home.database) as db:
        values = (run.workspace_id, run.id, "test", json.dumps(nats), json.dumps(counts))
        db.execute("insert into score values (?, ?, ?, ?, ?)", values)


def figures(at: AppTest) -> dict[str, tuple[str, str]]:
    """The figures of a finished run and what stands below each."""
    return {metric.label: (metric.value, metric.delta) for metric in at.metric}


def test_a_comparison_says_how_sure_it_is(lab: Lab, until: Callable[..., object]) -> None:
    card = lab.base()
    corpus = lab.corpus(songs=60)
    run = lab.run(corpus, "Mine", vals=(1.9, 1.2), test=1.5)
    losses = [1.5, 1.51, 1.49, 1.5, 1.52, 1.48]
    scored(lab, run, losses)
    scratch = {"base": None, "trainable": "all", "vals": (4.8, 2.5)}
    scored(lab, lab.run(corpus, "Scratch", test=2.0, **scratch), [2.0, 2.01, 1.99, 2.0, 2.0, 2.0])
    at = open_page("run", run=run.id)
    value, interval = figures(at)["Against the baseline"]
    assert value == "\u221225 %" and re.fullmatch(r"\u22122\d % to \u22122\d %", interval)

    def base_was_read() -> str:
        return figures(open_page("run", run=run.id))["Against the base"][0].replace("measuring", "")

    songs = split(load_corpus(lab.store, corpus.id), run.config.split).test
    network = Network(network_file.load(lab.home.base_file("songs"))[0], card.model)
    nats = sum(float(part.sum()) for part in network.score([song.framed for song in songs]))
    counts = [len(song.framed) + 1 for song in songs]
    ours = sum(loss * count for loss, count in zip(losses, counts, strict=True))
    assert until(base_was_read) == percent(ours / nats - 1)


def test_few_songs_give_no_verdict(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus(songs=7)
    run = lab.run(corpus, "Mine", vals=(1.9, 1.2), test=1.5)
    scored(lab, run, [1.5])
    scratch = {"base": None, "trainable": "all", "vals": (4.8, 2.5)}
    scored(lab, lab.run(corpus, "Scratch", test=2.0, **scratch), [2.0])
    told = figures(open_page("run", run=run.id))["Against the baseline"]
    assert told == ("too few songs", "1 test song to tell by")


def test_the_details_of_a_run(lab: Lab) -> None:
    lab.base()
    corpus = lab.corpus(songs=60)
    run = lab.run(corpus, "Mine", vals=(1.9, 1.2), test=1.5, patience_evals=4)
    scored(lab, run, [1.5, 1.51, 1.7, 1.3, 1.52, 1.48])
    losses = run_details.song_losses(lab.store, run)
    assert [round(song.nats_per_char, 2) for song in losses] == [1.7, 1.52, 1.51, 1.5, 1.48, 1.3]
    test = split(load_corpus(lab.store, corpus.id), run.config.split).test
    assert losses[0].title == test[2].title and losses[0].side == "test"
    words = dict(run_details.in_words(lab.store, run))
    assert words["Songs"] == "Harbour songs" and words["Base"] == "Base of songs (songs)"
    assert words["What learns"] == "layers 0 and 2" and words["Evaluations without gain"] == "4"
    assert set(setting_words.LABELS.values()) <= set(words)
    blend = {
        "strength": 0.8,
        "of": "last",
        "curves": {"best": [(0.8, 1.25), (1.0, 1.2)], "last": [(0.8, 1.15), (1.0, 1.3)]},
        "kept": True,
        "val_nats_per_char": 1.15,
        "checkpoint_val_nats_per_char": 1.2,
    }
    with sqlite3.connect(lab.home.database) as db:
        result = json.dumps({"test_nats_per_char": 1.5, "val_nats_per_char": 1.15, "blend": blend})
        db.execute("update run set result_json = ? where id = ?", (result, run.id))
    at = open_page("run", run=run.id)
    assert "80 % of the way from the base to its last step" in said(at)
    assert "A blend of what it learned with the base is kept (1.150 nats/char)." in said(at)
    assert figures(at)["Best on validation"][0] == "1.150"
    assert len(at.get("vega_lite_chart")) == 2
