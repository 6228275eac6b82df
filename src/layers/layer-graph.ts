import { UnrolledError } from '../error.ts'
import { broadcast, input, parameter, random, shapeText, type Node } from '../graph/index.ts'
import { siteOf } from '../uniform.ts'
import type { Layer, Nodes } from './layer.ts'
import { portText, shapeOf } from './port.ts'

/** How a layer's graph is built. */
export interface GraphOptions {
  readonly training: boolean
  /** Whether sequences have lengths of their own. */
  readonly lengths: boolean
  /** Whether second sequences, those of ports with the axis `source`, have. */
  readonly sourceLengths?: boolean
  /** Whether new sequences may begin inside rows. */
  readonly starts?: boolean
  /** Optional inputs that are left out. */
  readonly without?: ReadonlySet<string>
}

/** A layer's graph between named input nodes and what comes out of it. */
export interface LayerGraph {
  readonly inputs: Nodes
  readonly outputs: Nodes
  readonly parameters: readonly Node[]
  readonly states: readonly { readonly name: string; readonly initial: Node; readonly final: Node }[]
  /** `[batch] × 1`, where sequences have lengths of their own. */
  readonly lengths?: Node
  readonly sourceLengths?: Node
  /** `[time, batch] × 1`, where new sequences may begin inside rows. */
  readonly starts?: Node
  /** Values inside of layers, by the names they give them: `rnn.z`. Made where they are asked for, before any program is. */
  readonly offers: ReadonlyMap<string, () => Node>
}

/** A layer's graph with its inputs, which bear the names of their ports; states are in `state.NAME`. */
export function layerGraph(layer: Layer, options: GraphOptions): LayerGraph {
  const { without } = options
  const { kind } = layer.description
  const parameters = new Map(layer.declared.map(({ name, shape }) => [name, parameter(name, shape)]))
  const initial = new Map(
    layer.states.map(({ name, columns }) => [name, input(`state.${name}`, { rows: ['batch'], columns })]),
  )
  const final = new Map<string, Node>()
  const offers = new Map<string, () => Node>()
  const inputs = Object.fromEntries(
    Object.entries(layer.inputs)
      .filter(([name]) => !without?.has(name))
      .map(([name, port]) => [name, input(name, shapeOf(port))]),
  )
  const lengths = options.lengths ? input('lengths', { rows: ['batch'], columns: 1 }) : undefined
  const sourceLengths = options.sourceLengths ? input('lengths.source', { rows: ['batch'], columns: 1 }) : undefined
  const starts = options.starts ? input('starts', { rows: ['time', 'batch'], columns: 1 }) : undefined
  const outputs = layer.build(
    {
      parameter: (name) => known(parameters, name, 'parameter', kind),
      initial: (name) => known(initial, name, 'state', kind),
      final: (name, value) => void final.set(name, value),
      lengths: (axis) => (axis === 'source' ? sourceLengths : lengths),
      ...(starts && { starts }),
      tap: (name, value) => void offers.set(name, value),
      training: options.training,
      random: (name, shape) => random(siteOf(name), shape),
    },
    inputs,
  )
  return {
    inputs,
    outputs: whole(outputs, layer),
    parameters: [...parameters.values()],
    states: layer.states.map(({ name }) => ({
      name,
      initial: initial.get(name)!,
      final: known(final, name, 'final value of the state', kind),
    })),
    ...(lengths && { lengths }),
    ...(sourceLengths && { sourceLengths }),
    ...(starts && { starts }),
    offers,
  }
}

/** Outputs as their ports say, a row for each that the axes count. */
const whole = (made: Nodes, { description: { kind }, outputs }: Layer): Nodes =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, port]) => {
      const node = (made as Nodes | undefined)?.[name]
      const rows = node?.shape.rows.every((axis) => port.axes.includes(axis as never))
      if (node && rows && node.shape.columns === port.columns) return [name, broadcast(node, shapeOf(port))]
      const found = node ? shapeText(node.shape) : 'nothing'
      throw new UnrolledError('shape', `${kind}: its output ${name} is ${portText(port)}, but it builds ${found}`)
    }),
  )

/** The node of that name; `owner` is what the error begins with where there is none. */
export function known(nodes: ReadonlyMap<string, Node>, name: string, what: string, owner: string): Node {
  const node = nodes.get(name)
  if (node) return node
  const there = [...nodes.keys()].join(', ') || 'none'
  throw new UnrolledError('option', `${owner}: there is no ${what} ${name}; there are ${there}`)
}
