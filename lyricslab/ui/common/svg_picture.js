export default function ({ data, parentElement }) {
  const svg = parentElement.querySelector("svg")
  svg.style.setProperty("--learns", data.learns)
  svg.style.setProperty("--frozen", data.frozen)
}
