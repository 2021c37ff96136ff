"""Find a Chromium or Chrome for the browser tests; on Debian, as root, install one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

HINT = (
    "install Chromium or Chrome (Debian: sudo apt install chromium), or name one in "
    "LYRICSLAB_CHROMIUM"
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a browser: the named one, one in PATH, or one in a usual place."""
    named = os.environ.get("LYRICSLAB_CHROMIUM")
    if named:
        return named
    in_path = next(filter(None, map(shutil.which, NAMES)), None)
    return in_path or next((str(path) for path in _usual_places() if path.exists()), None)


def _usual_places() -> Iterator[Path]:
    yield Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    yield Path("/Applications/Chromium.app/Contents/MacOS/Chromium")
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if os.environ.get(variable):
            yield Path(os.environ[variable], "Google", "Chrome", "Application", "chrome.exe")
    playwright = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    )
    for name in ("chrome-linux*/chrome", "chrome-win*/chrome.exe"):
        yield from sorted(playwright.glob(f"chromium-*/{name}"), reverse=True)


def install() -> str | None:
    """Install Debian's chromium, if this is Debian and root; return its path, or None."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not (root and Path("/etc/debian_version").exists() and shutil.which("apt-get")):
        return None
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    for step in (command, ["apt-get", "update", "-q"], command):
        done = subprocess.run(
            step, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, capture_output=True
        )
        if step is command and done.returncode == 0:
            return find()
    return None
