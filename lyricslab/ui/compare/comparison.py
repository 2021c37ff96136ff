"""What the chosen runs show, in words; what they are called; which are chosen at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile

from lyricslab.library.baselines import count_baseline_users, songs_and_split
from lyricslab.library.bases import base_title
from lyricslab.model.layer_words import layers_in_words
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.compare.row_figures import Change, between, figures
from lyricslab.ui.compare.run_groups import RunGroup, TableContent, mean
from lyricslab.wording import listed, loss, plural, share

TOO_CLOSE_SHARE = 0.01
"""Where nothing is known song by song, losses that differ by less than this part are too close."""
EQUAL_PERCENT = 0.05
"""A difference of less is written as 0.0."""
SEPARATOR = " · "
"""Between the parts of a run's name."""
NOTHING_SHARE = 0.002
"""A network that is better than its base by less than this part has learned nothing of use."""


def read_table(store: Store, chosen: Sequence[RunGroup], content: TableContent) -> str:
    """Say what the chosen rows show about fine-tuning."""
    judged = [group for group in chosen if group.vals]
    if not judged:
        return "Nothing to read yet: none of these runs has looked at its validation songs."
    if len({songs_and_split(group.first) for group in judged}) > 1:
        return (
            "These runs learned from different songs, or from the same songs divided differently. "
            "Their losses cannot be compared: some songs are simply easier to guess."
        )
    # Chosen by validation; the test songs are only read for what was chosen (DESIGN, Measures).
    tuned = [group for group in judged if group.first.base is not None]
    best = min(tuned or judged, key=_val)
    labels = label_of(chosen)
    said = [_against(store, best, content, labels), _among(store, best, tuned, labels)]
    if any(run.unfinished for group in chosen for run in group.runs):
        said.append("Not all of them are finished, so this may change.")
    return " ".join(filter(None, said))


def _val(group: RunGroup) -> float:
    return mean(group.vals) or 0.0


def _against(store: Store, best: RunGroup, content: TableContent, labels: Mapping[str, str]) -> str:
    """Compare the best with its reference, or else with its base as it was."""
    named = content.reference is not None
    if best.first.base is None and not named:
        return "Trained from nothing, with no base to begin with: the mark that a base has to beat."
    what = f"'{labels[best.id]}'" if named else _doing(store, best)
    reference = content.references.get(best.id)
    change = None
    if reference is not None:
        change = figures(store, [best], content.references)[best.id].changes.get("test")
    if change is not None and reference is not None:
        than = f"'{labels.get(reference.id, reference.name)}'" if named else "training from nothing"
        ours, theirs = loss(mean(best.tests), unit=False), loss(mean(reference.tests))
        return f"{what} {_difference(change, than, f'{ours} against {theirs}')}"
    ending = ""
    if reference is None and not named:
        ending = " A baseline, trained from nothing, is not there yet."
    base = best.first.zero_shot_val
    if base is None:
        return f"{what} reached {loss(_val(best))} on the validation songs.{ending}"
    if _val(best) >= base:
        return f"{what} has not improved on the base as it was.{ending}"
    return (
        f"{what} predicts songs it did not learn from {share(_val(best), base)} "
        f"better than the base as it was.{ending}"
    )


def _difference(change: Change, than: str, losses: str) -> str:
    """Return how a network predicts unseen songs compared with another, no surer than it is."""
    word = "better" if change.percent < 0 else "worse"
    size = share(100 + change.percent, 100)
    songs = plural(change.songs or 0, "test song")
    if change.too_few_songs:
        return f"was tested on {songs}: too few to tell whether it beats {than} ({losses})."
    if change.low is None or change.high is None:
        if abs(change.percent) < 100 * TOO_CLOSE_SHARE:
            return f"predicts unseen songs about as well as {than} ({losses})."
        return f"predicts unseen songs {size} {word} than {than} ({losses})."
    if change.open and abs(change.percent) < EQUAL_PERCENT:
        return (
            f"predicts the {songs} as well as {than} ({losses}); on others like these, "
            f"{_spoken(change.low)} to {_spoken(change.high)}."
        )
    if change.open:
        return (
            f"predicts the {songs} {size} {word} than {than} ({losses}), which may be chance: on "
            f"others like these, {_spoken(change.low)} to {_spoken(change.high)}."
        )
    near, far = sorted((abs(change.low), abs(change.high)))
    return (
        f"predicts unseen songs {size} {word} than {than} ({losses}; on other songs like the "
        f"{songs}, {near:.1f} to {far:.1f} % {word})."
    )


def _spoken(percent: float) -> str:
    return f"{abs(percent):.1f} % {'better' if percent < 0 else 'worse'}"


def _doing(store: Store, group: RunGroup) -> str:
    """Return what a run did, as the beginning of a sentence."""
    run = group.first
    if run.base is None:
        return f"'{group.name}', from nothing,"
    base = base_title(store.home, run.base)
    if run.kind == "zero-shot":
        return f"The base '{base}' as it is"
    learned = {"none": "only the head"}.get(run.trainable) or layers_in_words(run.trainable)
    return f"Fine-tuning {learned} of '{base}'"


def _among(
    store: Store, best: RunGroup, tuned: Sequence[RunGroup], labels: Mapping[str, str]
) -> str:
    """Compare the best with the others that started from a base."""
    others = [group for group in tuned if group.id != best.id]
    if not others or best.first.base is None:
        return ""
    if all(_learned_nothing(group) for group in tuned):
        return (
            "None of them has learned anything that helps: the best network of each is about the "
            "base as it was, so they say nothing about which layers to train."
        )
    second = min(others, key=_val)
    change = between(store, second, best).changes.get("val")
    if change is not None and change.too_few_songs:
        songs = plural(change.songs or 0, "validation song")
        return f"'{labels[best.id]}' is ahead of '{labels[second.id]}' by {songs}: too few to tell."
    close = _val(second) / _val(best) - 1 < TOO_CLOSE_SHARE
    if change is not None and change.low is not None:
        close = change.open
    if close:
        once = len(best.runs) == len(second.runs) == 1
        seeds = " with one seed each: train both again with other seeds" if once else ""
        return f"'{labels[best.id]}' and '{labels[second.id]}' are too close to call{seeds}."
    return (
        f"Of the runs with a base, '{labels[best.id]}' is best on validation, "
        f"'{labels[second.id]}' comes next ({share(_val(second), _val(best))} worse)."
    )


def _learned_nothing(group: RunGroup) -> bool:
    base = group.first.zero_shot_val
    return base is not None and _val(group) > base * (1 - NOTHING_SHARE)


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


def label_of(groups: Sequence[RunGroup]) -> dict[str, str]:
    """Return a unique name for each row of the table, by id, without what all have in common.

    "Nell Harrow · Songs · head only" is "head only" beside others on these songs and this base.
    """
    parts = {group.id: group.name.split(SEPARATOR) for group in groups}
    common = 0
    if len(groups) > 1:
        of_place = zip(*(words[:-1] for words in parts.values()), strict=False)
        common = sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, of_place))
    names = {row_id: SEPARATOR.join(words[common:]) for row_id, words in parts.items()}
    counts = Counter(names.values())
    return {
        row_id: name if counts[name] == 1 else f"{name} ({row_id})"
        for row_id, name in names.items()
    }


def first_choice(rows: Sequence[RunRow], baseline_by_run: Mapping[str, RunRow]) -> list[str]:
    """Return the runs that are selected at first, on the newest run's songs.

    The two best with a base, the newest, and the baseline; fewer where they are the same.
    """
    drawn = [run for run in rows if run.best_val is not None and run.status != "failed"]
    same = [run for run in drawn if songs_and_split(run) == songs_and_split(drawn[0])]
    tuned = sorted((run for run in same if run.base), key=lambda run: run.best_val or 0.0)
    baseline = [baseline_by_run[run.id] for run in same[:1] if run.id in baseline_by_run]
    return list(dict.fromkeys(run.id for run in [*tuned[:2], *same[:1], *baseline]))
