"""A choice of one among cards: clicked, or reached with Tab and changed with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lyricslab.ui.common.component import MAKE, left_out
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Choice:
    """One card."""

    value: str
    title: str
    says: str
    """What it is, in a sentence or two."""
    facts: tuple[str, ...] = ()
    """Figures, short."""


HTML = """
<div class="cards" role="radiogroup"></div>
<!-- the cards are made by the script -->
"""

CSS = """
.cards {
  display: grid; gap: 0.6rem; font-family: var(--st-font); color: var(--st-text-color);
  grid-template-columns: repeat(auto-fit, minmax(15.5rem, 1fr)); font-size: 0.95rem;
}
.card {
  font: inherit; color: inherit; text-align: left; cursor: pointer; padding: 0.75rem 0.9rem 0.8rem;
  background: var(--st-background-color); border: 1.5px solid var(--st-border-color);
  border-radius: var(--st-base-radius); display: flex; flex-direction: column; gap: 0.3rem;
}
.card:hover { border-color: var(--st-primary-color); }
.card:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.card[aria-checked="true"] {
  border-color: var(--tint); background: color-mix(in srgb, var(--tint) 11%, transparent);
}
.head { display: flex; align-items: center; gap: 0.55rem; font-weight: 600; }
.dot {
  flex: none; width: 0.95rem; height: 0.95rem; border-radius: 50%; box-sizing: border-box;
  border: 1.5px solid var(--st-border-color);
}
[aria-checked="true"] .dot { border: 0.3rem solid var(--tint); }
.says { font-size: 0.87rem; line-height: 1.35; }
.facts {
  font-size: 0.82rem; opacity: 0.78; font-variant-numeric: tabular-nums; line-height: 1.4;
  margin-top: auto;
}
"""

JS = (
    MAKE
    + """
function build(group, data) {
  group.replaceChildren()
  group.setAttribute("aria-label", data.label)
  for (const choice of data.choices) {
    const card = make("button", "card", group)
    card.type = "button"
    card.setAttribute("role", "radio")
    card.dataset.value = choice.value
    const head = make("span", "head", card)
    make("span", "dot", head)
    make("span", "title", head, choice.title)
    make("span", "says", card, choice.says)
    make("span", "facts", card, choice.facts.join(" \\u00b7 "))
  }
}

function paint(group, value) {
  for (const card of group.children) {
    const chosen = card.dataset.value === value
    card.setAttribute("aria-checked", String(chosen))
    card.tabIndex = chosen ? 0 : -1
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const group = parentElement.querySelector(".cards")
  const shape = JSON.stringify([data.label, data.choices])
  if (group.dataset.shape !== shape) {
    build(group, data)
    group.dataset.shape = shape
  }
  group.style.setProperty("--tint", data.tint)
  paint(group, data.value)
  const choose = (card) => {
    paint(group, card.dataset.value)
    setStateValue("value", card.dataset.value)
  }
  const cards = [...group.children]
  cards.forEach((card, k) => {
    card.onclick = () => choose(card)
    card.onkeydown = (event) => {
      const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      if (!move) return
      event.preventDefault()
      const next = cards[(k + move + cards.length) % cards.length]
      next.focus()
      choose(next)
    }
  })
}
"""
)

_cards = st.components.v2.component("lyricslab_cards", html=HTML, css=CSS, js=JS)


def card_picker(label: str, choices: Sequence[Choice], value: str, key: str) -> str:
    """The value of the chosen card.

    Args:
        label: what is chosen, for those who hear the page.
        value: what is chosen when the cards first appear under this key.
    """
    known = [choice.value for choice in choices]
    if left_out():
        return _radio(label, choices, known.index(value), key)
    held = st.session_state.get(key, {}).get("value")
    shown = held if held in known else value
    result = _cards(
        key=key,
        data={
            "label": label,
            "choices": [asdict(choice) for choice in choices],
            "value": shown,
            "tint": colour("learns"),
        },
        default={"value": shown},
        on_value_change=_noted,
    )
    return str(result.value) if result.value in known else shown


def _noted() -> None:
    """Streamlit keeps a component's state only where somebody asks to be told of it."""


def _radio(label: str, choices: Sequence[Choice], index: int, key: str) -> str:
    by_value = {choice.value: choice for choice in choices}
    chosen = st.radio(
        label,
        list(by_value),
        index=index,
        format_func=lambda value: plain(by_value[value].title),
        captions=[plain(" · ".join((choice.says, *choice.facts))) for choice in choices],
        key=f"{key}_radio",
        label_visibility="collapsed",
    )
    return str(chosen)
