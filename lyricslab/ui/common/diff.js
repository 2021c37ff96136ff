function side(name, label, lines, hunk, parent) {
  const node = make("div", `side ${name}`, parent)
  node.setAttribute("aria-label", label)
  node.setAttribute("role", "group")
  if (hunk.above) make("div", "line around", node, hunk.above)
  for (const line of lines) make("div", "line changed", node, line)
  if (!lines.length) make("div", "line nothing", node, name === "after" ? "taken out" : "new")
  if (hunk.below) make("div", "line around", node, hunk.below)
}

export default function ({ data, parentElement }) {
  const diff = parentElement.querySelector(".diff")
  diff.replaceChildren()
  for (const song of data.songs) {
    const box = make("div", "song", diff)
    const title = make("p", "title", box, song.title)
    if (song.gone) make("span", "", title, "  is left out")
    for (const hunk of song.hunks) {
      const grid = make("div", "hunk", box)
      side("before", "Before", hunk.before, hunk, grid)
      side("after", "After", hunk.after, hunk, grid)
    }
    if (song.more) make("p", "more", box, song.more)
  }
}
