"""Which runs the page shows, and how: everything of it that lives in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from lyricslab.library.run_marks import star_run, tags_in_use
from lyricslab.store.store import Store
from lyricslab.ui.common.run_list import RunList, newest, on_corpus, without_experiments
from lyricslab.ui.common.url_state import ComponentParam, Replaced, UrlParam
from lyricslab.ui.compare import comparison
from lyricslab.ui.compare.run_groups import RunGroup, TableContent, table_content

AT_FIRST = 500
"""The most runs in the table at first: enough for a sweep, and the page opens at once."""
MAX_PINNED = 5
RUNS, SETTINGS = "runs", "settings"
"""What a row of the table is: a run, or all runs that differ in the seed alone."""
ALL, WITH_EXPERIMENTS = "compare_all", "compare_swept"
"""Session keys: whether the table has all runs, however many; and those of experiments."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which runs the page shows, and how."""

    corpus_id: str
    """The songs of the runs; "" for all."""
    starred: bool
    """Whether only runs with a star are listed."""
    tag: str
    """Of the runs that are listed; "" for all."""
    by_setting: bool
    """Whether runs that differ in the seed alone are one row."""
    experiments: bool
    """Whether the runs of sweeps and searches are listed."""
    everything: bool
    """Whether all are listed, however many."""
    pins: tuple[str, ...] = ()
    """Ids of runs that stay on top and in the chart."""
    against: str = ""
    """The id of the run that all others are measured against; "" for each one's baseline."""
    chosen: tuple[str, ...] = ()
    """Ids of the runs in the chart, in order, the pinned ones first."""

    @property
    def keep(self) -> tuple[str, ...]:
        """The ids of runs that are listed in any case."""
        return tuple(dict.fromkeys((*self.pins, *self.chosen, *filter(None, [self.against]))))

    def listed(self, all_runs: RunList) -> RunList:
        """Return the runs that are listed, however many."""
        runs = marked(on_corpus(all_runs, self.corpus_id), self.starred, self.tag, self.keep)
        return runs if self.experiments else without_experiments(runs, self.keep)

    def content(self, all_runs: RunList, limit: bool = True) -> TableContent:
        """Return what the table shows; with a limit, of very many the newest and those to keep."""
        runs = self.listed(all_runs)
        if limit and len(runs.rows) > AT_FIRST and not self.everything:
            runs = newest(runs, AT_FIRST, self.keep)
        return table_content(runs, self.by_setting, self.pins, self.against)

    def groups(self, content: TableContent) -> list[RunGroup]:
        """Return the chosen rows, in order."""
        by_run = content.by_run
        found = {by_run[run_id].id: by_run[run_id] for run_id in self.chosen if run_id in by_run}
        return list(found.values())


@lru_cache(maxsize=32)
def marked(runs: RunList, starred: bool, tag: str, keep: tuple[str, ...]) -> RunList:
    """Return the runs with a star, or a tag, and those of these ids."""
    if not starred and not tag:
        return runs
    return runs.only(
        [
            run
            for run in runs.rows
            if run.id in keep or ((run.starred or not starred) and (not tag or tag in run.tags))
        ]
    )


# ---- asked for


def choose(all_runs: RunList) -> Choice:
    """Ask which runs are shown, and how; take over what the address and the table say."""
    corpus_id = _corpus(all_runs)
    by_setting = _by_setting()
    runs = on_corpus(all_runs, corpus_id)
    starred, tag = _marks(runs)
    experiments = bool(st.session_state.get(WITH_EXPERIMENTS))
    choice = Choice(
        corpus_id, starred, tag, by_setting, experiments, bool(st.session_state.get(ALL))
    )
    pins, against = _ids(pinned_param(runs)), _ids(against_param(runs))
    chosen = _ids(chosen_param(runs), lambda: _first_choice(choice.listed(all_runs)))
    kept = runs.by_id if not starred and not tag else marked(runs, starred, tag, tuple(pins)).by_id
    chosen = [*pins, *(run_id for run_id in chosen if run_id not in pins and run_id in kept)]
    if by_setting:
        content = table_content(runs, True, (), "")
        groups = dict.fromkeys(content.by_run[run_id].id for run_id in chosen)
        chosen = [run_id for group in groups for run_id in content.by_run[group].ids]
    for param, ids in (
        (pinned_param(runs), pins),
        (against_param(runs), against),
        (chosen_param(runs), chosen),
    ):
        param.commit(",".join(ids))
    return Choice(
        corpus_id,
        starred,
        tag,
        by_setting,
        experiments,
        choice.everything,
        tuple(pins),
        "".join(against[:1]),
        tuple(chosen),
    )


def _first_choice(runs: RunList) -> list[str]:
    return comparison.first_choice(without_experiments(runs).rows, runs.baseline_by_run)


def show_notices(runs: RunList) -> None:
    """Say what the address asked for in vain."""
    for param in (chosen_param(runs), pinned_param(runs), against_param(runs)):
        param.show_notice()


def chosen_param(runs: RunList) -> ComponentParam:
    """Return the parameter of the runs in the chart: their ids with commas between."""
    return ComponentParam("compare", "runs", default="", parse=partial(_known_ids, runs))


def pinned_param(runs: RunList) -> ComponentParam:
    """Return the parameter of the pinned runs: at most five ids with commas between."""
    return ComponentParam("compare", "pins", default="", parse=partial(_known_ids, runs))


def against_param(runs: RunList) -> ComponentParam:
    """Return the parameter of the run that all others are measured against; "" for baselines."""
    return ComponentParam("compare", "against", default="", parse=partial(_known_ids, runs))


def _ids(param: ComponentParam, at_first: Any = None) -> list[str]:
    """Return the ids of a parameter's value that are those of runs."""
    if at_first is not None and not param.known and param.requested() is None:
        param.set(",".join(at_first()))
    return [run_id for run_id in param.resolve().split(",") if run_id]


def _known_ids(runs: RunList, text: str) -> str:
    """Read ids.

    Raises:
        Replaced: if some of them are not those of runs, with the others.
    """
    ids = list(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))
    found = ",".join(run_id for run_id in ids if run_id in runs.by_id)
    gone = sum(run_id not in runs.by_id for run_id in ids)
    if gone:
        which = "One run" if gone == 1 else f"{gone} runs"
        raise Replaced(f"{which} of this link cannot be found any more.", found)
    return found


def _corpus(all_runs: RunList) -> str:
    """Ask which songs the runs learned from; "" for all."""
    names = {"": "All songs"} | all_runs.corpora
    corpus = UrlParam("compare", "corpus", default="", options=names)
    if corpus.requested() is None and chosen_param(all_runs).requested() is not None:
        corpus.set("")  # a link to runs shows them, whatever was looked at before
    key = corpus.bind()
    if len(all_runs.corpora) == 1:
        return ""
    corpus_id = st.selectbox(
        "Songs", list(names), format_func=names.__getitem__, key=key, width=240
    )
    corpus.commit(corpus_id)
    return corpus_id


def _by_setting() -> bool:
    """Ask what a row of the table is."""
    param = UrlParam("compare", "rows", RUNS, options=(RUNS, SETTINGS), hide_default=True)
    rows = st.segmented_control(
        "A row for each",
        (RUNS, SETTINGS),
        format_func={RUNS: "run", SETTINGS: "setting"}.__getitem__,
        key=param.bind(),
        required=True,
        help="Runs of one setting differ in the seed alone: mean and spread over the seeds.",
    )
    param.commit(rows or RUNS)
    return bool(rows == SETTINGS)


def _marks(runs: RunList) -> tuple[bool, str]:
    """Ask for the marks of the runs that are listed, once there are any."""
    tags = tags_in_use(runs.rows)
    star: UrlParam[str | None] = UrlParam(
        "compare", "starred", None, options=(None, "yes"), hide_default=True
    )
    tag = UrlParam("compare", "tag", "", options=("", *tags), hide_default=True)
    star_key, tag_key = star.bind(), tag.bind()
    starred: str | None = st.session_state[star_key]
    if starred or any(run.starred for run in runs.rows):
        starred = st.pills(
            "Only", ["yes"], format_func=lambda _: ":material/star: starred", key=star_key
        )
    star.commit(starred)
    chosen_tag: str = st.session_state[tag_key]
    if tags:
        names = {"": "All tags"} | {name: name for name in tags}
        chosen_tag = st.selectbox(
            "Tag", list(names), format_func=names.__getitem__, key=tag_key, width=150
        )
    tag.commit(chosen_tag)
    return starred == "yes", chosen_tag


# ---- done in the table


def take_over(
    store: Store, did: Mapping[str, Any], choice: Choice, content: TableContent, runs: RunList
) -> None:
    """Take over what was done in the table: see `run_table.show`."""
    by_id = {group.id: group for group in content.groups}

    def of(ids: Sequence[str]) -> list[str]:
        return [run_id for group in ids if group in by_id for run_id in by_id[group].ids]

    if "star" in did and did["star"] in by_id:
        for run_id in by_id[did["star"]].ids if not did["on"] else [did["star"]]:
            star_run(store, run_id, bool(did["on"]))
    if "against" in did:
        against_param(runs).set(did["against"] if did["against"] in by_id else "")
    if "pins" in did:
        pins = [run_id for run_id in did["pins"] if run_id in by_id][:MAX_PINNED]
        gone = set(of([group.id for group in _groups_of(choice.pins, content)])) - set(of(pins))
        pinned_param(runs).set(",".join(pins))
        stay = [run_id for run_id in choice.chosen if run_id not in gone]
        chosen_param(runs).set(",".join(dict.fromkeys([*of(pins), *stay])))
    if "chosen" in did:
        chosen = of(did["chosen"])
        pinned_param(runs).set(",".join(run_id for run_id in choice.pins if run_id in chosen))
        chosen_param(runs).set(",".join(chosen))


def _groups_of(ids: Sequence[str], content: TableContent) -> list[RunGroup]:
    return [content.by_run[run_id] for run_id in ids if run_id in content.by_run]
