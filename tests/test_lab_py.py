"""lab.py: what it does and says, with every program it would start replaced by a stand-in."""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import lab

ROOT = Path(lab.__file__).parent


class Desk:
    """A copy of what lab.py looks at, in a folder with spaces; `calls` holds what it started."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.calls: list[list[str]] = []
        self.answers: list[tuple[str, int, str]] = []
        """What pip does: a word of its arguments, its status, what it says."""
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

    def capture(self, command: Sequence[str], env: object = None) -> tuple[int, str]:
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


# ------------------------------------------------------------------------------------- old Pythons


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


def test_an_intel_mac_is_told_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(lab.platform, "machine", lambda: "x86_64")
    with pytest.raises(lab.Trouble, match="Intel"):
        lab.check_python((3, 12))


# ------------------------------------------------------------------------------------------ set-up


def test_set_up_installs_once(desk: Desk) -> None:
    lab.ensure("app")
    assert desk.installs[-1] == ["pip", "install", "-r", str(desk.root / "requirements.txt")]
    assert not (desk.venv / "lab-underway").exists()
    count = len(desk.installs)
    lab.ensure("app")
    assert len(desk.installs) == count


def test_the_tests_need_more_than_the_app(desk: Desk) -> None:
    lab.ensure("app")
    count = len(desk.installs)
    lab.ensure("test")
    assert desk.installs[count:][-1][-1].endswith("requirements-dev.txt")
    count = len(desk.installs)
    lab.ensure("app")  # part of what the tests need
    lab.ensure("test")
    assert len(desk.installs) == count


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_changed_pins_are_installed(desk: Desk, name: str) -> None:
    lab.ensure("test")
    before = (desk.root / name).read_text()
    for text in (before + "# another\n", before):  # there, and back again
        (desk.root / name).write_text(text)
        count = len(desk.installs)
        lab.ensure("app")
        assert len(desk.installs) > count


def test_another_python_behind_the_same_name_means_a_new_venv(desk: Desk) -> None:
    lab.ensure("app")
    desk.version = "3.13"
    lab.ensure("app")
    assert sum("venv" in call for call in desk.calls) == 2
    assert "3.13" in (desk.venv / "pyvenv.cfg").read_text()


@pytest.mark.parametrize("harm", ["python gone", "config gone", "cut short", "a file"])
def test_a_half_made_venv_is_repaired(desk: Desk, harm: str) -> None:
    lab.ensure("app")
    if harm == "python gone":
        (desk.venv / "bin" / "python").unlink()
    elif harm == "config gone":
        (desk.venv / "pyvenv.cfg").unlink()
    elif harm == "cut short":
        (desk.venv / "lab-underway").touch()
    else:
        lab.remove_venv()
        desk.venv.write_text("")
    lab.ensure("app")
    assert sum("venv" in call for call in desk.calls) == 2
    count = len(desk.installs)
    lab.ensure("app")
    assert len(desk.installs) == count


def test_a_venv_made_by_hand_is_kept(desk: Desk) -> None:
    desk.capture(["python3", "-m", "venv", str(desk.venv)])
    lab.ensure("app")
    assert sum("venv" in call for call in desk.calls) == 1


@pytest.mark.parametrize("content", ["", "{", "null", "[1", "7"])
def test_a_spoilt_stamp_means_installing_again(desk: Desk, content: str) -> None:
    lab.ensure("app")
    count = len(desk.installs)
    (desk.venv / "lab-stamp.json").write_text(content)
    lab.ensure("app")
    assert len(desk.installs) > count


# ----------------------------------------------------------------------------------------- PyTorch


def test_a_wheel_at_hand_spares_every_index(desk: Desk) -> None:
    lab.install_torch()
    assert desk.installs == [["pip", "install", "--no-deps", "--no-index", lab.torch_pin()]]


def test_the_index_without_cuda_is_asked_once_and_briefly(desk: Desk) -> None:
    desk.answers = [("--no-index", 1, "ERROR: No matching distribution found for torch")]
    lab.install_torch()
    call = desk.installs[1]
    assert call[call.index("--index-url") + 1] == lab.TORCH_CPU_INDEX
    assert call[call.index("--retries") + 1] == "0"
    assert float(call[call.index("--timeout") + 1]) <= 15


def test_without_that_index_the_requirements_bring_torch(desk: Desk) -> None:
    desk.answers = [("torch==", 1, "ERROR: Could not find a version")]
    lab.ensure("app")
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


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_have_a_small_torch_anyway(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    lab.install_torch()
    assert desk.installs == []


def test_an_nvidia_card_gets_its_cuda(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "has_nvidia", lambda: True)
    lab.install_torch()
    assert desk.installs == []


# --------------------------------------------------------------------------------------- sentences

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
        (TOO_NEW, "does not come for Python"),
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
        lab.ensure("app")
    desk.answers = []
    lab.ensure("app")
    assert sum("venv" in call for call in desk.calls) == 1
    assert (desk.venv / "lab-stamp.json").exists()


def test_a_full_disk_is_seen_before_anything_is_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10**8})
    monkeypatch.setattr(lab.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(lab.Trouble, match=r"about 2 GB, and there are 0\.1 GB free here"):
        lab.ensure("app")
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
        lab.ensure("app")
    assert not desk.venv.exists()


def test_debians_own_words_about_ensurepip_are_understood(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        lab, "capture", lambda command, env=None: (1, "ensurepip is not\navailable.\n")
    )
    monkeypatch.setattr(lab.shutil, "which", lambda name: name)
    with pytest.raises(lab.Trouble, match="python3-venv"):
        lab.ensure("app")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "  Downloading pyarrow-26.0.1-cp311-manylinux.whl (55.0 MB)\n",
            "fetching pyarrow (55.0 MB)",
        ),
        ("  Downloading torch-2.13.0-cp311-win_amd64.whl (1.2 GB)\n", "fetching torch (1.2 GB)"),
        ("  Downloading six-1.16.0-py2.py3-none-any.whl (11 kB)\n", None),
        ("Collecting six\n", None),
        ("Installing collected packages: six\n", "unpacking six"),
        ("Installing collected packages: pytz, numpy, six\n", "unpacking 3 packages"),
    ],
)
def test_pips_lines_in_plain_words(line: str, words: str | None) -> None:
    assert lab.plain_progress(line) == words


def test_pip_is_run_in_a_folder_with_spaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real `pip`, with a stand-in for Python that repeats its arguments, one a line."""
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


def test_what_leads_a_venv_astray_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    assert "PYTHONPATH" not in lab.environment()
    assert "PIP_TARGET" not in lab.environment()
    assert lab.environment()["PIP_FIND_LINKS"] == "/wheels"


# ---------------------------------------------------------------------------------------- commands


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that `app` hands over to; the set-up is taken as done."""
    commands: list[list[str]] = []
    monkeypatch.setattr(lab, "ensure", lambda command: None)
    monkeypatch.setattr(lab, "become", lambda command: commands.append(command) or 0)
    return commands


def test_app_passes_its_options_on(
    started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    assert lab.main(["app", "--port", str(port), "--headless", "--server.maxUploadSize", "7"]) == 0
    command = started[0]
    assert command[1:4] == ["-m", "streamlit", "run"]
    assert Path(command[4]) == ROOT / "app.py"
    assert command[5:] == [
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        "--server.maxUploadSize",
        "7",
    ]
    assert f"http://localhost:{port} " in capsys.readouterr().out


def test_app_opens_the_browser_unless_headless(started: list[list[str]]) -> None:
    lab.main(["app"])
    assert "--server.headless" not in started[0]


def test_app_takes_the_next_free_port(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "port_is_free", lambda port: port >= 8504)
    lab.main(["app"])
    assert started[0][5:7] == ["--server.port", "8504"]


def test_a_taken_port_is_a_sentence(
    started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert lab.main(["app", "--port", str(port)]) == 2
    assert f"Port {port} is taken" in capsys.readouterr().err
    assert started == []


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_an_impossible_port_is_a_sentence(
    started: list[list[str]], capsys: pytest.CaptureFixture[str], port: str
) -> None:
    assert lab.main(["app", f"--port={port}"]) == 2
    assert "from 1 to 65535" in capsys.readouterr().err


def test_an_unknown_command_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.main(["songs"]) == 2
    assert "no command 'songs'" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["--help"]])
def test_help_names_the_commands(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.main(argv) == 0
    assert "lab.py app" in capsys.readouterr().out


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """The tools that `test` runs, each of them content."""
    ran: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(lab, "ensure", lambda command: None)
    monkeypatch.setattr(lab, "install_chromium", lambda: None)
    monkeypatch.setattr(
        lab, "check", lambda name, command, env: ran.append((list(command), env)) or True
    )
    monkeypatch.delenv("CI", raising=False)
    return ran


def test_test_runs_every_check(
    checks: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "find_chromium", lambda: "/opt/chromium")
    assert lab.main(["test"]) == 0
    assert [command for command, _ in checks] == [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
        ["pytest"],
    ]
    assert checks[-1][1]["LYRICSLAB_CHROMIUM"] == "/opt/chromium"


def test_options_go_to_pytest_alone(
    checks: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "find_chromium", lambda: "/opt/chromium")
    assert lab.main(["test", "tests/lab", "-k", "store"]) == 0
    assert [command for command, _ in checks] == [["pytest", "tests/lab", "-k", "store"]]


def test_the_fast_tests_need_no_chromium(
    checks: list[tuple[list[str], dict[str, str]]],
) -> None:
    assert lab.main(["test", "--fast", "tests/songs"]) == 0
    assert [command for command, _ in checks] == [[*lab.FAST_TESTS, "tests/songs"]]


@pytest.mark.parametrize(("ci", "status"), [(None, 0), ("true", 1)])
def test_without_chromium_the_journeys_are_skipped_but_not_in_ci(
    checks: list[tuple[list[str], dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str | None,
    status: int,
) -> None:
    monkeypatch.setattr(lab, "find_chromium", lambda: None)
    if ci:
        monkeypatch.setenv("CI", ci)
    assert lab.main(["test"]) == status
    assert checks[-1][0] == ["pytest", "-m", "not browser"]
    assert "sudo apt install chromium" in capsys.readouterr().out


def test_a_named_chromium_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LYRICSLAB_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(lab.Trouble, match="not there"):
        lab.find_chromium()
    (tmp_path / "none").touch()
    assert lab.find_chromium() == str(tmp_path / "none")


def test_playwrights_own_chromium_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "chromium-1200" / "chrome-linux64" / "chrome"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.delenv("LYRICSLAB_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(lab.shutil, "which", lambda name: None)
    monkeypatch.setattr(lab.os.path, "exists", lambda path: path == str(program))
    assert lab.find_chromium() == str(program)


def test_debian_updates_its_lists_once_if_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def capture(command: list[str], env: object = None) -> tuple[int, str]:
        calls.append(command[1])
        return (0, "") if "update" in calls else (100, "E: Unable to locate package chromium")

    monkeypatch.setattr(lab, "capture", capture)
    monkeypatch.setattr(lab, "find_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(lab.os.path, "exists", lambda path: True)
    monkeypatch.setattr(lab.shutil, "which", lambda name: name)
    monkeypatch.setattr(lab.os, "geteuid", lambda: 0)
    assert lab.install_chromium() == "/usr/bin/chromium"
    assert calls == ["install", "update", "install"]
    monkeypatch.setattr(lab.os, "geteuid", lambda: 1000)
    assert lab.install_chromium() is None


def test_it_starts_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "lab.py"), "songs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().endswith("The commands are app, test and lint.")


# -------------------------------------------------------------------------------------------- pins


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


def test_requirements_take_the_constraints_along() -> None:
    assert (ROOT / "requirements.txt").read_text().startswith("-c constraints.txt\n")
    assert (ROOT / "requirements-dev.txt").read_text().startswith("-r requirements.txt\n")


def test_ci_runs_the_same_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec python3 lab.py test" in script.read_text()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def test_stamp_is_plain_json(desk: Desk) -> None:
    lab.ensure("test")
    kept = json.loads((desk.venv / "lab-stamp.json").read_text())
    assert sorted(kept) == sorted({lab.fingerprint("app", "3.11"), lab.fingerprint("test", "3.11")})
