"""A sweep as one page to hand in: whole in itself, light, printable; it fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import lyricslab
from lyricslab.analysis.claims import Claim
from lyricslab.config import SplitConfig
from lyricslab.english.lexicon import EnglishShare
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.library.runs import size_name
from lyricslab.report import figures
from lyricslab.report.charts.heatmap_chart import heatmap_chart
from lyricslab.report.charts.palette import Palette
from lyricslab.report.charts.ratio_chart import ratio_chart
from lyricslab.report.charts.svg import to_svg
from lyricslab.report.content import BASELINE_LABELS, BaseTable
from lyricslab.report.samples import SAMPLES, TEMPERATURE, Written
from lyricslab.report.tables import HEADINGS, cells
from lyricslab.wording import signed

TITLE = "Transfer learning with a stacked LSTM, on my songs"
STYLE = """
:root { --ink: #1f1a15; --paper: #fff; --line: #ddd3c0; --learns: #a4461a; --frozen: #647c94;
  color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1000px; padding: 2.5rem 1.5rem 4rem; color: var(--ink);
  background: #fff; font: 16px/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; }
h1, h2, h3 { font-family: Georgia, "Source Serif 4", serif; line-height: 1.2; }
h1 { font-size: 2rem; margin: 0 0 0.3rem; }
h2 { font-size: 1.4rem; margin: 2.4rem 0 0.6rem; }
h3 { font-size: 1.1rem; margin: 1.6rem 0 0.4rem; }
p { max-width: 46rem; }
.small { font-size: 0.88rem; color: #5d5346; }
table { border-collapse: collapse; width: 100%; font-size: 0.78rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.35rem; text-align: right; border-bottom: 1px solid var(--line);
  vertical-align: bottom; }
td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; }
table.words { font-size: 0.88rem; } table.words :is(th, td):nth-child(2) { text-align: left; }
li { max-width: 46rem; }
tr.best td { font-weight: 600; background: #fbf3ec; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line);
  border-radius: 6px; padding: 0.8rem 1rem; font-size: 0.82rem; line-height: 1.4;
  columns: 2 18rem; column-gap: 2rem; }
.claim { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.2rem 1rem; margin: 0.8rem 0;
  break-inside: avoid; }
.verdict { font-weight: 600; text-align: center; border-radius: 1rem; padding: 0.1rem 0.6rem;
  align-self: start; font-size: 0.88rem; border: 1.5px solid; }
.seen { color: #365b2a; } .not { color: #8f271e; } .undecided { color: #5d5346; }
figure { margin: 1rem 0 1.4rem; break-inside: avoid; }
svg.marks { width: 100%; height: auto; }
figcaption { font-size: 0.88rem; color: #5d5346; margin-top: 0.4rem; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2, h3 { break-after: avoid; } table, pre { break-inside: avoid; }
}
"""


def to_html(
    found: SweepTable,
    tables: Sequence[BaseTable],
    claims: Sequence[Claim],
    written: Written,
) -> str:
    """The report; everything that a person named or a network wrote stands in it as text."""
    parts = [
        _head(found),
        _done(found),
        *_results(found, tables),
        *_claims(claims),
        *_writings(written),
        _again(found),
    ]
    return page(f"{TITLE}: {found.corpus_name}", STYLE + figures.STYLE, parts)


def page(title: str, style: str, parts: Sequence[str]) -> str:
    """A page that is whole in itself; its parts are HTML, its title is text."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _head(found: SweepTable) -> str:
    bases = ", ".join(base.name for base in found.plan.bases)
    seeds = "one seed" if found.plan.seeds == 1 else f"{found.plan.seeds} seeds"
    return (
        f"<h1>{escape(TITLE)}</h1>\n"
        f'<p class="small">{escape(found.corpus_name)} · bases {escape(bases)} · {seeds} · '
        f"{escape(found.created_at[:10])}.{rest_of(found.status)}</p>"
    )


def rest_of(state: ExperimentStatus) -> str:
    """That not all is done, where that is so; a sentence to follow another."""
    if state.state == "done":
        return ""
    if state.state == "failed":
        return f" {state.failed} of {state.runs} runs failed; the rest is done."
    return f" Not all is done yet: {state.done} of {state.runs} runs are."


def shares_of(parts: SplitConfig) -> str:
    """How the songs were divided: "33% / 33% / 33%"."""
    return " / ".join(f"{share:.0%}" for share in (parts.train, parts.val, parts.test))


def _done(found: SweepTable) -> str:
    return (
        "<h2>What was done</h2>\n"
        "<p>A few dozen songs are too few to teach a network English. So a network first reads "
        "much other text, books or song lyrics, letter by letter: that is a base. Then some of "
        "its layers read the songs and change, and the others stay exactly as they were. The "
        "question is whether that beats a network which has the songs alone, and which layers "
        "should change. It is the experiment of A. Fischer, Transfer Learning in Stacked LSTM's "
        "for Text Generation, done again.</p>\n"
        f"<figure>{figures.experiment()}<figcaption>The experiment. The figures in it are the "
        "paper's.</figcaption></figure>\n"
        f"<figure>{figures.network()}<figcaption>The network, drawn once for each letter of a "
        "word. Each choice of layers is trained anew; the head always learns.</figcaption>"
        "</figure>\n"
        f"<p>The songs were divided by song, {shares_of(found.split)}: to learn from, to check by, "
        "to judge by. "
        "Training ends when the songs to check by come no easier; what is compared is the loss "
        "on the songs to judge by.</p>"
    )


def _results(found: SweepTable, tables: Sequence[BaseTable]) -> list[str]:
    parts = [
        "<h2>What came out</h2>",
        "<p>Nats/char say how surprised a network is by the next character of a song it has not "
        "seen; lower is better. The paper's own figures are smaller because songs were filled up "
        "with silence to equal length, and silence is easy to guess: its losses are averages over "
        "that too. They stand beside our losses measured the same way, called padded; the ratio "
        "to the baseline is what carries over.</p>",
    ]
    if any(line.test for table in tables for line in table.lines):
        heat = to_svg(heatmap_chart(tables, Palette.PRINT))
        parts.append(
            f"<figure>{heat}<figcaption>Test loss, nats/char, mean and "
            "standard deviation over seeds. The darker, the further below the baseline; framed: "
            "the layers chosen by validation.</figcaption></figure>"
        )
    ratios = ratio_chart(tables, Palette.PRINT)
    if ratios:
        parts.append(
            f"<figure>{to_svg(ratios)}<figcaption>Test loss over the baseline's, with its 95 % "
            "interval by bootstrap over songs and seeds. Diamonds: the same ratio in the paper."
            "</figcaption></figure>"
        )
    for table in tables:
        rows = [(cells(line), line.best) for line in table.lines]
        parts.append(f"<h3>{escape(table.title)}</h3>\n{html_table(HEADINGS, rows)}")
    return parts


def html_table(
    headings: Sequence[str], rows: Iterable[tuple[Sequence[str], bool]], kind: str = ""
) -> str:
    """A table whose cells are text.

    Args:
        rows: the cells of each, and whether it is the best.
        kind: the table's class.
    """
    heads = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(
        f'<tr class="{"best" if best else ""}">'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row)
        + "</tr>"
        for row, best in rows
    )
    return f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _claims(claims: Sequence[Claim]) -> list[str]:
    if not claims:
        return []
    parts = ["<h2>What the paper claims, and what these songs say</h2>"]
    for claim in claims:
        kind = {"seen": "seen", "not seen": "not"}.get(claim.verdict, "undecided")
        on = f" (base {escape(claim.base)})" if claim.base else ""
        parts.append(
            f'<div class="claim"><div class="verdict {kind}">{escape(claim.verdict)}</div>'
            f"<div>{escape(claim.sentence)}{on}<br>"
            f'<span class="small">{escape(claim.test)} {escape(effect_of(claim))}</span>'
            "</div></div>"
        )
    return parts


def effect_of(claim: Claim) -> str:
    """The difference that decides a claim, in words."""
    if claim.effect is None:
        return ""
    said = f"Difference {signed(claim.effect)} nats/char"
    if claim.low is None or claim.high is None:
        return f"{said}."
    return f"{said}, 95 % interval {signed(claim.low)} to {signed(claim.high)}."


def _writings(written: Written) -> list[str]:
    writings, yardstick, missing = written
    gone = [f"<p>{escape(sentence)}</p>" for sentence in missing]
    if not writings:
        return gone
    heads = (
        "",
        "English words",
        "of 4 letters or more",
        "longest copy",
    )
    rows = [
        [
            *_shares(writing.writer.name, writing.english),
            f"{writing.copy.chars} characters",
        ]
        for writing in writings
    ]
    if yardstick is not None:
        name = f"{yardstick.songs} songs by people, kept aside"
        shares = _shares(name, yardstick.english)
        rows.append([*shares, f"{yardstick.copy.chars} characters"])
    parts = [
        "<h2>What they write</h2>",
        html_table(heads, [(row, False) for row in rows]),
        f'<p class="small">Counted over {SAMPLES} samples of 1,000 characters each at temperature '
        f"{TEMPERATURE}, of which the first is shown. Longest copy: the "
        "longest piece that stands letter for letter in a song it learned from.</p>",
    ]
    for writing in writings:
        parts.append(f"<h3>{escape(writing.writer.name)}</h3>\n<pre>{escape(writing.text)}</pre>")
        if writing.copy.chars:
            parts.append(
                f'<p class="small">Longest copy, from “{escape(writing.copied_from)}”: '
                f"“{escape(' / '.join(writing.copy.text.split(chr(10))))}”</p>"
            )
    return parts + gone


def _shares(name: str, english: EnglishShare) -> list[str]:
    return [name, f"{english.all_words:.0%}", f"{english.long_words:.0%}"]


def _again(found: SweepTable) -> str:
    made = "".join(
        f" Baseline, {BASELINE_LABELS[cell.cell.search].removeprefix('no base, ')}: "
        f"{size_name(cell.model)} units, dropout "
        f"{cell.dropout:g}, batches of {cell.batch_size}, chosen by validation."
        for cell in found.baselines
    )
    rates = "".join(
        f" Learning rate with the base {base.name}: {cell.learning_rate:g}."
        for base in found.plan.bases
        if (cell := found.best(base.name, "subset")) is not None
    )
    bases = "; ".join(
        f"{base.name}, weights {base.digest[:12]}, {size_name(base.model)} units"
        for base in found.plan.bases
    )
    return (
        "<h2>To do it again</h2>\n"
        f"<p>Lyrics Lab {escape(lyricslab.__version__)}, settings “{escape(found.plan.preset)}”, "
        f"seeds 0 to {found.plan.seeds - 1}.{escape(made + rates)} "
        f"Songs {escape(found.plan.corpus[:12])}; bases: {escape(bases)}. "
        "The same program with these gives the same figures.</p>"
    )
