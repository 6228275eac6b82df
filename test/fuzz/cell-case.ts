import { applyModifiers, cellFromText, type ModifierDescription } from '../../src/cells/index.ts'
import { UnrolledError } from '../../src/error.ts'
import { layerGraph, recurrent, type Layer } from '../../src/layers/index.ts'
import { adjointRegion, stateRegion } from '../../src/runtime/index.ts'
import { drawn, numbers } from './numbers.ts'
import type { Numbers, Subject } from './subject.ts'

/** A cell as text, with all that is to be known to try it. */
export interface CellCase {
  readonly text: string
  readonly modifiers: readonly ModifierDescription[]
  readonly sizes: {
    readonly input: number
    readonly hidden: number
    readonly output: number
    readonly projection: number
  }
  readonly layers: number
  readonly bidirectional: boolean
  readonly residual: boolean
  readonly time: number
  readonly batch: number
  readonly lengths: readonly number[] | undefined
  /** Whether states begin at random, or as the cell says. */
  readonly started: boolean
  /** Whether random modifiers act. */
  readonly training: boolean
}

/** @throws UnrolledError `equations` or `modifier` for a case that means nothing. */
export function layerOf({ text, modifiers, sizes, layers, bidirectional, residual }: CellCase): Layer {
  const cell = applyModifiers(cellFromText(text), modifiers)
  return recurrent({ cell, ...sizes, ...(layers > 1 && { layers }), bidirectional, residual })
}

/** How far random numbers reach: gates stand open half-way, and nothing runs away. */
const reach = 0.8

/** The layer's graph with everything random that can be: parameters, inputs, states, adjoints. */
export function cellSubject(one: CellCase, layer = layerOf(one), lengths = one.lengths !== undefined): Subject {
  const graph = layerGraph(layer, { training: one.training, lengths })
  const context = {
    extents: { time: one.time, batch: one.batch },
    scalars: { seed: 5, step: 0, window: 0, sequence: 0 },
  }
  const some = (name: string, shape: Parameters<typeof drawn>[1], scale = reach): Numbers =>
    drawn(name, shape, context, 1, scale)
  const given = new Map<string, Numbers>()
  for (const { name, shape } of layer.declared)
    given.set(name, some(name, shape, reach / Math.sqrt(shape.rows.length ? shape.columns / 2 : 1)))
  given.set('x', some('x', graph.inputs['x']!.shape))
  given.set(adjointRegion('output'), some('adjoint of output', graph.outputs['output']!.shape))
  for (const { name, columns, initial } of layer.states) {
    const shape = { rows: ['batch'], columns }
    given.set(stateRegion(name), one.started ? some(name, shape) : numbers(shape, context, () => initial))
    given.set(adjointRegion(name), some(`adjoint of ${name}`, shape))
  }
  if (lengths)
    given.set(
      'lengths',
      numbers({ rows: ['batch'], columns: 1 }, context, (i) => one.lengths![i]!),
    )
  return {
    graph: {
      parameters: graph.parameters,
      states: graph.states,
      outputs: { output: graph.outputs['output']! },
      sums: {},
    },
    backward: { outputs: ['output'], inputs: { x: graph.inputs['x']! } },
    given,
    context,
  }
}

/** Whether a case means something. */
export function isMeant(one: CellCase): boolean {
  try {
    layerOf(one)
    return true
  } catch (error) {
    if (error instanceof UnrolledError && ['equations', 'modifier', 'size', 'option'].includes(error.code)) return false
    throw error
  }
}

/** The case as a `.cell` text, with what stands outside the equations in comments. */
export function cellText(one: CellCase): string {
  const { text, modifiers, sizes, lengths } = one
  const words = [
    `sizes: ${Object.entries(sizes)
      .map(([name, size]) => `${name} ${size}`)
      .join(', ')}`,
    `${one.time} steps, ${one.batch} sequences` + (lengths ? ` of ${lengths.join(', ')} steps` : ''),
    one.started ? 'states begin at random' : 'states begin as the cell says',
    ...(one.layers > 1 ? [`${one.layers} layers`] : []),
    ...(one.bidirectional ? ['bidirectional'] : []),
    ...(one.residual ? ['residual'] : []),
    ...(one.training ? ['training'] : []),
    ...modifiers.map(({ name, options }) => `${name} ${JSON.stringify(options)}`),
  ]
  return [...words.map((line) => `# ${line}`), text].join('\n')
}
