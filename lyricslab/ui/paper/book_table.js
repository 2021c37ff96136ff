export default function ({ data, parentElement }) {
  const frame = parentElement.querySelector(".frame")
  const table = parentElement.querySelector("table")
  table.style.setProperty("--tint", data.learns)
  table.setAttribute("aria-label", data.label)
  table.replaceChildren()
  const head = make("thead", "", table)
  const groups = make("tr", "", head)
  const names = make("tr", "", head)
  make("th", "first", groups)
  make("th", "first", names, data.first)
  const opens = new Set()
  let at = 0
  for (const group of data.groups) {
    opens.add(at)
    const title = make("th", "group opens", groups, group.title)
    title.colSpan = group.columns.length
    group.columns.forEach((name, k) => make("th", k ? "" : "opens", names, name))
    at += group.columns.length
  }
  const body = make("tbody", "", table)
  let before = ""
  for (const row of data.rows) {
    const turned = row.mark === "apart" && before !== "apart"
    const line = make("tr", `${row.mark}${turned ? " turn" : ""}`, body)
    before = row.mark
    const name = make("td", "first", line)
    if (row.stack) {
      const stack = make("span", "stack", name)
      for (const learns of row.stack) {
        make("i", "", stack).style.background = learns ? data.learns : data.frozen
      }
    }
    make("span", "", name, row.name)
    row.cells.forEach((cell, k) => {
      const box = make("td", opens.has(k) ? "opens" : "", line)
      make("span", "", box, cell.main)
      if (cell.small) make("span", "small", box, cell.small)
    })
  }
  // Where it is wider than the page it scrolls: by the keyboard too.
  const scrolls = frame.scrollWidth > frame.clientWidth
  frame.tabIndex = scrolls ? 0 : -1
  frame.setAttribute("role", scrolls ? "region" : "presentation")
  frame.setAttribute("aria-label", data.label)
}
