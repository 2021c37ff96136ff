#!/usr/bin/env python3
"""Sets Lyrics Lab up and starts it: `python3 lab.py app`, `python3 lab.py test`.

Standard library only, and written so that an old Python can read it and say that it is too old.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "lab-stamp.json")
UNDERWAY = os.path.join(VENV, "lab-underway")
LOG = os.path.join(VENV, "lab-setup.log")

OLDEST = (3, 11)
NEWEST = (3, 14)
REQUIREMENTS = {"app": "requirements.txt", "test": "requirements-dev.txt"}
"""What each command installs; `test` takes all of `app` and the tools of the trade."""
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""PyTorch's own index of builds without CUDA, which spare a laptop gigabytes."""
INDEX_WAIT_S = 15
ROOM_BYTES = 2 * 10**9
"""What the packages take on disk, with what pip needs to unpack them."""
FIRST_PORT = 8501
BIG_MB = 10.0
FAST_TESTS = ["pytest", "--hypothesis-profile=dev"]
FAST_TESTS += ["-m", "not engine and not app and not browser"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_HINT = (
    "install Chromium or Chrome (Debian: sudo apt install chromium), or name one in "
    "LYRICSLAB_CHROMIUM"
)

USAGE = """\
Lyrics Lab: teaches a small network your songs and lets it write new ones.

  python3 lab.py app  [--port N] [--headless] [more options of streamlit]
      starts the app and opens it in the browser
  python3 lab.py test [options or paths for pytest]
      checks the code (ruff, mypy) and runs every test; with options or paths, pytest alone
  python3 lab.py test --fast [options or paths for pytest]
      runs the tests that need no process, no page and no browser, in half a minute
  python3 lab.py lint
      puts the code into its house style and checks it

The first call makes a folder .venv beside lab.py and installs what is needed into it."""


class Trouble(Exception):
    """Something the person can put right; its text says what and how."""


# ------------------------------------------------------------------------------------- commands


def main(argv: Sequence[str]) -> int:
    """Runs one command; the process's exit status."""
    try:
        check_python(tuple(sys.version_info[:2]))
        return run_command(argv)
    except Trouble as trouble:
        say(str(trouble), error=True)
        return 2
    except KeyboardInterrupt:
        say("Stopped.", error=True)
        return 130


def run_command(argv: Sequence[str]) -> int:
    """Reads the command and hands the rest of the line to it."""
    commands = {"app": app, "test": test, "lint": lint}
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    if argv[0] not in commands:
        raise Trouble(
            "lab.py has no command '{}'. The commands are app, test and lint.".format(argv[0])
        )
    return commands[argv[0]](list(argv[1:]))


def app(options: List[str]) -> int:
    """Starts the app; Streamlit opens the browser unless told not to."""
    parser = argparse.ArgumentParser(prog="lab.py app", add_help=False, allow_abbrev=False)
    parser.add_argument("--port", type=int)
    parser.add_argument("--headless", action="store_true")
    known, rest = parser.parse_known_args(options)
    port = choose_port(known.port)
    ensure("app")
    say("Lyrics Lab is at http://localhost:{} (Ctrl-C ends it).".format(port))
    command = [python(), "-m", "streamlit", "run", os.path.join(ROOT, "app.py")]
    command += ["--server.port", str(port)]
    if known.headless:
        command += ["--server.headless", "true"]
    return become(command + rest)


def test(options: List[str]) -> int:
    """Checks the code and runs the tests; 0 only when all of it is well."""
    ensure("test")
    if options[:1] == ["--fast"]:
        return 0 if check("the fast tests", FAST_TESTS + options[1:], environment()) else 1
    strict = os.environ.get("CI", "").lower() in ("true", "1")
    browser = find_chromium() or install_chromium()
    env = environment()
    journeys = []  # type: List[str]
    if browser:
        env["LYRICSLAB_CHROMIUM"] = browser
    else:
        say("No Chromium found, so the browser journeys are skipped: {}.".format(CHROMIUM_HINT))
        journeys = ["-m", "not browser"]
    checks = [] if options else list(code_checks())
    checks.append(("the tests", ["pytest", *journeys, *options]))
    failed = [name for name, command in checks if not check(name, command, env)]
    if strict and not browser:
        failed.append("the browser journeys (skipped, which CI=true forbids)")
    if failed:
        say("Not well: {}.".format(", ".join(failed)), error=True)
        return 1
    say("All is well.")
    return 0


def lint(options: List[str]) -> int:
    """Puts the code into its house style, then checks style and types."""
    ensure("test")
    tidy = [
        ("simple faults", ["ruff", "check", "--fix", *options]),
        ("layout", ["ruff", "format", *options]),
        ("types", ["mypy"]),
    ]
    return 0 if all([check(name, command, environment()) for name, command in tidy]) else 1


def code_checks() -> Iterator[Tuple[str, List[str]]]:
    """What is checked without running the program."""
    yield "ruff's rules", ["ruff", "check"]
    yield "the layout", ["ruff", "format", "--check"]
    yield "the types", ["mypy"]


def check(name: str, command: List[str], env: Dict[str, str]) -> bool:
    """Runs one tool of the .venv on the project; True if it found nothing."""
    say("Checking {} ...".format(name))
    began_s = time.time()
    status = subprocess.call([python(), "-m", *command], cwd=ROOT, env=env)
    say("  {} after {:.0f} s".format("well" if status == 0 else "NOT WELL", time.time() - began_s))
    return status == 0


# --------------------------------------------------------------------------------------- set-up


def check_python(version: Tuple[int, ...]) -> None:
    """Refuses a Python that the packages do not know."""
    here = ".".join(map(str, version))
    if version < OLDEST:
        others = ["python3.{}".format(minor) for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
        found = next((name for name in others if shutil.which(name)), None)
        raise Trouble(
            "Lyrics Lab needs Python {}.{} or newer, and this is Python {}. {}".format(
                OLDEST[0],
                OLDEST[1],
                here,
                "This computer has a newer one: start again with {} lab.py.".format(found)
                if found
                else "Get one from https://www.python.org/downloads/ and start again with it.",
            )
        )
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise Trouble(
            "PyTorch, which does the learning, no longer comes for Macs with an Intel processor, "
            "so Lyrics Lab cannot be set up on this one."
        )


def ensure(command: str) -> None:
    """Makes .venv and installs what `command` needs, unless that was done before."""
    version = venv_version()
    if version and not os.path.exists(UNDERWAY):
        wanted = fingerprint(command, version)
        if wanted in stamps():
            return
    else:
        version = make_venv()
        wanted = fingerprint(command, version)
    began_s = time.time()
    with open(UNDERWAY, "w"):
        pass  # left behind by a crash, it says that the packages cannot be trusted
    what = "what Lyrics Lab needs" if command == "app" else "what Lyrics Lab and its tests need"
    say("Installing {} (once, some minutes) ...".format(what))
    try:
        install_torch()
        status, output = pip(["install", "-r", os.path.join(ROOT, REQUIREMENTS[command])])
        if status != 0:
            raise Trouble(explain_pip(output))
    except Trouble as trouble:
        if not full_disk(str(trouble)):
            os.remove(UNDERWAY)  # pip gave up by itself: what it installed is whole
        raise
    still_true = {fingerprint(name, version) for name in REQUIREMENTS}
    kept = stamps() & still_true | {wanted}
    if command == "test":
        kept.add(fingerprint("app", version))
    with open(STAMP, "w") as file:
        json.dump(sorted(kept), file)
    os.remove(UNDERWAY)
    say("Installed in {:.0f} s.".format(time.time() - began_s))


def make_venv() -> str:
    """A fresh .venv in place of none or a broken one; its Python's version."""
    import importlib.util

    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Trouble(missing_venv())
    if os.path.lexists(VENV):
        say("The folder .venv is incomplete, so it is made anew ...")
        if inside_venv():
            raise Trouble(
                "This Python lives in the folder .venv, which has to be made anew. Start again "
                "with the system's own: python3 lab.py."
            )
        remove_venv()
    else:
        say("Making the folder .venv ...")
    free = shutil.disk_usage(ROOT).free
    if free < ROOM_BYTES:
        raise Trouble(disk_full(free))
    own = getattr(sys, "_base_executable", None) or sys.executable
    status, output = capture([own, "-m", "venv", VENV])
    version = venv_version()
    if status != 0 or version is None:
        if full_disk(output):
            raise Trouble(disk_full(shutil.disk_usage(ROOT).free))
        if "ensurepip" in output:
            raise Trouble(missing_venv())
        raise Trouble("The folder .venv could not be made: {}".format(last_line(output)))
    return version


def remove_venv() -> None:
    """Takes .venv away, be it a folder, a link or a file."""
    try:
        if os.path.isdir(VENV) and not os.path.islink(VENV):
            shutil.rmtree(VENV)
        else:
            os.remove(VENV)
    except OSError as error:
        raise Trouble(
            "The folder {} is incomplete and cannot be removed ({}). Close programs that use it "
            "and remove it by hand.".format(VENV, error.strerror or error)
        )


def install_torch() -> None:
    """On Linux without an NVIDIA card, gets PyTorch without its gigabytes of CUDA, if it can.

    A wheel at hand (find-links) goes first, then PyTorch's own index. A person who has named
    an index of packages gets them from there alone. Whatever fails here is left to the
    requirements, which find a PyTorch for every computer.
    """
    if not sys.platform.startswith("linux") or has_nvidia():
        return
    pin = torch_pin()
    if any(name.startswith(pin.replace("==", "-")) for name in installed()):
        return
    if pip(["install", "--no-deps", "--no-index", pin])[0] == 0:
        return
    if os.environ.get("PIP_INDEX_URL") or os.environ.get("PIP_NO_INDEX"):
        return
    quick = ["--retries", "0", "--timeout", str(INDEX_WAIT_S), "--index-url", TORCH_CPU_INDEX]
    status, output = pip(["install", "--no-deps", *quick, pin])
    if status != 0:
        if full_disk(output):
            raise Trouble(disk_full(shutil.disk_usage(ROOT).free))
        say("  PyTorch's small build is out of reach; the general one is larger, and does as well")


def has_nvidia() -> bool:
    """Whether an NVIDIA card and its driver are here."""
    return (
        bool(shutil.which("nvidia-smi"))
        and subprocess.call(
            ["nvidia-smi", "-L"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        == 0
    )


def torch_pin() -> str:
    """The line of requirements.txt that names PyTorch's version."""
    with open(os.path.join(ROOT, REQUIREMENTS["app"])) as file:
        return next(line.strip() for line in file if line.startswith("torch=="))


def installed() -> List[str]:
    """The folders of .venv's packages."""
    import glob

    parts = ("Lib", "site-packages") if os.name == "nt" else ("lib", "python*", "site-packages")
    return [os.path.basename(path) for path in glob.glob(os.path.join(VENV, *parts, "*"))]


# ------------------------------------------------------------------- what was installed, and how


def python() -> str:
    """The Python of .venv."""
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(VENV, *parts)


def inside_venv() -> bool:
    """Whether this very process runs on the Python of .venv."""
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def venv_version() -> Optional[str]:
    """The version of .venv's Python, "3.11"; None if .venv is missing, half-made or outlived.

    A system's upgrade may put another Python behind the same name, one that no longer sees the
    packages: so its own word is compared with what was written down when .venv was made.
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
    found = output.strip()
    return found if status == 0 and written and written.group(1) == found else None


def fingerprint(command: str, version: str) -> str:
    """What a set-up is made of, in one word: the requirement files and Python's version."""
    digest = hashlib.sha256("{} {}".format(version, platform.machine()).encode())
    for name in sorted({"constraints.txt", REQUIREMENTS["app"], REQUIREMENTS[command]}):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def stamps() -> "set[str]":
    """The fingerprints of what .venv holds in full."""
    try:
        with open(STAMP) as file:
            return set(json.load(file))
    except (OSError, ValueError, TypeError):
        return set()


def pip(arguments: Sequence[str]) -> Tuple[int, str]:
    """Runs .venv's pip, telling of what it does in plain words; its status and all it said."""
    command = [python(), "-m", "pip", arguments[0], "--no-input", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", *arguments[1:]]
    said = []  # type: List[str]
    with open(LOG, "a", encoding="utf-8") as log:
        log.write("$ {}\n".format(" ".join(command)))
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
                said.append(line)
                log.write(line)
                progress = plain_progress(line)
                if progress:
                    say("  " + progress)
        return process.returncode, "".join(said)


def plain_progress(line: str) -> Optional[str]:
    """What a line of pip's means for somebody who waits; None for most of them."""
    found = re.match(
        r"\s*(?:Downloading|Processing) \S*?([A-Za-z][\w.]*)-\d\S* \(([\d.]+) (MB|GB)\)", line
    )
    if found:
        size = float(found.group(2)) * (1000 if found.group(3) == "GB" else 1)
        if size >= BIG_MB:
            return "fetching {} ({} {})".format(*found.groups())
    if line.startswith("Installing collected packages"):
        names = line.split(":", 1)[-1].strip().split(", ")
        return "unpacking {}".format(names[0] if len(names) == 1 else "%d packages" % len(names))
    return None


def environment() -> Dict[str, str]:
    """The process's environment, less what would lead .venv's Python astray."""
    astray = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in astray}


# ------------------------------------------------------------------------------------ sentences


def explain_pip(output: str) -> str:
    """What went wrong with pip, as a sentence that says what to do."""
    if full_disk(output):
        return disk_full(shutil.disk_usage(ROOT).free)
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
    if re.search(
        r"no matching distribution|requires-python|failed (to build|building)", output, re.I
    ):
        version = venv_version() or "{}.{}".format(*sys.version_info[:2])
        return (
            "One of the packages does not come for Python {} on this computer ({}). Try Python "
            "{}.{} to {}.{}. The details are in {}".format(
                version, last_error(output), *OLDEST, *NEWEST, LOG
            )
        )
    return "The packages could not be installed: {} The details are in {}".format(
        last_error(output), LOG
    )


def full_disk(text: str) -> bool:
    """Whether a message means that the disk has no room left."""
    signs = r"no space left|errno 28|not enough space|quota exceeded|errno 122|disk is full"
    return bool(re.search(signs, text, re.I))


def disk_full(free_bytes: int) -> str:
    """The sentence for a disk without room."""
    import tempfile

    folder = tempfile.gettempdir()
    return (
        "The disk is full: setting up needs about {:.0f} GB, and there are {:.1f} GB free here and "
        "{:.1f} GB in {}, where packages are unpacked. Make room and start again.".format(
            ROOM_BYTES / 1e9, free_bytes / 1e9, shutil.disk_usage(folder).free / 1e9, folder
        )
    )


def missing_venv() -> str:
    """The sentence for a Python that comes without venv, as Debian's does."""
    if shutil.which("apt-get"):
        return (
            "This Python comes without its venv part. Install it with: sudo apt install "
            "python3-venv (or python{}.{}-venv), then start again.".format(*sys.version_info[:2])
        )
    return (
        "This Python comes without its venv and ensurepip parts. Install a complete one from "
        "https://www.python.org/downloads/ and start again."
    )


def last_error(output: str) -> str:
    """pip's own last word on what failed."""
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    return errors[-1][len("ERROR:") :].strip() if errors else last_line(output)


def last_line(output: str) -> str:
    """The last line that says anything."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given."


def say(text: str, error: bool = False) -> None:
    """A line for the person, at once."""
    print(text, file=sys.stderr if error else sys.stdout, flush=True)


# ------------------------------------------------------------------------- ports and the browser


def choose_port(wanted: Optional[int]) -> int:
    """The wanted port if it is free, or the first free one from 8501 on."""
    if wanted is not None:
        if not 1 <= wanted <= 65535:
            raise Trouble("A port is a number from 1 to 65535; {} is not.".format(wanted))
        if not port_is_free(wanted):
            raise Trouble(
                "Port {} is taken by another program. Leave out --port, or choose another "
                "number.".format(wanted)
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if port_is_free(port):
            return port
    raise Trouble("Ports {} to {} are all taken.".format(FIRST_PORT, FIRST_PORT + 99))


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this computer's own address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        if os.name != "nt":  # there it would let two programs share a port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def find_chromium() -> Optional[str]:
    """A Chromium or Chrome on this computer: the named one, one in PATH, or Playwright's own."""
    named = os.environ.get("LYRICSLAB_CHROMIUM")
    if named:
        if not os.path.exists(named):
            raise Trouble("LYRICSLAB_CHROMIUM names {}, which is not there.".format(named))
        return named
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path:
            return path
    return next((path for path in usual_places() if os.path.exists(path)), None)


def usual_places() -> Iterator[str]:
    """Where browsers lie that are not in PATH."""
    import glob

    yield "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    yield "/Applications/Chromium.app/Contents/MacOS/Chromium"
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if os.environ.get(variable):
            yield os.path.join(
                os.environ[variable], "Google", "Chrome", "Application", "chrome.exe"
            )
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    local = os.environ.get("LOCALAPPDATA", "")
    folders = [
        own or "",
        os.path.expanduser("~/.cache/ms-playwright"),
        os.path.expanduser("~/Library/Caches/ms-playwright"),
        os.path.join(local, "ms-playwright") if local else "",
    ]
    names = (
        ("chrome-linux*", "chrome"),
        ("chrome-mac*", "Chromium.app", "Contents", "MacOS", "Chromium"),
        ("chrome-win*", "chrome.exe"),
    )
    for folder in filter(None, folders):
        for name in names:
            for path in sorted(glob.glob(os.path.join(folder, "chromium-*", *name)), reverse=True):
                yield path


def install_chromium() -> Optional[str]:
    """Debian's chromium, where this is Debian and one may install it; its path, or None."""
    if not os.path.exists("/etc/debian_version") or not shutil.which("apt-get"):
        return None
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    say("Installing Debian's Chromium for the browser journeys ...")
    env = dict(environment(), DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    for command in (install, ["apt-get", "update", "-q"], install):
        status, output = capture(command, env)
        if command is install and status == 0:
            return find_chromium()
    say("  that did not work: {}".format(last_line(output)))
    return None


# ------------------------------------------------------------------------------------ processes


def capture(command: Sequence[str], env: Optional[Dict[str, str]] = None) -> Tuple[int, str]:
    """Runs a program in silence; its status and all it said."""
    try:
        done = subprocess.run(
            list(command),
            env=env or environment(),
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
    """Hands this process over to a program, so that Ctrl-C and signals reach it; else waits."""
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name != "nt":
        os.execve(command[0], command, environment())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program gets it as well, and ends itself
    return subprocess.call(command, env=environment())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
