"""The exported tables, read back."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest

from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.report.content import BaseTable, base_tables
from lyricslab.report.published import BASELINE, BOOKS, LYRICS
from lyricslab.report.tables import CSV_COLUMNS, to_csv, to_latex, to_markdown
from lyricslab.wording import signed
from tests.support.sweep_table import made_up_table

HOSTILE = '50% <b>&_$#{x}\\input{y} | `rm` ~^ [a](b) \n\u65e5\u672c \u00e9 "q"'


@pytest.fixture(scope="module")
def found() -> SweepTable:
    return made_up_table(seeds=3, songs=9)


@pytest.fixture(scope="module")
def tables(found: SweepTable) -> tuple[BaseTable, ...]:
    return base_tables(found)


def test_the_papers_rows_come_first_in_its_order(tables: tuple[BaseTable, ...]) -> None:
    books, songs = tables
    assert (books.printed, songs.printed) == (BOOKS, LYRICS)
    for table in tables:
        assert [line.trainable for line in table.lines[:6]] == list(table.printed.rows)
        assert [line.paper for line in table.lines[:6]] == list(table.printed.rows.values())
        kinds = [line.kind for line in table.lines[6:]]
        assert kinds[:3] == ["all", "head", "zero-shot"]
        assert set(kinds[3:]) == {"baseline"}


def test_ratios_are_those_of_the_means(found: SweepTable, tables: tuple[BaseTable, ...]) -> None:
    assert found.baseline is not None
    mark = found.baseline.mean()
    for table in tables:
        for line in table.lines:
            assert line.test is not None
            assert line.ratio is not None
            assert line.ratio.value == pytest.approx(line.test.mean / (mark or 0))
            assert line.ratio.low <= line.ratio.value <= line.ratio.high
    paper = next(line for line in tables[0].lines if line.trainable == "0,2")
    assert paper.paper_ratio == pytest.approx(1.090 / 1.179)


def test_one_line_a_base_is_chosen_and_by_validation(tables: tuple[BaseTable, ...]) -> None:
    for table in tables:
        subsets = [line for line in table.lines if line.kind == "subset"]
        best = min(subsets, key=lambda line: line.val.mean if line.val else 9)
        assert [line for line in table.lines if line.best] == [best]


def test_csv_reads_back(found: SweepTable, tables: tuple[BaseTable, ...]) -> None:
    text = to_csv("Harbour songs", tables).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == CSV_COLUMNS
    assert len(rows) == len(found.cells)  # each cell once, the baselines too
    for row in rows:
        cell = found.cell(row["base"], "0,2")
        if row["layers_retrained"] != "layers 0 and 2" or cell is None:
            continue
        assert float(row["test_nats_per_char"]) == cell.mean()
        assert float(row["test_nats_per_char_sd"]) == cell.sd()
        assert float(row["test_padded_loss"]) == cell.mean("test_padded_loss")
        assert (row["seeds_done"], row["seeds_planned"]) == ("3", "3")
    baseline = next(row for row in rows if row["paper_test_loss"] == str(BASELINE.test))
    assert (baseline["kind"], baseline["base"]) == ("baseline", "")


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x"])
def test_csv_holds_no_formula(tables: tuple[BaseTable, ...], name: str) -> None:
    hostile = tuple(replace(table, base=name) for table in tables)
    text = to_csv(name, hostile).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        assert not row[0].startswith(name[0])
        assert not row[1].startswith(name[0])


def test_markdown_rows_have_as_many_cells_as_the_heading(tables: tuple[BaseTable, ...]) -> None:
    hostile = tuple(replace(table, base=HOSTILE) for table in tables)
    text = to_markdown(HOSTILE, hostile)
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert len(rows) == sum(len(table.lines) + 2 for table in tables)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {11}
    outside = "".join(line for line in text.split("\n") if not line.startswith("|"))
    assert not re.search(r"(?<!\\)[<`$\[]", outside)


def test_markdown_judges_the_claims(found: SweepTable, tables: tuple[BaseTable, ...]) -> None:
    claims = [replace(claim, sentence=f"{claim.sentence} | <b>") for claim in judge_sweep(found)]
    text = to_markdown("x", tables, claims).partition("## The paper's claims\n\n")[2]
    rows = [re.split(r"(?<!\\)\|", row)[1:-1] for row in text.strip().split("\n")[2:]]
    assert len(rows) == len(claims) > 5
    for (_, verdict, effect, _), claim in zip(rows, claims, strict=True):
        assert verdict.strip() == claim.verdict
        figures = [float(n.replace("−", "-")) for n in re.findall(r"[+−][\d.]+", effect)]
        assert figures == pytest.approx([claim.effect, claim.low, claim.high], abs=6e-4)


def test_latex_is_safe_to_compile(tables: tuple[BaseTable, ...]) -> None:
    hostile = tuple(replace(table, base=HOSTILE) for table in tables)
    text = to_latex(HOSTILE, hostile)
    assert text.isascii()
    lines = text.split("\n")
    code = "\n".join(line for line in lines if not line.startswith("%"))
    bare = re.sub(r"\\[\\&%$#_{}]", "", code)  # escaped signs taken out
    for sign in '%#_^~|<>"':
        assert sign not in bare
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert set(re.findall(r"\\([a-zA-Z]+)", bare)) <= {
        *("begin", "end", "hline", "caption", "centering", "footnotesize", "pm"),
        *("textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater"),
        "textbar",
    }
    rows = [line for line in lines if line.endswith(r" \\")]
    assert not [line for line in bare.split("\n") if "caption" in line and "&" in line]
    assert len(rows) == sum(len(table.lines) + 1 for table in tables)
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {9}


def test_padded_losses_are_shown_only_where_silence_was_learned(found: SweepTable) -> None:
    """A padded ratio of 1.6 beside a ratio of 0.65 would contradict itself."""
    quick = base_tables(replace(found, plan=replace(found.plan, preset="quick")))
    text = to_markdown("x", quick)
    assert "Padded" not in text and "Ratio: padded" not in text
    assert "silence was not learned" in text
    (deaf,) = (cell for cell in found.cells if cell.cell.key == "songs 0")
    loud = replace(
        deaf,
        seeds=tuple(
            replace(seed, test_padded_loss=9.9, val_padded_loss=9.8) for seed in deaf.seeds
        ),
    )
    cells = tuple(loud if cell is deaf else cell for cell in found.cells)
    text = to_markdown("x", base_tables(replace(found, cells=cells)))
    assert "Padded" in text and "9.9" not in text
    assert "layer 0 of Songs, small has a padded loss above nats/char" in text


def test_the_blend_stands_beside_the_plain_network(found: SweepTable) -> None:
    cells = tuple(
        replace(
            cell,
            seeds=tuple(
                replace(seed, test_blend=1.234, test_checkpoint=1.3) for seed in cell.seeds
            ),
        )
        for cell in found.cells
    )
    tables = base_tables(replace(found, cells=cells))
    text = to_markdown("x", tables)
    assert "nats/char: test, blended" in text and "1.234 ± 0.000" in text
    assert b",1.234,0.0,no" in to_csv("x", tables)
    assert "blended" not in to_markdown("x", base_tables(found))


def test_nothing_is_chosen_before_all_are_done() -> None:
    for done, chosen in ((0.3, 0), (0.9, 1), (1.0, 2)):
        tables = base_tables(made_up_table(done=done))
        assert sum(line.best for table in tables for line in table.lines) == chosen


def test_what_is_to_come_has_dashes() -> None:
    tables = base_tables(made_up_table(seeds=2, songs=5, done=0.0))
    text = to_markdown("x", tables)
    assert "nan" not in text.lower()
    assert "| layers 0 and 2 | 0.954 | 1.090 | – | – | – | – | 0.925 | – | – |" in re.sub(
        " +", " ", text
    )
    assert "None" not in text
    assert to_csv("x", tables).count(b"\n") == len(made_up_table().cells) + 1


def test_a_difference_has_its_sign_unless_it_rounds_to_nothing() -> None:
    told = [signed(value) for value in (0.0123, -0.0126, 0.0, -0.0004, 10.0)]
    assert told == ["+0.012", "−0.013", "0.000", "0.000", "+10.000"]
