"""What a person marks on a run."""

from __future__ import annotations

from lyricslab.library.run_marks import note_on_run, star_run, tag_run, tags_in_use, tidy_tags
from lyricslab.library.runs import submit_run


def test_tags_are_tidy() -> None:
    assert tidy_tags(["  for  class ", "For class", "", " , ", "a,b", "x" * 60]) == [
        "for class",
        "a b",
        "x" * 24,
    ]
    assert len(tidy_tags(str(k) for k in range(40))) == 8


def test_a_run_is_marked(lab) -> None:
    run, other = (submit_run(lab.store, lab.config()) for _ in range(2))
    assert star_run(lab.store, run.id, True).starred
    assert note_on_run(lab.store, run.id, "  why  it works\n").own_note == "why  it works"
    assert tag_run(lab.store, run.id, ["zebra", "Ape"]).tags == ("zebra", "Ape")
    assert tags_in_use(lab.store.runs()) == ["Ape", "zebra"]
    assert not lab.store.run(other.id).starred
    assert not star_run(lab.store, run.id, False).starred
