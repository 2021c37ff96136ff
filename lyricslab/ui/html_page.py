"""The HTML that the server sends before any page runs: Streamlit's own, with our styles in it.

Streamlit's page knows nothing of an app until its script has run: it is drawn narrow, jumps wide,
and loads each kind of widget when it first meets one. With our styles, our title and the widgets'
code in the page from the start, nothing jumps.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from streamlit.file_util import get_static_dir

from lyricslab.report.charts.palette import ROLES, Palette

_FILE = Path(__file__)
STYLES = _FILE.with_name("shell.css")
SCRIPT = _FILE.with_name("shell.js")
MISSING = _FILE.with_name("missing_page.html")
WIDGETS = (
    *("BidiComponent", "Button", "ButtonGroup", "Checkbox", "DownloadButton", "FileUploader"),
    *("Html", "MenuButton", "NumberInput", "PageLink", "Progress", "Radio", "Selectbox", "Slider"),
    *("TextArea", "TextInput"),
)
"""Parts of Streamlit that our pages show at once, each a file of its own."""
FONTS = ("SourceSerifVariable-Roman", "MaterialSymbols-Rounded")
"""Of headings and of icons."""


@cache
def app_page(large: bool = False) -> bytes:
    """Return the page that loads the app.

    Args:
        large: whether it opens in the size for a projector.
    """
    page = (Path(get_static_dir()) / "index.html").read_text("utf-8")
    page = page.replace("<title>Streamlit</title>", "<title>Lyrics Lab</title>")
    size = ' data-size="large"' if large else ""
    page = page.replace('<html lang="en">', f'<html lang="en"{size}>')
    return page.replace("</head>", f"{_ahead()}<style>{styles()}</style></head>").encode()


@cache
def missing_page(home: str) -> bytes:
    """Return the page that says there is none at this address.

    Args:
        home: the address of Start.
    """
    text = MISSING.read_text("utf-8").replace("STYLES", _colours()).replace("HOME", escape(home))
    return text.encode()


@cache
def styles() -> str:
    """Return the styles of the frame, with the colours of the palette as variables."""
    return _colours() + STYLES.read_text("utf-8")


def _colours() -> str:
    pairs = {name.replace("_", "-"): role for name, role in ROLES.items()}
    told = [f"--{name}: light-dark({role.light}, {role.dark})" for name, role in pairs.items()]
    for name in ("page", "text", "line", "empty"):
        light, dark = (getattr(palette, name) for palette in (Palette.LIGHT, Palette.DARK))
        told.append(f"--{name}: light-dark({light}, {dark})")
    return f":root {{ {'; '.join(told)}; }}\n"


def _ahead() -> str:
    """Have the browser load our widgets' code and fonts beside Streamlit's own, not after it."""
    folder = Path(get_static_dir()) / "static"
    code = re.compile(rf"({'|'.join(WIDGETS)})\.[\w-]+\.js")
    files = sorted(file.name for file in (folder / "js").glob("*.js") if code.fullmatch(file.name))
    fonts = sorted(file.name for font in FONTS for file in (folder / "media").glob(f"{font}.*"))
    links = "".join(
        f'<link rel="preload" href="./static/media/{name}" as="font" type="font/woff2" crossorigin>'
        for name in fonts
    )
    loads = "".join(f"import('./static/js/{name}').catch(() => 0);" for name in files)
    return f'{links}<script type="module">{loads}{SCRIPT.read_text("utf-8")}</script>'
