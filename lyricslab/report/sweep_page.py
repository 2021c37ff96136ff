"""The report of a sweep: one page that is complete in itself, light, and printable."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from lyricslab.analysis.claims import Claim
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.report import figures, samples
from lyricslab.report.charts.heatmap_chart import heatmap_chart
from lyricslab.report.charts.palette import Palette
from lyricslab.report.charts.ratio_chart import ratio_chart
from lyricslab.report.content import BASELINE_LABELS, BaseTable
from lyricslab.report.render import picture, render, split_shares, unfinished
from lyricslab.report.samples import Written
from lyricslab.report.table_columns import note
from lyricslab.report.tables import cells, headings
from lyricslab.wording import plural, signed

TITLE = "Transfer learning with a stacked LSTM, on my songs"


def to_html(
    found: SweepTable,
    tables: Sequence[BaseTable],
    claims: Sequence[Claim],
    written: Written,
) -> str:
    """Return the report; everything that a person named or a network wrote is text in it."""
    measured = any(line.test for table in tables for line in table.lines)
    rates = [
        (found.title(base.name), cell.learning_rate)
        for base in found.plan.bases
        if (cell := found.best(base.name, "subset")) is not None
    ]
    context = {
        "title": TITLE,
        "figure_style": Markup(figures.STYLE),
        "corpus": found.corpus_name,
        "bases": "bases " + "; ".join(found.title(base.name) for base in found.plan.bases),
        "title_of": found.title,
        "seeds": plural(found.plan.seeds, "seed"),
        "date": found.created_at[:10],
        "unfinished": unfinished(found.status),
        "plan": found.plan,
        "split": split_shares(found.split),
        "experiment": Markup(figures.experiment()),
        "network": Markup(figures.network()),
        "heatmap": picture(heatmap_chart(tables, Palette.PRINT)) if measured else None,
        "ratios": picture(ratio_chart(tables, Palette.PRINT)),
        "tables": [
            (
                table.title,
                headings(table),
                list(zip(cells(table), [line.best for line in table.lines], strict=True)),
            )
            for table in tables
        ],
        "note": note(tables),
        "claims": [(claim, effect_of(claim)) for claim in claims],
        "written": written,
        "written_rows": _written_rows(written),
        "samples": samples,
        "baselines": found.baselines,
        "baseline_labels": BASELINE_LABELS,
        "rates": rates,
    }
    return render("sweep.html.j2", context)


def effect_of(claim: Claim) -> str:
    """Return the difference that decides a claim, in words."""
    if claim.effect is None:
        return ""
    difference = f"Difference {signed(claim.effect)} nats/char"
    if claim.low is None or claim.high is None:
        return f"{difference}."
    return f"{difference}, 95 % interval {signed(claim.low)} to {signed(claim.high)}."


def _written_rows(written: Written) -> list[tuple[tuple[str, ...], bool]]:
    """Return the counts of each network's samples, and of songs by people."""
    counted = [(w.writer.name, w.english, w.copy) for w in written.writings]
    if (yardstick := written.yardstick) is not None:
        name = f"{yardstick.songs} songs by people, set apart for the test"
        counted.append((name, yardstick.english, yardstick.copy))
    return [
        (
            (
                name,
                f"{english.all_words:.0%}",
                f"{english.long_words:.0%}",
                f"{copy.chars} characters",
            ),
            False,
        )
        for name, english, copy in counted
    ]
