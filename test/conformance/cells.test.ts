import { beforeAll, describe, expect, test } from 'vitest'
import { backendNames, createBackend } from '#backends'
import { backward, forward, recurrent, tensor, uniform, type Gradients, type Layer, type Tensor } from 'unrolled'
import { pullback } from '../../src/gradient/index.ts'
import {
  add,
  constant,
  evaluate,
  input,
  mul,
  sumColumns,
  sumRows,
  zeros,
  type Node,
  type Value,
} from '../../src/graph/index.ts'
import { difference } from '../gradient/differences.ts'
import { subjects } from './subjects.ts'
import { layerGraph } from '../../src/layers/index.ts'

const { acting, without } = subjects()

/** Numbers in [−½, ½) from a seed: large enough that every gate is open half-way, and no exponential runs away. */
const numbers = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => uniform(seed, 7, 0, i >>> 8, i & 255) - 0.5)

interface Size {
  readonly name: string
  readonly hidden: number
  readonly time: number
  readonly batch: number
  readonly lengths?: readonly number[]
  readonly both?: boolean
}

const sizes: readonly Size[] = [
  { name: 'one step, one sequence', hidden: 5, time: 1, batch: 1 },
  { name: 'lengths with a zero', hidden: 5, time: 4, batch: 3, lengths: [4, 0, 2] },
  { name: 'both ways', hidden: 17, time: 2, batch: 2, both: true },
]

function layerOf({ cell }: { cell: Parameters<typeof recurrent>[0]['cell'] }, { hidden, both }: Size): Layer {
  return recurrent({ cell, input: 3, hidden, output: 4, projection: 3, ...(both && { bidirectional: true }) })
}

/** Random parameters (not the first values, many of which are 0 or 1), inputs and adjoints. */
function given(layer: Layer, { time, batch, lengths }: Size) {
  let seed = 12
  const some = (shape: readonly number[]): Tensor =>
    tensor(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        seed++,
      ),
      shape,
    )
  const parameters = Object.fromEntries(
    layer.declared.map(({ name, shape }) => [name, some([...(shape.rows as number[]), shape.columns])]),
  )
  const { states } = layer
  // Above zero, as a normaliser (sLSTM's n) is in the middle of a sequence.
  const positive = (shape: readonly number[]): Tensor => {
    const { data } = some(shape)
    return tensor(
      data.map((value) => value + 1),
      shape,
    )
  }
  return {
    given: {
      parameters,
      x: some([time, batch, layer.inputs['x']!.columns]),
      state: Object.fromEntries(states.map(({ name, columns }) => [name, positive([batch, columns])])),
      ...(lengths && { lengths }),
      training: true,
      seed: 5,
    },
    adjoints: {
      output: some([time, batch, layer.outputs['output']!.columns]),
      state: Object.fromEntries(states.map(({ name, columns }) => [name, some([batch, columns])])),
    },
  }
}

type Case = ReturnType<typeof given>

/** The layer on the oracle: a scalar made of everything, its gradients by the graph, and a way to shift one number. */
function oracle(layer: Layer, size: Size, { given, adjoints }: Case) {
  const graph = layerGraph(layer, { training: true, lengths: size.lengths !== undefined })
  const context = {
    extents: { time: size.time, batch: size.batch },
    scalars: { seed: given.seed, step: 0, window: 0, sequence: 0 },
  }
  const known = new Map<Node, Value>()
  const put = (node: Node, data: ArrayLike<number>): void => {
    const value = zeros(node.shape, context)
    value.data.set(Array.from(data))
    known.set(node, value)
  }
  const named = (node: Node): string => (node as Node<{ name: string }>).attributes.name
  for (const node of graph.parameters) put(node, given.parameters[named(node)]!.data)
  put(graph.inputs['x']!, given.x.data)
  layer.states.forEach(({ name, columns, initial }, i) => {
    put(graph.states[i]!.initial, given.state[name]?.data ?? new Array<number>(size.batch * columns).fill(initial))
  })
  const lengths = findInput(graph.outputs['output']!, 'lengths')
  if (lengths) put(lengths, size.lengths!)
  const weighted = (node: Node, name: string, data: ArrayLike<number>): Node => {
    const weight = input(name, node.shape)
    put(weight, data)
    return sumRows(sumColumns(mul(node, weight)))
  }
  let loss = weighted(graph.outputs['output']!, 'adjoint of output', adjoints.output.data)
  for (const { name, final } of graph.states) {
    const adjoint = adjoints.state[name]
    if (adjoint) loss = add(loss, weighted(final, `adjoint of ${name}`, adjoint.data))
  }
  const wrt = [...graph.parameters, graph.inputs['x']!, ...graph.states.map(({ initial }) => initial)]
  const back = pullback(new Map([[loss, constant(1)]]), wrt)
  const values = evaluate([graph.outputs['output']!, ...[...back.values()]], new Map(known), context)
  const gradients = new Map([...back.keys()].map((node, i) => [node, values[1 + i]!.data]))
  const shifted = (node: Node, index: number, by: number): number => {
    const value = known.get(node)!
    const data = value.data.slice()
    data[index]! += by
    return evaluate([loss], new Map(known).set(node, { ...value, data }), context)[0]!.data[0]!
  }
  return { graph, wrt, known, output: values[0]!.data, gradients, shifted, named }
}

function findInput(root: Node, name: string): Node | undefined {
  const seen = new Set<Node>()
  const pending = [root]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.operation.name === 'input' && (node as Node<{ name: string }>).attributes.name === name) return node
    pending.push(...node.inputs)
  }
  return undefined
}

/** All gradients as one list with names. */
const flatten = ({ parameters, x, state }: Gradients): [string, ArrayLike<number>][] => [
  ...Object.entries(parameters).map(([name, { data }]) => [name, data] as [string, ArrayLike<number>]),
  ...(x ? [['x', x.data] as [string, ArrayLike<number>]] : []),
  ...Object.entries(state).map(([name, { data }]) => [`state ${name}`, data] as [string, ArrayLike<number>]),
]

const largest = (lists: Iterable<ArrayLike<number>>): number =>
  Math.max(...[...lists].map((list) => Array.from(list).reduce((top, value) => Math.max(top, Math.abs(value)), 0)))

/** Those that can be had here: the native one may not have been built. */
const fastBackends: string[] = []
for (const name of backendNames) {
  if (name === 'reference') continue
  await createBackend({ name }).then(
    () => fastBackends.push(name),
    () => undefined,
  )
}

/**
 * What stands in turn: a cell by itself meets every size and backend, one with a modifier one of the sizes, and one backend bit for bit, so
 * that over all cells each modifier meets each. Random cells with modifiers go through all of it (test/fuzz).
 */
const inTurn = <One>(all: readonly One[], { modified }: (typeof acting)[number], turn: number): readonly One[] =>
  !modified || all.length === 0 ? all : [all[turn % all.length]!]
const turns = new Map(acting.map((subject, turn) => [subject, turn]))

const h = 1e-5
/** Elements of each array that are shifted. */
const samples = 1

/** A layer's word in plain evaluation, and in a program on reference. */
async function tell(layer: Layer, size: Size) {
  const one = given(layer, size)
  const truth = oracle(layer, size, one)
  const reference = await backward(layer, one.given, one.adjoints, { backend: 'reference' })
  return { layer, one, truth, reference, floor: 1e-3 * largest(truth.gradients.values()) }
}

describe.each(acting)('$name', (subject) => {
  const turn = turns.get(subject)!

  describe.each(inTurn(sizes, subject, turn))('$name', (size) => {
    let told: Awaited<ReturnType<typeof tell>>
    beforeAll(async () => {
      told = await tell(layerOf(subject, size), size)
    })

    test('the oracle has the slopes of differences, but for elements that stand next to a kink', () => {
      const { truth, floor } = told
      for (const [node, gradient] of truth.gradients) {
        const count = Math.min(samples, gradient.length)
        const at = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * gradient.length) / count))
        // The samples are held against the largest of their whole array.
        const scale = Math.max(floor, largest([gradient]))
        for (const index of at) {
          const slope = (step: number): number =>
            (truth.shifted(node, index, step) - truth.shifted(node, index, -step)) / (2 * step)
          const near = slope(h)
          const apart = difference([gradient[index]!], [near], scale)
          // A straight line looks the same from near and from afar; a kink within reach does not.
          if (apart < 1e-7 || Math.abs(near - slope(h / 4)) > 1e-6 * Math.max(floor, Math.abs(near))) continue
          expect(apart, truth.named(node)).toBeLessThan(1e-7)
        }
      }
    })

    test('the program on reference gives what the graph does', () => {
      const { truth, floor, reference } = told
      expect(difference(reference.output.data, truth.output)).toBeLessThan(1e-12)
      const byName = new Map(
        [...truth.gradients].map(([node, data]) => {
          const name = truth.named(node)
          return [name.startsWith('state.') ? `state ${name.slice('state.'.length)}` : name, data] as const
        }),
      )
      for (const [name, data] of flatten(reference.gradients)) {
        const wanted = byName.get(name)
        if (wanted) expect(difference(data, wanted, floor), name).toBeLessThan(1e-12)
        else expect(largest([data]), name).toBe(0)
      }
    })

    test.each(fastBackends)('on %s it gives what it does on reference', async (backend) => {
      const { layer, one, floor, reference } = told
      const fast = await backward(layer, one.given, one.adjoints, { backend })
      expect(difference(fast.output.data, reference.output.data)).toBeLessThan(2e-5)
      const single = new Map(flatten(fast.gradients))
      for (const [name, data] of flatten(reference.gradients)) {
        expect(difference(single.get(name)!, data, floor), name).toBeLessThan(2e-5)
      }
    })
  })

  test.each(inTurn(fastBackends, subject, turn))(
    'bit for bit on %s: long = split = single steps, padded = alone',
    async (backend) => {
      const size = { name: '', hidden: 6, time: 7, batch: 3 }
      const layer = layerOf(subject, size)
      const { given: all } = given(layer, size)
      const { training: _, ...calm } = all
      const whole = await forward(layer, calm, { backend })
      const cut = (from: number, to: number, sequences: readonly number[] = [0, 1, 2]): Tensor => {
        const values: number[] = []
        for (let t = from; t < to; t++) {
          for (const b of sequences) {
            for (let c = 0; c < layer.inputs['x']!.columns; c++)
              values.push(all.x.data[(t * 3 + b) * layer.inputs['x']!.columns + c]!)
          }
        }
        return tensor(Float64Array.from(values), [to - from, sequences.length, layer.inputs['x']!.columns])
      }
      for (const borders of [
        [0, 3, 7],
        [0, 1, 2, 3, 4, 5, 6, 7],
      ]) {
        let state: Readonly<Record<string, Tensor>> = calm.state
        const outputs: number[] = []
        for (const [i, from] of borders.slice(0, -1).entries()) {
          const part = await forward(layer, { ...calm, x: cut(from, borders[i + 1]!), state }, { backend })
          outputs.push(...part.output.data)
          state = part.state
        }
        expect(outputs).toEqual([...whole.output.data])
        for (const [name, { data }] of Object.entries(whole.state)) expect([...state[name]!.data]).toEqual([...data])
      }
      const lengths = [7, 0, 4]
      const padded = await forward(layer, { ...calm, lengths }, { backend })
      for (const [b, length] of lengths.entries()) {
        if (length === 0) continue
        const row = (tensor: Tensor): number[] => [
          ...tensor.data.subarray(b * tensor.shape[1]!, (b + 1) * tensor.shape[1]!),
        ]
        const own = Object.fromEntries(
          Object.entries(calm.state).map(([name, value]) => [
            name,
            tensor(Float64Array.from(row(value)), [1, value.shape[1]!]),
          ]),
        )
        const alone = await forward(layer, { ...calm, x: cut(0, length, [b]), state: own }, { backend })
        for (let t = 0; t < 7; t++) {
          const at = (t * 3 + b) * layer.outputs['output']!.columns
          const wanted =
            t < length
              ? alone.output.data.subarray(
                  t * layer.outputs['output']!.columns,
                  (t + 1) * layer.outputs['output']!.columns,
                )
              : new Float32Array(layer.outputs['output']!.columns)
          expect([...padded.output.data.subarray(at, at + layer.outputs['output']!.columns)]).toEqual([...wanted])
        }
        for (const [name, value] of Object.entries(alone.state))
          expect(row(padded.state[name]!)).toEqual([...value.data])
      }
    },
  )
})

test('modifiers without a place to act say so, and where that is', () => {
  expect(without).toEqual([
    'sru, weight drop',
    'sru, recurrent dropout',
    'sru, projection',
    'sru, projection and weight drop',
    'indrnn, weight drop',
    'indrnn, recurrent dropout',
    'indrnn, projection and weight drop',
    'min-gru, weight drop',
    'min-gru, recurrent dropout',
    'min-gru, projection and weight drop',
    'min-lstm, weight drop',
    'min-lstm, recurrent dropout',
    'min-lstm, projection and weight drop',
  ])
})
