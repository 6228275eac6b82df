import { expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { hoist } from '../../src/compiler/hoist.ts'
import { recompute } from '../../src/compiler/recompute.ts'
import { pullback } from '../../src/gradient/index.ts'
import * as g from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'
import { difference } from '../gradient/differences.ts'
import { Runner } from './run.ts'

/** A two-layer LSTM language model as a graph, the second layer optionally with lengths, with its loss. */
function languageModel(vocabulary: number, hidden: number, withLengths: boolean) {
  const ids = g.input('ids', { rows: ['time', 'batch'], columns: 1 })
  const targets = g.input('targets', { rows: ['time', 'batch'], columns: 1 })
  const weights = g.input('weights', { rows: ['time', 'batch'], columns: 1 })
  const lengths = g.input('lengths', { rows: ['batch'], columns: 1 })
  const parameters: g.Node[] = []
  const parameter = (name: string, rows: number[], columns: number): g.Node => {
    const node = g.parameter(name, { rows, columns })
    parameters.push(node)
    return node
  }
  const states: g.Node[] = []
  const finals: g.Node[] = []
  let x = g.gather(parameter('embedding', [vocabulary], hidden), ids)
  for (const layer of [0, 1]) {
    const [Wi, Wf, Wg, Wo] = ['Wi', 'Wf', 'Wg', 'Wo'].map((name) => parameter(`${layer}.${name}`, [hidden], 2 * hidden))
    const [bi, bf, bg, bo] = ['bi', 'bf', 'bg', 'bo'].map((name) => parameter(`${layer}.${name}`, [], hidden))
    const h0 = g.input(`h${layer}`, { rows: ['batch'], columns: hidden })
    const c0 = g.input(`c${layer}`, { rows: ['batch'], columns: hidden })
    states.push(h0, c0)
    const { outputs, final } = g.scan({
      initial: [h0, c0],
      steps: [x],
      ...(withLengths && { lengths }),
      step: ([h, c], [x]) => {
        const hx = g.concat([h!, x!])
        const i = g.sigmoid(g.add(g.matmul(Wi!, hx), bi!))
        const f = g.sigmoid(g.add(g.matmul(Wf!, hx), bf!))
        const n = g.tanh(g.add(g.matmul(Wg!, hx), bg!))
        const o = g.sigmoid(g.add(g.matmul(Wo!, hx), bo!))
        const next = g.add(g.mul(f, c!), g.mul(i, n))
        const out = g.mul(o, g.tanh(next))
        return { next: [out, next], outputs: [out] }
      },
    })
    x = outputs[0]!
    finals.push(...final)
  }
  const logits = g.add(g.matmul(parameter('V', [vocabulary], hidden), x), parameter('bv', [], vocabulary))
  const loss = g.sumRows(g.mul(g.crossEntropy(logits, targets), weights))
  return { ids, targets, weights, lengths, parameters, states, finals, loss, logits }
}

for (const withLengths of [false, true]) {
  test(`a training program on reference equals graph evaluation (lengths ${withLengths})`, async () => {
    const vocabulary = 11
    const model = languageModel(vocabulary, 5, withLengths)
    const extents = { time: 9, batch: 3 }
    const context = { extents, scalars: {} }
    const wrt = [...model.parameters, ...model.states]
    const adjoints = pullback(new Map([[model.loss, g.constant(1)]]), wrt)
    let seed = 7
    const given = new Map<g.Node, g.Value>()
    for (const node of [...wrt, model.weights]) {
      const value = g.zeros(node.shape, context)
      value.data.forEach((_, i) => (value.data[i] = 2 * uniform(seed++, 0, 0, 0, 0) - 1))
      given.set(node, value)
    }
    for (const node of [model.ids, model.targets]) {
      const value = g.zeros(node.shape, context)
      value.data.forEach((_, i) => (value.data[i] = Math.floor(vocabulary * uniform(seed++, 0, 0, 0, 0))))
      given.set(node, value)
    }
    given.set(model.lengths, { shape: model.lengths.shape, extents: [3], data: Float64Array.of(9, 0, 4) })

    const named: Record<string, g.Node> = { logits: model.logits }
    model.finals.forEach((node, i) => (named[`final${i}`] = node))
    const [loss, ...forward] = hoist([model.loss, ...Object.values(named)])
    const back = pullback(new Map([[loss!, g.constant(1)]]), wrt)
    const roots = recompute(
      hoist([
        loss!,
        ...forward,
        ...model.states.map((node) => back.get(node)!),
        ...model.parameters.map((node) => back.get(node)!),
      ]),
    )
    const names = Object.keys(named)
    const outputs = Object.fromEntries(names.map((name, i) => [name, roots[1 + i]!]))
    model.states.forEach((_, i) => (outputs[`adjoint${i}`] = roots[1 + names.length + i]!))
    const gradients = new Map(
      model.parameters.map((node, i) => [node, roots[1 + names.length + model.states.length + i]!]),
    )
    const runner = await Runner.create(
      createReferenceBackend(),
      { name: 'lm', parameters: model.parameters, outputs, sums: { loss: roots[0]! }, gradients },
      extents,
    )
    const results = await runner.run(given)
    const check = (name: string, got: Float64Array, node: g.Node): void => {
      const [value] = g.evaluate([node], new Map(given), context)
      expect(difference(got, value!.data), name).toBeLessThan(1e-12)
    }
    check('loss', results.get('loss')!, model.loss)
    for (const name of names) check(name, results.get(name)!, named[name]!)
    model.states.forEach((node, i) => check(`adjoint ${i}`, results.get(`adjoint${i}`)!, adjoints.get(node)!))
    for (const node of model.parameters) {
      check((node as g.Node<{ name: string }>).attributes.name, results.get(node)!, adjoints.get(node)!)
    }
  })
}
