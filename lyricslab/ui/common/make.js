// Put before every component's script by component.py. What users wrote goes in as text, never as HTML.
function make(tag, name, parent, text) {
  const node = document.createElement(tag)
  if (name) node.className = name
  if (text) node.textContent = text
  parent.appendChild(node)
  return node
}

