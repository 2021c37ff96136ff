const SVG = "http://www.w3.org/2000/svg"
const ICONS = {
  star: "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z",
  pin: "M9 3.5h6l-.8 6.2 3.3 3.3v1.5H6.5V13l3.3-3.3zM12 14.5v6",
  flag: "M6 21V4M6 4.5h11.5l-2.6 4 2.6 4H6",
}
const LEVELS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const held = new WeakMap() // of each table: how it is sorted, what is drawn, the newest data

function icon(name, parent) {
  const svg = parent.appendChild(document.createElementNS(SVG, "svg"))
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("aria-hidden", "true")
  svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", ICONS[name])
}

function toggle(parent, name, label, action) {
  const button = make("button", `mark ${name}`, parent)
  button.type = "button"
  button.title = label
  button.setAttribute("aria-label", label)
  button.onclick = action
  icon(name, button)
  return button
}

function spark(parent, [levels, said]) {
  if (!levels) return
  const heights = [...levels].map((letter) => LEVELS.indexOf(letter) / (LEVELS.length - 1))
  const svg = parent.appendChild(document.createElementNS(SVG, "svg"))
  svg.setAttribute("class", "spark")
  svg.setAttribute("viewBox", "-2 -2 84 24")
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", `Validation: ${said}`)
  const at = (k) => [(80 * k) / (heights.length - 1), 20 - 20 * heights[k]]
  const line = svg.appendChild(document.createElementNS(SVG, "polyline"))
  line.setAttribute("points", heights.map((_, k) => at(k).map((v) => v.toFixed(1)).join()).join(" "))
  const [x, y] = at(heights.indexOf(Math.min(...heights)))
  const dot = svg.appendChild(document.createElementNS(SVG, "circle"))
  for (const [name, value] of [["cx", x], ["cy", y], ["r", 2]]) dot.setAttribute(name, value)
}

function head(table, state, data) {
  const line = make("tr", "", make("thead", "", table))
  make("span", "unseen", make("th", "tools", line), "In the chart, and marks")
  for (const column of [{ id: "name", title: data.names }, { id: "status", title: "Status" }, ...data.columns]) {
    const cell = make("th", column.id, line)
    cell.scope = "col"
    if (column.id === "curve") {
      cell.textContent = column.title
      cell.title = column.help
      continue
    }
    const button = make("button", "sort", cell, column.title)
    button.type = "button"
    if (column.help) button.title = column.help
    const ways = { ascending: 1, descending: -1 }
    const way = Object.keys(ways).find((w) => state.sort?.id === column.id && state.sort.way === ways[w])
    if (way) cell.setAttribute("aria-sort", way)
    button.onclick = () => {
      const before = state.sort?.id === column.id ? state.sort.way : 0
      state.sort = before === -1 ? null : { id: column.id, way: before ? -1 : 1 }
      build(table, state)
    }
  }
}

// A time is as many seconds, a number its value; other texts are sorted as texts.
function order(text) {
  const units = { h: 3600, min: 60, s: 1 }
  const times = [...text.matchAll(/(\d+) (h|min|s)(?= |$)/g)]
  if (times.length) return times.reduce((sum, [, count, unit]) => sum + count * units[unit], 0)
  const number = Number.parseFloat(text.replaceAll(",", "").replace("\u2212", "-"))
  return Number.isNaN(number) || /^[\d.,]*\D*[a-z]/i.test(text) ? text : number
}

function sorted(rows, sort) {
  if (!sort) return rows
  const own = { name: (row) => row.name, status: (row) => row.status[0] }
  const value = own[sort.id] ?? ((row) => order([row.cells[sort.id] ?? ""].flat()[0]))
  const last = (v) => v === "" || v === "too few"
  const known = rows.filter((row) => !last(value(row)))
  const compare = (x, y) => (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)))
  known.sort((a, b) => sort.way * compare(value(a), value(b)))
  return [...known, ...rows.filter((row) => last(value(row)))]
}

function point(state, label) {
  if ((document.body.value ?? null) === label) return
  document.body.value = label
  document.body.dispatchEvent(new Event(state.view.event))
}

function entry(body, row, state, data) {
  const line = make("tr", "", body)
  line.dataset.id = row.id
  const tools = make("td", "tools", line)
  const box = make("input", "", make("label", "shown", tools))
  box.type = "checkbox"
  box.setAttribute("aria-label", `${row.name} in the chart`)
  box.onchange = () => {
    const others = state.view.chosen.filter((id) => id !== row.id)
    act(state, { chosen: box.checked ? [...others, row.id] : others })
  }
  toggle(tools, "star", "", () => act(state, { star: row.id, on: !row.starred }))
  toggle(tools, "pin", "", () => {
    const pins = state.view.pins
    act(state, { pins: pins.includes(row.id) ? pins.filter((id) => id !== row.id) : [...pins, row.id] })
  })
  toggle(tools, "flag", "", () => act(state, { against: state.view.against === row.id ? "" : row.id }))
  const name = make("th", "name", line)
  name.scope = "row"
  const title = make("span", "title", name, row.name)
  title.title = row.note ? `${row.name}\n${row.note}` : row.name
  const marks = make("span", "marks", name)
  for (const tag of row.tags ?? []) make("span", "tag", marks, tag)
  if (row.note) make("span", "note", marks, row.note)
  make("span", `badge ${row.status[1]}`, make("td", "status", line), row.status[0])
  for (const column of data.columns) {
    const cell = make("td", column.id, line)
    cell.dataset.title = column.title
    if (column.id === "curve") {
      spark(cell, row.curve)
      continue
    }
    const [main, small] = [row.cells[column.id] ?? ""].flat()
    if (!main) cell.classList.add("empty")
    make("span", "main", cell, main)
    if (small) make("span", "small", cell, small)
  }
  line.onpointerenter = () => point(state, state.view.labels[row.id] ?? null)
  line.onpointerleave = () => point(state, null)
}

function act(state, did) {
  if (did.chosen) state.view.chosen = did.chosen // shown at once; the answer confirms it
  if (did.pins) state.view.pins = did.pins
  if (did.against !== undefined) state.view.against = did.against
  paint(state)
  state.tell(did)
}

function build(table, state) {
  table.replaceChildren()
  head(table, state, state.view)
  const body = make("tbody", "", table)
  const pinned = (row) => state.view.pins.includes(row.id)
  const rows = [...state.rows.filter(pinned), ...sorted(state.rows.filter((row) => !pinned(row)), state.sort)]
  for (const row of rows) entry(body, row, state, state.view)
  paint(state)
}

function paint({ table, view, rows }) {
  const full = view.pins.length >= view.most
  const by = new Map(rows.map((row) => [row.id, row]))
  for (const line of table.tBodies[0].rows) {
    const id = line.dataset.id
    const [chosen, pinned, named] = [view.chosen.includes(id), view.pins.includes(id), view.against === id]
    line.className = [chosen && "chosen", pinned && "pinned", named && "named"].filter(Boolean).join(" ")
    line.style.setProperty("--run", view.colours[id] ?? "transparent")
    line.querySelector("input").checked = chosen
    const set = (kind, on, yes, no, stop) => {
      const button = line.querySelector(`.${kind}`)
      button.setAttribute("aria-pressed", String(on))
      button.title = on ? yes : no
      button.setAttribute("aria-label", `${button.title}: ${by.get(id).name}`)
      button.disabled = Boolean(stop)
    }
    set("star", Boolean(by.get(id).starred), "Take the star off", "Star it")
    set("pin", pinned, "Unpin it", full ? `No more than ${view.most} can be pinned` : "Pin it on top", full && !pinned)
    set("flag", named, "Measure against the baselines again", "Measure all others against it")
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table")
  const text = new TextDecoder().decode(data)
  const cut = text.indexOf("\n")
  const state = held.get(table) ?? { sort: null, table }
  held.set(table, state)
  const before = state.drawn
  const view = JSON.parse(text.slice(cut + 1))
  state.drawn = text.slice(0, cut) + JSON.stringify([view.columns, view.names, view.pins])
  state.view = view
  state.tell = (did) => setTriggerValue("did", did)
  table.style.setProperty("--tint", view.tint)
  table.setAttribute("aria-label", view.label)
  parentElement.querySelector(".frame").setAttribute("aria-label", view.label)
  if (state.drawn !== before) {
    state.rows = JSON.parse(text.slice(0, cut))
    build(table, state)
  } else paint(state)
  const light = () => {
    for (const line of table.tBodies[0].rows) {
      const label = state.view.labels[line.dataset.id]
      line.classList.toggle("lit", label !== undefined && label === document.body.value)
    }
  }
  document.body.addEventListener(view.event, light)
  return () => document.body.removeEventListener(view.event, light)
}
