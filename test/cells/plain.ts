import { evaluate, leaf, parameter, type Node, type Shape, type Value } from '../../src/graph/index.ts'
import type { Cell, Sizes } from '../../src/cells/index.ts'

/** Vectors and matrices as plain numbers, for formulas written by hand from the papers. */
export type Vector = number[]
export type Matrix = Vector[]

export const sigmoid = (v: Vector): Vector => v.map((a) => 1 / (1 + Math.exp(-a)))
export const tanh = (v: Vector): Vector => v.map(Math.tanh)
export const relu = (v: Vector): Vector => v.map((a) => Math.max(0, a))
export const times = (m: Matrix, v: Vector): Vector =>
  m.map((row) => {
    if (row.length !== v.length) throw new Error(`${row.length} columns on ${v.length}`)
    return row.reduce((sum, a, i) => sum + a * v[i]!, 0)
  })
const zip =
  (f: (a: number, b: number) => number) =>
  (first: Vector, ...others: Vector[]): Vector =>
    others.reduce((a, b) => {
      if (a.length !== b.length) throw new Error(`${a.length} and ${b.length}`)
      return a.map((value, i) => f(value, b[i]!))
    }, first)
export const sum = zip((a, b) => a + b)
export const product = zip((a, b) => a * b)
export const quotient = zip((a, b) => a / b)
export const less = (v: Vector): Vector => v.map((a) => 1 - a)

/** A stream of numbers in (−1, 1), the same every time. */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  }
}

export interface Setup {
  /** Fills everything a step is given; by default numbers in (−1, 1). */
  readonly seed?: number
  readonly training?: boolean
  /** States as they begin, instead of numbers. */
  readonly initial?: boolean
  /** Fills random numbers; by default 0.5 everywhere. */
  readonly random?: (name: string, index: number) => number
}

export interface Ran {
  readonly x: Vector[]
  readonly old: Record<string, Vector[]>
  readonly vectors: Record<string, Vector>
  readonly matrices: Record<string, Matrix>
  readonly states: Record<string, Vector[]>
  readonly output: Vector[]
  readonly values: Record<string, Vector[]>
  /** Random numbers asked for, by name. */
  readonly drawn: Record<string, Vector[]>
}

export const batch = 2

/** One step of a cell on the float64 evaluation, on a batch of two; what went in and what came out, by name. */
export function run(cell: Cell, sizes: Sizes, setup: Setup = {}): Ran {
  const next = numbers(setup.seed ?? 1)
  const known = new Map<Node, Value>()
  const extents = (shape: Shape): number[] => shape.rows.map((axis) => (typeof axis === 'number' ? axis : batch))
  const rows = (value: Value): Vector[] => {
    const { columns } = value.shape
    return Array.from({ length: value.data.length / columns }, (_, i) => [
      ...value.data.subarray(i * columns, (i + 1) * columns),
    ])
  }
  const give = (node: Node, fill: (i: number) => number = next): Node => {
    const size = extents(node.shape).reduce((a, b) => a * b, 1) * node.shape.columns
    known.set(node, {
      shape: node.shape,
      extents: extents(node.shape),
      data: Float64Array.from({ length: size }, (_, i) => fill(i)),
    })
    return node
  }
  const drawn: Record<string, Node> = {}
  const draw = (name: string, shape: Shape): Node =>
    (drawn[name] ??= give(leaf(name, shape), (i) => setup.random?.(name, i) ?? 0.5))
  const x = give(leaf('x', { rows: ['batch'], columns: sizes.input }))
  const states = Object.fromEntries(
    cell
      .states(sizes)
      .map(({ name, columns, initial }) => [
        name,
        give(leaf(name, { rows: ['batch'], columns }), setup.initial ? () => initial : next),
      ]),
  )
  const parameters = Object.fromEntries(
    cell.parameters(sizes).map(({ name, shape }) => [name, give(parameter(name, shape))]),
  )
  const noise = Object.fromEntries(
    cell.noise(sizes).map(({ name, columns }) => [name, draw(name, { rows: ['batch'], columns })]),
  )
  const given = { x, states, parameters, noise, random: draw, training: setup.training ?? false }
  const made = cell.step(sizes, given)
  const context = { extents: { batch }, scalars: {} }
  const values = (nodes: Readonly<Record<string, Node>>): Record<string, Vector[]> =>
    Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, rows(evaluate([node], known, context)[0]!)]))
  const matrices = Object.entries(parameters).filter(([, { shape }]) => shape.rows.length === 1)
  const vectors = Object.entries(parameters).filter(([, { shape }]) => shape.rows.length === 0)
  return {
    x: values({ x })['x']!,
    old: values(states),
    matrices: values(Object.fromEntries(matrices)),
    vectors: Object.fromEntries(
      Object.entries(values(Object.fromEntries(vectors))).map(([name, [row]]) => [name, row!]),
    ),
    states: values(made.states),
    output: values({ output: made.output })['output']!,
    values: values(made.values),
    drawn: values(drawn),
  }
}
