"""Corpora that are corrected after they were saved: in place, or as a new version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lyricslab.engine.recorder import job_spec
from lyricslab.errors import BrokenFileError, InputError, InUseError, NotFoundError, StoreError
from lyricslab.importing.intake_report import report
from lyricslab.importing.reading import Intake, read_paste
from lyricslab.library.bases import (
    base_name_issue,
    base_path,
    delete_base,
    free_base_name,
    is_shipped,
    list_base_users,
    list_bases,
    load_base_card,
    rename_base,
    to_base_name,
)
from lyricslab.library.corpora import (
    add_corpus,
    delete_corpus,
    load_corpus,
    load_intake,
    next_version_name,
    rename_corpus,
    revise_corpus,
)
from lyricslab.library.runs import delete_run, stop_run, submit_run
from lyricslab.model import network_file
from lyricslab.store.rows import CorpusRow

WORDS = "moon river stone we go la down slow home again".split()


def taken_in(name: str = "Sea songs", count: int = 12) -> Intake:
    songs = (
        f"Song {k}\n\n[Verse]\n"
        + "\n".join(
            f"{WORDS[k % 10]}  {WORDS[(k * n) % 10]} {WORDS[n % 10]} {k}" for n in range(16)
        )
        for k in range(count)
    )
    return read_paste("\n---\n".join(songs), name)


def files(lab: Any) -> set[str]:
    return {path.name for path in lab.home.corpora.iterdir()}


@pytest.fixture
def taken() -> Intake:
    return taken_in()


@pytest.fixture
def saved(lab: Any, taken: Intake) -> CorpusRow:
    return add_corpus(lab.store, taken.corpus(), report(taken), intake=taken)


def revised(lab: Any, row: CorpusRow, taken: Intake, name: str | None = None) -> CorpusRow:
    return revise_corpus(lab.store, row.id, taken.corpus(name), report(taken), taken)


def trained_on(lab: Any, row: CorpusRow) -> str:
    return str(submit_run(lab.store, replace(lab.config(), corpus=row.digest)).id)


def test_the_intake_of_a_corpus_is_kept(lab: Any, saved: CorpusRow, taken: Intake) -> None:
    assert load_intake(lab.store, saved.id) == taken
    renamed = rename_corpus(lab.store, saved.id, "Lake songs")
    assert load_intake(lab.store, renamed.id) == replace(taken, name="Lake songs")


def test_songs_of_which_nothing_else_is_known_came_as_they_are(lab: Any) -> None:
    taken = load_intake(lab.store, lab.corpus_row.id)
    assert taken.songs == load_corpus(lab.store, lab.corpus_row.id).songs
    assert (taken.enabled_rules, taken.files[0].format) == (frozenset(), "saved corpus")


def test_a_corpus_that_no_run_uses_is_revised_in_place(
    lab: Any, saved: CorpusRow, taken: Intake
) -> None:
    bare = taken.with_rule("labels", True)
    row = revised(lab, saved, bare)
    assert (row.id, row.name) == (saved.id, "Sea songs")
    assert row.digest == bare.corpus().digest != saved.digest
    assert (row.songs, row.characters) == (12, bare.corpus().characters)
    assert row.report == report(bare)
    assert load_corpus(lab.store, row.id).songs == bare.songs
    assert load_intake(lab.store, row.id).enabled_rules == taken.enabled_rules | {"labels"}
    assert files(lab) == {
        f"{lab.corpus_row.digest}.json",
        f"{row.digest}.json",
        f"{row.id}.intake.json",
    }
    assert revised(lab, row, taken).digest == saved.digest
    assert len(lab.store.corpora()) == 2


def test_a_corpus_that_a_run_uses_gets_a_new_version(
    lab: Any, saved: CorpusRow, taken: Intake
) -> None:
    run = trained_on(lab, saved)
    bare = taken.with_rule("labels", True)
    row = revised(lab, saved, bare)
    assert (row.name, row.report["version_of"]) == ("Sea songs, version 2", saved.id)
    assert row.id != saved.id
    assert load_corpus(lab.store, saved.id).songs == taken.songs
    assert lab.store.run(run).corpus_id == saved.id
    assert load_intake(lab.store, saved.id) == taken
    assert load_intake(lab.store, row.id).enabled_rules == bare.enabled_rules
    # Nothing uses the new version yet: it is revised in place, and the next is made once it is.
    fewer = revised(lab, row, bare.drop(0), row.name)
    assert (fewer.id, fewer.name, fewer.songs) == (row.id, row.name, 11)
    trained_on(lab, fewer)
    assert revised(lab, fewer, bare.drop(1), fewer.name).name == "Sea songs, version 3"
    assert revised(lab, saved, bare.drop(2)).name == "Sea songs, version 4"


def test_the_same_songs_are_no_new_version(lab: Any, saved: CorpusRow, taken: Intake) -> None:
    trained_on(lab, saved)
    quiet = taken.with_rule("capitals", True)
    row = revised(lab, saved, quiet, "Lake songs")
    assert (row.id, row.name, row.digest) == (saved.id, "Lake songs", saved.digest)
    assert load_intake(lab.store, row.id).enabled_rules == quiet.enabled_rules
    assert load_corpus(lab.store, row.id).songs == taken.songs


def test_once_its_runs_are_gone_a_corpus_is_revised_in_place(
    lab: Any, saved: CorpusRow, taken: Intake
) -> None:
    run = trained_on(lab, saved)
    stop_run(lab.store, run)
    delete_run(lab.store, run)
    assert revised(lab, saved, taken.drop(0)).id == saved.id


def test_songs_that_another_corpus_has_too_stay(lab: Any, saved: CorpusRow, taken: Intake) -> None:
    other = add_corpus(lab.store, taken.corpus("Mine"))
    revised(lab, saved, taken.drop(0))
    assert load_corpus(lab.store, other.id).songs == taken.songs
    delete_corpus(lab.store, other.id)
    assert f"{saved.digest}.json" not in files(lab)


def test_a_name_that_another_has_gets_a_number(lab: Any, saved: CorpusRow, taken: Intake) -> None:
    assert revised(lab, saved, taken.drop(0), "Tiny songs").name == "Tiny songs 2"


def test_a_corpus_that_is_gone_is_not_revised(lab: Any, saved: CorpusRow, taken: Intake) -> None:
    delete_corpus(lab.store, saved.id)
    assert files(lab) == {f"{lab.corpus_row.digest}.json"}
    with pytest.raises(NotFoundError):
        revised(lab, saved, taken.drop(0))
    assert files(lab) == {f"{lab.corpus_row.digest}.json"}


def test_the_store_alone_refuses_other_songs_under_a_run(lab: Any, saved: CorpusRow) -> None:
    trained_on(lab, saved)
    values = {"name": "X", "songs": 3, "characters": 9, "report": {}}
    with pytest.raises(InUseError, match="new version"):
        lab.store.revise_corpus(saved.id, digest="0" * 64, **values)
    assert lab.store.corpus(saved.id) == saved
    assert lab.store.revise_corpus(saved.id, digest=saved.digest, **values).name == "X"
    with pytest.raises(NotFoundError):
        lab.store.revise_corpus("nosuchid", digest="0" * 64, **values)


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"name": "Sea songs"}'])
def test_a_damaged_intake_is_told(lab: Any, saved: CorpusRow, damage: bytes) -> None:
    path: Path = lab.home.intake_file(saved.id)
    path.write_bytes(damage)
    with pytest.raises(BrokenFileError, match="Import the songs again"):
        load_intake(lab.store, saved.id)
    assert load_corpus(lab.store, saved.id).songs


def test_an_intake_that_cannot_be_read_is_told(lab: Any, saved: CorpusRow) -> None:
    path: Path = lab.home.intake_file(saved.id)
    path.unlink()
    path.mkdir()
    with pytest.raises(BrokenFileError, match="could not be read"):
        load_intake(lab.store, saved.id)


@pytest.mark.parametrize(
    ("name", "taken", "version"),
    [
        ("Sea songs", set(), "Sea songs, version 2"),
        ("Sea songs, version 2", set(), "Sea songs, version 3"),
        ("Sea songs, version 2", {"Sea songs, version 3"}, "Sea songs, version 4"),
        ("Sea songs", {"Sea songs, version 2", "Sea songs, version 3"}, "Sea songs, version 4"),
        ("Sea songs, version two", set(), "Sea songs, version two, version 2"),
        ("Sea songs, version \u00b2", set(), "Sea songs, version \u00b2, version 2"),
        (", version 3", set(), ", version 3, version 2"),
        ("Sea, version 9, version 9", set(), "Sea, version 9, version 10"),
        ("Sea, version " + "9" * 5_000, set(), "Sea, version " + "9" * 5_000 + ", version 2"),
    ],
)
def test_versions_are_counted(name: str, taken: set[str], version: str) -> None:
    assert next_version_name(name, taken) == version


# ---- bases of one's own


def base_files(lab: Any) -> set[str]:
    return {path.name for path in lab.home.bases.iterdir()}


@pytest.fixture
def ships(lab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base that ships with the program: its file."""
    path = tmp_path / "assets" / "bases" / "shipped.safetensors"
    card = load_base_card(lab.home, "tiny")
    network_file.save(path, lab.base_weights, replace(card, name="shipped"))
    monkeypatch.setattr("lyricslab.files.ASSETS", tmp_path / "assets")
    return path


def test_a_base_is_renamed_and_its_runs_go_on_from_it(lab: Any) -> None:
    run = submit_run(lab.store, lab.config())
    before = job_spec(lab.store, run)
    stop_run(lab.store, run.id)
    other = submit_run(lab.store, lab.config(base=None, trainable="all"))
    revision = lab.store.revision()
    card = rename_base(lab.store, "tiny", " mine ")
    assert (card.name, card.title) == ("mine", "Mine")
    assert base_files(lab) == {"mine.safetensors"}
    loaded, there = network_file.load(base_path(lab.home, "mine"))
    assert there == card
    assert all((loaded[name] == w).all() for name, w in lab.base_weights.items())
    now = lab.store.run(run.id)
    assert (now.base, now.config) == ("mine", replace(run.config, base="mine"))
    assert now.name == run.name
    assert lab.store.run(other.id) == other
    assert lab.store.revision() > revision  # the pages that list runs look again
    # It can be repeated to the bit: the same order, but for the name.
    assert replace(job_spec(lab.store, now), config=run.config) == before
    assert [r.id for r in list_base_users(lab.store, "mine")] == [run.id]
    assert list_base_users(lab.store, "tiny") == []
    with pytest.raises(NotFoundError):
        load_base_card(lab.home, "tiny")


def test_a_finished_runs_figures_name_the_base_too(lab: Any) -> None:
    run = submit_run(lab.store, lab.config())
    figures = '{"base": "tiny", "test_nats_per_char": 1.7518262851}'
    lab.store.transition(run.id, "running")
    lab.store.transition(run.id, "done", result_json=figures)
    rename_base(lab.store, "tiny", "mine")
    result = lab.store.run(run.id).result
    assert result == {"base": "mine", "test_nats_per_char": 1.7518262851}


@pytest.mark.parametrize("status", ["queued", "running", "stopping"])
def test_a_base_that_a_run_is_about_to_need_keeps_its_name(lab: Any, status: str) -> None:
    run = submit_run(lab.store, lab.config())
    for move in {"queued": [], "running": ["running"], "stopping": ["running", "stopping"]}[status]:
        assert lab.store.transition(run.id, move)
    with pytest.raises(InUseError, match=f"'{run.name}' began with it and is not finished"):
        rename_base(lab.store, "tiny", "mine")
    assert base_files(lab) == {"tiny.safetensors"}
    assert lab.store.run(run.id).base == "tiny"


@pytest.mark.parametrize("new", ["", "../x", "a b", ".x"])
def test_a_base_is_not_renamed_to_what_is_no_name(lab: Any, new: str) -> None:
    with pytest.raises(InputError, match="cannot be a base's name"):
        rename_base(lab.store, "tiny", new)
    assert base_files(lab) == {"tiny.safetensors"}


def test_a_base_is_not_renamed_to_a_name_that_is_taken(lab: Any, ships: Path) -> None:
    for new in ("shipped", "SHIPPED"):
        with pytest.raises(InputError, match=f"'{new}' already.*'{new}-2' is free"):
            rename_base(lab.store, "tiny", new)
    assert rename_base(lab.store, "tiny", "tiny").name == "tiny"


def test_a_rename_that_is_cut_off_leaves_a_base_for_every_record(
    lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit_run(lab.store, lab.config())
    stop_run(lab.store, run.id)

    def cut_off(old: str, new: str) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(lab.store, "rename_base", cut_off)
    with pytest.raises(StoreError):
        rename_base(lab.store, "tiny", "mine")
    assert job_spec(lab.store, lab.store.run(run.id)).base


def test_a_base_is_deleted_once_no_run_began_with_it(lab: Any) -> None:
    run = submit_run(lab.store, lab.config())
    with pytest.raises(InUseError, match=f"'{run.name}' began with it"):
        delete_base(lab.store, "tiny")
    assert base_files(lab) == {"tiny.safetensors"}
    stop_run(lab.store, run.id)
    delete_run(lab.store, run.id)
    delete_base(lab.store, "tiny")
    assert base_files(lab) == set()
    with pytest.raises(NotFoundError):
        delete_base(lab.store, "tiny")


def test_a_base_that_ships_stays_as_it_is(lab: Any, ships: Path) -> None:
    assert is_shipped(lab.home, "shipped")
    assert not is_shipped(lab.home, "tiny")
    with pytest.raises(InputError, match="ships with the program"):
        rename_base(lab.store, "shipped", "mine")
    with pytest.raises(InputError, match="ships with the program"):
        delete_base(lab.store, "shipped")
    assert network_file.load(ships)[1].name == "shipped"


def test_a_base_in_the_place_of_one_that_ships(lab: Any, ships: Path) -> None:
    """It can go, and the other is there again; but not from under runs of either."""
    card = load_base_card(lab.home, "tiny")
    network_file.save(lab.home.base_file("shipped"), lab.base_weights, card)
    assert not is_shipped(lab.home, "shipped")
    run = submit_run(lab.store, lab.config(base="shipped"))
    stop_run(lab.store, run.id)
    with pytest.raises(InUseError, match="which of the two"):
        rename_base(lab.store, "shipped", "mine")
    with pytest.raises(InUseError):
        delete_base(lab.store, "shipped")
    delete_run(lab.store, run.id)
    assert rename_base(lab.store, "shipped", "mine").name == "mine"
    assert is_shipped(lab.home, "shipped")
    assert {card.name for card in list_bases(lab.home)} == {"shipped", "tiny", "mine"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("0,2 on Sea songs", "0-2-on-Sea-songs"),
        ("../../etc", "etc"),
        ("Lieder f\u00fcr Ute", "Lieder-f\u00fcr-Ute"),
        ("a.b_c-d", "a.b_c-d"),
        ("?!", ""),
        ("x" * 80, "x" * 50),
    ],
)
def test_any_text_makes_a_name(text: str, name: str) -> None:
    assert to_base_name(text) == name
    assert not name or base_name_issue(name) is None


def test_a_free_name_is_a_name(lab: Any) -> None:
    long = "x" * 50
    card = load_base_card(lab.home, "tiny")
    for _ in range(10):
        free = free_base_name(lab.home, long)
        assert base_name_issue(free) is None
        network_file.save(lab.home.base_file(free), lab.base_weights, card)
    assert free == "x" * 47 + "-10"
