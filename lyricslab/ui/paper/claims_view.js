export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".claims")
  list.replaceChildren()
  for (const claim of data.claims) {
    const box = make("div", "claim", list)
    make("div", `verdict ${claim.kind}`, box, claim.verdict)
    const words = make("div", "", box)
    const says = make("p", "says", words, claim.sentence)
    if (claim.base) {
      make("span", "", says, " Base: ")
      make("span", "base", says, claim.base)
    }
    make("p", "test", words, claim.test)
    const effect = make("div", "effect", box)
    if (claim.effect === null) continue
    make("b", "", effect, claim.told)
    const range = make("div", `range${claim.at === null ? " none" : ""}`, effect)
    if (claim.at !== null) {
      for (const name of ["line", "zero"]) make("i", name, range)
      const bar = make("i", "bar", range)
      bar.style.left = `${claim.low}%`
      bar.style.width = `${Math.max(0.5, claim.high - claim.low)}%`
      make("i", "dot", range).style.left = `${claim.at}%`
    }
    make("span", "", effect, claim.interval)
  }
}
