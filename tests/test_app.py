"""The entry: what it imports while a browser still loads Streamlit's own part."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_no_page_waits_for_a_library_that_could_have_been_imported_ahead(own_home: Path) -> None:
    script = """
        import sys
        from importlib.metadata import packages_distributions
        from streamlit.testing.v1 import AppTest
        import app
        from lyricslab.engine import client
        from lyricslab.ui.common import navigation

        client.keep_alive = lambda home: None
        app.import_ahead()
        assert "torch" not in sys.modules
        before = set(sys.modules)
        shell = str(navigation.ROOT / "lyricslab/ui/shell.py")
        at = AppTest.from_file(shell, default_timeout=60).run()
        for page in ("start", "corpus", "bases", "train", "run", "compare", "write"):
            at.switch_page(navigation.page_file(page)).run()
            assert not at.exception
        wanted = {name.split("==")[0] for name in open("requirements.txt") if "==" in name}
        packages = {name.split(".")[0] for name in set(sys.modules) - before}
        brought = {owner for name in packages for owner in packages_distributions().get(name, ())}
        late = (wanted & brought) - {"streamlit"}
        assert not late, f"A page imported {', '.join(sorted(late))}."
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr.strip().splitlines()[-1]
