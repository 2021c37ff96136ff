"""The tiers of docs/ARCHITECTURE.md, checked by reading every import of the program."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TIERS = (
    {"errors", "files", "wording"},
    {"config_base"},
    {"config"},
    {"songs"},
    {"english"},
    {"importing"},
    {"model"},
    {"training", "analysis"},
    {"store"},
    {"engine.client"},
    {"library"},
    {"books", "pretraining"},
    {"experiments"},
    {"engine"},
    {"report"},
    {"ui", "cli"},
    {"pages", "app", "__main__"},
)
"""Folders of the package from the ground up: each imports from lower tiers and from itself. The
engine's client has a tier of its own: it only starts, stops and watches a process."""

TORCH = {"torch"}
DASK = {"dask", "distributed"}
HOMES = {
    "streamlit": r"(lyricslab\.ui\b|pages\.|app$)",
    "dask": r"lyricslab\.engine\.dask_engine$",
    "distributed": r"lyricslab\.engine\.dask_engine$",
    "wasmtime": r"lyricslab\.model\.kernel$",
    "sqlite3": r"lyricslab\.store\.",
    "torch": r"lyricslab\.training\.",
}
"""Which modules may import a library, as a pattern of their names."""
CLOCKLESS = {"songs", "english", "importing", "model", "training", "analysis"}
"""Folders that never ask for the time: what they do depends on their arguments alone."""
OUTSIDE_THE_APP = re.compile(
    r"lyricslab\.(training\.|engine\.dask_engine$|ui\.shell$|__main__$)|lyricslab\.training$"
)
"""What the app's process never imports; the shell is run by Streamlit as a script."""


@cache
def sources() -> tuple[Path, ...]:
    """Every file of the program's own code."""
    package = sorted((ROOT / "lyricslab").rglob("*.py"))
    return (*package, *sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py")


@cache
def tree(path: Path) -> ast.Module:
    """A file, parsed once."""
    return ast.parse(path.read_text("utf-8"))


def module(path: Path) -> str:
    """A file's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part(name: str) -> str | None:
    """The entry of TIERS that a module belongs to; None for another package."""
    head, *rest = name.split(".")
    if head == "lyricslab":
        named = ".".join(rest[:2])
        return named if any(named in tier for tier in TIERS) else rest[0] if rest else None
    return head if head in ("pages", "app") else None


def tier(name: str) -> int:
    """How far above the ground a part lies."""
    return next(k for k, parts in enumerate(TIERS) if name in parts)


def imports(path: Path, *, at_import: bool = False) -> Iterator[str]:
    """What a file imports, anywhere in it; with `at_import` only what importing it brings in."""
    for node in _at_import(tree(path)) if at_import else ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            if not (ROOT / str(node.module).replace(".", "/")).is_dir():
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


def test_imports_point_down() -> None:
    upward = [
        f"{module(path)} imports {name}"
        for path in sources()
        for name in imports(path)
        if (here := part(module(path))) != (there := part(name))
        and there is not None
        and (here is None or tier(there) >= tier(here))
    ]
    assert not upward


def test_each_library_has_its_place() -> None:
    misplaced = [
        f"{module(path)} imports {name}"
        for path in sources()
        for name in {name.split(".")[0] for name in imports(path)}
        if (name in HOMES and not re.match(HOMES[name], module(path)))
        or (name in ("time", "datetime") and part(module(path)) in CLOCKLESS)
    ]
    for path in sources():  # the job is planned without torch, and loads it when it runs
        if part(module(path)) == "engine" and module(path) != "lyricslab.engine.dask_engine":
            at_once = {name.split(".")[0] for name in imports(path, at_import=True)}
            misplaced += [f"{module(path)} imports {name}" for name in at_once & (TORCH | DASK)]
    assert not misplaced


@pytest.mark.engine
def test_the_app_never_loads_torch_or_dask() -> None:
    """Importing every module that the app uses loads neither."""
    names = [module(path) for path in sources() if module(path).startswith("lyricslab")]
    names = [name for name in names if not OUTSIDE_THE_APP.match(name)]
    assert {"lyricslab.library.runs", "lyricslab.model.sampler", "lyricslab.engine.job"} <= {*names}
    script = "import importlib, sys\n" + "".join(
        f"importlib.import_module({name!r})\n"
        f"heavy = {{n.split('.')[0] for n in sys.modules}} & {TORCH | DASK!r}\n"
        f"assert not heavy, '{name} imports ' + ', '.join(heavy)\n"
        for name in names
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr.splitlines()[-1]


def test_nothing_is_unpickled_or_run_from_text() -> None:
    """Files come from strangers: what they hold is read, never executed."""
    banned = {"eval", "exec", "os.system", "torch.load"}
    offenders = [
        f"{module(path)}:{node.lineno} {ast.unparse(node)[:60]}"
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func) in banned
            or any(keyword.arg == "unsafe_allow_html" for keyword in node.keywords)
        )
    ]
    unpickling = {"pickle", "cloudpickle", "marshal", "shelve", "joblib", "dill"}
    offenders += [
        f"{module(path)} imports {name}"
        for path in sources()
        for name in imports(path)
        if name.split(".")[0] in unpickling
    ]
    assert not offenders


def test_no_module_name_twice() -> None:
    """A name leads to one file."""
    stems = Counter(
        path.stem for path in sources() if path.stem != "__init__" and "pages" not in path.parts
    )
    assert not [name for name, count in stems.items() if count > 1]


MAX_LINES = 400


def test_no_file_is_long_without_a_reason() -> None:
    """A longer file gives its reason in the first line of its docstring."""
    long = [
        module(path)
        for path in sources()
        if len(path.read_text("utf-8").splitlines()) > MAX_LINES
        and "in one file" not in (ast.get_docstring(tree(path)) or "").split("\n")[0]
    ]
    assert not long


MANNERED = re.compile(
    r"\b(lest|shall|whither|so many|take along|one's own|undertakings?|keepers?|parcels?"
    r"|anew|in its stead|goes on with|freeze.?dry|thaw\w*)\b",
    re.IGNORECASE,
)
"""Words that the package's prose does without; docs/GLOSSARY.md has the usual ones."""


def test_prose_is_plain() -> None:
    """Docstrings and comments of the package use none of the mannered words."""
    mannered = []
    for path in sorted((ROOT / "lyricslab").rglob("*.py")):
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if token.type == tokenize.COMMENT or token.string.startswith(('"""', 'f"""')):
                    mannered += [
                        f"{module(path)}:{token.start[0]} {match[0]}"
                        for match in MANNERED.finditer(token.string)
                    ]
    assert not mannered


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
            elif path.suffix in TEXTS and not path.name.startswith((".DS", ".git")):
                yield path


def test_nothing_speaks_of_one_persons_computer() -> None:
    for path in texts():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found = FOREIGN.search(line)
            assert not found, f"{path.relative_to(ROOT)}:{number} holds {found and found[0]}"
