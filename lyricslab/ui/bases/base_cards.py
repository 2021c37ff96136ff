"""One base on a card: what it read, how big and how good it is, what can be done with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from lyricslab.errors import LyricsLabError, TrainableError
from lyricslab.library.bases import (
    base_title,
    check_base_deletable,
    delete_base,
    is_shipped,
    list_base_users,
    rename_base,
    shipped_path,
)
from lyricslab.library.exports import export_base
from lyricslab.model.card import Card
from lyricslab.model.layer_words import layers_in_words
from lyricslab.report.charts.curve import Curve
from lyricslab.report.charts.loss_curves import loss_curves
from lyricslab.store.home import Home
from lyricslab.store.rows import PointRow
from lyricslab.ui.bases.base_samples import sample
from lyricslab.ui.common import navigation, services, theme
from lyricslab.ui.common.curve_verdict import NATS_PER_CHAR
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.wording import duration, listed, plural

MAX_POINTS = 400
"""Of a curve; more than a chart is wide."""


@dataclass(frozen=True, slots=True)
class LibraryBase:
    """A base on the library page."""

    card: Card
    path: Path
    own: bool
    """Whether it is the person's own rather than one that ships."""
    began: int
    """How many runs started from it."""

    @property
    def title(self) -> str:
        """Return its title, or its name."""
        return self.card.title or self.card.name


def show(base: LibraryBase) -> None:
    """Show the card of a base."""
    card = base.card
    with st.container(border=True, key=f"base_{card.name}"):
        left, right = st.columns([6, 5], gap="medium")
        with left:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.subheader(plain(base.title), anchor=False, width="content")
                st.badge(*_badge(card))
            st.text(reads(card))
            st.markdown(facts(base, _size_bytes(base.path)))
            _actions(base)
        with right:
            sample(card, base.path)
        _more(base)


def reads(card: Card) -> str:
    """Return what a base has read, as a sentence."""
    if not card.reads:
        return "What it has read is not known."
    return f"Has read {card.reads.rstrip('.')}."


def facts(base: LibraryBase, size_bytes: int | None) -> str:
    """Return the figures of a base, a line each, as Markdown."""
    card = base.card
    layers = plural(card.model.num_layers, "layer")
    size = f"**{layers} of {card.model.hidden_size} units** · {card.model.parameters:,} weights"
    if size_bytes is not None:
        size += f" · {megabytes(size_bytes)}"
    lines = [f":material/layers: {size}"]
    if card.characters:
        told = f"**{many(card.characters)} characters** learned from"
        told += f" · {card.songs:,} songs or pieces" if card.songs else ""
        lines.append(f":material/menu_book: {told}")
    held_out = card.test_nats_per_char
    held_out = card.val_nats_per_char if held_out is None else held_out
    if held_out is not None:
        lines.append(
            f":material/target: **{held_out:.3f} nats/char** on unread texts of its kind: "
            f"{unsure(held_out)}"
        )
    if card.seconds:
        graphics = " on a graphics card" if _by_graphics_card(card) else ""
        lines.append(f":material/schedule: **{duration(card.seconds)}** of training{graphics}")
    if base.began:
        learned = plural(base.began, "run")
        lines.append(f":material/account_tree: **{learned}** began with it")
    return "  \n".join(lines)


def unsure(nats_per_char: float) -> str:
    """Return what a loss means: among how many equally likely characters one would be as unsure."""
    choices = math.exp(nats_per_char)
    among = f"{choices:.1f}" if choices < 10 else f"{choices:.0f}"
    return f"as unsure as among {among} letters"


def many(number: int) -> str:
    """Return a large number in short: "29.6 million", "247,000"."""
    if number >= 1_000_000:
        return f"{number / 1e6:.1f} million"
    return f"{round(number, -3):,}" if number >= 10_000 else f"{number:,}"


def megabytes(size_bytes: int) -> str:
    """Return the size of a file: "0.5 MB", "11 MB"."""
    size = size_bytes / 1e6
    return f"{size:.0f} MB" if size >= 9.95 else f"{max(size, 0.1):.1f} MB"


def curve(card: Card) -> list[PointRow]:
    """Return the curve on a card, thinned; empty if there is no valid curve."""
    told = card.details.get("curve")
    points = [p for p in map(_point, told if isinstance(told, list) else ()) if p is not None]
    points.sort(key=lambda point: point.step)
    stride = -(-len(points) // MAX_POINTS) or 1
    last = max(1, points[-1].step) if points else 1
    passes = card.characters_seen / card.characters if card.characters else 0.0
    passes = 0.0 if stages(card) else passes  # nothing says how much text the second one read
    return [
        point._replace(epoch=point.step / last * passes, seconds=point.step / last * card.seconds)
        for point in reversed(points[::-1][::stride])
    ]


def _point(values: Any) -> PointRow | None:
    if not isinstance(values, dict) or type(values.get("step")) is not int or values["step"] < 0:
        return None
    train, val = (_loss(values.get(name)) for name in ("train", "val"))
    return None if train is val is None else PointRow(values["step"], 0.0, 0.0, train, val)


def _loss(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value <= 1000 else None


def _by_graphics_card(card: Card) -> bool:
    """Return whether it was trained on a graphics card."""
    named = card.details.get("hardware")
    return isinstance(named, str) and any(made in named for made in ("NVIDIA", "GPU"))


def _badge(card: Card) -> tuple[str]:
    return ("songs and verse" if card.lyrics else "prose",)


def _size_bytes(path: Path) -> int | None:
    return path.stat().st_size if path.exists() else None


# ---- details


def _more(base: LibraryBase) -> None:
    card = base.card
    drawer = st.expander(
        "How it was made, and what it read",
        icon=":material/info:",
        key=f"base_more_{card.name}",
        on_change="rerun",  # what is in it is drawn once it is open
    )
    if not drawer.open:
        return
    with drawer:
        points = curve(card)
        if points:
            drawn = Curve(card.name, base.title, points)
            chart = loss_curves([drawn], palette=theme.shown(), focus=True)
            alt = f"Loss curves of the training of {base.title}"
            draw_chart(chart, key=f"base_curve_{card.name}", alt_text=alt)
            st.caption(f"{stages(card)} {NATS_PER_CHAR}".strip())
        else:
            st.caption("No curve of its training was kept.")
        facts_place, sources_place = st.columns([5, 6], gap="medium")
        facts_place.text(origin(base))
        if card.sources:
            with sources_place:
                st.caption(f"What it read, and whom to credit ({len(card.sources):,})")
                with st.container(height=220):
                    st.text("\n".join(card.sources))


def stages(card: Card) -> str:
    """Say that a base was trained in two stages, the second of which its curve shows; else ""."""
    before = card.details.get("first")
    steps = before.get("steps") if isinstance(before, dict) else None
    if type(steps) is not int or not 0 < steps < card.steps:
        return ""
    return (
        f"Trained in two stages: {steps:,} steps on all its texts, then the "
        f"{card.steps - steps:,} of this curve, on the texts it read last."
    )


def origin(base: LibraryBase) -> str:
    """Return where a base comes from and its licence, a line a fact."""
    card, details = base.card, base.card.details
    imported = details.get("imported")
    known = {
        "Name": card.name,
        "Began as": _began_as(details),
        "What learned": _learned(details),
        "Trained": f"{card.steps:,} steps" if card.steps else "",
        "Read in all": f"{many(card.characters_seen)} characters, repeats included"
        if card.characters_seen
        else "",
        "Made": card.created_at[:10],
        "Imported": str(imported.get("at", ""))[:10] if isinstance(imported, dict) else "",
        "Licence": card.licence or "not stated",
        "Numbers stored as": card.storage,
        "Command": card.command,
    }
    return "\n".join(f"{name}: {value}" for name, value in known.items() if value)


def _began_as(details: dict[str, Any]) -> str:
    base = details.get("base")
    return base_title(services.home(), base) if isinstance(base, str) else ""


def _learned(details: dict[str, Any]) -> str:
    """Return which layers learned; "" where the card, maybe from elsewhere, does not say."""
    try:
        return layers_in_words(str(details["trainable"])) if details.get("base") else ""
    except (KeyError, TrainableError):
        return ""


# ---- actions


def _actions(base: LibraryBase) -> None:
    card = base.card
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            "Start from this one",
            icon=":material/local_fire_department:",
            key=f"base_train_{card.name}",
        ):
            navigation.go("train", base=card.name)
        if st.button("Write", icon=":material/edit_note:", key=f"base_write_{card.name}"):
            navigation.go("write", model=card.name)
        st.download_button(
            "Export",
            # Packed when it is asked for; an open page costs no more for a larger network.
            partial(export_base, services.home(), card.name),
            f"{card.name}.safetensors",
            "application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            key=f"base_export_{card.name}",
            help="One file to keep or give away: the network, its card and its licence.",
        )
        if base.own:
            _rename(base)
            if st.button(
                "Delete", icon=":material/delete:", type="tertiary", key=f"base_delete_{card.name}"
            ):
                _ask_to_delete(card.name)


def hides_shipped(home: Home, name: str) -> bool:
    """Return whether a base of the person's hides a shipped one of the same name."""
    return shipped_path(name).exists() and not is_shipped(home, name)


def _rename(base: LibraryBase) -> None:
    card = base.card
    # A base's name is in the keys: once it is renamed, it is another popover, and closed.
    with (
        st.popover("Rename", icon=":material/edit:", key=f"base_renaming_{card.name}"),
        st.form(f"base_rename_form_{card.name}", border=False),
    ):
        name = st.text_input("Name", card.name, 50, key=f"base_rename_{card.name}", width=320)
        if base.began:
            st.caption("The runs that began with it will know it by its new name.")
        if st.form_submit_button("Rename"):
            try:
                rename_base(services.store(), card.name, name)
            except LyricsLabError as error:
                problem(error)
            else:
                st.rerun()


def _ask_to_delete(name: str) -> None:
    st.dialog("Delete this base?")(delete_question)(name)


def delete_question(name: str) -> None:
    """Ask whether to delete a base; or say why it cannot be deleted, and what to do first."""
    users = list_base_users(services.store(), name)
    if users:
        names = [f"'{run.name}'" for run in users[:5]]
        more = [f"{len(users) - 5:,} more"] if len(users) > 5 else []
        st.text(
            f"'{name}' cannot be deleted: {listed([*names, *more])} began with it, and could not "
            "be repeated without it. Delete those runs first, on the page Compare."
        )
        with st.container(horizontal=True):
            if st.button("Look at the runs", icon=":material/stacked_line_chart:"):
                navigation.go("compare", runs=",".join(run.id for run in users[:5]))
            if st.button("Close"):
                st.rerun()
        return
    try:
        check_base_deletable(services.store(), name)
    except LyricsLabError as error:  # a sweep needs it
        problem(error)
        if st.button("Close"):
            st.rerun()
        return
    again = " The base of this name that came with Lyrics Lab will be back in its place."
    st.text(
        f"'{name}' will be gone from this lab. No run depends on it. Export it first if you may "
        f"want it again.{again if hides_shipped(services.home(), name) else ''}"
    )
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="base_delete_now"):
            try:
                delete_base(services.store(), name)
            except LyricsLabError as error:
                problem(error)
            else:
                st.rerun()
        if st.button("Keep it"):
            st.rerun()
