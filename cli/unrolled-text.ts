import { applyModifiers, cellFromText, type Cell, type Layer } from 'unrolled'

const subscripts = '₀₁₂₃₄₅₆₇₈₉'
const lowered = (n: number): string => [...String(n)].map((digit) => subscripts[Number(digit)]).join('')

/** The lines of a cell's equations at step `t`, which takes its old states from step `before`. Weights have no step's number. */
class WrittenCell {
  readonly #lines: readonly string[]
  readonly #states: ReadonlySet<string>
  readonly #defined: ReadonlySet<string>

  constructor(cell: Cell) {
    this.#lines = cell
      .text()
      .split('\n')
      .filter((line) => line.includes('=') && !/^\s*[a-z]+:/.test(line))
    this.#states = new Set(cell.states({ input: 1, hidden: 1, output: 1, projection: 1 }).map(({ name }) => name))
    this.#defined = new Set(this.#lines.map((line) => line.split('=')[0]!.trim().replace(/'$/, '')))
  }

  at(t: number, before = t - 1): string[] {
    return this.#lines.map((line) =>
      line.trim().replace(/[\p{L}_][\p{L}\p{N}_]*~?'?/gu, (name: string, at: number, all: string) => {
        // Before a bracket it is a function, whatever lines are called.
        if (all[at + name.length] === '(') return name
        const bare = name.replace(/'$/, '')
        if (name !== bare) return bare + lowered(t)
        if (this.#states.has(bare)) return bare + lowered(before)
        return bare === 'x' || this.#defined.has(bare) ? bare + lowered(t) : name
      }),
    )
  }

  /** What the layer above gets at step `t`. */
  output(t: number): string {
    const name = this.#defined.has('y') ? 'y' : this.#states.has('h') ? 'h' : [...this.#states][0]
    return `${name}${lowered(t)}`
  }
}

/** The equations of a cell written out over steps: inputs and states get the step's number, weights stay the same in every step. */
export function overSteps(cell: Cell, steps: number): string {
  const written = new WrittenCell(cell)
  const shared = cell.parameters({ input: 1, hidden: 1, output: 1, projection: 1 }).map(({ name }) => name)
  return [
    ...upTo(steps).flatMap((t) => [`step ${t}`, ...written.at(t).map((line) => `  ${line}`)]),
    `the same in all steps: ${shared.join(', ')}`,
  ].join('\n')
}

/** A whole network written out over steps, layer by layer. */
export function networkOverSteps(layer: Layer, steps: number): string {
  const stations = stationsOf(layer.description, '', (name) => name)
  const width = Math.max(...stations.map(({ name }) => name.length))
  const lines = upTo(steps).flatMap((t) => {
    let value = `input${lowered(t)}`
    const own: string[] = []
    for (const { name, write } of stations) {
      const { lines, output } = write(value, t)
      lines.forEach((line, i) => own.push(`  ${(i === 0 ? name : '').padEnd(width)}  ${line}`))
      value = output
    }
    return [`step ${t}`, ...own]
  })
  return `${lines.join('\n')}\nthe same in all steps: ${byPrefix(layer.declared.map(({ name }) => name))}`
}

const upTo = (steps: number): number[] => Array.from({ length: steps }, (_, i) => i + 1)

/** `a.b, a.c, d` → `a.{b, c}, d` */
function byPrefix(names: readonly string[]): string {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const end = name.lastIndexOf('.') + 1
    const group = groups.get(name.slice(0, end)) ?? []
    groups.set(name.slice(0, end), [...group, name.slice(end)])
  }
  return [...groups].map(([prefix, own]) => prefix + (own.length > 1 ? `{${own.join(', ')}}` : own[0])).join(', ')
}

/** A layer's way of writing one step: what it does with a value, and the value it gives. */
interface Station {
  readonly name: string
  write(value: string, t: number): { readonly lines: readonly string[]; readonly output: string }
}

type Description = Layer['description']

/** How kinds of layers are written, as far as they say more than their name. */
const writers: Readonly<Record<string, (description: Description, prefix: string, whose: Whose) => Station[]>> = {
  chain({ layers, tie = {} }, prefix, whose) {
    const ties = tie as Readonly<Record<string, string>>
    const owner: Whose = (name) => {
      const other = ties[name.slice(prefix.length)]
      return whose(other === undefined ? name : prefix + other)
    }
    return (layers as unknown as [string, Description][]).flatMap(([name, inner]) =>
      // A layer whose name begins with a line leaves its parameters their own names.
      stationsOf(inner, name.startsWith('_') ? prefix : `${prefix}${name}.`, owner),
    )
  },
  embedding: ({ kind }, prefix, whose) => [station(kind, prefix, (value) => `${whose(`${prefix}weight`)}[${value}]`)],
  linear: ({ kind, bias }, prefix, whose) => [
    station(kind, prefix, (value) => {
      const added = bias === false ? '' : ` + ${whose(`${prefix}bias`)}`
      return `${whose(`${prefix}weight`)} @ ${inBrackets(value)}${added}`
    }),
  ],
  dropout: ({ kind }, prefix) => [station(kind, prefix, (value) => `dropout(${value}), in training only`)],
  recurrent: recurrentStations,
}

/** Whose a parameter is, by its name. */
type Whose = (name: string) => string

/** The stations of a described layer; `prefix` is what its parameters' names begin with. */
function stationsOf(description: Description, prefix: string, whose: Whose): Station[] {
  const { kind } = description
  return Object.hasOwn(writers, kind)
    ? writers[kind]!(description, prefix, whose)
    : [station(kind, prefix, (value) => `${kind}(${value})`)]
}

/** A station of one line. */
function station(kind: string, prefix: string, right: (value: string) => string): Station {
  const name = prefix.slice(0, -1) || kind
  return {
    name,
    write(value, t) {
      const output = `y${lowered(t)}`
      return { lines: [`${output} = ${right(value)}`], output: `${output} of ${name}` }
    },
  }
}

const inBrackets = (value: string): string => (/^[\p{L}\p{N}]+$/u.test(value) ? value : `(${value})`)

function recurrentStations(description: Description, prefix: string): Station[] {
  const { input, hidden, layers, direction, bidirectional, residual, gives, ...sizes } = description
  const cells = cellsOfDescription(description)
  const forward = { name: 'forward', cell: cells[0]!, reverse: false }
  const backward = { name: 'backward', cell: cells.at(-1)!, reverse: true }
  const ways = bidirectional ? [forward, backward] : [direction === 'backward' ? backward : forward]
  const written = ways.map((way) => ({ ...way, cell: new WrittenCell(way.cell) }))
  const widths = Array.isArray(hidden)
    ? (hidden as number[])
    : new Array<number>(Number(layers ?? 1)).fill(Number(hidden))
  let width = Number(input)
  return widths.map((hidden, i) => {
    const place = layers === undefined ? '' : `layers.${i}.`
    const [only] = ways.length === 1 ? [ways[0]!.name] : ['']
    const name = `${prefix}${place}${only}`.replace(/^(forward|backward)$|\.$/, '') || 'cell'
    const before = width
    width = ways.reduce((sum, { cell }) => sum + cell.outputSize({ ...sizes, input: before, hidden }), 0)
    const adds = residual === true && before === width
    const final = gives === 'final output' && i === widths.length - 1
    return {
      name,
      write(value, t) {
        const x = `x${lowered(t)}`
        const lines = written.flatMap(({ name, cell, reverse }) => [
          ...(ways.length > 1 ? [`${name}:`] : []),
          ...(reverse ? cell.at(t, t + 1) : cell.at(t)),
        ])
        const own = written.map(({ name, cell }) => cell.output(t) + (ways.length > 1 ? ` ${name}` : ''))
        const output = own.length > 1 ? `[${own.join(', ')}]` : own[0]!
        return {
          lines: [`${x} = ${value}`, ...lines],
          output: `${adds ? `${x} + ` : ''}${final ? 'the last ' : ''}${output} of ${name}`,
        }
      },
    }
  })
}

/** The cells of a recurrent layer's description, modifiers and all: one, or one for each direction. */
export function cellsOfDescription({ cell }: Description): Cell[] {
  type Described = { readonly text: string; readonly modifiers: Cell['modifiers'] }
  const described = cell as unknown as Described | { readonly forward: Described; readonly backward: Described }
  const all = 'text' in described ? [described] : [described.forward, described.backward]
  return all.map(({ text, modifiers }) => applyModifiers(cellFromText(text), modifiers))
}
