/** Graphs that no cell makes, once computed wrongly: the program on reference against the graph. */

import { expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { compile, hoist, recompute } from '../../src/compiler/index.ts'
import { pullback } from '../../src/gradient/index.ts'
import * as g from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'
import { difference } from '../gradient/differences.ts'
import { Runner } from './run.ts'

const extents = { time: 3, batch: 2 }
const context = { extents, scalars: { seed: 1, step: 0, sequence: 0 } }
const rows = ['time', 'batch'] as const

interface Case {
  readonly inputs: Readonly<Record<string, g.Node>>
  readonly parameters?: readonly g.Node[]
  readonly outputs: readonly g.Node[]
}

const x = (columns: number): g.Node => g.input('x', { rows, columns })
const h0 = (name: string, columns: number): g.Node => g.input(name, { rows: ['batch'], columns })

const cases: Readonly<Record<string, () => Case>> = {
  'an adjoint that is a sum is written, not added': () => {
    const inputs = { x: x(3), b: h0('b', 1) }
    return { inputs, outputs: [g.neg(g.add(inputs.x, inputs.b))] }
  },
  "a state that takes another's old value": () => {
    const inputs = { x: x(3), a: h0('a', 3), b: h0('b', 3) }
    const { outputs, final } = g.scan({
      initial: [inputs.a, inputs.b],
      steps: [inputs.x],
      step: ([, b], [x]) => ({ next: [b!, x!], outputs: [g.sumColumns(b!)] }),
    })
    return { inputs, outputs: [...final, ...outputs] }
  },
  'states that change places': () => {
    const inputs = { x: x(3), a: h0('a', 3), b: h0('b', 3) }
    const { outputs, final } = g.scan({
      initial: [inputs.a, inputs.b],
      steps: [inputs.x],
      step: ([a, b], [x]) => ({ next: [b!, a!], outputs: [g.mul(a!, x!)] }),
    })
    return { inputs, outputs: [...final, ...outputs] }
  },
  'a state that takes what lies outside': () => {
    const inputs = { x: x(3), a: h0('a', 3), b: h0('b', 3) }
    const { outputs, final } = g.scan({
      initial: [inputs.a],
      steps: [inputs.x],
      step: ([a], [x]) => ({ next: [g.exp(inputs.b)], outputs: [g.mul(a!, x!)] }),
    })
    return { inputs, outputs: [...final, ...outputs] }
  },
  'a table that is made in part of what a window says': () => {
    const inputs = { x: x(3) }
    const ids = g.add(g.position('time'), g.mul(g.constant(0), g.sumColumns(inputs.x)))
    const table = g.parameter('table', { rows: [5], columns: 3 })
    const n = g.neg(g.neg(inputs.x))
    const counted = g.stop(g.scatterAdd(n, ids, 5))
    return {
      inputs,
      parameters: [table],
      outputs: [g.neg(n), g.gather(g.mul(counted, table), ids)],
    }
  },
  'a slice of one column repeated': () => {
    const inputs = { x: x(3) }
    const n = g.neg(inputs.x)
    return { inputs, outputs: [g.div(g.sumColumns(g.concat([g.neg(n), n])), g.constant(6))] }
  },
  'a scan behind a sum over all rows': () => {
    const inputs = { x: x(3), a: h0('a', 3) }
    const { final } = g.scan({
      initial: [inputs.a],
      steps: [inputs.x],
      step: ([a], [x]) => ({ next: [g.mul(a!, x!)], outputs: [] }),
    })
    return { inputs, outputs: [g.abs(g.sumRows(final[0]!))] }
  },
  'rows less their mean': () => {
    const inputs = { x: x(3) }
    const mean = g.div(g.sumRows(inputs.x), g.constant(6))
    return { inputs, outputs: [g.sub(inputs.x, mean)] }
  },
  'one sequence as two inputs of a step': () => {
    const inputs = { x: x(3), a: h0('a', 3) }
    const W = g.parameter('W', { rows: [3], columns: 3 })
    const { outputs, final } = g.scan({
      initial: [inputs.a],
      steps: [inputs.x, inputs.x],
      step: ([a], [x, same]) => ({ next: [g.add(g.matmul(W, x!), same!)], outputs: [g.matmul(W, same!), a!] }),
    })
    return { inputs, parameters: [W], outputs: [...final, ...outputs] }
  },
  'a product of parameters with a matrix that is computed of them': () => {
    const inputs = { x: x(3) }
    const [P, Q] = [g.parameter('P', { rows: [3], columns: 5 }), g.parameter('Q', { rows: [5], columns: 3 })]
    const p = g.parameter('p', { rows: [], columns: 3 })
    const made = g.matmul(g.mul(P, g.constant(0.5)), g.matmul(Q, p))
    return { inputs, parameters: [P, Q, p], outputs: [g.mul(inputs.x, made)] }
  },
  'a product that begins at some columns of a vector from outside': () => {
    const inputs = { x: x(3) }
    const P = g.parameter('P', { rows: [3], columns: 3 })
    const p = g.parameter('p', { rows: [], columns: 3 })
    return { inputs, parameters: [P, p], outputs: [g.neg(inputs.x), g.concat([g.neg(g.matmul(P, p)), p])] }
  },
  'a product to which a position along its second axis is added': () => {
    const inputs = { x: x(3) }
    const P = g.parameter('P', { rows: [1], columns: 3 })
    const sum = g.add(g.matmul(P, inputs.x), g.position('batch'))
    return { inputs, parameters: [P], outputs: [g.mul(sum, sum)] }
  },
  'a number as the input of a step': () => {
    const inputs = { x: x(3), a: h0('a', 3) }
    const { outputs, final } = g.scan({
      initial: [inputs.a],
      steps: [inputs.x, g.broadcast(g.constant(2), { rows, columns: 1 })],
      step: ([a], [x, two]) => ({ next: [g.mul(a!, two!)], outputs: [g.add(x!, two!)] }),
    })
    return { inputs, outputs: [...final, ...outputs] }
  },
}

test.each(Object.entries(cases))('%s', async (name, make) => {
  const { inputs, parameters = [], outputs } = make()
  const seeds = outputs.map((node, i) => [node, g.input(`adjoint ${i}`, node.shape)] as const)
  const wrt = [...Object.values(inputs), ...parameters]
  const given = new Map<g.Node, g.Value>()
  let seed = 1
  for (const node of [...wrt, ...seeds.map(([, adjoint]) => adjoint)]) {
    const value = g.zeros(node.shape, context)
    value.data.forEach((_, i) => (value.data[i] = 2 * uniform(seed++, 0, 0, 0, 0) - 1))
    given.set(node, value)
  }
  const wanted = (nodes: readonly g.Node[]): Float64Array[] =>
    g.evaluate(nodes, new Map(given), context).map(({ data }) => data)
  const back = pullback(seeds, wrt)
  const reached = wrt.filter((node) => back.has(node))
  const all = [...wanted(outputs), ...wanted(reached.map((node) => back.get(node)!))]

  const forward = hoist(outputs)
  const again = pullback(
    forward.map((node, i) => [node, seeds[i]![1]]),
    wrt,
  )
  const roots = recompute(hoist([...forward, ...reached.map((node) => again.get(node)!)]))
  const named = roots.map((node, i) => [`out ${i}`, node] as const)
  const written = named.filter((_, i) => !parameters.includes(reached[i - outputs.length]!))
  const gradients = new Map(
    reached.flatMap((node, i) => (parameters.includes(node) ? [[node, roots[outputs.length + i]!] as const] : [])),
  )
  const computation = { name, parameters, outputs: Object.fromEntries(written), gradients }
  const runner = await Runner.create(createReferenceBackend(), computation, extents)
  for (const round of ['at first', 'again']) {
    const results = await runner.run(given, context.scalars)
    for (const [i, [key]] of named.entries()) {
      const got = results.get(key)
      if (got) expect(difference(got, all[i]!), `${key}, ${round}`).toBeLessThan(1e-12)
      else if (round === 'at first') {
        expect(difference(results.get(reached[i - outputs.length]!)!, all[i]!), key).toBeLessThan(1e-12)
      }
    }
  }
})

test('a parameter that is used twice: its sums over windows are apart', async () => {
  const [a, W] = [h0('a', 3), g.parameter('W', { rows: [3], columns: 3 })]
  const { final } = g.scan({
    initial: [a],
    steps: [x(3)],
    step: ([h], [x]) => ({ next: [g.tanh(g.add(g.matmul(W, h!), g.sigmoid(g.matmul(W, x!))))], outputs: [] }),
  })
  const back = pullback([[final[0]!, g.input('adjoint', final[0]!.shape)]], [W])
  const [gradient] = recompute(hoist([back.get(W)!]))
  const { body, finish } = compile({
    name: 'twice',
    parameters: [W],
    outputs: {},
    gradients: new Map([[W, gradient!]]),
  }).program
  // One sum is added to in the gradient's own place, the other is whole before it comes there.
  const regions = body.flatMap((one) => (one.kind === 'gemm-ta' ? [one.dest.region] : []))
  expect(regions).toHaveLength(2)
  expect(new Set(regions).size).toBe(2)
  expect(finish.map(({ kind }) => kind)).toEqual(['rows', 'fill'])
})

test('a sum of what a step captures is added in one order, however often the graph is gone over', async () => {
  const [a, inputs] = [h0('a', 3), x(2)]
  const matrices = ['A', 'B', 'C'].map((name) => g.parameter(name, { rows: [3], columns: 3 }))
  const p = g.parameter('p', { rows: [], columns: 3 })
  const products = matrices.map((W) => g.matmul(W, p)).reduce((sum, product) => g.add(sum, product))
  const { outputs } = g.scan({
    initial: [a],
    steps: [inputs],
    step: ([h], [x]) => ({ next: [g.add(products, g.sumColumns(x!))], outputs: [g.add(h!, g.constant(0))] }),
  })
  // Numbers with all their bits, so that another order is another number.
  const given = new Map<g.Node, g.Value>()
  let seed = 1
  for (const node of [a, inputs, p, ...matrices]) {
    const value = g.zeros(node.shape, context)
    value.data.forEach((_, i) => (value.data[i] = Math.sin(seed++)))
    given.set(node, value)
  }
  const values = async (roots: readonly g.Node[]) => {
    const computation = { name: 'sums', parameters: [...matrices, p], outputs: { out: roots[0]! } }
    const runner = await Runner.create(createReferenceBackend(), computation, extents)
    return [...(await runner.run(given)).get('out')!]
  }
  const once = hoist(outputs)
  expect(await values(hoist(once))).toEqual(await values(once))
})
