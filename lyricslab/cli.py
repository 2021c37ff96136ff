"""The command line: the lab's services without a browser.

`--json` prints one JSON object on standard output; progress and messages go to standard error.
Exit status 0, or 2 with one sentence that says what is wrong.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, fields, replace
from pathlib import Path
from types import FrameType
from typing import Any

from lyricslab.config import (
    DEVICES,
    ModelConfig,
    Range,
    RunConfig,
    SampleConfig,
    SplitConfig,
    TrainConfig,
)
from lyricslab.errors import (
    BookError,
    ConfigError,
    InputError,
    LyricsLabError,
    NotFoundError,
    ReadError,
    RunStateError,
    StoreError,
)
from lyricslab.lab import keeper, library, models, parcel, runs
from lyricslab.lab.gutenberg import catalogue, fetch, mirror, shelf
from lyricslab.lab.home import make_folder, open_home, writing
from lyricslab.lab.report import whole
from lyricslab.lab.rows import CorpusRow, RunRow, SweepRow, instant
from lyricslab.lab.search import service as searches
from lyricslab.lab.store import Store
from lyricslab.lab.sweep import service
from lyricslab.lab.sweep.table import CellResult, SweepStatus, SweepTable
from lyricslab.learning import presets
from lyricslab.model import checkpoint, sampler
from lyricslab.model.network import Network
from lyricslab.model.trainable import Trainable
from lyricslab.text import intake
from lyricslab.text.corpus import Corpus
from lyricslab.text.doctor.remedies import BY_DEFAULT, NAMES
from lyricslab.text.pile import Pile, PileConfig, all_files, make_pile
from lyricslab.text.split import split

Answer = dict[str, Any]
BASELINE_SEEDS = Range(1, 100)
FOLLOW_EVERY_S = 0.5
TELL_EVERY_S = 2.0
"""A sweep's progress is told no more often than this."""

logger = logging.getLogger("lyricslab.cli")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    options = parser().parse_args(arguments)
    logging.getLogger("lyricslab").addHandler(_LOG)
    try:
        answer = options.command(options)
        print(json.dumps(answer) if options.json else options.show(answer), flush=True)
    except LyricsLabError as error:
        tell(str(error))
        return 2
    except KeyboardInterrupt:
        tell("Stopped.")
        return 130
    except BrokenPipeError:  # whoever read it, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        logger.exception(
            "Something went wrong inside the program (%s). The details are in the lab's folder of "
            "logs, in cli.log.",
            type(error).__name__,
        )
        return 2
    return 0


class _Log(logging.Handler):
    """A line of each warning on standard error; what has details is kept in the home."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(record.getMessage())
        if record.exc_info:
            details = f"{instant()} {logging.Formatter().format(record)}\n"
            with suppress(OSError, LyricsLabError):
                with open_home().command_log.open("a", encoding="utf-8") as file:
                    file.write(details)


_LOG = _Log(logging.WARNING)


def tell(line: str) -> None:
    """A line of progress, on standard error."""
    print(line, file=sys.stderr, flush=True)


# ---- the commands


def corpus(options: argparse.Namespace) -> Answer:
    """What was read: songs, characters, encoding, changes made, split sizes."""
    taken = take_in(options)
    found = taken.corpus(options.name)
    parts = split(found, split_config(options))
    numbers = found.statistics
    answer: Answer = {
        "name": found.name,
        "songs": numbers.songs,
        "lines": numbers.lines,
        "characters": numbers.characters,
        "longest_song_chars": numbers.longest_song_chars,
        "characters_used": numbers.characters_used,
        "digest": found.digest,
        "verdict": found.verdict,
        "split": {side: len(songs) for side, songs in zip(parts._fields, parts, strict=True)},
        **taken.report(),
    }
    if options.keep:
        answer["id"] = library.add_corpus(open_store(), found, taken.report(), intake=taken).id
    return answer


def bases(options: argparse.Namespace) -> Answer:
    """The library of bases."""
    return {"bases": [card.to_dict() for card in library.bases(open_home())]}


def rename_base(options: argparse.Namespace) -> Answer:
    """Gives a base of yours another name; runs that began with it follow."""
    card = library.rename_base(open_store(), options.old, options.new)
    return {**card.to_dict(), "base": card.name, "renamed": options.old}


def delete_base(options: argparse.Namespace) -> Answer:
    """Deletes a base of yours that no run began with, once you agree."""
    store = open_store()
    card, _ = library.base(store.home, options.name)
    library.check_deletable(store, card.name)
    if not options.yes:
        _agree(f"The base '{card.name}' goes with its network and its card. Delete it?")
    library.delete_base(store, card.name)
    return {"deleted": card.name}


def export(options: argparse.Namespace) -> Answer:
    """Puts a base or a run's network into one zip file, to be given away."""
    store, file = open_store(), Path(options.file)
    if file.exists() and not options.replace:
        raise InputError(f"'{file}' is there already. Choose another name, or --replace.")
    try:
        data = parcel.of_base(store.home, options.model)
    except NotFoundError:
        data = parcel.of_run(store, models.run(store, options.model))
    with writing(file.parent):
        checkpoint.write_file(file, data)
        file.chmod(0o644)  # it is meant for others
    sent = parcel.unpack(data).card
    return {**sent.to_dict(), "exported": options.model, "file": str(file), "bytes": len(data)}


def import_(options: argparse.Namespace) -> Answer:
    """Puts a network that was exported among the bases of this lab."""
    home, file = open_home(), Path(options.file)
    try:
        with file.open("rb") as opened:
            data = opened.read(parcel.MAX_BYTES + 1)
    except OSError as error:
        raise ReadError(f"'{file}' cannot be read: {error.strerror or error}.") from error
    card = parcel.add(home, parcel.unpack(data), options.name)
    return {**card.to_dict(), "base": card.name}


def pretrain(options: argparse.Namespace) -> Answer:
    """Trains a base on files and folders of any size."""
    from lyricslab.lab import pretrain as making
    from lyricslab.lab.here import go_on_here, this_process

    files = all_files(options.files)
    plan = making.BasePlan(
        name=options.name,
        model=ModelConfig(num_layers=options.layers, hidden_size=options.hidden),
        start=options.start,
        minutes=options.minutes,
        epochs=options.epochs,
        learning_rate=options.learning_rate,
        batch_size=options.batch_size,
        window_chars=options.window_chars,
        dropout=options.dropout,
        weight_decay=options.weight_decay,
        processes=1 if options.processes is None else options.processes,
        seed=options.seed,
        half=options.half,
        reads=options.reads,
        lyrics=options.lyrics,
        sources=(*options.credit, *shelf.credits_of(files)),
        licence=options.licence,
        command=spoken_command(),
        replaces=options.replace,
    )
    if options.device:
        os.environ["LYRICSLAB_DEVICE"] = options.device
    store = open_store()
    if not options.resume:
        plan = making.check(store, plan)
    into = Path(options.into) if options.into else store.home.bases
    with writing(into):
        make_folder(into)
    pile = make_pile(
        files,
        store.home.piles,
        PileConfig(modern=options.modern),
        _reading_told(),
    )
    tell(_pile_in_words(pile))
    if options.resume:
        run = making.unfinished(store, plan.name, pile)
        if options.processes is not None:
            making.share(store.home, run, options.processes)
        runs.resume(store, run.id)
        if not store.claim(run.id, this_process()):
            raise RunStateError("The engine has just taken it up; watch it in the app.")
        run = store.run(run.id)
    else:
        tell("Measuring how fast this computer learns ...")
        config = making.run_config(plan, pile, making.measure(store.home, plan, pile))
        run = making.submit(store, plan, pile, config, owner=this_process())
    tell(f"{plan.model.parameters:,} weights, {run.total_steps:,} steps")
    try:
        run = go_on_here(store, run, tell=tell, on_start=on_interrupt)
    finally:
        _on_signals(signal.default_int_handler)
    if run.status == "failed":
        raise InputError(run.error or "The base could not be trained.")
    card = making.published(store, run.id)
    if into != store.home.bases:
        with writing(into):
            checkpoint.copy(store.home.bases / card.name, into / card.name)
    return {**card.to_dict(), "base": card.name, "run": run.id, "files": str(into / card.name)}


def _pile_in_words(pile: Pile) -> str:
    account = pile.account
    books = f" ({account.books} books in pieces)" if account.books else ""
    twice = f", {account.twice:,} that came twice left out" if account.twice else ""
    said = [f"{account.songs:,} songs{books}, {account.characters:,} characters{twice}."]
    return "\n".join([*said, *account.notes])


def _reading_told() -> Callable[[float], None]:
    """Tells how much of the text is read, a tenth at a time."""
    told = 0

    def tell_share(share: float) -> None:
        nonlocal told
        if int(share * 10) > told:
            told = int(share * 10)
            tell(f"Reading: {told * 10} %")

    return tell_share


def books(options: argparse.Namespace) -> Answer:
    """Fetches books of Project Gutenberg to pretrain on, or lists the catalogue of some."""
    home = open_home()
    if options.list:
        return _listed_books(shelf.books(home), options.theme)
    wanted = fetch.numbers(" ".join(options.ids))
    if options.theme is not None:
        wanted += [title.id for title in catalogue.theme(options.theme).titles]
    if not wanted:
        raise ConfigError(["Name books by their numbers, or --theme; --list shows some."])
    place = mirror.chosen(home) if options.mirror is None else mirror.checked(options.mirror)
    outcomes = fetch.fetch(
        home,
        wanted,
        source=place,
        again=options.again,
        on_progress=_tell_book,
        on_outcome=lambda outcome: tell(f"  {outcome.sentence}"),
    )
    failed = [one for one in outcomes if one.card is None]
    if len(failed) == len(outcomes):
        many = f"None of the {len(failed)} books came; the lines above say why."
        raise BookError(failed[0].sentence if len(failed) == 1 else many)
    return {
        "mirror": place,
        "came": [asdict(one.card) for one in outcomes if one.card and one.fate == "came"],
        "here": [asdict(one.card) for one in outcomes if one.card and one.fate == "here"],
        "failed": [
            {"id": one.id, "title": fetch.name_of(one.id), "sentence": one.sentence}
            for one in failed
        ],
        "sentences": [one.sentence for one in outcomes],
        "folder": str(home.books),
    }


def _tell_book(progress: fetch.Progress) -> None:
    """A line when a book's turn comes, and when it has to wait; bytes are too many to tell."""
    if progress.waiting:
        tell(f"  {progress.waiting}")
    elif not progress.received:
        tell(f"{progress.number} of {progress.of}: {progress.title}")


def _listed_books(here: Sequence[shelf.BookCard], theme: str | None) -> Answer:
    """The catalogue by theme, and what is here."""
    known = {card.id for card in here}
    chosen = catalogue.themes() if theme is None else (catalogue.theme(theme),)
    return {
        "themes": [
            {
                "name": one.name,
                "about": one.about,
                "titles": [asdict(title) | {"here": title.id in known} for title in one.titles],
            }
            for one in chosen
        ],
        "here": [asdict(card) for card in here],
    }


def finetune(options: argparse.Namespace) -> Answer:
    """Fine-tunes some layers of a base on a corpus."""
    store = open_store()
    row, songs = keep(store, options)
    card, _ = library.base(store.home, options.base)
    trainable = Trainable.parse(options.train, card.model.num_layers)
    division = split_config(options)
    train_chars, val_chars = side_chars(songs, division)
    preset = presets.resolve(
        options.preset,
        train_chars=train_chars,
        val_chars=val_chars,
        model=card.model,
        trainable=trainable,
        base_is_lyrics=card.lyrics,
    )
    config = RunConfig(
        corpus=row.digest,
        base=card.name,
        trainable=str(trainable),
        model=card.model,
        split=division,
        train=with_changes(preset, options.set),
        preset="own" if options.set else options.preset,
        seed=options.seed,
    )
    return figures(train(store, config, options.name))


def baseline(options: argparse.Namespace) -> Answer:
    """Trains the fixed grid from scratch and names its best by validation."""
    issue = BASELINE_SEEDS.issue("The number of seeds", options.seeds)
    if issue:
        raise ConfigError([issue])
    store = open_store()
    row, songs = keep(store, options)
    division = split_config(options)
    grid = presets.baseline_grid(*side_chars(songs, division))
    rows, best = [], []
    for seed in range(options.seed, options.seed + options.seeds):
        done = []
        for number, (model, settings) in enumerate(grid, start=1):
            tell(
                f"Seed {seed}, network {number} of {len(grid)}: {runs.size_name(model)}, "
                f"dropout {settings.dropout:g}"
            )
            config = RunConfig(
                corpus=row.digest,
                base=None,
                model=model,
                split=division,
                train=settings,
                preset="baseline",
                seed=seed,
            )
            run = train(store, config, None)
            if run.status != "done":
                raise RunStateError(
                    f"The baseline was stopped; what was trained is listed by `runs`. '{run.name}' "
                    f"goes on with `python -m lyricslab resume {run.id}`."
                )
            done.append(figures(run))
        rows += done
        best.append(min(done, key=lambda answer: float(answer["val_nats_per_char"])))
    tests = [float(answer["test_nats_per_char"]) for answer in best]
    return {
        **best[0],
        "best": best,
        "rows": rows,
        "mean": statistics.fmean(tests),
        "sd": statistics.stdev(tests) if len(tests) > 1 else 0.0,
    }


def sweep(options: argparse.Namespace) -> Answer:
    """Tries every choice of layers of some bases, and the baseline, for some seeds."""
    store = open_store()
    row, _ = keep(store, options)
    plan = service.plan(
        store,
        row.id,
        options.base,
        seeds=options.seeds,
        preset=options.preset,
        split_config=split_config(options),
        only=options.train,
    )
    count, seconds = service.estimate_s(plan, keeper.worker_count())
    tell(
        f"{count} runs in all, about {spoken_time(seconds)} on this computer if none is known yet. "
        "Stopped half-way, the same command goes on where it was."
    )
    found = service.submit(store, plan)
    try:
        state = follow(store, found.id)
    finally:
        _on_signals(signal.default_int_handler)
    if state.state in ("stopped", "stopping"):
        raise RunStateError(
            state.error or "The sweep was stopped; the same command goes on where it was."
        )
    return sweep_answer(store, service.table(store, found.id))


def follow(store: Store, sweep_id: str) -> SweepStatus:
    """Waits for a sweep to come to its end, and tells how far it is; Ctrl-C stops it."""
    on_interrupt(lambda: service.stop(store, sweep_id))
    told: tuple[int, int] | None = None
    told_s = -math.inf
    while True:
        keeper.keep_alive(store.home)
        state = service.status(store, sweep_id)
        if state.state not in ("running", "stopping"):
            return state
        now, now_s = (state.done, state.running), time.monotonic()
        if now != told and now_s - told_s > TELL_EVERY_S:
            told, told_s = now, now_s
            left = "" if state.seconds_left is None else f", {spoken_time(state.seconds_left)} left"
            tell(f"{state.done} of {state.runs} runs done, {state.running} training{left}")
        time.sleep(FOLLOW_EVERY_S)


def sweep_answer(store: Store, table: SweepTable) -> Answer:
    """A sweep's table under the names that scripts rely on."""
    return {
        "sweep": table.sweep_id,
        "corpus": table.corpus_name,
        "status": table.status.state,
        "preset": table.plan.preset,
        "seeds": table.plan.seeds,
        "split": table.split.to_dict(),
        "runs": table.status.runs,
        "failed": table.status.failed,
        "rows": [sweep_row(store, table, cell) for cell in table.cells],
        "trials": [
            {
                "base": trial.base,
                "search": trial.search,
                "train": trial.trainable,
                "model": trial.model.to_dict(),
                "learning_rate": trial.learning_rate,
                "dropout": trial.dropout,
                "batch_size": trial.batch_size,
                "run": trial.run_id,
                "val_nats_per_char": trial.val,
                "chosen": trial.chosen,
            }
            for trial in table.trials
        ],
        "claims": [asdict(claim) for claim in service.claims(table)],
    }


def sweep_row(store: Store, table: SweepTable, cell: CellResult) -> Answer:
    """One cell: what it is, its figures as means over the seeds, and its runs."""
    learns = cell.done[0].trained_parameters if cell.done else None
    return {
        "kind": cell.cell.kind,
        "base": cell.cell.base,
        "train": cell.cell.trainable,
        "search": cell.cell.search,
        "model": cell.model.to_dict(),
        "learning_rate": cell.learning_rate,
        "dropout": cell.dropout,
        "batch_size": cell.batch_size,
        "mean": cell.mean("test"),
        "sd": cell.sd("test"),
        "ratio": table.ratio(cell),
        "val_nats_per_char": cell.mean("val"),
        "test_nats_per_char": cell.mean("test"),
        "train_nats_per_char": cell.mean("train"),
        "val_padded_loss": cell.mean("val_padded_loss"),
        "test_padded_loss": cell.mean("test_padded_loss"),
        "trained_parameters": learns,
        "frozen_parameters": None if learns is None else cell.model.parameters - learns,
        "seeds": [figures(store.run(seed.run_id)) for seed in cell.seeds if seed.run_id],
    }


def search(options: argparse.Namespace) -> Answer:
    """Searches for the weights worth retraining: parts of layers against whole ones."""
    store = open_store()
    row, _ = keep(store, options)
    plan = searches.plan(
        store,
        row.id,
        options.base,
        split_config=split_config(options),
        preset=options.preset,
        budget=options.budget,
        seeds=options.seeds,
        search_seeds=options.search_seeds,
        rates=numbers(options.rates),
        methods=options.methods.split(","),
    )
    try:
        rows = searches.carry_out(store, plan, tell=tell, on_start=on_interrupt)
    finally:
        _on_signals(signal.default_int_handler)
    return searches.answer(store, plan, rows)


def evaluate(options: argparse.Namespace) -> Answer:
    """How well a base or run predicts a corpus, side by side."""
    weights, card = models.load(open_store(), options.model)
    found = take_in(options).corpus(options.name)
    scores = models.evaluate(weights, card, found, split_config(options))
    return {"model": card.name, "songs": len(found.songs), "characters": found.characters, **scores}


def write(options: argparse.Namespace) -> Answer:
    """Writes songs."""
    config = SampleConfig(
        temperature=options.temperature,
        length_chars=options.length,
        seed=options.seed,
        prime=options.prime,
        count=options.count,
    )
    weights, card = models.load(open_store(), options.model)
    advice = sampler.advice(config)
    if advice:
        tell(advice)
    songs = sampler.write(Network(weights, card.model), config)
    return {
        "model": card.name,
        "temperature": config.temperature,
        "songs": [{"text": song.text, "seed": song.seed} for song in songs],
    }


def list_runs(options: argparse.Namespace) -> Answer:
    """Every run, the newest first."""
    return {"runs": [figures(run) for run in runs.list_runs(open_store())]}


def report(options: argparse.Namespace) -> Answer:
    """Writes a sweep's tables, or its whole report, to a file: .html, .csv, .md or .tex."""
    store = open_store()
    found = service.table(store, find_sweep(store, options.sweep).id)
    path = Path(options.file)
    made = whole.make(store, found, path.name)
    try:
        path.write_bytes(made)
    except OSError as error:
        raise InputError(f"'{path}' cannot be written: {error.strerror or error}.") from error
    state = found.status
    return {
        "sweep": found.sweep_id,
        "file": str(path),
        "bytes": len(made),
        "runs": state.runs,
        "done": state.done,
    }


def find_sweep(store: Store, named: str) -> SweepRow:
    """The sweep of this id, or the newest on the corpus of this name.

    Raises:
        NotFoundError: if there is none.
    """
    known = service.list_sweeps(store)
    for row in [s for s in known if s.id == named] + [s for s in known if s.corpus_name == named]:
        return row
    there = "; ".join(f"{row.id} on {row.corpus_name}" for row in known[:8]) or "none yet"
    raise NotFoundError(f"There is no sweep '{named}'. Sweeps: {there}.")


def stop(options: argparse.Namespace) -> Answer:
    """Stops a run; what it has learned is kept."""
    store = open_store()
    return figures(runs.stop(store, runs.find(store, options.run).id))


def resume(options: argparse.Namespace) -> Answer:
    """Takes a stopped or failed run up again, in the background engine."""
    store = open_store()
    run = runs.resume(store, runs.find(store, options.run).id)
    keeper.ensure_engine(store.home)
    return figures(run)


def delete(options: argparse.Namespace) -> Answer:
    """Deletes a run with its network and curves, once you agree."""
    store = open_store()
    run_id, what = at_stake(store, options.run)
    if not options.yes:
        _agree(f"{what} Delete it?")
    runs.delete(store, run_id)
    return {"deleted": run_id}


def _agree(question: str) -> None:
    """Goes on only once the person has typed yes."""
    tell(f"{question} Type yes.")
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise InputError("Nothing was deleted.")


def at_stake(store: Store, named: str) -> tuple[str, str]:
    """The id of a run, and what goes and what suffers when it is deleted."""
    try:
        run = runs.find(store, named)
    except NotFoundError:
        try:
            store.run(named)
        except NotFoundError:
            pass
        except StoreError as error:  # that it is damaged is no reason to keep it
            return named, str(error)
        raise
    what = f"'{run.name}' (run {run.id}) goes with its network, its curves and what it wrote."
    for count in runs.leaning_on(store, [run]).values():
        what += f" It is the baseline of {count} other {'run' if count == 1 else 'runs'}."
    return run.id, what


def engine(options: argparse.Namespace) -> Answer:
    """Looks at, starts or stops the background engine."""
    home = open_home()
    if options.wish == "start":
        keeper.ensure_engine(home)
    if options.wish == "stop":
        keeper.stop_engine(home)
    status = keeper.engine_status(home)
    return {field.name: getattr(status, field.name) for field in fields(status)}


# ---- what the commands share


def open_store() -> Store:
    """The store of the lab's home."""
    return Store(open_home())


def take_in(options: argparse.Namespace) -> intake.Intake:
    """The files named on the command line, read as songs."""
    named = (options.lyrics_column, options.title_column, options.artist_column)
    columns = intake.Columns(named[0] or "", *named[1:]) if any(named) else None
    read = [
        one
        for file in options.files
        for one in (
            _folder(Path(file), options.encoding, columns)
            if os.path.isdir(file)
            else [intake.read_path(file, encoding=options.encoding, columns=columns)]
        )
    ]
    taken = intake.gather(read)
    taken = replace(taken, on=_remedies(options.remedies))
    for note in taken.notes:
        tell(note)
    for finding in taken.examination.findings:
        fate = "Put right." if finding.on else "Left as it is."
        tell(f"{finding.remedy.title} ({finding.remedy.name}): {finding.sentence} {fate}")
    return taken.in_pieces() if options.pieces else taken


def _folder(
    folder: Path, encoding: str | None, columns: intake.Columns | None
) -> list[intake.Intake]:
    """What can be read of a folder; what cannot is told of and left out."""
    read = []
    for file in intake.files_in(folder):
        try:
            read.append(intake.read_path(file, encoding=encoding, columns=columns))
        except ReadError as error:
            tell(f"Left out: {error}")
    if not read:
        raise ReadError(f"No file in '{folder}' could be read as lyrics.")
    return read


def _remedies(words: str) -> frozenset[str]:
    """The remedies that are on: names with commas, "default", "all" or "none" among them."""
    groups = {"default": BY_DEFAULT, "all": frozenset(NAMES), "none": frozenset[str]()}
    on: frozenset[str] = frozenset()
    for word in filter(None, (word.strip() for word in words.split(","))):
        if word not in groups and word not in NAMES:
            raise ConfigError(
                [f"'{word}' is no remedy. There are {', '.join(NAMES)}; and default, all and none."]
            )
        on |= groups.get(word, frozenset({word}))
    return on


def keep(store: Store, options: argparse.Namespace) -> tuple[CorpusRow, Corpus]:
    """The files on the command line as a corpus of the library."""
    taken = take_in(options)
    found = taken.corpus(options.corpus_name)
    return library.add_corpus(store, found, taken.report(), intake=taken), found


def side_chars(songs: Corpus, division: SplitConfig) -> tuple[int, int]:
    """Characters to learn from, and to check by."""
    parts = split(songs, division)
    train_chars, val_chars = (
        sum(len(song.framed) for song in side) for side in (parts.train, parts.val)
    )
    return train_chars, val_chars


def split_config(options: argparse.Namespace) -> SplitConfig:
    """The split asked for; the paper's preset divides in thirds unless told otherwise.

    Raises:
        ConfigError: if the shares are not three numbers that add up to 1.
    """
    text: str | None = options.split
    if text is None and vars(options).get("preset") == "paper":
        text = "1/3,1/3,1/3"
    if text is None:
        return SplitConfig(seed=options.split_seed)
    try:
        shares = [_fraction(part) for part in text.split(",")]
        train_share, val_share, test_share = shares
    except (ValueError, ZeroDivisionError):
        raise ConfigError(
            [f"'{text}' is not a split: give three shares, such as 0.8,0.1,0.1 or 1/3,1/3,1/3."]
        ) from None
    return SplitConfig(train=train_share, val=val_share, test=test_share, seed=options.split_seed)


def numbers(text: str) -> list[float]:
    """Numbers with commas between them.

    Raises:
        ConfigError: if they are none.
    """
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise ConfigError([f"'{text}' is no list of numbers, such as 1,3."]) from None


def _fraction(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / (float(below) if below else 1.0)


def with_changes(config: TrainConfig, changes: Sequence[str]) -> TrainConfig:
    """A preset's settings with `name=value` changes.

    Raises:
        ConfigError: if a name is unknown or a value does not fit.
    """
    kinds = {f.name: type(getattr(config, f.name)) for f in fields(config)}
    values: dict[str, Any] = {}
    for change in changes:
        name, _, text = change.partition("=")
        if name not in kinds:
            raise ConfigError([f"There is no setting '{name}'; there are {', '.join(kinds)}."])
        try:
            values[name] = kinds[name](text)
        except ValueError:
            raise ConfigError([f"'{text}' is not a value for {name}."]) from None
    return replace(config, **values)


def train(store: Store, config: RunConfig, name: str | None) -> RunRow:
    """One training job in this process; Ctrl-C stops it and keeps its best checkpoint."""
    from lyricslab.lab.here import run_here

    try:
        run = run_here(store, config, name=name, tell=tell, on_start=on_interrupt)
    finally:
        _on_signals(signal.default_int_handler)
    if run.status == "failed":
        raise InputError(run.error or "The run failed.")
    return run


def on_interrupt(stop: Any) -> None:
    """Makes the first Ctrl-C, or request to end, ask for a stop; a second one ends at once."""

    def handle(number: int, frame: FrameType | None) -> None:
        tell("Stopping; what has been learned is kept. Press again to end at once.")
        _on_signals(signal.default_int_handler)
        stop()

    _on_signals(handle)


def _on_signals(handle: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def figures(run: RunRow) -> Answer:
    """A run under the names that scripts rely on."""
    result = run.result or {}
    return {
        "run": run.id,
        "name": run.name,
        "kind": run.kind,
        "corpus": run.corpus_name,
        "base": run.base,
        "train": run.trainable,
        "model": run.config.model.to_dict(),
        "dropout": run.config.train.dropout,
        "preset": run.config.preset,
        "seed": run.config.seed,
        "status": run.status,
        "seconds": run.seconds,
        "chars_per_s": run.chars_per_s,
        "epochs": run.epochs,
        "best_epoch": run.best_epoch,
        "best_step": run.best_step,
        "steps": run.step,
        "zero_shot_val_nats_per_char": run.zero_shot_val,
        "val_nats_per_char": run.best_val,
        "error": run.error,
        **result,
    }


def spoken_command() -> str:
    """The command as it was typed, for a card."""
    words = ["python", "-m", "lyricslab", *sys.argv[1:]]
    return " ".join(f'"{word}"' if " " in word else word for word in words)


# ---- words for people


def show_corpus(answer: Answer) -> str:
    """A corpus in a few lines."""
    changes = ", ".join(
        f"{source} -> {target or 'nothing'} ({count} times)"
        for source, target, count in answer["changes"][:12]
    )
    sides = ", ".join(f"{count} to {side}" for side, count in answer["split"].items())
    lines = [
        f"{answer['name']}: {answer['songs']} songs, {answer['lines']:,} lines, "
        f"{answer['characters']:,} characters.",
        answer["verdict"],
        f"Split by song: {sides}.",
    ]
    return "\n".join([*lines, f"Changed: {changes}."] if changes else lines)


def show_bases(answer: Answer) -> str:
    """A line a base."""
    lines = [
        f"{card['name']}: {card['reads']}; {card['model']['num_layers']} x "
        f"{card['model']['hidden_size']}, validation {loss(card['val_nats_per_char'])} nats/char"
        for card in answer["bases"]
    ]
    return "\n".join(lines) or "There is no base yet; `pretrain` makes one."


def show_base(answer: Answer) -> str:
    """A base that was just trained."""
    return (
        f"Base '{answer['base']}' is ready: validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer['test_nats_per_char'])} nats/char."
    )


def show_renamed(answer: Answer) -> str:
    """Under which name a base is found now."""
    return f"The base '{answer['renamed']}' is called '{answer['base']}' now."


def show_exported(answer: Answer) -> str:
    """Where the file lies."""
    return (
        f"'{answer['exported']}' is in {answer['file']}, {answer['bytes'] / 1e6:.1f} MB. Whoever "
        "gets it brings it in with `python -m lyricslab import`, or on the page Bases."
    )


def show_imported(answer: Answer) -> str:
    """What came, and its name."""
    return f"The base '{answer['base']}' is in your library. It has read {answer['reads']}."


def show_books(answer: Answer) -> str:
    """What became of each book, or the catalogue."""
    if "themes" in answer:
        lines = []
        for theme in answer["themes"]:
            lines.append(f"{theme['name']}: {theme['about']}")
            for title in theme["titles"]:
                here = " (here)" if title["here"] else ""
                lines.append(f"{title['id']:5d}  {title['title']}, {title['author']}{here}")
        return "\n".join(lines)
    return "\n".join([*answer["sentences"], f"The texts are in {answer['folder']}."])


def show_run(answer: Answer) -> str:
    """A run's figures in two lines."""
    return (
        f"{answer['name']} (run {answer['run']}): {answer['status']} after "
        f"{answer['seconds']:.0f} s, best at epoch {answer['best_epoch'] or 0:.1f}.\n"
        f"Validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer.get('test_nats_per_char'))} nats/char."
    )


def show_status(answer: Answer) -> str:
    """Where a run stands, in a line."""
    return f"'{answer['name']}' (run {answer['run']}) {runs.SPOKEN[answer['status']]}."


def show_deleted(answer: Answer) -> str:
    """That a run is gone."""
    return f"Run {answer['deleted']} is deleted."


def show_base_deleted(answer: Answer) -> str:
    """That a base is gone."""
    return f"The base '{answer['deleted']}' is deleted."


def loss(value: float | None) -> str:
    """A loss, or that there is none."""
    return "not measured" if value is None else f"{value:.4f}"


def show_baseline(answer: Answer) -> str:
    """The grid's best."""
    return (
        f"Best from scratch: {answer['name']}, validation {loss(answer['val_nats_per_char'])}, "
        f"test {answer['mean']:.4f} nats/char over {len(answer['best'])} seed(s)."
    )


def show_sweep(answer: Answer) -> str:
    """The table, a line a cell, and what it says to the paper's claims."""
    lines = [f"Test loss, nats/char, mean and spread over {answer['seeds']} seed(s):"]
    for row in answer["rows"]:
        named = row["train"] if row["kind"] == "subset" else row["kind"]
        where = f"from scratch ({row['search']})" if row["base"] is None else row["base"]
        ratio = "" if row["ratio"] is None else f"  {row['ratio']:.3f} of the baseline"
        spread = "" if row["sd"] is None else f" +- {row['sd']:.4f}"
        lines.append(f"{where:22s} {named:10s} {loss(row['mean'])}{spread}{ratio}")
    lines += [f"{claim['verdict']:10s} {claim['sentence']}" for claim in answer["claims"]]
    if answer["failed"]:
        lines.append(f"{answer['failed']} run(s) failed; `runs` says why.")
    return "\n".join(lines)


def spoken_time(seconds: float) -> str:
    """A span of time, roughly: "40 s", "12 min", "2 h 5 min"."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def show_search(answer: Answer) -> str:
    """The table, what nothing beats marked, and how the parts compare with whole layers."""
    front = {row["name"] for row in answer["pareto"]}
    lines = ["Numbers that learn, validation and test in nats/char (mean, sd); * nothing beats it"]
    for row in answer["rows"]:
        mark = "*" if row["name"] in front else " "
        lines.append(
            f"{mark} {row['trained_parameters']:9,d}  {row['val_mean']:.4f}  {row['mean']:.4f} "
            f"+- {row['sd']:.4f}  {row['kind']:9s} {row['name']}"
        )
    for found in answer["comparisons"]:
        lines.append(
            f"{found['a']} less {found['b']} on test: {found['effect']:+.4f} nats/char, "
            f"95 % between {found['low']:+.4f} and {found['high']:+.4f}."
        )
    return "\n".join(lines)


def show_scores(answer: Answer) -> str:
    """A line a side."""
    return "\n".join(
        f"{side:5s} {answer[f'{side}_nats_per_char']:.4f} nats/char, "
        f"{answer[f'{side}_bits_per_char']:.4f} bits/char, "
        f"padded loss {answer[f'{side}_padded_loss']:.4f}, {answer[f'{side}_songs']} songs"
        for side in ("train", "val", "test")
    )


def show_songs(answer: Answer) -> str:
    """The songs, a rule between them."""
    return "\n\n---\n\n".join(song["text"] for song in answer["songs"])


def show_runs(answer: Answer) -> str:
    """A line a run."""
    lines = []
    for run in answer["runs"]:
        val = run["val_nats_per_char"]
        best = "" if val is None else f", validation {loss(val)}"
        lines.append(f"{run['run']}  {run['name']} on {run['corpus']}: {run['status']}{best}")
    return "\n".join(lines) or "There is no run yet."


def show_report(answer: Answer) -> str:
    """Where the report lies."""
    to_come = answer["runs"] - answer["done"]
    rest = f" {to_come} of its {answer['runs']} runs are still to come." if to_come else ""
    return f"Written to {answer['file']}, {answer['bytes']:,} bytes.{rest}"


def show_engine(answer: Answer) -> str:
    """The engine in a line."""
    return ", ".join(f"{name} {value}" for name, value in answer.items())


# ---- the words on the command line


_RUN = "a run's id or name"


def parser() -> argparse.ArgumentParser:
    """What may be typed."""
    top = argparse.ArgumentParser(prog="python -m lyricslab", description=__doc__.split("\n")[0])
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Any, show: Any) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        sub.add_argument("--json", action="store_true", help="one JSON object on standard output")
        sub.set_defaults(command=command, show=show)
        return sub

    sub = add("corpus", corpus, show_corpus)
    _reading(sub)
    sub.add_argument("--name", help="what the corpus is called")
    sub.add_argument("--keep", action="store_true", help="put it into the library")

    sub = add("bases", bases, show_bases)
    actions = sub.add_subparsers(metavar="ACTION")
    renaming = _action(actions, "rename", rename_base, show_renamed)
    renaming.add_argument("old", metavar="OLD", help="its name")
    renaming.add_argument("new", metavar="NEW", help="its name from now on")
    deleting = _action(actions, "delete", delete_base, show_base_deleted)
    deleting.add_argument("name", metavar="NAME", help="its name")
    deleting.add_argument("--yes", action="store_true", help="do not ask")

    sub = add("export", export, show_exported)
    sub.add_argument("model", metavar="MODEL", help="a base's name, a run's id or name")
    sub.add_argument("file", metavar="FILE.zip", help="the file to write")
    sub.add_argument("--replace", action="store_true", help="replace the file if it is there")

    sub = add("import", import_, show_imported)
    sub.add_argument("file", metavar="FILE.zip", help="a file that was exported")
    sub.add_argument("--name", help="what it shall be called here")

    sub = add("pretrain", pretrain, show_base)
    sub.add_argument("files", nargs="+", metavar="FILE_OR_FOLDER", help="of any size")
    sub.add_argument("--name", required=True, help="the base's name")
    sub.add_argument("--layers", type=int, default=3)
    sub.add_argument("--hidden", type=int, default=64, help="units in each layer")
    sub.add_argument("--from", dest="start", metavar="BASE", help="a base to go on from")
    sub.add_argument("--minutes", type=float, default=40, help="of one core, or of the accelerator")
    sub.add_argument("--epochs", type=float, help="passes over the text, instead of minutes")
    sub.add_argument("--modern", type=float, default=0, help="share of songs in today's dress")
    sub.add_argument("--learning-rate", type=float, help="by the network's size, unless given")
    sub.add_argument("--batch-size", type=int, default=32, help="songs side by side")
    sub.add_argument("--window-chars", type=int, default=80, help="characters looked back through")
    sub.add_argument("--dropout", type=float, default=0)
    sub.add_argument("--weight-decay", type=float, default=0)
    sub.add_argument("--device", choices=DEVICES, help="what computes; the best there is")
    sub.add_argument("--processes", type=int, help="that share the work, each a core or a GPU")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    sub.add_argument("--replace", action="store_true", help="replace the base of this name")
    sub.add_argument("--half", action="store_true", help="keep its weights in half the space")
    sub.add_argument("--lyrics", action="store_true", help="the text is songs and verse")
    sub.add_argument("--reads", default="", help="what it reads, in one sentence, for the card")
    sub.add_argument("--credit", action="append", default=[], help="a source, for the card")
    sub.add_argument("--licence", default="", help="for the card")
    sub.add_argument("--into", help="a folder that shall get the base's files, too")

    sub = add("books", books, show_books)
    sub.add_argument("ids", nargs="*", metavar="ID", help="a book's number: 1342, or its address")
    sub.add_argument("--theme", help="every book of a theme of the catalogue")
    sub.add_argument("--list", action="store_true", help="show the catalogue; fetch nothing")
    sub.add_argument("--mirror", help="where to fetch from, this once; {id} stands for the number")
    sub.add_argument("--again", action="store_true", help="fetch also what is here already")

    sub = add("finetune", finetune, show_run)
    _reading(sub)
    sub.add_argument("--base", required=True, help="the pretrained network to start from")
    sub.add_argument(
        "--train",
        default="0,2",
        metavar="PARTS",
        help="what learns: layers (0,2), all, or none (the head only); finer, a matrix of a layer "
        "(0.ih, 0.hh, 0.b), a gate (2.i, 2.f, 2.g, 2.o) or both (1.ih.o)",
    )
    sub.add_argument("--preset", choices=tuple(presets.PRESETS), default="studio")
    sub.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--name", help="what the run is called")
    sub.add_argument("--corpus-name")

    sub = add("baseline", baseline, show_baseline)
    _reading(sub)
    sub.add_argument("--seeds", type=int, default=1, help="how many seeds")
    sub.add_argument("--seed", type=int, default=0, help="the first of them")
    sub.add_argument("--corpus-name")

    sub = add("sweep", sweep, show_sweep)
    _reading(sub)
    sub.add_argument(
        "--base", action="append", required=True, help="a base; give it again for more"
    )
    sub.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0 up")
    sub.add_argument("--preset", choices=tuple(presets.PRESETS), default="paper")
    sub.add_argument(
        "--train",
        action="append",
        default=[],
        metavar="CHOICE",
        help="only this choice of layers: 0,2 or all or none, zero-shot or baseline; give it again "
        "for more. Without it, everything",
    )
    sub.add_argument("--corpus-name")

    sub = add("search", search, show_search)
    _reading(sub)
    sub.add_argument("--base", required=True, help="the pretrained network to start from")
    sub.add_argument(
        "--budget",
        type=int,
        help="the most weights of the layers that parts may come to, the head not counted; without "
        "it, those of one upper layer",
    )
    sub.add_argument("--seeds", type=int, default=3, help="how many seeds a row is the mean of")
    sub.add_argument(
        "--search-seeds", type=int, default=1, help="by how many of them parts are chosen"
    )
    sub.add_argument("--preset", choices=tuple(presets.PRESETS), default="studio")
    sub.add_argument(
        "--rates", default="1,3,10", help="learning rates to choose among, times the preset's"
    )
    sub.add_argument(
        "--methods",
        default="zero-shot,head,layers,matrices,gates,lora,ulmfit",
        help="which ways to try",
    )
    sub.add_argument("--corpus-name")

    sub = add("evaluate", evaluate, show_scores)
    sub.add_argument("model", metavar="MODEL", help="a base's name, a run's id or name")
    _reading(sub)
    sub.set_defaults(name=None)

    sub = add("write", write, show_songs)
    sub.add_argument("model", metavar="MODEL", help="a base's name, a run's id or name")
    sub.add_argument("--temperature", type=float, default=0.8)
    sub.add_argument("--length", type=int, default=1000, help="the most characters of a song")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--prime", default="", help="how the text begins")
    sub.add_argument("--count", type=int, default=1, help="how many songs")

    sub = add("report", report, show_report)
    sub.add_argument("sweep", metavar="SWEEP", help="a sweep's id, or the name of its corpus")
    sub.add_argument("file", metavar="FILE", help="ends in .html, .csv, .md or .tex")

    add("runs", list_runs, show_runs)

    for name, command in (("stop", stop), ("resume", resume)):
        add(name, command, show_status).add_argument("run", metavar="RUN", help=_RUN)

    sub = add("delete", delete, show_deleted)
    sub.add_argument("run", metavar="RUN", help=_RUN)
    sub.add_argument("--yes", action="store_true", help="do not ask")

    sub = add("engine", engine, show_engine)
    sub.add_argument("wish", choices=("status", "start", "stop"))
    return top


def _action(actions: Any, name: str, command: Any, show: Any) -> argparse.ArgumentParser:
    """A word that may follow `bases`."""
    sub: argparse.ArgumentParser
    sub = actions.add_parser(name, help=command.__doc__, description=command.__doc__)
    # Left out unless given, or it would undo a --json that stands before the word.
    keep = argparse.SUPPRESS
    sub.add_argument("--json", action="store_true", default=keep, help="one JSON object")
    sub.set_defaults(command=command, show=show)
    return sub


def _reading(sub: argparse.ArgumentParser) -> None:
    """The options of every command that reads songs from files."""
    sub.add_argument("files", nargs="+", metavar="FILE_OR_FOLDER")
    sub.add_argument("--encoding", help="the files' encoding, if it was guessed wrong")
    sub.add_argument("--lyrics-column", type=_filled, help="the column of a table with the lyrics")
    sub.add_argument("--title-column", type=_filled)
    sub.add_argument("--artist-column", type=_filled)
    sub.add_argument(
        "--remedies",
        default="default",
        metavar="NAMES",
        help="what to put right in the songs: default, all, none, or names with commas, such as "
        f"default,labels. There are {', '.join(NAMES)}",
    )
    sub.add_argument("--pieces", action="store_true", help="cut long texts into pieces")
    sub.add_argument("--split", help="shares to learn from, check and judge: 0.8,0.1,0.1")
    sub.add_argument("--split-seed", type=int, default=0, help="which division")


def _filled(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty; give a name, or leave the option out")
    return text
