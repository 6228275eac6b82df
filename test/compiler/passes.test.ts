import { expect, test } from 'vitest'
import { cellsByName, recurrent } from 'unrolled'
import type { Instruction } from '../../src/backends/backend.ts'
import { compile } from '../../src/compiler/compile.ts'
import { explain } from '../../src/compiler/explain.ts'
import { hoist } from '../../src/compiler/hoist.ts'
import { accumulate } from '../../src/compiler/product.ts'
import { recompute } from '../../src/compiler/recompute.ts'
import * as g from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { difference } from '../gradient/differences.ts'
import { layerGraph } from '../../src/layers/index.ts'

const extents = { time: 5, batch: 2 }
const context = { extents, scalars: { seed: 1, step: 0, sequence: 0 } }

/** What surrounds a cell, if anything. */
interface Around {
  readonly hidden?: number
  readonly layers?: number
  readonly direction?: 'both'
  readonly lengths?: boolean
  readonly residual?: boolean
}

/** A cell's window program, forward and backward. */
function windowOf(name: string, { hidden = 20, lengths = false, ...around }: Around = {}) {
  const layer = recurrent({ cell: cellsByName.get(name)!, input: 4, hidden, output: 3, projection: 2, ...around })
  const { inputs, outputs, parameters, states } = layerGraph(layer, { training: true, lengths })
  const [x, output] = [inputs['x']!, outputs['output']!]
  return windowComputation(
    name,
    { parameters, states, outputs: { output }, sums: {} },
    { outputs: ['output'], inputs: { x } },
  )
}

/** The instructions of each loop, in order: the forward one, then the backward one. */
function loopsOf(name: string, around?: Around): Instruction[][] {
  const loops: Instruction[][] = []
  let inside = false
  for (const instruction of compile(windowOf(name, around)).program.body) {
    if (instruction.kind === 'loop') {
      loops.push([])
      inside = true
    } else if (instruction.kind === 'end') inside = false
    else if (inside) loops.at(-1)!.push(instruction)
  }
  return loops
}

const kinds = (instructions: readonly Instruction[]): string[] => instructions.map(({ kind }) => kind)

test('an LSTM step is one product and one kernel, forward and backward alike', () => {
  const [forward, backward] = loopsOf('lstm')
  expect(kinds(forward!)).toEqual(['gemm', 'rows'])
  expect(kinds(backward!)).toEqual(['rows', 'gemm'])
  // Four gates, 20 columns each, padded to 32.
  expect(forward![0]).toMatchObject({ k: 20, n: 4 * 32, start: 'dest' })
  expect(backward![1]).toMatchObject({ k: 3 * 32 + 20, n: 32 })
})

test.each([...cellsByName.keys()])('a step of %s has as many products in a stack, both ways, with lengths', (name) => {
  const products = (around?: Around): number[] =>
    loopsOf(name, around).map((loop) => loop.filter(({ kind }) => kind === 'gemm').length)
  const [forward, backward] = products()
  const stack = [forward, forward, backward, backward]
  for (const lengths of [false, true]) {
    expect(products({ lengths })).toEqual([forward, backward])
    expect(products({ layers: 2, lengths })).toEqual(stack)
    expect(products({ layers: 3, residual: true, lengths })).toEqual([forward, ...stack, backward])
    expect(products({ layers: 2, direction: 'both', lengths })).toEqual([...stack, ...stack].toSorted())
  }
})

test('a cell without a product on its state has none in its loop', () => {
  for (const name of ['min-gru', 'min-lstm', 'indrnn']) {
    for (const loop of loopsOf(name)) expect(kinds(loop)).toEqual(['rows'])
  }
})

test("the lecture's output V s is one product behind the loop", () => {
  const { body } = compile(windowOf('lecture')).program
  const end = body.findIndex(({ kind }) => kind === 'end')
  expect(kinds(body.slice(0, end)).filter((kind) => kind === 'gemm')).toHaveLength(2)
  expect(body.slice(end).find(({ kind }) => kind === 'gemm')).toMatchObject({ outer: [{ factor: 1, axes: ['time'] }] })
})

test('a loss and its gradient go over the logits once', () => {
  const rows = ['time', 'batch'] as const
  const column = (name: string): g.Node => g.input(name, { rows, columns: 1 })
  const logits = g.input('logits', { rows, columns: 30 })
  const [targets, weights] = [column('targets'), column('weights')]
  const { body } = compile({
    name: 'loss',
    parameters: [],
    outputs: { slope: g.crossEntropyGradient(logits, targets, weights) },
    sums: { loss: g.sumRows(g.mul(g.crossEntropy(logits, targets), weights), []) },
  }).program
  expect(kinds(body).filter((kind) => kind.startsWith('cross-entropy'))).toEqual(['cross-entropy-gradient'])
  expect(body.find(({ kind }) => kind === 'cross-entropy-gradient')).toHaveProperty('loss')
})

test('what is cleared is cleared by the kernel that read it', () => {
  const vector = (name: string): g.Node => g.input(name, { rows: [], columns: 1000 })
  const [parameter, gradient] = [vector('parameters'), vector('gradients')]
  const step = g.sub(parameter, g.mul(gradient, g.constant(0.1)))
  const clear = g.broadcast(g.constant(0), gradient.shape)
  const { program } = compile({ name: 'update', parameters: [], outputs: { parameters: step, gradients: clear } })
  expect(kinds(program.body)).toEqual(['rows'])
  expect(program.body[0]).toMatchObject({ outputs: [{}, {}] })
})

test('weight gradients of a recurrent matrix are one contraction for all gates', () => {
  const contractions = compile(windowOf('lstm')).program.body.filter(({ kind }) => kind === 'gemm-ta')
  expect(contractions).toHaveLength(2)
})

test.each([...cellsByName.keys()])('the passes leave the meaning of %s as it is', (name) => {
  const layer = recurrent({ cell: cellsByName.get(name)!, input: 4, hidden: 5, output: 3, projection: 2 })
  const { inputs, outputs, parameters, states } = layerGraph(layer, { training: true, lengths: false })
  const [x, output] = [inputs['x']!, outputs['output']!]
  const graph = { parameters, states, outputs: { output }, sums: {} }
  const computation = windowComputation(name, graph, { outputs: ['output'], inputs: { x } })
  const roots = [...Object.values(computation.outputs), ...computation.gradients!.values()]
  const known = new Map<g.Node, g.Value>()
  let seed = 1
  const collect = (node: g.Node, seen = new Set<g.Node>()): void => {
    if (seen.has(node)) return
    seen.add(node)
    if (node.operation === g.inputOperation || node.operation === g.parameterOperation) {
      const value = g.zeros(node.shape, context)
      value.data.forEach((_, i) => (value.data[i] = uniform(seed++, 0, 0, 0, 0) + 0.1))
      known.set(node, value)
    }
    node.inputs.forEach((input) => collect(input, seen))
  }
  const seen = new Set<g.Node>()
  for (const root of [output, ...states.map(({ final }) => final), ...roots]) collect(root, seen)
  const values = (nodes: readonly g.Node[]): Float64Array[] =>
    g.evaluate(nodes, new Map(known), context).map(({ data }) => data)
  const agree = (a: readonly g.Node[], b: readonly g.Node[]): void => {
    const wanted = values(b)
    values(a).forEach((data, i) => expect(difference(data, wanted[i]!)).toBeLessThan(1e-12))
  }
  const plain = [output, ...states.map(({ final }) => final)]
  agree(hoist(plain), plain)
  agree(recompute(roots), roots)
  agree(accumulate(roots, parameters), roots)
})

test('explain tells a person what runs and what it costs', () => {
  const { program } = compile(windowOf('lstm'))
  const lines = explain(program, { time: 10, batch: 4 }).split('\n')
  expect(lines[0]).toBe('program lstm')
  expect(lines).toContain('  for each step of time')
  expect(lines).toContain('  for each step of time, last to first')
  expect(lines.filter((line) => line.includes('sigmoid('))).toHaveLength(1)
  expect(lines.at(-1)).toMatch(/^one run at time 10, batch 4: \d[\d.]* [kM]FLOP, \d[\d.]* [kM]B moved$/)
})
