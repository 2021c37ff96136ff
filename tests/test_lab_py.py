"""lab.py: what it does and says, with stubs for every program that it would start."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import lab

ROOT = Path(lab.__file__).parent


class Desk:
    """A copy of the files that lab.py reads, in a folder with spaces; `calls`: what it started."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.calls: list[list[str]] = []
        self.answers: list[tuple[str, int, str]] = []
        """What pip answers: a word of its arguments, its status, its output."""
        self.version = "3.11"
        root.mkdir()
        for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
            (root / name).write_bytes((ROOT / name).read_bytes())
        for name, tail in (
            ("ROOT", ""),
            ("VENV", ".venv"),
            ("STAMP", ".venv/lab-stamp.json"),
            ("UNDERWAY", ".venv/lab-underway"),
            ("LOG", ".venv/lab-setup.log"),
        ):
            monkeypatch.setattr(lab, name, str(root / tail) if tail else str(root))
        monkeypatch.setattr(lab, "capture", self.capture)
        monkeypatch.setattr(lab, "pip", self.pip)
        monkeypatch.setattr(lab, "has_nvidia", lambda: False)
        monkeypatch.setattr(sys, "platform", "linux")
        for name in ("PIP_INDEX_URL", "PIP_NO_INDEX"):
            monkeypatch.delenv(name, raising=False)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def capture(self, command: Sequence[str]) -> tuple[int, str]:
        self.calls.append(list(command))
        if "venv" in command:
            folder = Path(command[-1])
            (folder / "bin").mkdir(parents=True)
            (folder / "bin" / "python").touch()
            (folder / "pyvenv.cfg").write_text(f"home = /usr\nversion = {self.version}.9\n")
            return 0, ""
        return 0, f"{self.version}\n"

    def pip(self, arguments: Sequence[str]) -> tuple[int, str]:
        self.calls.append(["pip", *arguments])
        for word, status, output in self.answers:
            if any(word in argument for argument in arguments):
                return status, output
        return 0, ""

    @property
    def installs(self) -> list[list[str]]:
        return [call for call in self.calls if call[0] == "pip"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path / "my songs & lab", monkeypatch)


# ---- old Pythons


def test_an_old_python_can_read_it() -> None:
    ast.parse((ROOT / "lab.py").read_text("utf-8"), feature_version=(3, 6))


def test_it_imports_only_what_python_3_6_had() -> None:
    names = set()
    for node in ast.walk(ast.parse((ROOT / "lab.py").read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).split(".")[0])
    assert names <= set(sys.stdlib_module_names) - {"tomllib", "zoneinfo", "graphlib"}
    assert "__future__" not in names  # 3.6 has no postponed annotations


@pytest.mark.parametrize("version", [(3, 6), (3, 9), (3, 10), (2, 7)])
def test_a_python_that_is_too_old_is_told_so(
    version: tuple[int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 4, "final", 0))
    monkeypatch.setattr(lab.shutil, "which", lambda name: None)
    assert lab.main(["app"]) == 2
    said = capsys.readouterr().err
    assert "needs Python 3.11 or newer" in said
    assert f"this is Python {version[0]}.{version[1]}." in said
    assert "python.org" in said


def test_a_newer_python_beside_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab.shutil, "which", lambda name: name if name == "python3.12" else None)
    with pytest.raises(lab.Trouble, match=r"start again with python3\.12 lab\.py"):
        lab.check_python((3, 8))


def test_an_intel_mac_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(lab.platform, "machine", lambda: "x86_64")
    with pytest.raises(lab.Trouble, match="Intel"):
        lab.check_python((3, 12))


# ---- set-up


def test_set_up_installs_once(desk: Desk) -> None:
    lab.install("app")
    assert desk.installs[-1] == ["pip", "install", "-r", str(desk.root / "requirements.txt")]
    assert not (desk.venv / "lab-underway").exists()
    count = len(desk.installs)
    lab.install("app")
    assert len(desk.installs) == count


def test_the_tests_need_more_than_the_app(desk: Desk) -> None:
    lab.install("app")
    count = len(desk.installs)
    lab.install("test")
    assert desk.installs[count:][-1][-1].endswith("requirements-dev.txt")
    count = len(desk.installs)
    lab.install("app")  # part of what the tests need
    lab.install("test")
    assert len(desk.installs) == count


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_changed_pins_are_installed(desk: Desk, name: str) -> None:
    lab.install("test")
    before = (desk.root / name).read_text()
    for text in (before + "# another\n", before):  # there, and back again
        (desk.root / name).write_text(text)
        count = len(desk.installs)
        lab.install("app")
        assert len(desk.installs) > count


def test_another_python_behind_the_same_name_means_a_new_venv(desk: Desk) -> None:
    lab.install("app")
    desk.version = "3.13"
    lab.install("app")
    assert sum("venv" in call for call in desk.calls) == 2
    assert "3.13" in (desk.venv / "pyvenv.cfg").read_text()


@pytest.mark.parametrize("harm", ["python gone", "config gone", "cut short", "a file"])
def test_a_half_made_venv_is_repaired(desk: Desk, harm: str) -> None:
    lab.install("app")
    if harm == "python gone":
        (desk.venv / "bin" / "python").unlink()
    elif harm == "config gone":
        (desk.venv / "pyvenv.cfg").unlink()
    elif harm == "cut short":
        (desk.venv / "lab-underway").touch()
    else:
        shutil.rmtree(desk.venv)
        desk.venv.write_text("")
    lab.install("app")
    assert sum("venv" in call for call in desk.calls) == 2
    count = len(desk.installs)
    lab.install("app")
    assert len(desk.installs) == count


def test_a_venv_made_by_hand_is_kept(desk: Desk) -> None:
    desk.capture(["python3", "-m", "venv", str(desk.venv)])
    lab.install("app")
    assert sum("venv" in call for call in desk.calls) == 1


@pytest.mark.parametrize("content", ["", "{", "null", "[1", "7"])
def test_a_spoilt_stamp_means_installing_again(desk: Desk, content: str) -> None:
    lab.install("app")
    count = len(desk.installs)
    (desk.venv / "lab-stamp.json").write_text(content)
    lab.install("app")
    assert len(desk.installs) > count


# ---- PyTorch


def test_a_local_wheel_is_preferred(desk: Desk) -> None:
    lab.install_torch()
    assert desk.installs == [
        ["pip", "install", "--no-deps", "--no-index", f"torch=={pins('requirements.txt')['torch']}"]
    ]


def test_the_index_without_cuda_is_asked_once_and_briefly(desk: Desk) -> None:
    desk.answers = [("--no-index", 1, "ERROR: No matching distribution found for torch")]
    lab.install_torch()
    call = desk.installs[1]
    assert call[call.index("--index-url") + 1] == lab.TORCH_CPU_INDEX
    assert call[call.index("--retries") + 1] == "0"
    assert float(call[call.index("--timeout") + 1]) <= 15


def test_without_that_index_the_requirements_install_torch(desk: Desk) -> None:
    desk.answers = [("torch==", 1, "ERROR: Could not find a version")]
    lab.install("app")
    assert desk.installs[-1][-2:] == ["-r", str(desk.root / "requirements.txt")]
    assert (desk.venv / "lab-stamp.json").exists()


@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "PIP_NO_INDEX"])
def test_a_named_index_is_the_only_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "https://packages.example/simple")
    desk.answers = [("--no-index", 1, "")]
    lab.install_torch()
    assert len(desk.installs) == 1


def test_an_nvidia_card_gets_its_cuda(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "has_nvidia", lambda: True)
    lab.install_torch()
    assert desk.installs == []


# ---- sentences

NETWORK_DOWN = """\
WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by \
'NewConnectionError("HTTPSConnection: Failed to establish a new connection: [Errno 111] \
Connection refused")': /simple/altair/
ERROR: Could not find a version that satisfies the requirement altair==6.3.0 (from versions: none)
ERROR: No matching distribution found for altair==6.3.0
"""
DISK_FULL = (
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
)
TOO_NEW = "ERROR: No matching distribution found for torch==2.13.0\n"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (NETWORK_DOWN, "the network is down"),
        (DISK_FULL, "The disk is full"),
        ("OSError: [WinError 112] There is not enough space on the disk", "The disk is full"),
        ("[Errno 122] Disk quota exceeded", "The disk is full"),
        (TOO_NEW, "does not come for this Python"),
        ("ERROR: something quite different", "something quite different"),
        ("", "could not be installed"),
    ],
)
def test_pips_trouble_is_a_sentence(
    desk: Desk, capsys: pytest.CaptureFixture[str], output: str, sentence: str
) -> None:
    desk.answers = [("-r", 1, output)]
    assert lab.main(["test"]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert not (desk.venv / "lab-stamp.json").exists()
    # A disk that fills up leaves packages half-written; anything else leaves them whole.
    assert (desk.venv / "lab-underway").exists() == ("disk is full" in sentence)


def test_after_trouble_the_next_call_goes_on(desk: Desk) -> None:
    desk.answers = [("-r", 1, NETWORK_DOWN)]
    with pytest.raises(lab.Trouble):
        lab.install("app")
    desk.answers = []
    lab.install("app")
    assert sum("venv" in call for call in desk.calls) == 1
    assert (desk.venv / "lab-stamp.json").exists()


def test_a_full_disk_is_seen_before_anything_is_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10**8})
    monkeypatch.setattr(lab.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(lab.Trouble, match=r"about 2 GB, and there are 0\.1 GB free here"):
        lab.install("app")
    assert desk.calls == []


@pytest.mark.parametrize("part", ["venv", "ensurepip"])
@pytest.mark.parametrize(("apt", "advice"), [("apt-get", "sudo apt install"), (None, "python.org")])
def test_a_python_without_venv_is_told_what_to_install(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, part: str, apt: str | None, advice: str
) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == part else find(name)
    )
    monkeypatch.setattr(lab.shutil, "which", lambda name: apt)
    with pytest.raises(lab.Trouble, match=advice):
        lab.install("app")
    assert not desk.venv.exists()


def test_pip_is_run_in_a_folder_with_spaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real `pip`, with a stub for Python that prints its arguments, one a line."""
    root = tmp_path / "a folder"
    (root / ".venv" / "bin").mkdir(parents=True)
    program = root / ".venv" / "bin" / "python"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"; exit 3\n')
    program.chmod(0o755)
    for name, tail in (("ROOT", ""), ("VENV", ".venv"), ("LOG", ".venv/log")):
        monkeypatch.setattr(lab, name, os.path.join(root, tail) if tail else str(root))
    status, output = lab.pip(["install", "-r", str(root / "needs.txt")])
    assert status == 3
    assert output.splitlines()[:3] == ["-m", "pip", "install"]
    assert output.splitlines()[-1] == str(root / "needs.txt")
    assert output in (root / ".venv" / "log").read_text()


def test_what_misleads_a_venv_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    assert "PYTHONPATH" not in lab.environment()
    assert "PIP_TARGET" not in lab.environment()
    assert lab.environment()["PIP_FIND_LINKS"] == "/wheels"


# ---- commands


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that `app` becomes; the installation is taken as done."""
    commands: list[list[str]] = []
    monkeypatch.setattr(lab, "install", lambda command: None)
    monkeypatch.setattr(lab, "become", lambda command: commands.append(command) or 0)
    return commands


def test_app_passes_its_options_on(started: list[list[str]]) -> None:
    options = ["--port", "8600", "--headless", "--server.maxUploadSize", "7"]
    assert lab.main(["app", *options]) == 0
    assert started[0][1:4] == ["-m", "streamlit", "run"]
    assert Path(started[0][4]) == ROOT / "app.py"
    assert started[0][5:7] == ["--server.port", "8600"]
    assert started[0][7:] == ["--server.headless=true", "--server.maxUploadSize", "7"]
    assert lab.main(["app"]) == 0
    assert not [option for option in started[1] if "headless" in option or "port" in option]


def test_an_unknown_command_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.main(["songs"]) == 2
    assert "no command 'songs'" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["--help"]])
def test_help_names_the_commands(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.main(argv) == 0
    assert "lab.py app" in capsys.readouterr().out


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The tools that `test` runs; all of them pass."""
    commands: list[list[str]] = []
    monkeypatch.setattr(lab, "install", lambda command: None)
    monkeypatch.setattr(lab, "check", lambda command: commands.append(command) or True)
    return commands


def test_test_runs_every_check(checks: list[list[str]]) -> None:
    assert lab.main(["test"]) == 0
    assert [command[0] for command in checks] == ["ruff", "ruff", "mypy", "pytest"]


def test_options_go_to_pytest_alone(checks: list[list[str]]) -> None:
    assert lab.main(["test", "tests/store", "-k", "store"]) == 0
    assert lab.main(["test", "--fast", "tests/songs"]) == 0
    assert checks == [["pytest", "tests/store", "-k", "store"], [*lab.FAST_TESTS, "tests/songs"]]


def test_a_failed_check_fails_the_command(
    checks: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "check", lambda command: command != ["mypy"])
    assert lab.main(["test"]) == 1
    assert "Failed: mypy" in capsys.readouterr().out


def test_it_starts_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "lab.py"), "songs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().endswith("The commands are app, test and lint.")


# ---- pins


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    return dict(line.lower().split("==") for line in wanted if line and not line.startswith("-"))


def test_every_requirement_is_pinned_as_the_constraints_say() -> None:
    fixed = pins("constraints.txt")
    for name in ("requirements.txt", "requirements-dev.txt"):
        for package, version in pins(name).items():
            assert fixed[package] == version, package
    assert not [version for version in fixed.values() if "+" in version or "/" in version]


def test_requirements_include_the_constraints() -> None:
    assert (ROOT / "requirements.txt").read_text().startswith("-c constraints.txt\n")
    assert (ROOT / "requirements-dev.txt").read_text().startswith("-r requirements.txt\n")


def test_ci_runs_the_same_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec python3 lab.py test" in script.read_text()
