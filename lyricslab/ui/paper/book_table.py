"""A table as a book sets it: groups of columns, a small stack for what learned, the best marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lyricslab.ui.common.component import MAKE
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Group:
    """Columns under one heading."""

    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and in small letters how sure it is."""

    main: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    name: str
    cells: tuple[Cell, ...]
    stack: tuple[bool, ...] | None = None
    """What learned, from the head down to layer 0; None shows no stack."""
    mark: str = ""
    """ "best" or "apart", or neither."""


HTML = """<div class="frame"><table></table></div>"""

CSS = """
.frame { overflow-x: auto; container-type: inline-size; }
table {
  border-collapse: collapse; width: 100%; font-family: var(--st-font); font-size: 0.97rem;
  color: var(--st-text-color); font-variant-numeric: tabular-nums;
}
th, td { padding: 0.32rem 0.6rem; text-align: right; white-space: nowrap; }
th { font-weight: 600; font-size: 0.85rem; }
thead tr:last-child th {
  font-weight: 400; opacity: 0.75; border-bottom: 1.5px solid var(--st-border-color);
}
th.group { text-align: center; padding-bottom: 0; white-space: normal; line-height: 1.2; }
th.first, td.first { text-align: left; }
td.opens, th.opens { border-left: 1px solid var(--st-border-color); }
tbody td { border-bottom: 1px solid var(--st-border-color); }
.small { font-size: 0.8rem; opacity: 0.68; margin-left: 0.35rem; font-weight: 400; }
tr.best td { font-weight: 650; background: color-mix(in srgb, var(--tint) 12%, transparent); }
tr.apart td { opacity: 0.82; }
tr.apart + tr:not(.apart) td, tr.turn td { border-top: 1.5px solid var(--st-border-color); }
.stack { display: inline-flex; flex-direction: column; gap: 1.5px; width: 1.5rem;
  vertical-align: middle; margin-right: 0.6rem; align-items: center; }
.stack i { display: block; height: 3.6px; border-radius: 1.5px; width: 100%; }
.stack i:first-child { width: 50%; }
@container (max-width: 860px) {
  table { font-size: 0.88rem; }
  th, td { padding: 0.28rem 0.35rem; }
  .small { display: block; margin: -0.15rem 0 0; font-size: 0.72rem; }
}
"""

JS = (
    MAKE
    + """
export default function ({ data, parentElement }) {
  const table = parentElement.querySelector("table")
  table.style.setProperty("--tint", data.learns)
  table.setAttribute("aria-label", data.label)
  table.replaceChildren()
  const head = make("thead", "", table)
  const groups = make("tr", "", head)
  const names = make("tr", "", head)
  make("th", "first", groups)
  make("th", "first", names, data.first)
  const opens = new Set()
  let at = 0
  for (const group of data.groups) {
    opens.add(at)
    const title = make("th", "group opens", groups, group.title)
    title.colSpan = group.columns.length
    group.columns.forEach((name, k) => make("th", k ? "" : "opens", names, name))
    at += group.columns.length
  }
  const body = make("tbody", "", table)
  let before = ""
  for (const row of data.rows) {
    const turned = row.mark === "apart" && before !== "apart"
    const line = make("tr", `${row.mark}${turned ? " turn" : ""}`, body)
    before = row.mark
    const name = make("td", "first", line)
    if (row.stack) {
      const stack = make("span", "stack", name)
      for (const learns of row.stack) {
        make("i", "", stack).style.background = learns ? data.learns : data.frozen
      }
    }
    make("span", "", name, row.name)
    row.cells.forEach((cell, k) => {
      const box = make("td", opens.has(k) ? "opens" : "", line)
      make("span", "", box, cell.main)
      if (cell.small) make("span", "small", box, cell.small)
    })
  }
}
"""
)

_grid = st.components.v2.component("lyricslab_paper_grid", html=HTML, css=CSS, js=JS)


def grid(label: str, first: str, groups: Sequence[Group], rows: Sequence[Row], key: str) -> None:
    """The table.

    Args:
        label: what it shows, for those who hear the page.
        first: the heading of the rows' names.
    """
    _grid(
        key=key,
        data={
            "label": label,
            "first": first,
            "groups": [asdict(group) for group in groups],
            "rows": [asdict(row) for row in rows],
            "learns": colour("learns"),
            "frozen": colour("frozen"),
        },
    )
