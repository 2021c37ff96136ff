"""Runs side by side, as figures and in words: the table, what it says, what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import pandas as pd
import pyarrow as pa

from lyricslab.config import RunConfig, TrainConfig
from lyricslab.library.baselines import count_baseline_users, songs_and_split
from lyricslab.library.bases import base_titles
from lyricslab.library.runs import size_name
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.trainable import Trainable
from lyricslab.report.tables import csv_file
from lyricslab.store.cache import cached_each
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common.run_status import STATUS_WORDS
from lyricslab.ui.common.setting_words import LABELS, in_a_sentence
from lyricslab.wording import duration, listed, loss, share

TOO_CLOSE_SHARE = 0.01
"""Two runs of one seed each that differ by less than this part of a loss are too close to call."""


# ---- the table


def table(
    store: Store,
    rows: Sequence[RunRow],
    baseline_by_run: Mapping[str, RunRow],
    looks: Mapping[str, Sequence[float]],
) -> pa.Table:
    """Return the runs as a table, one a row, in the order given.

    Args:
        looks: some of each run's validation losses, in order of step, by its id.
    """
    titles = base_titles(store.home)
    by_id = {run.id: (run, baseline_by_run.get(run.id), titles.get(run.base or "")) for run in rows}
    # While one run trains, the others stay as they are.
    cells = cached_each(
        store,
        "table cells",
        by_id,
        lambda ids: {run_id: _cells(*by_id[run_id]) for run_id in ids},
        limit=MOST_CACHED,
    ).values()
    columns = dict(zip(CELLS, zip(*cells, strict=True), strict=True)) if cells else {}
    curves = [after_the_fall(looks.get(run.id, ())) for run in rows]
    # In single precision: of a table of many runs the curves are the most to send.
    columns["curve"] = pa.array(curves, pa.list_(pa.float32()))
    for name in ("val", "test", "change"):
        columns[name] = pa.array(columns[name], pa.float64())
    return pa.table({name: columns[name] for name in COLUMNS})


MOST_CACHED = 4096
"""How many runs' rows of the table are cached."""
COLUMNS = "name status learned base val test change curve time trained corpus".split()
CELLS = [name for name in COLUMNS if name != "curve"]


def _cells(run: RunRow, baseline: RunRow | None, base_title: str | None) -> tuple[Any, ...]:
    """Return a run's row of the table, without its curve."""
    return (
        run.name,
        [STATUS_WORDS[run.status]],
        layers_learned(run),
        base_title or run.base or "none",
        run.best_val,
        run.test,
        change_percent(run, baseline),
        duration(run.seconds) if run.seconds else "",
        trained_parameters(run),
        run.corpus_name,
    )


def layers_learned(run: RunRow) -> str:
    """Return what learned: "layers 0 and 2", "head only", "none, as it is"."""
    if run.kind == "zero-shot":
        return "none, as it is"
    rank = run.config.settings.lora_rank
    return f"{_learns(run.config)}, rank {rank}" if rank else _learns(run.config)


def trained_parameters(run: RunRow) -> int:
    """Return how many weights learned; with low-rank updates, how many numbers those have."""
    if run.kind == "zero-shot":
        return 0
    trainable = Trainable.parse(run.trainable, run.config.model.num_layers)
    return trainable.trained_parameters(run.config.model, run.config.settings.lora_rank)


def change_percent(run: RunRow, baseline: RunRow | None) -> float | None:
    """Return how far a run's test loss is above its baseline's, in percent; below is negative."""
    if baseline is None or run.test is None or baseline.test is None:
        return None
    return (run.test / baseline.test - 1) * 100


def after_the_fall(losses: Sequence[float]) -> Sequence[float]:
    """Return a curve without its steep first tenth, which would flatten the rest."""
    return losses[len(losses) // 10 :]


# ---- the table in words


def read_table(
    chosen: Sequence[RunRow],
    baseline_by_run: Mapping[str, RunRow],
    titles: Mapping[str, str] | None = None,
) -> str:
    """Say what the chosen runs show about fine-tuning.

    Args:
        titles: what each base is called, by its name.
    """
    judged = [run for run in chosen if run.best_val is not None]
    if not judged:
        return "Nothing to read yet: none of these runs has looked at its validation songs."
    if len({songs_and_split(run) for run in judged}) > 1:
        return (
            "These runs learned from different songs, or from the same songs divided differently. "
            "Their losses cannot be compared: some songs are simply easier to guess."
        )
    # Chosen by validation; the test songs are only read for what was chosen (DESIGN, Measures).
    tuned = [run for run in judged if run.base is not None]
    best = min(tuned or judged, key=lambda run: run.best_val or 0.0)
    against = _against_nothing(best, baseline_by_run.get(best.id), titles or {})
    said = [against, _among(best, judged)]
    trains = [run for run in chosen if run.unfinished]
    if trains:
        said.append("Not all of them are finished, so this may change.")
    return " ".join(filter(None, said))


def _against_nothing(best: RunRow, baseline: RunRow | None, titles: Mapping[str, str]) -> str:
    """Compare the best run with training from nothing, or else with its base as it was."""
    if best.base is None:
        return "Trained from nothing, with no base to begin with: the mark that a base has to beat."
    what = _doing(best, titles.get(best.base, best.base))
    if baseline is not None and best.test is not None and baseline.test is not None:
        if abs(best.test / baseline.test - 1) < TOO_CLOSE_SHARE:
            return f"{what} predicts unseen songs about as well as training from nothing does."
        word = "better" if best.test < baseline.test else "worse"
        return (
            f"{what} predicts unseen songs {share(best.test, baseline.test)} {word} than training "
            f"from nothing ({loss(best.test, unit=False)} against {loss(baseline.test)})."
        )
    ending = "" if baseline is not None else " A baseline, trained from nothing, is not there yet."
    if best.zero_shot_val is None or best.best_val is None:
        return f"{what} reached {loss(best.best_val or 0.0)} on the validation songs.{ending}"
    if best.best_val >= best.zero_shot_val:
        return f"{what} has not improved on the base as it was.{ending}"
    return (
        f"{what} predicts songs it did not learn from {share(best.best_val, best.zero_shot_val)} "
        f"better than the base as it was.{ending}"
    )


def _doing(run: RunRow, base_title: str) -> str:
    """Return what a run did, as the beginning of a sentence."""
    learned = "only the head" if run.trainable == "none" else layers_learned(run)
    return f"Fine-tuning {learned} of '{base_title}'"


def _among(best: RunRow, judged: Sequence[RunRow]) -> str:
    """Compare the best with the others that started from a base."""
    others = [run for run in judged if run.base is not None and run.id != best.id]
    if not others or best.base is None or best.best_val is None:
        return ""
    second = min(others, key=lambda run: run.best_val or 0.0)
    if second.best_val is None:
        return ""
    if second.best_val / best.best_val - 1 < TOO_CLOSE_SHARE:
        return (
            f"'{best.name}' and '{second.name}' are too close to call with one seed each: "
            "train both again with other seeds."
        )
    return (
        f"Of the runs with a base, '{best.name}' is best on validation, "
        f"'{second.name}' comes next ({share(second.best_val, best.best_val)} worse)."
    )


# ---- what differs


def _model_size(config: RunConfig) -> str:
    return size_name(config.model)


def _learns(config: RunConfig) -> str:
    return "all, from nothing" if config.base is None else layers_in_words(config.trainable)


def _split(config: RunConfig) -> str:
    parts = (config.split.train, config.split.val, config.split.test)
    return " / ".join(f"{part:.0%}" for part in parts)


SETTINGS: dict[str, Callable[[RunConfig], Any]] = {
    "layers that learn": _learns,
    "size of the network": _model_size,
    "training settings": lambda config: config.preset,
    "seed": lambda config: config.seed,
    "division of the songs": _split,
    "which division": lambda config: config.split.seed,
}
"""What a run is made of, by label; its training settings are in SETTING_LABELS."""

SETTING_LABELS = {name: in_a_sentence(name) for name in LABELS}
"""Its training settings, by the labels of the Train page."""


def differences(
    chosen: Sequence[RunRow], titles: Mapping[str, str] | None = None
) -> dict[str, list[str]]:
    """Return the settings in which the runs differ, each with its value for every run.

    Args:
        titles: what each base is called, by its name.
    """
    bases = [run.base or "none" for run in chosen]
    asked = {
        "songs": [run.corpus_name for run in chosen],
        "base": [(titles or {}).get(base, base) for base in bases],
    }
    for words, read in SETTINGS.items():
        asked[words] = [_spoken(read(run.config)) for run in chosen]
    for field in fields(TrainConfig):
        words = SETTING_LABELS.get(field.name, field.name.replace("_", " "))
        asked[words] = [_spoken(getattr(run.config.settings, field.name)) for run in chosen]
    return {words: values for words, values in asked.items() if len(set(values)) > 1}


def differ_in_words(found: Mapping[str, Sequence[str]], runs: int) -> str:
    """Say what differs."""
    if runs < 2:
        return ""
    both = "These two runs" if runs == 2 else f"These {runs} runs"
    if not found:
        return f"{both} have the same settings, seed included: they should give the same result."
    if set(found) == {"seed"}:
        return f"{both} differ in the seed alone: what sets them apart is chance."
    names = list(found)
    said = listed(names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} settings more"])
    return f"{both} differ in {said}."


def _spoken(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# ---- to export


CSV_COLUMNS = (
    "run",
    "name",
    "status",
    "corpus",
    "base",
    "train",
    "kind",
    "preset",
    "seed",
    "val_nats_per_char",
    "test_nats_per_char",
    "test_change_percent",
    "zero_shot_val_nats_per_char",
    "best_epoch",
    "epochs",
    "steps",
    "seconds",
    "trained_parameters",
)


def to_csv(rows: Sequence[RunRow], baseline_by_run: Mapping[str, RunRow]) -> bytes:
    """Return the table for a spreadsheet, with names as in `--json`."""
    cells = [_csv_cells(run, baseline_by_run.get(run.id)) for run in rows]
    return csv_file(pd.DataFrame(cells, columns=list(CSV_COLUMNS), dtype=object))


def _csv_cells(run: RunRow, baseline: RunRow | None) -> tuple[Any, ...]:
    return (
        run.id,
        run.name,
        run.status,
        run.corpus_name,
        run.base or "",
        run.trainable,
        run.kind,
        run.config.preset,
        run.config.seed,
        run.best_val,
        run.test,
        change_percent(run, baseline),
        run.zero_shot_val,
        run.best_epoch,
        run.epochs,
        run.step,
        run.seconds,
        trained_parameters(run),
    )


# ---- before deleting


def what_goes(store: Store, chosen: Sequence[RunRow]) -> str:
    """Say what is lost when these runs are deleted, and what depends on them."""
    names = listed([f"'{run.name}'" for run in chosen[:4]])
    if len(chosen) > 4:
        names = f"{len(chosen)} runs"
    said = [f"Delete {names}? The curves, the samples and the trained network go for good."]
    for name, count in count_baseline_users(store, chosen).items():
        noun = "run is" if count == 1 else "runs are"
        said.append(f"'{name}' is the baseline that {count} other {noun} measured against.")
    return " ".join(said)


def label_of(rows: Sequence[RunRow]) -> dict[str, str]:
    """Return a unique name for each run, by id."""
    names = Counter(run.name for run in rows)
    return {run.id: run.name if names[run.name] == 1 else f"{run.name} ({run.id})" for run in rows}


def first_choice(rows: Sequence[RunRow], baseline_by_run: Mapping[str, RunRow]) -> list[str]:
    """Return the runs that are selected at first, on the newest run's songs.

    The two best with a base, the newest, and the baseline; fewer where they are the same.
    """
    drawn = [run for run in rows if run.best_val is not None and run.status != "failed"]
    same = [run for run in drawn if songs_and_split(run) == songs_and_split(drawn[0])]
    tuned = sorted((run for run in same if run.base), key=lambda run: run.best_val or 0.0)
    baseline = [baseline_by_run[run.id] for run in same[:1] if run.id in baseline_by_run]
    return list(dict.fromkeys(run.id for run in [*tuned[:2], *same[:1], *baseline]))
