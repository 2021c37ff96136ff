"""Pages from the templates beside this file; whatever is put into one is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import lyricslab
from lyricslab.config import SplitConfig
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.library.runs import size_name
from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.svg import to_svg


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return the page of a template of this name."""
    return _environment().get_template(template).render(context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"version": lyricslab.__version__, "size_name": size_name}
    return environment


def picture(chart: Chart | None) -> Markup | None:
    """Return a chart as a template puts it into a page."""
    return None if chart is None else Markup(to_svg(chart))


def unfinished(status: ExperimentStatus) -> str:
    """Return a sentence, to follow another, about runs that are missing; or an empty string."""
    if status.state == "done":
        return ""
    if status.state == "failed":
        return f" {status.failed} of {status.runs} runs failed; the rest is done."
    return f" Not all is done yet: {status.done} of {status.runs} runs are."


def split_shares(split: SplitConfig) -> str:
    """Return how the songs were divided: "33% / 33% / 33%"."""
    return " / ".join(f"{share:.0%}" for share in (split.train, split.val, split.test))
