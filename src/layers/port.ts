import { UnrolledError } from '../error.ts'
import type { Shape } from '../graph/index.ts'

/** What rows are counted along: the steps of a sequence, those of a second one, the sequences side by side. */
export type Axis = 'time' | 'source' | 'batch'

/** What goes into or comes out of a layer, a loss or a model. */
export interface Port {
  /** Rows of numbers, or numbers of symbols, one a row. */
  readonly kind: 'vector' | 'symbols'
  /** Numbers in a row; 1 of symbols. */
  readonly columns: number
  /** What there is a row for, outermost first: `['time', 'batch']` is one for each step of each sequence. */
  readonly axes: readonly Axis[]
  /** How many symbols there are; they are numbered from 0. Absent of rows of numbers. */
  readonly symbols?: number
  /** Whether it may be left out; false. */
  readonly optional?: boolean
}

/** Ports by name. */
export type Ports = Readonly<Record<string, Port>>

/** A row for each step of each sequence. */
export const everyStep: readonly Axis[] = ['time', 'batch']

/** A row for each sequence. */
export const everySequence: readonly Axis[] = ['batch']

/** A port of rows of numbers. */
export const vectors = (columns: number, axes: readonly Axis[] = everyStep): Port => ({ kind: 'vector', columns, axes })

/** A port of numbers of symbols. */
export const symbolsOf = (symbols: number, axes: readonly Axis[] = everyStep): Port => ({
  kind: 'symbols',
  columns: 1,
  axes,
  symbols,
})

/** What programs keep in memory beside the values of ports. */
const taken =
  /^(parameters|gradients|targets|weights|lengths|starts|loss|norm|scratch|prepared|sums|finished|__proto__|(state|adjoint|tap|moment|scalar|lengths|ahead|kept)\..*)$/

/** Holds the ports of a layer against what a port may be; `owner` is what errors begin with. */
export function checkPorts(owner: string, inputs: Ports, outputs: Ports): void {
  const wrong = (what: string): UnrolledError => new UnrolledError('option', `${owner}: ${what}`)
  for (const [side, ports] of [['input', inputs] as const, ['output', outputs] as const]) {
    if (typeof ports !== 'object' || ports === null || Object.keys(ports).length === 0) {
      throw wrong(`it has no ${side}s; they are ports by name, as { x: vectors(8) }`)
    }
    for (const [name, port] of Object.entries(ports)) {
      const { kind, columns, axes, symbols } = port ?? {}
      if (taken.test(name)) throw wrong(`no port may be called ${name}`)
      if (!Number.isSafeInteger(columns) || columns < 1)
        throw wrong(`${name} has ${columns} columns; a whole number from 1`)
      const rows = Array.isArray(axes) ? axes.join() : ''
      if (!['time,batch', 'source,batch', 'batch'].includes(rows)) {
        throw wrong(`${name} has the axes [${rows}]; they are [time, batch], [source, batch] or [batch]`)
      }
      const numbered = kind === 'symbols' && columns === 1 && Number.isSafeInteger(symbols) && symbols! > 0
      if (kind !== 'vector' && !numbered) throw wrong(`${name} is neither vectors nor one of so many symbols`)
    }
  }
  const both = Object.keys(inputs).find((name) => Object.hasOwn(outputs, name))
  if (both !== undefined) throw wrong(`${both} is an input and an output; each has a name of its own`)
}

/** The shape of a port's node. */
export const shapeOf = ({ axes, columns }: Port): Shape => ({ rows: axes, columns })

/** The names of ports that may be left out. */
export const optionalOf = (ports: Ports): ReadonlySet<string> =>
  new Set(Object.keys(ports).filter((name) => ports[name]!.optional))

/** The name of the main port: that one, or the only one that must be there; undefined where neither is. */
export function mainName(ports: Ports, name: string): string | undefined {
  if (Object.hasOwn(ports, name)) return name
  const required = Object.keys(ports).filter((other) => !ports[other]!.optional)
  return required.length === 1 ? required[0] : undefined
}

/**
 * The main port with its name.
 * @throws UnrolledError `shape` where there is none.
 */
export function mainOf(ports: Ports, name: string): readonly [string, Port] {
  const found = mainName(ports, name)
  if (found !== undefined) return [found, ports[found]!]
  throw new UnrolledError('shape', `a port ${name} is wanted, or one alone; there are ${Object.keys(ports).join(', ')}`)
}

/** `[time, batch] × 3`, or `one of 50 symbols for [time, batch]`. */
export function portText({ kind, columns, axes, symbols }: Port): string {
  const rows = `[${axes.join(', ')}]`
  return kind === 'symbols' ? `one of ${symbols} symbols for ${rows}` : `${rows} × ${columns}`
}

/** Says why what comes out of one port cannot go into another; nothing where it can. */
export function misfit(from: Port, into: Port): string | undefined {
  if (from.columns !== into.columns) return 'columns'
  if (from.axes.join() !== into.axes.join()) return 'axes'
  return from.kind !== into.kind || from.symbols! > into.symbols! ? 'kind' : undefined
}
