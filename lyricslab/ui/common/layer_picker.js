// Drawn as it is read: characters enter below, the head is on top. Rows are made once for a shape of
// network and then only changed, so that a click keeps its focus.
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
    row.dataset.layer = part.layer
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
    button.tabIndex = pick === data.picks[0] ? 0 : -1
  }
}

function paint(stack, data, layers) {
  data.parts.forEach((part, place) => {
    const row = stack.querySelectorAll(".row")[place], k = part.layer
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
    const k = Number(row.dataset.layer)
    row.onclick = () => {
      const others = layers.filter((entry) => parseInt(entry) !== k)
      choose(layers.includes(k) ? others : [...others, k])
    }
  })
  const buttons = [...stack.querySelectorAll(".pick")]
  buttons.forEach((button, k) => {
    button.onclick = () => choose(data.picks[k].layers)
    button.onkeydown = (event) => {
      const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      if (!move) return
      event.preventDefault()
      const next = buttons[(k + move + buttons.length) % buttons.length]
      buttons.forEach((other) => { other.tabIndex = other === next ? 0 : -1 })
      next.focus()
    }
  })
}
