import { inputOperation, nameOf, type Node, type RowAxis, type ScanNode, type Seen } from '../graph/index.ts'
import { floats, type Home, type Spot } from './arrays.ts'
import type { Meaning } from './meaning.ts'
import type { Moment, Sources } from './sources.ts'
import type { Storage } from './storage.ts'

/** What nodes mean, told from the graph alone: nothing here knows where an array lies. */
export class Meanings {
  /** What each array is called, by its number. */
  readonly names: string[] = []
  readonly #numbers = new Map<unknown, number>()
  readonly #sources: Sources
  readonly #storage: Storage
  /** Nodes of a step, which have another value at every one. */
  readonly #inside = new Map<Node, string>()
  /** New states that are written right where the state lies. */
  readonly #writers = new Map<Node, { scan: ScanNode; state: number }>()

  constructor(timeline: readonly Moment[], sources: Sources, storage: Storage) {
    this.#sources = sources
    this.#storage = storage
    for (const { unit, loop } of timeline) {
      if (unit.kind === 'loop') {
        storage.states(unit.scan).forEach(({ writer }, state) => {
          if (writer) this.#writers.set(writer, { scan: unit.scan, state })
        })
      } else if (loop) {
        const { axis } = loop.scan.attributes
        for (const node of unit.kind === 'kernel' ? unit.nodes : [unit.node]) this.#inside.set(node, axis)
      }
    }
  }

  /** What is read, or written, by a node; undefined for a number or a position. */
  of(node: Node): Meaning | undefined {
    const { operation } = node
    const seen = operation.seen?.(node)
    if (seen) return this.#seen(node, seen)
    const outer = this.#sources.outer(node)
    if (outer) return this.of(outer)
    if (!this.#sources.of(node)) return undefined
    const old = this.#sources.state(node)
    if (old) return this.state(old.scan, old.state, 'old')
    const next = this.#writers.get(node)
    if (next) return this.state(next.scan, next.state, 'new')
    const added = this.#storage.addedTo(node)
    if (added) return this.outside(added)
    if (operation === inputOperation) return this.given(nameOf(node), node.shape)
    const { rows, columns } = node.shape
    const axis = this.#inside.get(node)
    return this.#meaning(node, `${operation.name} ${node.id}`, axis === undefined ? rows : [axis, ...rows], columns)
  }

  #seen(node: Node, { of, from, last }: Seen): Meaning | undefined {
    const state = last && this.#sources.state(of)
    if (state) return this.state(state.scan, state.state, 'final')
    const whole = this.of(of)
    // A number, or one column repeated, is the same in all columns.
    if (!whole || from === undefined || whole.columns !== of.shape.columns) return whole
    return { ...whole, column: whole.column + from, columns: node.shape.columns }
  }

  /** A state before the first step, as a step finds it, as it leaves it, and after the last one. */
  state(scan: ScanNode, state: number, which: 'initial' | 'old' | 'new' | 'final'): Meaning {
    const { axis, reverse, states } = scan.attributes
    const { old } = states[state]!
    const { rows, columns } = old.shape
    const first = reverse ? floats([axis, ...rows], 1) : []
    const last = reverse ? [] : floats([axis, ...rows], 1)
    const [before, after] = reverse ? [floats(rows, 1), []] : [[], floats(rows, 1)]
    const shift = { initial: first, old: before, new: after, final: last }[which]
    const moves = which === 'old' || which === 'new'
    const whole = this.#meaning(old, `state ${old.id}`, [axis, ...rows], columns)
    return { ...whole, shift, along: moves ? whole.along : rows }
  }

  /** What lies in a region that is bound from outside, before anything is written there. */
  given(region: string, { rows, columns }: { rows: readonly RowAxis[]; columns: number }): Meaning {
    return this.#meaning(`region ${region}`, `region "${region}"`, rows, columns)
  }

  /** A product of which so many terms are added up. */
  partial(node: Node, terms: number): Meaning {
    const whole = this.of(node)!
    return {
      ...whole,
      array: this.#number(`${node.id}, ${terms} terms`, `${terms} terms of ${this.names[whole.array]}`),
    }
  }

  /** An array of its own for a home: a copy, what is delivered, or what is added to outside. */
  outside({ buffer, column, columns }: Home): Meaning {
    return { ...this.#meaning(buffer, `an array of "${buffer.region}"`, buffer.rows, columns), column }
  }

  #number(key: unknown, name: string): number {
    const number = this.#numbers.get(key) ?? this.names.push(name) - 1
    this.#numbers.set(key, number)
    return number
  }

  #meaning(key: unknown, name: string, rows: readonly RowAxis[], columns: number): Meaning {
    return {
      array: this.#number(key, name),
      axes: rows,
      along: rows,
      shift: [],
      column: 0,
      columns,
      rows: Infinity,
      at: { row: 0, column: 0 },
    }
  }
}

const textOf = (meaning: Meaning): string => JSON.stringify(Object.values(meaning))

/** The first of two spots, meaning what both do: the second's columns and rows begin behind so many of the first's. */
export function joined(a: Spot, b: Spot, columns = 0, rows = 0): Spot {
  const both = (above: readonly Meaning[], below: readonly Meaning[]): Meaning[] => {
    const first = above.map((meaning) =>
      rows > 0 && meaning.rows === Infinity ? { ...meaning, rows: rows - meaning.at.row } : meaning,
    )
    const known = new Set(first.map(textOf))
    const behind = below.map((meaning) => ({
      ...meaning,
      at: { row: meaning.at.row + rows, column: meaning.at.column + columns },
    }))
    return [...first, ...behind.filter((meaning) => !known.has(textOf(meaning)))]
  }
  const found = (a.found ?? b.found) && both(a.found ?? a.means, b.found ?? b.means)
  return { ...a, means: both(a.means, b.means), ...(found && { found }) }
}
