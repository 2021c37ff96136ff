export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".bars")
  list.style.setProperty("--tint", data.tint)
  list.setAttribute("aria-label", data.label)
  list.replaceChildren()
  for (const bar of data.bars) {
    const row = make("li", "row", list)
    make("span", "text", row, bar.text)
    make("span", "figure", row, bar.figure)
    if (bar.share === null) continue
    const track = make("span", "track", row)
    track.setAttribute("aria-hidden", "true")
    track.style.display = "block"
    const reach = make("span", "reach", track)
    reach.style.display = "block"
    reach.style.width = 100 * bar.share + "%"
  }
}
