"""Charts as SVG, for a report that is read without the app and without a network."""

from __future__ import annotations

import vl_convert

from lyricslab.report.charts.chart import Chart, Spec
from lyricslab.report.charts.palette import Palette

PLOT_WIDTH = 800
"""The width of a plot in a report, in pixels; its labels come on top."""
VEGA_LITE = "6.4"


def to_svg(chart: Chart) -> str:
    """Return a chart as an SVG element; its texts stay texts, and it refers to nothing outside."""
    datasets = {name: table.to_pylist() for name, table in chart.tables.items()}
    spec = chart.spec | {"datasets": datasets, "width": PLOT_WIDTH, "config": _CONFIG}
    return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))


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
