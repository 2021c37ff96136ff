"""Charts as SVG or PNG, to be looked at without the app and without a network.

`vl_convert` is imported where it is used: no page should wait for it.
"""

from __future__ import annotations

from typing import Any

from lyricslab.report.charts.chart import Chart, Spec
from lyricslab.report.charts.palette import Palette

PLOT_WIDTH = 800
"""The width of a plot in a report, in pixels; its labels come on top."""
PNG_SCALE = 2
_OFFLINE: dict[str, Any] = {"vl_version": "6.4", "allowed_base_urls": []}


def to_svg(chart: Chart) -> str:
    """Return a chart as an SVG element; its texts stay texts, and it refers to nothing outside."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(_printed(chart), **_OFFLINE))


def to_png(chart: Chart) -> bytes:
    """Return a chart as a picture on white, twice as wide as on the page."""
    import vl_convert

    spec = _printed(chart)
    spec["config"] = _CONFIG | {"background": Palette.PRINT.page}
    return bytes(vl_convert.vegalite_to_png(spec, scale=PNG_SCALE, **_OFFLINE))


def _printed(chart: Chart) -> Spec:
    datasets = {name: table.to_pylist() for name, table in chart.tables.items()}
    return chart.spec | {"datasets": datasets, "width": PLOT_WIDTH, "config": _CONFIG}


_FONT = '"Source Sans 3", "Source Sans Pro", system-ui, sans-serif'
_COLOURS = Palette.PRINT
_CONFIG: Spec = {
    "background": None,
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "gridColor": _COLOURS.line,
        "domainColor": _COLOURS.line,
        "tickColor": _COLOURS.line,
        "labelColor": _COLOURS.text,
        "titleColor": _COLOURS.text,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "legend": {"labelColor": _COLOURS.text, "labelFontSize": 13},
    "text": {"fontSize": 13},
}
"""What Streamlit's theme gives the charts on a page."""
