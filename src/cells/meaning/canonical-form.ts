/** A vertex of a directed graph; who has which number means nothing. */
export interface Vertex {
  readonly label: string
  readonly edges: readonly { readonly label: string; readonly to: number }[]
}

export interface CanonicalForm {
  /** The same for two graphs that differ in the numbering alone, and for no others: it says all there is. */
  readonly text: string
  /** The vertices in the order in which the text has them. */
  readonly order: readonly number[]
}

/**
 * Looks at a vertex, at most: some seconds. Behind them, what still looks alike is numbered as it stands: of two graphs that are
 * both large and full of symmetries it may then be missed that they are the same.
 */
const mostLooks = 1_000_000

/**
 * Numbers a graph by what its vertices are and how they are used: colours are refined by those of the neighbours until nothing
 * changes (Weisfeiler & Leman 1968); where some are alike still, one of them is told from the others and all is refined again.
 */
export function canonicalForm(vertices: readonly Vertex[]): CanonicalForm {
  const incoming = vertices.map((): { label: string; from: number }[] => [])
  vertices.forEach(({ edges }, from) => edges.forEach(({ label, to }) => incoming[to]!.push({ label, from })))
  let looks = 0

  /** Colours that tell apart all whose neighbourhoods differ, and a text of them that depends on no numbering. */
  const refined = (given: readonly number[]): Colouring => {
    let colours = given
    let count = new Set(given).size
    for (;;) {
      looks += vertices.length
      const signatures = vertices.map(({ edges }, i) => {
        const around = [
          ...edges.map(({ label, to }) => `>${label} ${colours[to]}`),
          ...incoming[i]!.map(({ label, from }) => `<${label} ${colours[from]}`),
        ]
        return `${colours[i]} ${around.sort().join()}`
      })
      const next = ranked(signatures)
      if (next.count === count) return { colours, count, trace: [...signatures].sort().join(';') }
      ;({ colours, count } = next)
    }
  }

  let now = refined(ranked(vertices.map(({ label }) => label)).colours)
  while (now.count < vertices.length) {
    const { colours } = now
    // Of those that are told apart in ways that look different, the first of these ways is taken.
    let best: Colouring | undefined
    for (const one of firstAlike(colours)) {
      if (best && looks > mostLooks) break
      const apart = refined(colours.map((colour, i) => 2 * colour + (i === one ? 0 : 1)))
      if (!best || apart.trace < best.trace) best = apart
    }
    now = best!
    if (looks > mostLooks) break
  }
  return written(vertices, now.colours)
}

interface Colouring {
  readonly colours: readonly number[]
  readonly count: number
  readonly trace: string
}

/** The rank of each text among those that differ. */
function ranked(texts: readonly string[]): { readonly colours: readonly number[]; readonly count: number } {
  const ranks = new Map([...new Set(texts)].sort().map((text, rank) => [text, rank]))
  return { colours: texts.map((text) => ranks.get(text)!), count: ranks.size }
}

/** The vertices of the first colour that several have. */
function firstAlike(colours: readonly number[]): number[] {
  const byColour = new Map<number, number[]>()
  colours.forEach((colour, i) => byColour.set(colour, [...(byColour.get(colour) ?? []), i]))
  const [first] = [...byColour].filter(([, members]) => members.length > 1).sort(([a], [b]) => a - b)
  return first![1]
}

function written(vertices: readonly Vertex[], colours: readonly number[]): CanonicalForm {
  const order = vertices.map((_, i) => i).sort((a, b) => colours[a]! - colours[b]!)
  const place = new Map(order.map((vertex, at) => [vertex, at]))
  const lines = order.map((i) => {
    const { label, edges } = vertices[i]!
    return `${label}(${edges
      .map(({ label, to }) => `${label} ${place.get(to)}`)
      .sort()
      .join()})`
  })
  return { text: lines.join('\n'), order }
}
