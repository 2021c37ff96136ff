"""A set-up to share or to keep, folded away: as a link, as a command, as a file."""

from __future__ import annotations

import shlex
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from lyricslab.config import RunConfig
from lyricslab.errors import LyricsLabError
from lyricslab.library import recipes
from lyricslab.library.bases import to_base_name
from lyricslab.store.rows import CorpusRow
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import plain, problem

MAX_MB = 1
OPENED = "train_recipe"
"""Session key: the file that was opened last, and what of it is missing here."""


def share_menu(config: RunConfig, row: CorpusRow) -> None:
    """Show the set-up as a link and as a command, to copy; save it, or open another."""
    with st.popover("Share this set-up", icon=":material/share:", type="tertiary"):
        store = services.store()
        st.caption(
            "As a link, with everything that is chosen here. It works on another computer too, if "
            "that has the same songs and the same base."
        )
        st.code(link(recipes.address(store, config, services.workspace())), None, wrap_lines=True)
        st.caption("As a command, without a browser")
        st.code(spoken(config), None, wrap_lines=True)
        recipe = recipes.recipe_of(store, config, row.name)
        if recipe is not None:
            st.download_button(
                "Save recipe",
                recipe.to_json(),
                f"{to_base_name(row.name) or 'run'}-recipe.json",
                "application/json",
                icon=":material/download:",
                on_click="ignore",
                key="train_save_recipe",
                help="A small file: what is chosen here, none of your songs.",
            )
        _open()


def missing() -> None:
    """Say what the recipe that was opened last asks for in vain."""
    _, sentences = st.session_state.get(OPENED, ("", []))
    for sentence in sentences:
        st.warning(plain(sentence))


def spoken(config: RunConfig) -> str:
    """Return the command that makes a run, to be typed where the lab is installed."""
    words = recipes.command(services.store(), config, services.workspace())
    return shlex.join(["python", "-m", "lyricslab", *words])


def link(choices: dict[str, str]) -> str:
    """Return the whole address of Train with these choices."""
    here = urlsplit(st.context.url or "")
    return urlunsplit((here.scheme, here.netloc, "/train", urlencode(choices, safe=":,/"), ""))


def _open() -> None:
    """Take a recipe's file, and open the form as it says."""
    sent = st.file_uploader(
        "Open recipe", type="json", key="train_open_recipe", max_upload_size=MAX_MB
    )
    opened, _ = st.session_state.get(OPENED, ("", []))
    if sent is None:
        return
    if sent.file_id == opened:
        st.caption(":material/check: The form is set as this recipe says.")
        return
    store, workspace = services.store(), services.workspace()
    try:
        recipe, sentences = recipes.fitted(store, recipes.read_recipe(sent.getvalue()), workspace)
    except LyricsLabError as error:
        problem(error)
        return
    st.session_state[OPENED] = (sent.file_id, sentences)
    navigation.go("train", **recipes.address(store, recipe.config, workspace))
