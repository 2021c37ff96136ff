"""The network as a stack one can click: which layers learn, and how many weights that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lyricslab.config import ModelConfig
from lyricslab.errors import TrainableError
from lyricslab.model.trainable import Trainable
from lyricslab.ui.common.component import MAKE, left_out
from lyricslab.ui.common.theme import colour
from lyricslab.wording import listed

FATES = {
    "to choose": {
        "learns": "learns",
        "part": "learns in part",
        "frozen": "frozen",
        "head": "always learns",
    },
    "over": {
        "learns": "learned",
        "part": "learned in part",
        "frozen": "stayed frozen",
        "head": "learned",
    },
}
MATRIX_WORDS = {"ih": "input weights", "hh": "memory weights", "b": "leanings"}
"""What the matrices of a layer are called."""
GATE_WORDS = {"i": "write gate", "f": "keep gate", "g": "content gate", "o": "show gate"}
"""What its gates are called."""
MOST_PARTS = 3
"""So many parts of layers are named one by one."""

HTML = """
<div class="stack">
  <p class="end">characters in</p>
  <div class="rows" role="group" aria-label="Layers of the network"></div>
  <p class="end">next character out</p>
  <div class="picks"></div>
</div>
"""

CSS = """
.stack { font-family: var(--st-font); color: var(--st-text-color); font-size: 0.95rem; }
.end { margin: 0 0 0.35rem 0.2rem; font-size: 0.82rem; opacity: 0.72; }
.rows + .end { margin: 0.35rem 0 0 0.2rem; }
.rows { display: flex; flex-direction: column; gap: 0.4rem; }
.row {
  position: relative; overflow: hidden; box-sizing: border-box; width: 100%; min-height: 3.3rem;
  display: grid; grid-template-columns: 2.5rem 1fr auto; align-items: center; gap: 0.2rem 0.7rem;
  padding: 0.45rem 0.9rem 0.45rem 0.8rem; text-align: left; font: inherit; color: inherit;
  background: var(--st-background-color); border: 1.5px solid var(--st-border-color);
  border-radius: var(--st-base-radius);
}
button.row { cursor: pointer; }
button.row:hover { border-color: var(--tint); }
button.row:focus-visible, .pick:focus-visible {
  outline: 3px solid var(--st-primary-color); outline-offset: 2px;
}
.row.learns { border-color: var(--tint); }
.bar {
  position: absolute; inset: auto auto 0 0; height: 4px; background: var(--tint);
  transition: width 0.2s, background-color 0.2s;
}
.wash {
  position: absolute; inset: 0; background: var(--tint); opacity: 0.07; pointer-events: none;
}
.row.learns .wash { opacity: 0.13; }
.lamp {
  width: 2.2rem; height: 1.25rem; border-radius: 1rem; background: var(--tint); opacity: 0.55;
  position: relative; transition: background-color 0.15s;
}
.row.learns .lamp { opacity: 1; }
.lamp::after {
  content: ""; position: absolute; top: 0.165rem; left: 0.2rem; width: 0.92rem; height: 0.92rem;
  border-radius: 50%; background: var(--st-background-color); transition: left 0.15s;
}
.row.learns .lamp::after { left: 1.08rem; }
.row.learns.some .lamp { opacity: 0.8; }
.row.learns.some .lamp::after { left: 0.64rem; }
.row.learns.some .wash { opacity: 0.09; }
.row.fixed .lamp::after, .still .lamp::after { display: none; }
.row.fixed .lamp, .still .lamp { width: 0.85rem; height: 0.85rem; margin-left: 0.7rem; }
.name { font-weight: 600; }
.hint { display: block; font-weight: 400; font-size: 0.82rem; opacity: 0.72; line-height: 1.25; }
.fate { text-align: right; font-variant-numeric: tabular-nums; }
.fate b { font-weight: 600; display: block; color: var(--tint-text); }
.picks { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-top: 0.6rem; }
.pick {
  font: inherit; font-size: 0.85rem; color: inherit; background: none; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: 1rem; padding: 0.15rem 0.75rem;
}
.pick:hover, .pick[aria-pressed="true"] { border-color: var(--st-primary-color); }
.pick[aria-pressed="true"] { background: var(--st-secondary-background-color); font-weight: 600; }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
"""

# Rows are made once for a shape of network and then only changed, so that a click keeps its focus.
JS = (
    MAKE
    + """
function build(stack, data) {
  const rows = stack.querySelector(".rows")
  const picks = stack.querySelector(".picks")
  rows.replaceChildren()
  picks.replaceChildren()
  stack.classList.toggle("still", !data.choose)
  for (const part of data.parts) {
    const clickable = data.choose && !part.fixed
    const row = make(clickable ? "button" : "div", "row" + (part.fixed ? " fixed" : ""), rows)
    if (clickable) { row.type = "button"; row.setAttribute("role", "switch") }
    make("span", "wash", row)
    make("span", "bar", row)
    make("span", "lamp", row)
    const name = make("span", "name", row)
    name.textContent = part.name
    make("span", "hint", name).textContent = part.hint
    const fate = make("span", "fate", row)
    make("b", "", fate)
    make("span", "", fate)
  }
  for (const pick of data.picks) {
    const button = make("button", "pick", picks)
    button.type = "button"
    button.textContent = pick.name
  }
}

function paint(stack, data, layers) {
  data.parts.forEach((part, k) => {
    const row = stack.querySelectorAll(".row")[k]
    const some = layers.some((entry) => String(entry).startsWith(`${k}.`))
    const learns = part.fixed || some || layers.includes(k)
    row.classList.toggle("learns", learns)
    row.classList.toggle("some", some)
    if (row.tagName === "BUTTON") row.setAttribute("aria-checked", String(learns))
    row.style.setProperty("--tint", learns ? data.learns : data.frozen)
    row.style.setProperty("--tint-text", learns ? data.learns_text : data.frozen_text)
    row.querySelector(".bar").style.width = `${Math.max(2, part.share * 100)}%`
    const [fate, count] = row.querySelector(".fate").children
    fate.textContent = part.fixed
      ? data.fates.head
      : some ? data.fates.part : learns ? data.fates.learns : data.fates.frozen
    count.textContent = some ? part.count_in_part : part.count
  })
  data.picks.forEach((pick, k) => {
    const same = pick.layers.join() === layers.join()
    stack.querySelectorAll(".pick")[k].setAttribute("aria-pressed", String(same))
  })
}

export default function ({ data, parentElement, setStateValue }) {
  const stack = parentElement.querySelector(".stack")
  const shape = JSON.stringify([data.choose, data.parts, data.picks])
  if (stack.dataset.shape !== shape) {
    build(stack, data)
    stack.dataset.shape = shape
  }
  paint(stack, data, data.layers)
  let layers = data.layers
  const choose = (wanted) => {
    layers = [...wanted].sort((a, b) => parseInt(a) - parseInt(b))
    paint(stack, data, layers)
    setStateValue("layers", layers)
  }
  stack.querySelectorAll("button.row").forEach((row) => {
    const k = [...row.parentElement.children].indexOf(row)
    row.onclick = () => {
      const others = layers.filter((entry) => parseInt(entry) !== k)
      choose(layers.includes(k) ? others : [...others, k])
    }
  })
  stack.querySelectorAll(".pick").forEach((button, k) => {
    button.onclick = () => choose(data.picks[k].layers)
  })
}
"""
)

_stack = st.components.v2.component("lyricslab_layers", html=HTML, css=CSS, js=JS)


def layer_picker(model: ModelConfig, value: Trainable, key: str) -> Trainable:
    """The stack with a switch on each layer; clicked, or reached with Tab and switched with Space.

    Args:
        value: what learns when the diagram first appears under this key.
    """
    if left_out():
        return _pills(model, value, key)
    held = st.session_state.get(key, {}).get("layers")
    shown = value if held is None else _valid(held, model) or value
    result = _stack(
        key=key,
        data=_data(model, shown, choose=True),
        default={"layers": _entries(shown)},
        on_layers_change=_noted,
    )
    return _valid(result.layers, model) or shown


def layer_diagram(model: ModelConfig, trainable: Trainable, key: str | None = None) -> None:
    """The stack to look at: what learned and what stayed frozen."""
    _stack(key=key, data=_data(model, trainable, choose=False))


def in_words(trainable: Trainable) -> str:
    """What learns, to stand before its verb: "layers 0 and 2 and the head"."""
    if str(trainable) == "none":
        return "only the head"
    if str(trainable) == "all":
        return "every layer"
    parts = [_part_in_words(word) for word in trainable.words if "." in word]
    if len(parts) > MOST_PARTS:
        parts = [f"parts of {_layers_in_words(trainable.in_part)}"]
    whole = [_layers_in_words(trainable.layers)] if trainable.layers else []
    if not parts:
        return f"{whole[0]} and the head"
    return listed([*whole, *parts, "the head"])


def _layers_in_words(layers: Sequence[int]) -> str:
    noun = "layer" if len(layers) == 1 else "layers"
    return f"{noun} {listed([str(k) for k in layers])}"


def _part_in_words(word: str) -> str:
    """A part of a layer: "0.hh" is "the memory weights of layer 0"."""
    layer, *names = word.split(".")
    said = [MATRIX_WORDS.get(name) or GATE_WORDS[name] for name in names]
    of = "" if len(said) == 1 else f" of the {said[1]}"
    return f"the {said[0]}{of} of layer {layer}"


def weights_in_words(
    model: ModelConfig, trainable: Trainable, lora_rank: int = 0, over: bool = False
) -> str:
    """How many weights learn and how many stay, as a sentence; of a run that is over, if so.

    Args:
        lora_rank: of the changes that matrices learn; 0 where they learn freely.
    """
    learn, frozen = trainable.trained_parameters(model), trainable.frozen_parameters(model)
    verb, stay = ("learned", "stayed") if over else ("learn", "stay")
    rest = f"{frozen:,} {stay} exactly as the base has them" if frozen else "none is frozen"
    if lora_rank:
        numbers = trainable.trained_parameters(model, lora_rank)
        return (
            f"{numbers:,} numbers {verb}: changes of rank {lora_rank} to "
            f"{learn:,} of {model.parameters:,} weights; {rest}."
        )
    share = learn / model.parameters
    return f"{learn:,} of {model.parameters:,} weights {verb} ({share:.0%}); {rest}."


def _noted() -> None:
    """Streamlit keeps a component's state only where somebody asks to be told of it."""


def _pills(model: ModelConfig, value: Trainable, key: str) -> Trainable:
    chosen = st.pills(
        "Layers that learn (the head always does)",
        range(model.num_layers),
        selection_mode="multi",
        default=list(value.layers),
        format_func=lambda k: f"Layer {k} ({model.layer_parameters(k):,} weights)",
        key=f"{key}_pills",
    )
    parts = frozenset(cell for cell in value.cells if cell.layer in value.in_part)
    return Trainable.of_layers(chosen, model.num_layers) | Trainable(parts, model.num_layers)


def _valid(layers: object, model: ModelConfig) -> Trainable | None:
    """The choice that a browser sent, or None if it is none."""
    if not isinstance(layers, Sequence) or not all(isinstance(k, int | str) for k in layers):
        return None
    text = ",".join(map(str, layers)) or "none"
    try:
        return Trainable.parse(text, model.num_layers)
    except TrainableError:
        return None


def _entries(trainable: Trainable) -> list[int | str]:
    """The choice as a browser has it: a number for a whole layer, words for parts of others."""
    return [int(word) if word.isdigit() else word for word in trainable.words]


def _data(model: ModelConfig, trainable: Trainable, choose: bool) -> dict[str, Any]:
    counts = trainable.counts(model)
    largest = max(part.parameters for part in counts)
    every = list(range(model.num_layers))
    picks = [("Head only", []), ("All layers", every)]
    if model.num_layers > 2:
        picks.insert(1, ("First and last", [0, model.num_layers - 1]))
    return {
        "choose": choose,
        "layers": _entries(trainable),
        "parts": [
            {
                "name": part.name.capitalize(),
                "hint": _hint(k, model),
                "count": f"{part.parameters:,} weights",
                "count_in_part": f"{part.trained:,} of {part.parameters:,} weights",
                "share": part.parameters / largest,
                "fixed": k == model.num_layers,
            }
            for k, part in enumerate(counts)
        ],
        "picks": [{"name": name, "layers": layers} for name, layers in picks] if choose else [],
        "fates": FATES["to choose" if choose else "over"],
        "learns": colour("learns"),
        "frozen": colour("frozen"),
        "learns_text": colour("learns_text"),
        "frozen_text": colour("frozen_text"),
    }


def _hint(layer: int, model: ModelConfig) -> str:
    if layer == model.num_layers:
        return "turns memory into the next character"
    if layer == 0:
        return "nearest the characters it reads"
    return "nearest the output" if layer == model.num_layers - 1 else "in the middle"
