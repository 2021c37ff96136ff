export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".chips")
  list.style.setProperty("--tint", data.tint)
  list.setAttribute("aria-label", data.label)
  list.replaceChildren()
  for (const chip of data.chips) {
    const item = make("li", "chip", list, chip.text)
    item.title = chip.says
    item.setAttribute("aria-label", chip.text + ": " + chip.says)
    item.style.setProperty("--strength", String(7 + 27 * chip.strength))
    make("span", "figure", item, chip.figure)
  }
}
