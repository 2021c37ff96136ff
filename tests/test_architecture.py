"""The tiers of docs/ARCHITECTURE.md, held by reading every import of the program."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TIERS = (
    {"errors"},
    {"config"},
    {"text"},
    {"model"},
    {"learning", "insight"},
    {"lab"},
    {"ui", "cli"},
    {"pages", "app", "__main__"},
)
"""From the ground up; a part imports from lower tiers and from itself."""

SCREEN = ("streamlit",)
ENGINE = ("dask", "distributed")
TORCH = ("torch",)

APP_FREE_OF = ("torch", "dask", "distributed")
WORKERS_ONLY = re.compile(
    r"lyricslab\.(model\.lstm|learning\.(?!presets|expectation).*|lab\.engine|ui\.shell|__main__)$"
)
"""Modules that the app's process does not import; the shell is a script of Streamlit's."""


def sources() -> list[Path]:
    """Every file of the program's own code."""
    return [
        *sorted((ROOT / "lyricslab").rglob("*.py")),
        *sorted((ROOT / "pages").glob("*.py")),
        ROOT / "app.py",
    ]


def module(path: Path) -> str:
    """A file's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part(name: str) -> str | None:
    """The piece of TIERS that a module belongs to; None for the world outside."""
    head, *rest = name.split(".")
    if head == "lyricslab":
        return rest[0] if rest else None
    return head if head in ("pages", "app") else None


def tier(name: str) -> int:
    """How far above the ground a part lies."""
    return next(k for k, parts in enumerate(TIERS) if name in parts)


def imports(path: Path, *, at_import: bool = False) -> Iterator[str]:
    """What a file imports, anywhere in it; with `at_import` only what importing it brings in."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in _at_import(tree) if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _at_import(child)


def uses(path: Path, packages: tuple[str, ...]) -> bool:
    """Whether a file imports one of these packages."""
    return any(name.split(".")[0] in packages for name in imports(path))


@pytest.mark.parametrize("path", sources(), ids=module)
def test_imports_point_down(path: Path) -> None:
    own = part(module(path))
    if own is None:
        assert not [name for name in imports(path) if part(name)]
        return
    for name in imports(path):
        other = part(name)
        if other is not None and other != own:
            assert tier(other) < tier(own), f"{module(path)} must not import {name}"


@pytest.mark.parametrize("path", sources(), ids=module)
def test_each_library_has_its_place(path: Path) -> None:
    own, name = part(module(path)), module(path)
    if uses(path, SCREEN):
        assert own in ("ui", "pages", "app"), f"{name} must not know the screen"
    if uses(path, ENGINE):
        assert name == "lyricslab.lab.engine", f"{name} must not know Dask"
    if uses(path, ("wasmtime",)):
        assert name == "lyricslab.model.kernel", f"{name} must not know WebAssembly"
    if uses(path, ("sqlite3",)):
        assert name in {f"lyricslab.lab.{noun}" for noun in ("store", "database", "schema")}
    if own in ("text", "model", "learning"):
        assert not uses(path, ("time", "datetime")), f"{name} must not know the clock"
    if own in ("ui", "pages", "app", "cli", "text"):
        assert not uses(path, TORCH), f"{name} must not know torch"
    if own == "lab":
        at_once = {other.split(".")[0] for other in imports(path, at_import=True)}
        assert not at_once & set(TORCH), f"{name} may import torch inside functions only"


@pytest.mark.parametrize("path", sources(), ids=module)
def test_nothing_is_unpickled_or_run_from_text(path: Path) -> None:
    """Files come from strangers: what they hold is read, never executed."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("eval", "exec", "pickle.load", "torch.load", "os.system")
            assert not any(keyword.arg == "unsafe_allow_html" for keyword in node.keywords)


def test_the_apps_process_stays_light() -> None:
    """Importing all that the app uses leaves torch and Dask where they are."""
    names = [module(path) for path in sources() if module(path).startswith("lyricslab")]
    names = [name for name in names if not WORKERS_ONLY.match(name)]
    assert {
        "lyricslab.lab.runs",
        "lyricslab.lab.library",
        "lyricslab.learning.presets",
        "lyricslab.learning.expectation",
        "lyricslab.model.sampler",
    } <= set(names)
    script = "import importlib, sys\n" + "".join(
        f"importlib.import_module({name!r})\n"
        f"heavy = {{n.split('.')[0] for n in sys.modules}} & set({APP_FREE_OF!r})\n"
        f"assert not heavy, '{name} imports ' + ', '.join(heavy)\n"
        for name in names
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr.splitlines()[-1]


# Written in halves, so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(
        (
            "/wo" + r"rk/",
            r"/roo" + r"t/",
            "/tm" + "p/w/",
            "/op" + "t/(pypi|wheels)",
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "npm" + r"js\.(org|com)",
            r"\.lib" + "rary/",
        )
    )
)
TEXTS = {".py", ".toml", ".txt", ".md", ".json", ".svg", ".js", ".css", ".cfg", ".yml", ".sh", ""}
SHOWN = {".ci", ".streamlit"}
"""The hidden folders that are part of the program; others are made by tools."""
SKIPPED = {"__pycache__", "export"}


def texts() -> Iterator[Path]:
    """Every text of the repository."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.is_dir():
                hidden = path.name.startswith(".") and path.name not in SHOWN
                if not hidden and path.name not in SKIPPED:
                    folders.append(path)
            elif path.suffix in TEXTS and not path.name.startswith(".DS"):
                yield path


def test_nothing_speaks_of_one_persons_computer() -> None:
    for path in texts():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found = FOREIGN.search(line)
            assert not found, f"{path.relative_to(ROOT)}:{number} holds {found and found[0]}"
