import { UnrolledError } from '../../src/error.ts'
import {
  broadcast,
  concat,
  constant,
  contract,
  crossEntropy,
  crossEntropyGradient,
  dot,
  gather,
  less,
  matmul,
  matmulTransposed,
  maxColumns,
  maxRows,
  mul,
  pad,
  position,
  random,
  scan,
  scatterAdd,
  select,
  slice,
  softmaxRows,
  stop,
  sumColumns,
  sumRows,
  sumSquares,
  weightedSum,
  type Node,
  type RowAxis,
} from '../../src/graph/index.ts'
import type { Backward, ModelGraph } from '../../src/runtime/index.ts'

import type { Draws } from './draws.ts'
import { isRows, Leaves, Pool, type GraphInput } from './graph-pool.ts'

/** A bare graph with the sizes it is tried at. */
export interface GraphCase {
  readonly graph: ModelGraph
  readonly backward: Backward
  readonly inputs: readonly GraphInput[]
  readonly extents: Readonly<Record<string, number>>
}

const widths = [3, 1, 2, 5, 16, 17] as const
const symbols = 5

/** What makes one more node, or finds that it cannot. */
type Form = (pool: Pool) => Node | undefined

/** Row axes that arrays have. */
const axes: readonly (readonly RowAxis[])[] = [
  ['time', 'batch'],
  ['source', 'batch'],
  ['time', 'source', 'batch'],
  ['batch', 4],
  ['time', 'source'],
  ['source'],
]

const over = (rows: readonly RowAxis[]) => (node: Node) => node.shape.rows.join() === rows.join()
const isMatrix = ({ shape }: Node): boolean => shape.rows.length === 1 && typeof shape.rows[0] === 'number'

/** Forms that may stand in a step and outside. */
const everywhere: readonly (readonly [number, Form])[] = [
  [10, (pool) => pool.applied()],
  [6, product],
  [2, (pool) => some(pool, (a) => sumColumns(a))],
  [2, (pool) => some(pool, (a) => slice(a, 0, 1 + pool.draws.below(a.shape.columns)))],
  [2, (pool) => some(pool, (a) => concat([a, pool.take((b) => over(a.shape.rows)(b)) ?? a]))],
  [2, (pool) => some(pool, (a) => select(less(a, pool.beside(a)), pool.beside(a), pool.beside(a)))],
  [1, (pool) => some(pool, (a) => stop(a))],
  [1, (pool) => some(pool, (a) => stop(maxColumns(a)))],
  [1, (pool) => some(pool, (a) => stop(pad(a, 1, a.shape.columns + 2)))],
  [1, transposed],
  [2, (pool) => some(pool, (a) => kept(pool, a, (keep) => sumRows(a, keep)))],
  [2, (pool) => some(pool, (a) => kept(pool, a, (_, axis) => stop(maxRows(a, axis))))],
  [3, (pool) => some(pool, (a) => some(pool, (b) => dot(a, b)))],
  [3, weighted],
  [1, (pool) => some(pool, (a) => kept(pool, a, (_, axis) => (typeof axis === 'string' ? softmaxRows(a, axis) : a)))],
  [1, (pool) => some(pool, (a) => kept(pool, a, (_, axis) => (typeof axis === 'string' ? mul(a, position(axis)) : a)))],
]

/** Forms that stand outside alone. */
const outside: readonly (readonly [number, Form])[] = [
  ...everywhere,
  [8, recurrence],
  [3, gathered],
  [2, entropy],
  [
    1,
    (pool) =>
      random(pool.draws.below(5), {
        rows: pool.draws.pick([['batch'], ['time', 'batch'], ['source', 'batch']]),
        columns: pool.draws.pick(widths),
      }),
  ],
  [1, (pool) => position(pool.draws.pick(['time', 'source', 'batch']))],
  [3, (pool) => pool.leaves.input(pool.draws.pick(axes), pool.draws.pick(widths))],
  [
    1,
    (pool) =>
      some(pool, (a) =>
        broadcast(a, {
          rows: pool.draws.pick([
            a.shape.rows,
            ...axes.filter((rows) => a.shape.rows.every((axis) => rows.includes(axis))),
          ]),
          columns: a.shape.columns === 1 ? 3 : a.shape.columns,
        }),
      ),
  ],
  [3, (pool) => some(pool, (a) => contractOf(pool, a))],
  [
    1,
    (pool) =>
      some(pool, (a) =>
        a.shape.rows.length > 0 ? stop(scatterAdd(a, pool.leaves.input(a.shape.rows, 1, symbols), symbols)) : undefined,
      ),
  ],
  [1, (pool) => some(pool, (a) => (a.shape.rows.length === 0 ? stop(sumSquares(a)) : undefined))],
  [1, matrix],
]

const some = (pool: Pool, then: (a: Node) => Node | undefined): Node | undefined => {
  const a = pool.take(isRows)
  return a && then(a)
}

/** Something over the rows without one of them. */
function kept(
  pool: Pool,
  { shape: { rows } }: Node,
  then: (keep: readonly RowAxis[], axis: RowAxis) => Node,
): Node | undefined {
  if (rows.length === 0) return undefined
  const axis = pool.draws.pick(rows)
  return then(
    rows.filter((row) => row !== axis),
    axis,
  )
}

function weighted(pool: Pool): Node | undefined {
  return some(pool, (a) => {
    const weight = pool.take((node) => isRows(node) && node.shape.columns === 1)
    if (!weight) return undefined
    const rows = [...new Set([...weight.shape.rows, ...a.shape.rows])]
    return weightedSum(
      weight,
      a,
      rows.filter(() => pool.draws.chance(0.5)),
    )
  })
}

function product(pool: Pool): Node | undefined {
  return some(pool, (a) => {
    const { columns } = a.shape
    const fits = (node: Node): boolean => isMatrix(node) && node.shape.columns === columns
    const known = pool.draws.chance(0.4) ? pool.take(fits) : undefined
    return matmul(known ?? pool.leaves.parameter([pool.draws.pick(widths)], columns), a)
  })
}

function transposed(pool: Pool): Node | undefined {
  return some(pool, (g) => stop(matmulTransposed(g, pool.leaves.parameter([g.shape.columns], pool.draws.pick(widths)))))
}

function contractOf(pool: Pool, g: Node): Node | undefined {
  if (g.shape.rows.length === 0) return undefined
  const a = pool.take(over(g.shape.rows))
  return a && stop(contract(g, a))
}

function gathered(pool: Pool): Node {
  const { draws, leaves } = pool
  const table = pool.take((node) => isMatrix(node) && node.shape.rows[0] === symbols)
  const ids = leaves.input(draws.pick([['time', 'batch'], ['batch'], ['source', 'batch']]), 1, symbols)
  return gather(table ?? leaves.parameter([symbols], draws.pick(widths)), ids)
}

function entropy(pool: Pool): Node | undefined {
  return some(pool, (logits) => {
    const { rows, columns } = logits.shape
    if (rows.length === 0) return undefined
    const targets = pool.leaves.input(rows, 1, columns)
    if (!pool.draws.chance(0.3)) return crossEntropy(logits, targets)
    return stop(crossEntropyGradient(logits, targets, pool.leaves.input(rows, 1)))
  })
}

/** A matrix computed from others, as dropped weights are. */
function matrix(pool: Pool): Node {
  const { draws, leaves } = pool
  const known = pool.take(isMatrix) ?? leaves.parameter([draws.pick(widths)], draws.pick(widths))
  const { shape } = known
  const factor = draws.pick([
    () => constant(0.5),
    () => leaves.parameter(shape.rows as number[], shape.columns),
    () => leaves.parameter([], shape.columns),
    () => random(draws.below(5), shape),
  ])
  return mul(known, factor())
}

/** A scan with a random step, its outputs and last states. */
function recurrence(pool: Pool): Node {
  const { draws, leaves } = pool
  const axis = draws.chance(0.4) ? 'source' : 'time'
  const rows = draws.pick<readonly RowAxis[]>([
    ['batch'],
    ['batch'],
    ['batch'],
    ['batch', 4],
    [axis === 'time' ? 'source' : 'time', 'batch'],
  ])
  const count = 1 + draws.below(2)
  const initial = Array.from({ length: count }, () => pool.take(over(rows)) ?? leaves.input(rows, draws.pick(widths)))
  const steps = Array.from(
    { length: 1 + draws.below(2) },
    () => pool.take(over([axis, ...rows])) ?? leaves.input([axis, ...rows], draws.pick(widths)),
  )
  const captured = pool.nodes.filter(({ shape: { rows } }) => !rows.includes(axis))
  const lengths = rows.length === 1 && draws.chance(0.3) ? leaves.input(['batch'], 1, 4) : undefined
  const { outputs, final } = scan({
    axis,
    initial,
    steps,
    reverse: draws.chance(0.3),
    ...(lengths && { lengths }),
    step(states, inputs) {
      const inner = new Pool(draws, leaves, [...captured, ...inputs, ...states])
      grow(inner, everywhere, 1 + draws.below(6))
      const next = states.map(({ shape: { columns, rows } }) => {
        const found = inner.take((node) => node.shape.columns === columns && over(rows)(node))
        if (found && !draws.chance(0.3)) return found
        const from = inner.take((node) => over(rows)(node))!
        return matmul(leaves.parameter([columns], from.shape.columns), from)
      })
      const seen = Array.from({ length: 1 + draws.below(2) }, () => inner.take(isRows)!)
      return { next, outputs: seen }
    },
  })
  for (const node of [...outputs.slice(1), ...final]) pool.add(node)
  return outputs[0]!
}

function grow(pool: Pool, forms: readonly (readonly [number, Form])[], count: number): void {
  for (let i = 0; i < count; i++) {
    const made = built(() => pool.draws.weighted(forms)(pool))
    if (made) pool.add(made)
  }
}

/** A node, or none where shapes do not go together. */
function built(make: () => Node | undefined): Node | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof UnrolledError && error.code === 'shape') return undefined
    throw error
  }
}

/** A random graph: outputs with their adjoints, a loss, gradients of all parameters and inputs. */
export function generateGraph(draws: Draws): GraphCase | undefined {
  const leaves = new Leaves()
  const extents = {
    time: draws.pick([3, 1, 2, 4, 9]),
    batch: draws.pick([2, 1, 3, 5, 7]),
    source: draws.pick([2, 1, 3, 4]),
  }
  const pool = new Pool(draws, leaves, [leaves.input(['time', 'batch'], draws.pick(widths))])
  if (draws.chance(0.4)) pool.add(leaves.input(['batch'], draws.pick(widths)))
  if (draws.chance(0.3)) pool.add(leaves.parameter([], draws.pick(widths)))
  if (draws.chance(0.5)) pool.add(leaves.input(['source', 'batch'], draws.pick(widths)))
  grow(pool, outside, 1 + draws.below(9))
  const data = ({ operation }: Node): boolean => operation.name !== 'input' && operation.name !== 'parameter'
  const ends = pool.unread().filter((node) => data(node) && isRows(node))
  const seen = ends.slice(0, 3)
  const outputs = Object.fromEntries(seen.map((node, i) => [`out${i}`, node]))
  const terms = ends.slice(3).filter(({ shape }) => shape.rows.length > 0)
  const weighed = terms.map((node) => sumRows(sumColumns(mul(node, constant(0.5)))))
  if (seen.length === 0) return undefined
  return {
    graph: {
      parameters: leaves.parameters,
      states: [],
      outputs,
      sums: Object.fromEntries(weighed.slice(0, 1).map((node) => ['loss', node])),
    },
    backward: {
      outputs: Object.keys(outputs),
      ...(weighed.length > 0 && { loss: 'loss' }),
      inputs: Object.fromEntries(
        leaves.inputs
          .filter(({ below }) => below === undefined)
          .map(({ node }) => [(node as Node<{ name: string }>).attributes.name, node]),
      ),
    },
    inputs: leaves.inputs,
    extents,
  }
}
