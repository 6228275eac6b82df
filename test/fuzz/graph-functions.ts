import { binary, unary } from '../../src/backends/backend.ts'
import * as functions from '../../src/graph/functions.ts'
import * as graph from '../../src/graph/index.ts'
import { constant, evaluate, input, type Node } from '../../src/graph/index.ts'

/** A function of nodes, element by element or row by row. */
export interface GraphFunction {
  readonly name: string
  readonly inputs: number
  readonly build: (...inputs: readonly Node[]) => Node
  /** Whether it is finite for numbers of either sign; else it wants them above zero. */
  readonly everywhere: boolean
}

type Build = (...inputs: readonly Node[]) => Node
const builders = graph as unknown as Readonly<Record<string, Build>>

/** Every pointwise operation the backends know, and every function made of them. */
export const graphFunctions: readonly GraphFunction[] = [
  ...unary.map((name) => ({ name, inputs: 1, build: builders[name]! })),
  ...binary.map((name) => ({ name, inputs: 2, build: builders[name]! })),
  ...Object.entries(functions as unknown as Readonly<Record<string, Build>>).map(([name, build]) => ({
    ...{ name, build },
    inputs: build.length,
  })),
].map((made) => ({ ...made, everywhere: isFinite(made) }))

/** Whether it gives numbers wherever its first input stands, above zero and below. */
function isFinite({ inputs, build }: Omit<GraphFunction, 'everywhere'>): boolean {
  const a = input('a', { rows: [], columns: 4 })
  const node = build(a, ...Array.from({ length: inputs - 1 }, () => constant(1.5)))
  const value = { shape: a.shape, extents: [], data: Float64Array.of(-1.5, -0.5, 0.5, 1.5) }
  const [found] = evaluate([node], new Map([[a, value]]), { extents: {}, scalars: {} })
  return found!.data.every(Number.isFinite)
}
