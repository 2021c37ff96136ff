"""Does decoding write better? Each part against drawing from the network's own distribution.

    python -m research.writing NAME=FILE... --base BASE... --out FOLDER [--songs 100]
        [--form-songs 25] [--temperature 0.8]

Each base is tuned with Quick, all layers, on each corpus, and writes the same number of songs for
each row, from the same seeds. "people" are songs of the corpus that no network learned from. The
judge is `all-512`, untouched: nats/char of what was written, lower is likelier. A line of JSON goes
to FOLDER/rows.jsonl for each row, and what it holds is not done again. Tuned networks lie there.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lyricslab.analysis.originality import Source
from lyricslab.config import (
    STANDARD_DECODING,
    DecodingConfig,
    FormConfig,
    SampleConfig,
    SplitConfig,
)
from lyricslab.engine.scoring import keep
from lyricslab.english.lexicon import listed_words
from lyricslab.english.verse import rhyming_lines
from lyricslab.importing import reading
from lyricslab.library.bases import load_stored_base
from lyricslab.library.runs import fine_tuning_config
from lyricslab.model import network_file, sampler
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.decoding.word_mask import WordMask, spelled_words
from lyricslab.model.inference import Network
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.songs.words import words
from lyricslab.store.home import open_home
from lyricslab.training import hardware
from lyricslab.training.loop import Training, train
from lyricslab.training.lstm import build
from research import writing_measures as measures
from research.recommendation import Silent

JUDGE = "all-512"
LENGTH_CHARS = 600
FORM = FormConfig(sections=("verse", "chorus", "verse", "chorus"), rhymes="ABAB")
SYLLABLES = (8, 6, 8, 6)
ROWS: dict[str, tuple[DecodingConfig, FormConfig]] = {
    "raw": (DecodingConfig(), FormConfig()),
    "known words": (DecodingConfig(known_words=1.0), FormConfig()),
    "loop guard": (DecodingConfig(loop_guard=True), FormConfig()),
    "endings": (DecodingConfig(endings=True), FormConfig()),
    "copy guard": (DecodingConfig(max_copy_chars=40), FormConfig()),
    "min-p 0.05": (DecodingConfig(min_p=0.05), FormConfig()),
    "all four": (STANDARD_DECODING, FormConfig()),
    "form, rhymes": (STANDARD_DECODING, FORM),
    "form, rhymes, syllables": (STANDARD_DECODING, replace(FORM, syllables=SYLLABLES)),
}


def tuned(corpus: Corpus, base_name: str, file: Path) -> Network:
    """Return a base tuned on a corpus, from its file if there is one."""
    base, card = load_stored_base(open_home(None), base_name)
    if not file.exists():
        config = fine_tuning_config(corpus, card, "all", "quick", SplitConfig(), 0)
        songs, val, _ = ([song.ids for song in part] for part in split(corpus, config.split))
        trainable = Trainable.parse("all", card.model.num_layers)
        dropout = config.settings.dropout
        model = build(card.model, base, trainable=trainable, dropout=dropout, seed=0)
        training = Training(model, songs, val, config.settings, 0)
        train(training, Silent())
        network_file.save(file, keep(training, base, lambda: False).weights, card)
    weights, card = network_file.load(file)
    return Network(weights, card.model)


def facts(texts: Sequence[str], known: WordMask, source: Source, judge: Network) -> dict[str, Any]:
    """Return what can be counted in songs."""
    said = [words(text) for text in texts]
    nats = [song_nats.sum() for song_nats in judge.score(texts)]
    lines = [
        rhymed
        for text in texts
        for section in text.split("\n\n")[1:]
        for rhymed in rhyming_lines([line for line in section.split("\n") if line.strip()])
    ]
    return {
        "songs": len(texts),
        "chars": sum(map(len, texts)),
        "known_words": sum(known.knows(word) for some in said for word in some)
        / max(1, sum(map(len, said))),
        "rhyming_lines": sum(lines) / max(1, len(lines)),
        "repeated_lines": float(np.mean([measures.repeated_lines(text) for text in texts])),
        "loops": sum(map(measures.loops, texts)),
        "open_brackets": sum(map(measures.open_brackets, texts)),
        "distinct_2": measures.distinct(texts, 2),
        "distinct_3": measures.distinct(texts, 3),
        "self_bleu": measures.self_bleu(texts),
        "judge": float(sum(nats) / (sum(map(len, texts)) + len(texts))),
        "longest_copy": [source.longest_copy(text).chars for text in texts],
    }


def ends_well(text: str, config: SampleConfig) -> bool:
    """Return whether a song ended by itself: it was not cut at its length."""
    return bool(config.form.sections) or config.decoding.endings or len(text) < LENGTH_CHARS


def main() -> None:
    """Write what is missing, then print the table."""
    options = _options()
    hardware.configure()
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "rows.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    judge_weights, judge_card = load_stored_base(open_home(None), JUDGE)
    judge = Network(judge_weights, judge_card.model)
    for given in options.corpora:
        name, _, path = given.partition("=")
        corpus = Corpus(name, reading.read_path(Path(path)).songs)
        parts = split(corpus, SplitConfig())
        learned = [song.framed for song in parts.train]
        own = spelled_words([song.framed for song in corpus.songs])
        known, source = WordMask(listed_words(), own), Source(learned)
        knowledge = Knowledge(known, source.passages)
        for base in ["people", *options.base]:
            for row in ROWS if base != "people" else ["people"]:
                key = {"corpus": name, "base": base, "row": row}
                if any(key.items() <= done.items() for done in rows):
                    continue
                began_s = time.process_time()
                if base == "people":
                    held_out = [song.framed for song in (*parts.val, *parts.test)]
                    found = key | facts(held_out, known, source, judge)
                else:
                    network = tuned(corpus, base, options.out / f"{name}-{base}.safetensors")
                    decoding, form = ROWS[row]
                    count = options.form_songs if form.sections else options.songs
                    config = SampleConfig(
                        temperature=options.temperature,
                        length_chars=LENGTH_CHARS,
                        count=count,
                        decoding=decoding,
                        form=form,
                    )
                    began_s = time.process_time()
                    texts = [song.text for song in sampler.write(network, config, known=knowledge)]
                    written_s = time.process_time() - began_s
                    found = key | facts(texts, known, source, judge)
                    found["ends_well"] = sum(ends_well(text, config) for text in texts)
                    found["chars_per_cpu_s"] = round(found["chars"] / written_s)
                    if form.rhymes:
                        kept = [measures.kept_rhymes(text, form.rhymes) for text in texts]
                        found["rhymes"] = [sum(side) for side in zip(*kept, strict=True)]
                    if form.syllables:
                        kept = [measures.kept_syllables(text, form.syllables) for text in texts]
                        found["syllables"] = [sum(side) for side in zip(*kept, strict=True)]
                    (options.out / f"{name}-{base}-{row}.txt").write_text("\n\n---\n\n".join(texts))
                rows.append(found)
                with file.open("a") as out:
                    out.write(json.dumps(found) + "\n")
                print(_line(found), flush=True)
    for found in rows:
        print(_line(found))


def _line(found: dict[str, Any]) -> str:
    """Return a row as a line of Markdown."""
    copies = sorted(found["longest_copy"])
    median = copies[len(copies) // 2]
    asked = [
        f"{found[name][0]}/{found[name][1]}" if name in found else ""
        for name in ("rhymes", "syllables")
    ]
    return (
        f"| {found['corpus']} | {found['base']} | {found['row']} | {found['songs']} | "
        f"{found['known_words']:.1%} | {found['judge']:.3f} | {found['loops']} | "
        f"{found.get('ends_well', '')} | {found['open_brackets']} | {found['rhyming_lines']:.0%} | "
        f"{asked[0]} | {asked[1]} | {found['repeated_lines']:.0%} | {found['distinct_2']:.2f} | "
        f"{found['distinct_3']:.2f} | {found['self_bleu']:.2f} | {median} / {copies[-1]} |"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("corpora", nargs="+", metavar="NAME=FILE")
    parser.add_argument("--base", action="append", required=True)
    parser.add_argument("--out", type=Path, required=True, help="the folder for what is written")
    parser.add_argument("--songs", type=int, default=100)
    parser.add_argument("--form-songs", type=int, default=25)
    parser.add_argument("--temperature", type=float, default=0.8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
