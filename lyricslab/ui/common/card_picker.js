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
    make("span", "facts", card, choice.facts.join(" \u00b7 "))
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
