#!/usr/bin/env python3
"""Set Lyrics Lab up and start it: `python3 lab.py app`, `python3 lab.py test`.

Standard library only. Python 3.6 can read this file, so that an old Python says that it is too old.
"""

import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import Dict, List, Optional, Sequence, Set, Tuple

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "lab-stamp.json")
UNDERWAY = os.path.join(VENV, "lab-underway")
"""Exists while packages are installed; a crash leaves it behind, and .venv is made again."""
LOG = os.path.join(VENV, "lab-setup.log")

OLDEST = (3, 11)
NEWEST = (3, 14)
REQUIREMENTS = {"app": "requirements.txt", "test": "requirements-dev.txt"}
"""What each command installs; the second includes the first."""
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""PyTorch's own index of builds without CUDA, which save a laptop gigabytes."""
INDEX_WAIT_S = 15
FREE_BYTES = 2 * 10**9
"""Disk space for the packages and for pip to unpack them."""
CHECKS = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest"])
FAST_TESTS = ["pytest", "--fast", "--numprocesses=2", "--dist=worksteal"]

USAGE = """\
Lyrics Lab: teaches a small network your songs and lets it write new ones.

  python3 lab.py app  [--port N] [--headless] [more options of streamlit]
      starts the app and opens it in the browser
  python3 lab.py test [options or paths for pytest]
      checks the code (ruff, mypy) and runs every test; with options or paths, pytest alone
  python3 lab.py test --fast [options or paths for pytest]
      runs the tests that need no process, no page and no browser, in half a minute
  python3 lab.py lint
      formats the code and checks style and types

The first call makes a folder .venv beside lab.py and installs what is needed into it."""


class Trouble(Exception):
    """Something the person can fix; its text says what and how."""


def main(argv: Sequence[str]) -> int:
    """Run one command and return the process's exit status."""
    commands = {"app": app, "test": test, "lint": lint}
    try:
        check_python(tuple(sys.version_info[:2]))
        if not argv or argv[0] in ("-h", "--help", "help"):
            print(USAGE)
            return 0
        if argv[0] not in commands:
            raise Trouble(
                f"lab.py has no command '{argv[0]}'. The commands are app, test and lint."
            )
        return commands[argv[0]](list(argv[1:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr, flush=True)
        return 130


def app(options: List[str]) -> int:
    """Start the app; Streamlit finds a free port and opens the browser."""
    install("app")
    names = {"--port": "--server.port", "--headless": "--server.headless=true"}
    options = [re.sub(r"^--(port|headless)(?==|$)", lambda m: names[m[0]], o) for o in options]
    return become([python(), "-m", "streamlit", "run", os.path.join(ROOT, "app.py"), *options])


def test(options: List[str]) -> int:
    """Check the code and run the tests; the exit status is 0 only if all of them pass."""
    install("test")
    if options[:1] == ["--fast"]:
        return 0 if check([*FAST_TESTS, *options[1:]]) else 1
    failed = [c for c in ([["pytest", *options]] if options else CHECKS) if not check(c)]
    say("Failed: " + ", ".join(" ".join(c) for c in failed) if failed else "All is well.")
    return 1 if failed else 0


def lint(options: List[str]) -> int:
    """Format the code, then check style and types."""
    install("test")
    steps = (["ruff", "check", "--fix", *options], ["ruff", "format", *options], ["mypy"])
    return 0 if all([check(step) for step in steps]) else 1


def check(command: List[str]) -> bool:
    """Run one of .venv's tools on the project and return whether it passed."""
    say(f"Running {command[0]} ...")
    began_s = time.time()
    passed = subprocess.call([python(), "-m", *command], cwd=ROOT, env=environment()) == 0
    say(f"  {'passed' if passed else 'FAILED'} after {time.time() - began_s:.0f} s")
    return passed


# ---- the virtual environment


def check_python(version: Tuple[int, ...]) -> None:
    """Raise Trouble for a Python or a computer that the packages do not support."""
    if version < OLDEST:
        names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
        newer = next((name for name in names if shutil.which(name)), None)
        advice = (
            f"This computer has a newer one: start again with {newer} lab.py."
            if newer
            else "Get one from https://www.python.org/downloads/ and start again with it."
        )
        this = ".".join(map(str, version))
        raise Trouble(f"Lyrics Lab needs Python 3.11 or newer, and this is Python {this}. {advice}")
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise Trouble(
            "PyTorch, which does the learning, no longer comes for Macs with an Intel processor, "
            "so Lyrics Lab cannot be set up on this one."
        )


def install(command: str) -> None:
    """Make .venv and install what `command` needs, unless that was done before."""
    version = venv_version()
    if version is None or os.path.exists(UNDERWAY):
        version = make_venv()
    if fingerprint(command, version) in stamps():
        return
    began_s = time.time()
    with open(UNDERWAY, "w"):
        pass
    say("Installing the packages (once, some minutes) ...")
    try:
        install_torch()
        status, output = pip(["install", "-r", os.path.join(ROOT, REQUIREMENTS[command])])
        if status != 0:
            raise Trouble(explain_pip(output))
    except Trouble as trouble:
        if not is_disk_full(str(trouble)):
            os.remove(UNDERWAY)  # pip gave up by itself: what it installed is complete
        raise
    current = {fingerprint(name, version) for name in REQUIREMENTS}
    done = current if command == "test" else {fingerprint(command, version)}
    with open(STAMP, "w") as file:
        json.dump(sorted(stamps() & current | done), file)
    os.remove(UNDERWAY)
    say(f"Installed in {time.time() - began_s:.0f} s.")


def make_venv() -> str:
    """Make .venv, replacing a broken one, and return the version of its Python."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Trouble(missing_venv())
    if os.path.lexists(VENV):
        say("The folder .venv is incomplete, so it is made again ...")
        if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
            raise Trouble(
                "This Python is in the folder .venv, which has to be made again. Start again with "
                "the system's own: python3 lab.py."
            )
        try:
            is_folder = os.path.isdir(VENV) and not os.path.islink(VENV)
            (shutil.rmtree if is_folder else os.remove)(VENV)
        except OSError as error:
            raise Trouble(
                f"The folder {VENV} is incomplete and cannot be removed "
                f"({error.strerror or error}). Close programs that use it and remove it by hand."
            ) from error
    else:
        say("Making the folder .venv ...")
    if shutil.disk_usage(ROOT).free < FREE_BYTES:
        raise Trouble(disk_full())
    own = getattr(sys, "_base_executable", None) or sys.executable
    status, output = capture([own, "-m", "venv", VENV])
    version = venv_version()
    if status != 0 or version is None:
        if is_disk_full(output):
            raise Trouble(disk_full())
        if "ensurepip" in output:
            raise Trouble(missing_venv())
        raise Trouble(f"The folder .venv could not be made: {last_line(output)}")
    return version


def venv_version() -> Optional[str]:
    """Return the version of .venv's Python, "3.11", or None if .venv is missing or broken.

    A system upgrade may put another Python behind the same name, one that does not find the
    packages: so its answer is compared with what was written down when .venv was made.
    """
    if not os.path.exists(python()):
        return None
    ask = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    status, output = capture([python(), "-c", ask])
    try:
        with open(os.path.join(VENV, "pyvenv.cfg")) as file:
            written = re.search(r"^version\S*\s*=\s*(\d+\.\d+)", file.read(), re.M)
    except OSError:
        return None
    version = output.strip()
    return version if status == 0 and written and written.group(1) == version else None


def fingerprint(command: str, version: str) -> str:
    """Return a digest of what an installation depends on: requirements, Python, processor."""
    digest = hashlib.sha256(f"{version} {platform.machine()}".encode())
    for name in sorted({"constraints.txt", REQUIREMENTS["app"], REQUIREMENTS[command]}):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def stamps() -> Set[str]:
    """Return the fingerprints of the installations that .venv holds completely."""
    try:
        with open(STAMP) as file:
            return set(json.load(file))
    except (OSError, ValueError, TypeError):
        return set()


def install_torch() -> None:
    """On Linux without an NVIDIA card, install PyTorch without its gigabytes of CUDA, if possible.

    A local wheel (find-links) is preferred, then PyTorch's own index, unless the person has set
    another index. If this fails, the requirements install a PyTorch for every computer.
    """
    if not sys.platform.startswith("linux") or has_nvidia():
        return
    with open(os.path.join(ROOT, REQUIREMENTS["app"])) as file:
        pin = next(line.strip() for line in file if line.startswith("torch=="))
    if pip(["install", "--no-deps", "--no-index", pin])[0] == 0:
        return
    if os.environ.get("PIP_INDEX_URL") or os.environ.get("PIP_NO_INDEX"):
        return
    quick = ["--retries", "0", "--timeout", str(INDEX_WAIT_S), "--index-url", TORCH_CPU_INDEX]
    status, output = pip(["install", "--no-deps", *quick, pin])
    if status != 0 and is_disk_full(output):
        raise Trouble(disk_full())


def has_nvidia() -> bool:
    """Return whether this computer has an NVIDIA card and its driver."""
    return bool(shutil.which("nvidia-smi")) and capture(["nvidia-smi", "-L"])[0] == 0


def pip(arguments: Sequence[str]) -> Tuple[int, str]:
    """Run .venv's pip, show its downloads, and return its status and output."""
    command = [python(), "-m", "pip", arguments[0], "--no-input", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", *arguments[1:]]
    output: List[str] = []
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n")
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                output.append(line)
                log.write(line)
                if line.lstrip().startswith(("Downloading ", "Installing ")):
                    say(f"  {line.strip()[:100]}")
        return process.returncode, "".join(output)


# ---- sentences about failures


def explain_pip(output: str) -> str:
    """Return what went wrong with pip and what to do."""
    if is_disk_full(output):
        return disk_full()
    if re.search(
        r"connection (error|broken|aborted|refused|timed out)|new connection|name resolution"
        r"|getaddrinfo|timed? ?out|max retries|unreachable|proxyerror|sslerror|retrying \(",
        output,
        re.I,
    ):
        return (
            "The packages could not be fetched: the network is down, or closed to Python's "
            "package index. Check the connection and start again; what was fetched is kept."
        )
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    error = errors[-1][len("ERROR:") :].strip() if errors else last_line(output)
    if re.search(
        r"no matching distribution|requires-python|failed (to build|building)", output, re.I
    ):
        return (
            f"One of the packages does not come for this Python and computer ({error}). Try "
            f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]}. The details are in {LOG}"
        )
    return f"The packages could not be installed: {error} The details are in {LOG}"


def is_disk_full(text: str) -> bool:
    """Return whether a message means that the disk has no space left."""
    signs = r"no space left|errno 28|not enough space|quota exceeded|errno 122|disk is full"
    return bool(re.search(signs, text, re.I))


def disk_full() -> str:
    """Return the sentence for a disk without space."""
    folder = tempfile.gettempdir()
    return (
        f"The disk is full: setting up needs about {FREE_BYTES / 1e9:.0f} GB, and there are "
        f"{shutil.disk_usage(ROOT).free / 1e9:.1f} GB free here and "
        f"{shutil.disk_usage(folder).free / 1e9:.1f} GB in {folder}, where packages are unpacked. "
        "Make room and start again."
    )


def missing_venv() -> str:
    """Return the sentence for a Python that comes without venv, as Debian's does."""
    if shutil.which("apt-get"):
        return (
            "This Python comes without its venv part. Install it with: sudo apt install "
            f"python3-venv (or python3.{sys.version_info[1]}-venv), then start again."
        )
    return (
        "This Python comes without its venv and ensurepip parts. Install a complete one from "
        "https://www.python.org/downloads/ and start again."
    )


def last_line(output: str) -> str:
    """Return the last line that is not blank."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given."


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


# ---- processes


def python() -> str:
    """Return the path of .venv's Python."""
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(VENV, *parts)


def environment() -> Dict[str, str]:
    """Return the process's environment without what would mislead .venv's Python."""
    misleading = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in misleading}


def capture(command: Sequence[str]) -> Tuple[int, str]:
    """Run a program silently and return its status and output."""
    try:
        done = subprocess.run(
            list(command),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        )
    except OSError as error:
        return 1, str(error)
    return done.returncode, done.stdout


def become(command: List[str]) -> int:
    """Replace this process by a program, so that Ctrl-C and signals reach it; on Windows, wait."""
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name != "nt":
        os.execve(command[0], command, environment())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program gets it too, and ends itself
    return subprocess.call(command, env=environment())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
