function build(grid, data) {
  grid.replaceChildren()
  grid.style.setProperty("--choices", data.choices.length)
  grid.style.setProperty("--bases", data.bases.length)
  const named = (name, kind, place) => {
    const box = make("div", kind, grid, name)
    box.style.setProperty(kind === "base" ? "--row" : "--column", place + 2)
  }
  data.choices.forEach((name, k) => named(name, "choice", k))
  data.bases.forEach((name, k) => named(name, "base", k))
  for (const field of data.fields) {
    const box = make("button", "field", grid)
    box.type = "button"
    box.dataset.key = field.key
    box.style.setProperty("--row", field.row + 2)
    box.style.setProperty("--column", field.column + 2)
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".heat")
  grid.setAttribute("aria-label", data.label)
  const shape = JSON.stringify([data.bases, data.choices, data.fields.map((field) => field.key)])
  if (grid.dataset.shape !== shape) {
    build(grid, data)
    grid.dataset.shape = shape
  }
  const boxes = grid.querySelectorAll("button")
  data.fields.forEach((field, k) => {
    const box = boxes[k]
    box.replaceChildren()
    make("span", "loss", box, field.loss)
    make("span", "spread", box, field.spread)
    box.style.background = field.colour
    box.style.color = field.ink
    box.classList.toggle("best", field.best)
    box.title = field.says
    box.setAttribute("aria-label", `${field.says}: ${field.loss} ${field.spread}`)
    box.setAttribute("aria-pressed", String(field.key === data.chosen))
    box.onclick = () => setTriggerValue("pressed", field.key)
  })
}
