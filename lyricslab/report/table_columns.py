"""The columns of the tables beside the paper's: which are shown, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lyricslab.analysis.loss_ratio import Ratio
from lyricslab.report.content import BaseTable, Figure, Line
from lyricslab.report.published import Losses
from lyricslab.wording import listed, plain, plural


class Shown(NamedTuple):
    """A figure, and beside it its spread or its interval."""

    main: str
    small: str = ""

    def __str__(self) -> str:
        """Write both: "1.516 ± 0.001", "0.887 (0.863 to 0.908)"."""
        if not self.small:
            return self.main
        return f"{self.main} {self.small if self.small[0] == '±' else f'({self.small})'}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    group: str
    """The heading that it shares with its neighbours."""
    short: str
    """The same in a word or two."""
    name: str
    show: Callable[[Line], Shown]

    @property
    def heading(self) -> str:
        """Return its heading where it stands alone: "Padded: val"."""
        return f"{self.short}: {self.name}"


_PAPER, _PADDED = "in the paper", "here, padded as there"
_CHARS, _RATIOS = "here, nats/char", "test loss over the baseline's"


def columns(table: BaseTable) -> tuple[Column, ...]:
    """Return the columns of a table: padded losses only where silence was learned."""
    shown = [
        Column(_PAPER, "Paper", "val", lambda line: _printed(line.paper, 0)),
        Column(_PAPER, "Paper", "test", lambda line: _printed(line.paper, 1)),
    ]
    if table.learns_silence:
        shown += [
            Column(_PADDED, "Padded", "val", lambda line: _padded(line, line.val_padded)),
            Column(_PADDED, "Padded", "test", lambda line: _padded(line, line.test_padded)),
        ]
    shown += [
        Column(_CHARS, "nats/char", "val", lambda line: loss_of(line.val)),
        Column(_CHARS, "nats/char", "test", lambda line: loss_of(line.test)),
    ]
    if any(line.test_otherwise for line in table.lines):
        name = "test, not blended" if table.keeps_blend else "test, blended"
        shown.append(Column(_CHARS, "nats/char", name, lambda line: loss_of(line.test_otherwise)))
    shown.append(Column(_RATIOS, "Ratio", "paper", lambda line: Shown(plain(line.paper_ratio))))
    if table.learns_silence:
        shown.append(
            Column(
                _RATIOS,
                "Ratio",
                "padded",
                lambda line: Shown(plain(line.padded_ratio if line.knows_silence else None)),
            )
        )
    shown.append(Column(_RATIOS, "Ratio", "nats/char", lambda line: ratio_of(line.ratio)))
    return tuple(shown)


def note(tables: Sequence[BaseTable]) -> str:
    """Return what the figures are, for below the tables."""
    lines = [line for table in tables for line in table.lines]
    songs = next((table.test_songs for table in tables if table.test_songs), None)
    parts = [
        "Losses are means over seeds with their standard deviation, ratios have the 95 % interval "
        f"over {'songs' if songs is None else plural(songs, 'test song')} and seeds."
    ]
    if not any(table.learns_silence for table in tables):
        parts.append(
            "The paper's losses are averages over the silence that it filled songs up with, too. "
            "Here silence was not learned, so there are no such losses to set beside them: "
            "compare the ratios."
        )
    else:
        parts.append(
            "Padded: the paper's own loss, averaged over the silence that songs are filled up "
            "with, too."
        )
        deaf = [
            f"{line.label} of {table.base_title}"
            for table in tables
            for line in table.lines
            if line.kind != "baseline" and line.test_padded and not line.knows_silence
        ]
        if deaf:
            verb = "has" if len(deaf) == 1 else "have"
            parts.append(
                f"Left out where silence was not learned and the figure tells of nothing else: "
                f"{listed(deaf, limit=4)} {verb} a padded loss above nats/char."
            )
    if any(line.test_otherwise for line in lines):
        kept = any(table.keeps_blend for table in tables)
        did = "the losses are of such a blend" if kept else "the paper did not do so"
        parts.append(
            "Blended: the weights that learned, moved back towards the base as far as is best on "
            f"validation; {did}."
        )
    return " ".join(parts)


def loss_of(figure: Figure | None) -> Shown:
    """Return a loss over seeds, or a dash where there is none."""
    if figure is None:
        return Shown("–")
    return Shown(plain(figure.mean), f"± {figure.sd:.3f}" if figure.seeds > 1 else "")


def ratio_of(ratio: Ratio | None) -> Shown:
    """Return a ratio with its 95 % interval, or a dash where there is none."""
    if ratio is None or ratio.low == ratio.high:
        return Shown(plain(ratio and ratio.value))
    return Shown(plain(ratio.value), f"{ratio.low:.3f} to {ratio.high:.3f}")


def _printed(losses: Losses | None, side: int) -> Shown:
    return Shown(plain(None if losses is None else losses[side]))


def _padded(line: Line, figure: Figure | None) -> Shown:
    return loss_of(figure if line.knows_silence else None)
