import { evaluate, input, parameter, zeros, type Node, type RowAxis, type Value } from '../../src/graph/index.ts'
import { vectors } from '../../src/layers/index.ts'
import type { Loss } from '../../src/models/index.ts'
import type { GraphCase } from '../fuzz/generate-graph.ts'
import { nameOf } from '../fuzz/subject.ts'

export interface LossCaseOptions {
  /** Of the outputs. */
  readonly columns: number
  readonly extents: Readonly<Record<string, number>>
  readonly lengths?: boolean
  readonly starts?: boolean
  /** Numbers that targets are below; the columns. */
  readonly below?: number
}

/** The graph of a loss with its parameters between outputs, targets, lengths and starts, and what flows back to the outputs. */
export async function lossCase(
  loss: Loss,
  { columns, extents, below = columns, ...options }: LossCaseOptions,
): Promise<GraphCase> {
  const port = vectors(columns)
  const parameters = new Map(
    (loss.declared?.(port) ?? []).map(({ name, shape }): [string, Node] => [name, parameter(name, shape)]),
  )
  const target = loss.target(port)
  const axes = (target.axes as readonly RowAxis[]).map(String)
  const second = axes.includes('source')
  const output = input('output', { rows: port.axes, columns })
  const targets = input('targets', { rows: axes, columns: target.columns })
  const given = (name: string, rows: readonly string[], axis: string, below: number) => ({
    node: input(name, { rows, columns: 1 }),
    below: below + (axis in extents ? extents[axis]! : 0),
  })
  const lengths = options.lengths ? given('lengths', ['batch'], 'time', 1) : undefined
  const sourceLengths = options.lengths && second ? given('lengths.source', ['batch'], 'source', 1) : undefined
  const starts = options.starts ? given('starts', port.axes, '', 2) : undefined
  const losses = await loss.build(output, targets, {
    parameter: (name) => parameters.get(name)!,
    lengths: (axis) => (axis === 'source' ? sourceLengths : lengths)?.node,
    ...(starts && { starts: starts.node }),
  })
  return {
    graph: { parameters: [...parameters.values()], states: [], outputs: { losses }, sums: {} },
    backward: { outputs: ['losses'], inputs: { output } },
    inputs: [
      { node: output },
      { node: targets, below },
      ...[lengths, sourceLengths, starts].filter((one) => one !== undefined),
    ],
    extents,
  }
}

/** The losses of a case by plain evaluation, from numbers by the names of what is given. */
export function lossesOf(
  { graph, inputs, extents }: GraphCase,
  given: Readonly<Record<string, ArrayLike<number>>>,
): Float64Array {
  const context = { extents, scalars: {} }
  const known = new Map<Node, Value>()
  for (const node of [...graph.parameters, ...inputs.map(({ node }) => node)]) {
    const value = zeros(node.shape, context)
    value.data.set(given[nameOf(node)]!)
    known.set(node, value)
  }
  return evaluate([graph.outputs['losses']!], known, context)[0]!.data
}
