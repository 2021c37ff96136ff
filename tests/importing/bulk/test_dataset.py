"""A dataset contains every text once, is split by document, and is never built twice."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from lyricslab.config import SplitConfig
from lyricslab.errors import BrokenFileError, CorpusTooSmallError, ReadError
from lyricslab.importing.bulk import dataset as datasets
from lyricslab.importing.bulk.dataset import (
    DatasetConfig,
    build_dataset,
    expand_paths,
    open_dataset,
)

SPLIT = SplitConfig(train=0.9, val=0.05, test=0.05)
WORDS = (
    "river stone morning ember harbour willow lantern meadow copper thunder velvet anchor".split()
)


def verse(rng: random.Random, lines: int) -> str:
    return "\n".join(" ".join(rng.choices(WORDS, k=5)) for _ in range(lines))


def texts_of(dataset: datasets.Dataset) -> list[str]:
    return [
        bytes(dataset.codes[first + 1 : first + length].view(np.uint8)).decode()
        for first, length in zip(dataset.starts, dataset.lengths, strict=True)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Songs in two files, one of them there twice, and a novel."""
    rng = random.Random(1)
    source = tmp_path / "texts"
    source.mkdir()
    rows = [{"title": f"No {n}", "text": verse(rng, 8 + n % 5)} for n in range(61)]
    (source / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (source / "b.txt").write_text(
        f"Alone\n\n{verse(rng, 7)}\n---\nAgain\n\n{rows[3]['text']}", "utf-8"
    )
    novel = "\n\n".join(verse(rng, 9) for _ in range(450))
    (source / "novel.txt").write_text(novel, "utf-8")
    (source / "broken.docx").write_bytes(b"no document")
    (tmp_path / "datasets").mkdir()
    return source


def test_every_text_is_there_once(folder: Path) -> None:
    dataset = build_dataset(expand_paths([folder]), folder.parent / "datasets")
    texts = texts_of(dataset)
    assert len(texts) == len(set(texts)) == dataset.manifest.songs
    assert sum("No " in text[:3] for text in texts) == 61
    assert sum(text.startswith("Alone\n\n") for text in texts) == 1
    assert not any(text.startswith("Again") for text in texts)
    assert (dataset.manifest.duplicates, dataset.manifest.books, dataset.manifest.files) == (
        1,
        1,
        4,
    )
    assert (
        dataset.manifest.characters == sum(map(len, texts)) == len(dataset.codes) - len(texts) - 1
    )
    novel = (folder / "novel.txt").read_text()
    chunks = [text for text in texts if text in novel]
    assert sum(map(len, chunks)) > 0.99 * len(novel)
    assert "broken.docx" in dataset.manifest.notes[0]
    assert dataset.codes[dataset.starts].tolist() == [0] * len(texts)
    assert dataset.codes[-1] == 0


def test_a_document_is_in_one_split(folder: Path) -> None:
    dataset = build_dataset(expand_paths([folder]), folder.parent / "datasets")
    splits = dataset.splits(SPLIT)
    assert sorted(np.concatenate(splits)) == list(range(dataset.manifest.songs))
    assert len(set(dataset.groups.tolist())) == 63  # 62 songs and a novel
    groups = [{int(dataset.groups[k]) for k in songs} for songs in splits]
    assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])
    again = dataset.splits(SPLIT)
    assert all(np.array_equal(a, b) for a, b in zip(splits, again, strict=True))
    other = dataset.splits(SplitConfig(train=0.9, val=0.05, test=0.05, seed=1))
    assert not np.array_equal(splits.val, other.val)


def test_splits_have_their_share() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(50, 4_000, 3_001)
    manifest = datasets.Manifest(3_001, 0, int(lengths.sum()) - 3_001, 1, 0)
    dataset = datasets.Dataset(
        "", manifest, np.zeros(lengths.sum() + 1, np.int8), lengths, np.arange(3_001) // 3
    )
    shares = [lengths[songs].sum() / lengths.sum() for songs in dataset.splits(SPLIT)]
    assert shares == pytest.approx([0.9, 0.05, 0.05], abs=0.003)


def test_one_novel_is_split_by_chunks(folder: Path) -> None:
    dataset = build_dataset([folder / "novel.txt"], folder.parent / "datasets")
    assert set(dataset.groups.tolist()) == {0}
    assert all(len(songs) > 2 for songs in dataset.splits(SPLIT))


def test_the_same_text_is_encoded_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, to = expand_paths([folder]), folder.parent / "datasets"
    first = build_dataset(files, to)
    monkeypatch.setattr(datasets, "_encode", lambda *_: pytest.fail("It was read again."))
    assert build_dataset(files, to).digest == first.digest
    monkeypatch.undo()
    (folder / "b.txt").write_text("Alone\n\nother words than before, some more of them", "utf-8")
    assert build_dataset(files, to).digest != first.digest
    modernised = build_dataset(files, to, DatasetConfig(modern=0.5))
    assert modernised.digest != first.digest


def test_a_share_of_the_songs_is_modernised(tmp_path: Path) -> None:
    rows = [
        {"title": "", "text": f"Thou art number {n}\n" + verse(random.Random(n), 6)}
        for n in range(300)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    dataset = build_dataset([tmp_path / "a.jsonl"], tmp_path, DatasetConfig(modern=0.25))
    old = sum("Thou art" in text for text in texts_of(dataset))
    assert abs(old - 225) < 25


def test_a_dataset_can_be_opened_and_damage_is_reported(folder: Path) -> None:
    to = folder.parent / "datasets"
    built = build_dataset(expand_paths([folder]), to)
    opened = open_dataset(to, built.digest)
    assert texts_of(opened) == texts_of(built)
    assert opened.manifest == built.manifest
    manifest_file = to / f"{built.digest}.json"
    facts = json.loads(manifest_file.read_text())
    facts["twice"] = facts.pop("duplicates")  # as in older manifests
    manifest_file.write_text(json.dumps(facts))
    assert open_dataset(to, built.digest).manifest == built.manifest
    opened.release_pages()
    assert texts_of(opened) == texts_of(built)
    codes = to / f"{built.digest}.codes"
    codes.write_bytes(codes.read_bytes()[:-1])
    with pytest.raises(BrokenFileError, match="Name the files again"):
        open_dataset(to, built.digest)
    with pytest.raises(BrokenFileError):
        open_dataset(to, "nothing")


def test_a_failed_build_leaves_no_files(tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_text("One\n\ntwo words", "utf-8")
    to = tmp_path / "datasets"
    to.mkdir()
    with pytest.raises(CorpusTooSmallError, match="2,000"):
        build_dataset([tmp_path / "small.txt"], to)
    assert not list(to.iterdir())
    with pytest.raises(ReadError, match="could not be opened"):
        expand_paths([tmp_path / "nowhere"])


def test_too_few_documents_are_refused() -> None:
    lengths = np.array([900, 1_200])
    manifest = datasets.Manifest(2, 0, 2_098, 1, 0)
    dataset = datasets.Dataset("", manifest, np.zeros(2_101, np.int8), lengths, np.arange(2))
    with pytest.raises(CorpusTooSmallError, match="2 texts"):
        dataset.splits(SPLIT)
