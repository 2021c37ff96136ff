"""Pretraining a base: its text, how long it takes on this computer, and starting it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from lyricslab.books import book_store
from lyricslab.config import ModelConfig
from lyricslab.errors import InputError, LyricsLabError
from lyricslab.importing.bulk.dataset import (
    Dataset,
    DatasetConfig,
    build_dataset,
    expand_paths,
    open_dataset,
)
from lyricslab.importing.readers.registry import KINDS
from lyricslab.library.bases import base_titles
from lyricslab.library.pace import time_left_s
from lyricslab.library.runs import delete_run, size_name
from lyricslab.model.cost import Throughput
from lyricslab.pretraining import pretrain
from lyricslab.pretraining.base_plan import SPLIT, BasePlan, run_config
from lyricslab.pretraining.measurement import Measurement, seconds_per_size
from lyricslab.store.rows import BASES, RunRow
from lyricslab.ui.bases.base_cards import many, megabytes
from lyricslab.ui.common import base_order, navigation, run_status, services
from lyricslab.ui.common.error_boundary import boundary, plain, problem
from lyricslab.wording import about, plural

MAX_UPLOAD_MB = 2_000
TICK_S = 1.0
PROGRESS_TICK_S = 2.0
DATASET = "make_dataset"
"""Session key: the digest of the text that was read."""
MEASUREMENTS = "make_measurements"
"""Session key: the throughput measurements, by dataset and sizes."""
SIZES = {
    "small": ("Small", ModelConfig(hidden_size=64)),
    "medium": ("Medium", ModelConfig(hidden_size=256)),
    "large": ("Large", ModelConfig(hidden_size=512)),
}
MINUTES = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440)
USUAL_PASSES = 3
"""Passes over the text after which little is gained, as a rule."""
MODERN_SHARE = 0.4
LITTLE_CHARS = 5_000_000
"""With less text than this a copy of a base is better than a network from nothing."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """The network to train, and for how long."""

    model: ModelConfig
    start: str | None
    minutes: float
    optimiser: str


def pretrain_section() -> None:
    """Show the bases in progress, then ask for text, size and time."""
    _in_progress()
    st.text(
        "Do you have a lot of text, such as a table of thousands of songs? Then train a base on "
        "it. That takes from minutes to a night, once; after that you and anybody you give it to "
        "can start from it."
    )
    with boundary():
        dataset = _text()
        if dataset is not None:
            _plan(dataset)


# ---- in progress


def _in_progress() -> None:
    """Show the bases in progress, refreshed while one of them trains."""
    runs = _unfinished()
    if runs:
        st.subheader("In progress", anchor=False)
        every = PROGRESS_TICK_S if any(run.unfinished for run in runs) else None
        st.fragment(_list_in_progress, run_every=every)()


def _unfinished() -> list[RunRow]:
    runs = services.store().runs(workspace_id=BASES)
    return [run for run in runs if run.status != "done"]


def _list_in_progress() -> None:
    for run in _unfinished():
        with st.container(border=True), boundary():
            _in_a_line(run)


def _in_a_line(run: RunRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        run_status.badge(run)
        st.text(f"{run.name} · {size_name(run.config.model)}", width="stretch")
        navigation.link("run", "Watch it", icon=":material/visibility:", run=run.id)
        if not run.unfinished:
            _forget(run)
    if run.step:
        left = time_left_s(run) if run.unfinished else None
        text = "" if left is None else f"about {_about(left)} left"
        st.progress(min(1.0, run.step / run.total_steps), text)


def _forget(run: RunRow) -> None:
    with st.popover("Forget it", type="tertiary"):
        st.text(
            "It can then no longer be resumed. A base that it made already stays in the library.",
            width=300,
        )
        if st.button("Forget it for good", key=f"forget_{run.id}"):
            delete_run(services.store(), run.id)
            st.rerun()


# ---- the text


def _text() -> Dataset | None:
    """Ask for the text; return its dataset once there is one."""
    st.subheader("1. The text", anchor=False)
    uploads = st.file_uploader(
        f"One or many files: {plain(KINDS)}",
        accept_multiple_files=True,
        max_upload_size=MAX_UPLOAD_MB,
        key="make_upload",
    )
    folder, use_books = _here_already()
    modern = st.checkbox(
        "Read some of the songs in today's spelling",
        key="make_modern",
        help="For old text and new songs: two in five songs are read with you for thou, it's for "
        "'tis, shorter lines, and without commas at their ends. Leave it off if the text is of "
        "today.",
    )
    named = [Path(folder.strip())] if folder.strip() else []
    named += [services.home().books] if use_books else []
    if not uploads and not named:
        return None
    config = DatasetConfig(modern=MODERN_SHARE if modern else 0.0)
    request = repr(([file.file_id for file in uploads], named, config))
    if st.session_state.get("make_request") != request:
        st.session_state[DATASET] = _read(uploads, named, config).digest
        st.session_state["make_request"] = request
    dataset = open_dataset(services.home().datasets, st.session_state[DATASET])
    _told(dataset)
    return dataset


def _here_already() -> tuple[str, bool]:
    """Ask for a path on this computer, and whether to read the downloaded books, too."""
    got = len(book_store.books(services.home()))
    shared = services.shared()  # a path would then let everybody read any file of the server
    if shared and not got:
        return "", False
    with st.expander("Text that is already on this computer"):
        folder = (
            ""
            if shared
            else st.text_input(
                "The full path of a file or a folder",
                key="make_folder",
                placeholder="/home/you/songs",
            )
        )
        those = "The book" if got == 1 else f"The {got} books"
        use_books = got > 0 and st.checkbox(f"{those} that you got", key="make_books")
    return folder, use_books


def _read(uploads: Sequence[Any], named: Sequence[Path], config: DatasetConfig) -> Dataset:
    """Build the dataset, with a progress bar; a click elsewhere stops it and leaves nothing."""
    home = services.home()
    bar = st.progress(0.0, "Reading the text …")
    with tempfile.TemporaryDirectory(dir=home.datasets) as folder:
        for number, file in enumerate(uploads):
            place = Path(folder) / f"{number}" / Path(file.name).name
            place.parent.mkdir()
            place.write_bytes(file.getbuffer())
        files = expand_paths([*([folder] if uploads else []), *named])
        dataset = build_dataset(
            files, home.datasets, config, lambda share: bar.progress(min(1.0, share), "Reading …")
        )
    bar.empty()
    return dataset


def _sources() -> tuple[str, ...]:
    """Return what the card credits: the uploaded files and the downloaded books."""
    uploads = st.session_state.get("make_upload") or []
    books = book_store.books(services.home()) if st.session_state.get("make_books") else []
    return (*(file.name for file in uploads), *(book.credit for book in books))


def _told(dataset: Dataset) -> None:
    manifest = dataset.manifest
    text = f"{manifest.songs:,} songs"
    if manifest.books:
        text += f" and pieces of {manifest.books} books"
    text += f", {many(manifest.characters)} characters"
    if manifest.duplicates:
        text += f"; {plural(manifest.duplicates, 'duplicate is', 'duplicates are')} left out"
    st.success(f"{text}.", icon=":material/menu_book:")
    for note in manifest.notes[:5]:
        st.caption(plain(note))
    if len(manifest.notes) > 5:
        st.caption(f"And {len(manifest.notes) - 5} more files were left out.")


# ---- size and time


def _plan(dataset: Dataset) -> None:
    st.subheader("2. The network", anchor=False)
    start = _start(dataset)
    models = [start[1]] if start else [model for _, model in SIZES.values()]
    measurement = _measurement(dataset, models)
    if measurement.throughputs() is None:
        st.fragment(_measuring, run_every=TICK_S)(measurement)
        return
    choice = _size_and_time(dataset, measurement, start)
    st.subheader("3. Its name", anchor=False)
    with st.form("make_form"):
        name = st.text_input("What the base is called", max_chars=50, key="make_name")
        lyrics = st.checkbox("The text is songs and verse, not prose", value=True)
        reads = st.text_input(
            "What it reads, in a few words for its card (optional)", key="make_reads"
        )
        licence = st.text_input(
            "Under which licence may it be passed on? (optional)", key="make_licence"
        )
        if not st.form_submit_button(
            f"Train this base: {_about(60 * choice.minutes)}",
            type="primary",
            icon=":material/exercise:",
        ):
            return
    try:
        _begin(dataset, choice, measurement, name.strip(), lyrics, reads.strip(), licence.strip())
    except LyricsLabError as error:
        problem(error)


def _start(dataset: Dataset) -> tuple[str, ModelConfig] | None:
    """Ask which base it starts as a copy of, if any."""
    cards = {card.name: card for card in base_order.in_order(services.home())}
    titles = base_titles(services.home())
    name = st.selectbox(
        "It begins",
        ["", *cards],
        format_func=lambda n: f"as a copy of {titles[n]}" if n else "knowing nothing",
        key="make_start",
        help="A copy of a base keeps what that has read, and takes far less time to read yours.",
        width=420,
    )
    if not name and cards and dataset.manifest.characters < LITTLE_CHARS:
        st.caption(
            "This is little text for a network that knows nothing. As a copy of a base it would "
            "know more in the end."
        )
    return (name, cards[name].model) if name else None


def _measurement(dataset: Dataset, models: Sequence[ModelConfig]) -> Measurement:
    measurements: dict[Any, Measurement] = st.session_state.setdefault(MEASUREMENTS, {})
    key = (dataset.digest, tuple(models))
    if key not in measurements:
        for other in [other for other, known in measurements.items() if known.is_running]:
            measurements.pop(other).stop()  # two at once would slow each other down
        seconds = seconds_per_size(dataset.manifest.characters)
        measurements[key] = Measurement(services.home(), dataset.digest, models, seconds)
    return measurements[key]


def _measuring(measurement: Measurement) -> None:
    with boundary():
        if measurement.throughputs() is not None:
            st.rerun()
        takes = f"about {about(measurement.expected_s)}"
        st.progress(measurement.progress, f"Measuring how fast this computer learns: {takes} …")


def _size_and_time(
    dataset: Dataset, measurement: Measurement, start: tuple[str, ModelConfig] | None
) -> _Choice:
    """Ask for a size and a time, and say what they amount to on this computer."""
    throughputs = measurement.throughputs() or {}
    if start:
        model = start[1]
    else:
        size = st.radio(
            "Its size",
            list(SIZES),
            format_func=lambda name: SIZES[name][0],
            captions=[_promise(dataset, model, throughputs[model]) for _, model in SIZES.values()],
            key="make_size",
        )
        model = SIZES[size][1]
    pass_s = SPLIT.train * dataset.manifest.characters / throughputs[model].chars_per_s
    usual = next((m for m in MINUTES if 60 * m >= USUAL_PASSES * pass_s), MINUTES[-1])
    minutes = st.select_slider(
        "How long it learns",
        MINUTES,
        value=usual,
        format_func=_span,
        key=f"make_minutes_{dataset.digest[:8]}_{model.hidden_size}_{model.num_layers}",
    )
    passes = 60 * minutes / pass_s
    st.caption(_worth(passes))
    as_the_study = st.checkbox(
        "Train it as the study of 2017 trained its networks",
        key="make_as_the_study",
        help="By RMSprop, at a rate that stays the same, until validation stops falling; not by "
        "AdamW at a falling rate. For those who repeat the experiment in all its parts.",
    )
    optimiser = "rmsprop" if as_the_study else "adamw"
    return _Choice(model, start[0] if start else None, minutes, optimiser)


def _span(minutes: float) -> str:
    """Return a span of time: "15 s", "20 min", "1 h 30 min", "2 h"."""
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    hours, rest = divmod(round(minutes), 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest))


def _promise(dataset: Dataset, model: ModelConfig, throughput: Throughput) -> str:
    """Describe a size, and how long one pass over the text takes on this computer."""
    pass_s = SPLIT.train * dataset.manifest.characters / throughput.chars_per_s
    layers = f"{model.num_layers} layers of {model.hidden_size} units"
    size = megabytes(4 * model.parameters)
    return f"{layers}, {size}. Reads the text once in {_about(pass_s)} here"


def _about(seconds: float) -> str:
    """Return a measured time: "a second", "6 seconds", "a minute", "4 minutes"."""
    if seconds < 1.5:
        return "a second"
    return f"{seconds:.0f} seconds" if seconds < 20 else about(seconds)


def _worth(passes: float) -> str:
    """Say what this number of passes is good for."""
    times = f"{passes:.1f} times" if passes < 10 else f"{passes:.0f} times"
    said = f"So it reads the text about {times}."
    if passes < 0.5:
        return f"{said} That is little: it will know words, but few turns of phrase."
    if passes > 15:
        return f"{said} More than it can use: it may begin to know texts by heart."
    return said


def _begin(
    dataset: Dataset,
    choice: _Choice,
    measurement: Measurement,
    name: str,
    lyrics: bool,
    reads: str,
    licence: str,
) -> None:
    """Queue the training and open the page of its run."""
    if not name:
        raise InputError("Give the base a name first; you will find it by that name.")
    store = services.store()
    plan = pretrain.check(
        store,
        BasePlan(
            name=name,
            model=choice.model,
            start=choice.start,
            minutes=choice.minutes,
            optimiser=choice.optimiser,
            lyrics=lyrics,
            reads=reads,
            sources=_sources(),
            licence=licence,
        ),
    )
    throughput = (measurement.throughputs() or {})[choice.model]
    run = pretrain.submit(store, plan, dataset, run_config(plan, dataset, throughput))
    services.keep_engine_alive()
    navigation.go("run", run=run.id)
