"""The app as people use it: a real server, and browser sessions over its websocket.

Of a browser only the talking is there: it asks for pages and ticks, takes the answers and keeps
the large ones, as Streamlit's own client does. So nothing but the server is measured.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from lyricslab.engine import client
from lyricslab.store.home import open_home
from lyricslab.store.lock import try_lock
from lyricslab.store.rows import utc_now

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN_S = 60.0
ANSWER_WITHIN_S = 60.0


class Server:
    """The app on a free port of this computer."""

    def __init__(self, home: Path, entry: Path = ROOT / "app.py") -> None:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port: int = trial.getsockname()[1]
        command = [sys.executable, "-m", "streamlit", "run", str(entry)]
        command += ["--server.headless", "true", "--server.port", str(self.port)]
        foreign = ("LYRICSLAB_", "STREAMLIT_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self.log = (home / "server.log").open("ab")
        self._child = subprocess.Popen(
            command,
            cwd=home,
            env=env | {"LYRICSLAB_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self._process = psutil.Process(self._child.pid)
        self._wait()

    def _wait(self) -> None:
        until_s = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until_s and self._child.poll() is None:
            try:
                urllib.request.urlopen(f"http://localhost:{self.port}/_stcore/health", timeout=5)
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"The app did not start; see {self.log.name}.")

    @property
    def cpu_s(self) -> float:
        """Processor seconds so far, in steps of 10 ms."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def rest(self) -> None:
        """Wait until the server is idle: it imports ahead while a browser loads its scripts."""
        before_s, still = self.cpu_s, 0
        while still < 5:
            time.sleep(0.1)
            still = still + 1 if self.cpu_s - before_s < 0.01 else 0
            before_s = self.cpu_s

    @property
    def memory_bytes(self) -> int:
        """The resident memory, bytes."""
        return int(self._process.memory_info().rss)

    def end(self) -> None:
        """End the server, as Ctrl-C would."""
        self._child.terminate()
        try:
            self._child.wait(15)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self.log.close()


class AppSession:
    """One browser tab: a session that shows one page at a time."""

    def __init__(self, server: Server) -> None:
        address = f"ws://localhost:{server.port}/_stcore/stream"
        self._way = connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)
        self._socket = self._way.__enter__()
        self._kept: set[str] = set()
        self._page = self._query = self._page_hash = ""
        self._timers: dict[str, float] = {}
        self._buttons: dict[str, str] = {}
        self._on_text: Callable[[str], object] = lambda text: None
        self.bytes = 0
        self.messages = 0

    def open(self, page: str, query: str = "") -> None:
        """Open a page as an address does: "" is Start, "run" with "run=ID" is a run."""
        self._page, self._query, self._page_hash = page, query, ""
        self._timers.clear()
        self._ask()

    def tick(self) -> None:
        """Fire every timer of the page once, and count the answers together.

        Raises:
            RuntimeError: if it has none.
        """
        if not self._timers:
            raise RuntimeError(f"Nothing ticks on the page '{self._page}'.")
        sent = messages = 0
        for fragment_id in list(self._timers):
            self._ask(fragment_id)
            sent, messages = sent + self.bytes, messages + self.messages
        self.bytes, self.messages = sent, messages

    def press(self, key: str, on_text: Callable[[str], object]) -> None:
        """Click a button of the page, by its key, and wait for the end of the page's script.

        Args:
            on_text: called with every text that the page shows meanwhile.
        """
        self._on_text = on_text
        self._ask(pressed=self._buttons[key])
        self._on_text = lambda text: None

    @property
    def ticks(self) -> bool:
        """Whether the page has a timer."""
        return bool(self._timers)

    def close(self) -> None:
        """Close the tab."""
        self._way.__exit__(None, None, None)

    def _ask(self, fragment_id: str = "", pressed: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self._query, self._page_hash
        state.page_name = "" if self._page_hash else self._page
        state.fragment_id, state.is_auto_rerun = fragment_id, bool(fragment_id)
        state.cached_message_hashes.extend(self._kept)
        state.context_info.url = "http://localhost/"
        state.context_info.color_scheme = "light"
        state.widget_states.SetInParent()
        if pressed:
            state.widget_states.widgets.add(id=pressed, trigger_value=True)
        self._socket.send(message.SerializeToString())
        self.bytes = self.messages = 0
        while not self._take(ForwardMsg.FromString(self._receive())):
            pass

    def _receive(self) -> bytes:
        data = self._socket.recv(ANSWER_WITHIN_S)
        assert isinstance(data, bytes)
        self.bytes += len(data)
        self.messages += 1
        return data

    def _take(self, message: ForwardMsg) -> bool:
        """Receive one message and return whether it was the last."""
        match message.WhichOneof("type"):
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "auto_rerun":
                self._timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "stop_auto_rerun":
                for fragment_id in message.stop_auto_rerun.fragment_ids:
                    self._timers.pop(fragment_id, None)
            case "script_finished":
                return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            case "delta":
                self._show(message.delta.new_element)
        if message.metadata.cacheable:
            self._kept.add(message.hash)
        return False

    def _show(self, element: Element) -> None:
        match element.WhichOneof("type"):
            case "exception":
                raise RuntimeError(element.exception.message)
            case "button":
                self._buttons[element.button.id.rpartition("-")[2]] = element.button.id
            case "text":
                self._on_text(element.text.body)


@contextmanager
def no_engine(home: Path) -> Iterator[None]:
    """Pretend that the home has an idle engine, so that none is started."""
    place = open_home(home)
    lock = try_lock(place.engine_lock)
    if lock is None:
        raise RuntimeError(f"An engine runs in {home}.")
    facts = {"pid": os.getpid(), "workers": 1, "busy": 0, "started_at": utc_now()}
    place.engine_facts.write_text(json.dumps(facts | {"digest": client.code_digest()}))
    yield
    place.engine_facts.unlink()
    lock.release()
