function build(board, data) {
  board.replaceChildren()
  const button = (name, label, k, m, g) => {
    const made = make("button", name, board)
    made.type = "button"
    made.setAttribute("aria-label", label)
    Object.assign(made.dataset, { k, m, g })
    return made
  }
  for (let k = 0; k < data.cells.length; k++) {
    make("span", "layer", board, `Layer ${k}`)
    data.gates.forEach((gate, g) => {
      const top = button(k ? "top later" : "top", `Layer ${k}, ${gate.title}`, k, "", g)
      make("b", "", top, gate.name)
      make("span", "", top, gate.short)
    })
    data.matrices.forEach((matrix, m) => {
      const side = button("side", `Layer ${k}, ${matrix.title}`, k, m, "")
      make("b", "", side, matrix.name)
      make("span", "", side, matrix.short)
      data.gates.forEach((gate, g) => {
        button("cell", `Layer ${k}, ${matrix.title} of the ${gate.title}`, k, m, g)
      })
    })
  }
}

function paint(board, cells) {
  for (const cell of board.querySelectorAll(".cell")) {
    const { k, m, g } = cell.dataset
    cell.setAttribute("aria-pressed", String(cells[k][m][g]))
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const board = parentElement.querySelector(".board")
  const shape = JSON.stringify([data.cells.length, data.gates, data.matrices])
  if (board.dataset.shape !== shape) {
    build(board, data)
    board.dataset.shape = shape
  }
  board.style.setProperty("--learns", data.learns)
  const cells = data.cells.map((layer) => layer.map((row) => [...row]))
  paint(board, cells)
  for (const button of board.querySelectorAll("button")) {
    button.onclick = () => {
      const { k, m, g } = button.dataset
      const rows = m === "" ? data.matrices.map((_, row) => row) : [m]
      const columns = g === "" ? data.gates.map((_, column) => column) : [g]
      const learn = !rows.every((row) => columns.every((column) => cells[k][row][column]))
      for (const row of rows) for (const column of columns) cells[k][row][column] = learn
      paint(board, cells)
      setStateValue("cells", cells)
    }
  }
}
