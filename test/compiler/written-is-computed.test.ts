/** The smallest cells that were once computed wrongly: values against the equations in plain numbers, gradients against differences. */

import { expect, test } from 'vitest'
import { backendNames, createBackend } from '#backends'
import { backward, cellFromText, recurrent, tensor, uniform } from 'unrolled'
import { difference } from '../gradient/differences.ts'

type Vector = readonly number[]
type Matrix = readonly Vector[]
interface Numbers {
  readonly [name: string]: Matrix
}

const times = (w: Matrix, a: Vector): number[] => w.map((row) => row.reduce((sum, value, i) => sum + value * a[i]!, 0))
const plus = (...all: Vector[]): number[] =>
  Array.from({ length: Math.max(...all.map(({ length }) => length)) }, (_, i) =>
    all.reduce((sum, a) => sum + (a.length === 1 ? a[0]! : a[i]!), 0),
  )
const by = (a: Vector, b: Vector): number[] =>
  plus(
    a,
    b.map(() => 0),
  ).map((v, i) => v * (b.length === 1 ? b[0]! : b[i]!))
const each = (f: (v: number) => number, a: Vector): number[] => a.map(f)
const hardSigmoid = (v: number): number => Math.min(Math.max(v + 3, 0), 6) / 6
function normalize(a: Vector): number[] {
  const mean = a.reduce((sum, v) => sum + v, 0) / a.length
  const variance = a.reduce((sum, v) => sum + (v - mean) ** 2, 0) / a.length
  return a.map((v) => (v - mean) / Math.sqrt(variance + 1e-5))
}

interface Case {
  readonly name: string
  readonly text: string
  readonly input?: number
  readonly hidden: number
  readonly step: (p: Numbers, x: Vector, h: Vector) => { readonly h: Vector; readonly y?: Vector }
}

const cases: readonly Case[] = [
  {
    name: 'a number is added to every column of a product',
    text: "h' = W @ x + 1",
    hidden: 3,
    step: ({ W }, x) => ({ h: plus(times(W!, x), [1]) }),
  },
  {
    name: 'a vector of one column is added to every column of a product',
    text: "size: S = 1\nh' = W @ x + S",
    hidden: 3,
    step: ({ W, S }, x) => ({ h: plus(times(W!, x), S![0]!) }),
  },
  {
    name: 'hard_sigmoid adds its three to every column',
    text: "h' = hard_sigmoid(W @ [h, x])",
    hidden: 3,
    step: ({ W }, x, h) => ({ h: each(hardSigmoid, times(W!, [...h, ...x])) }),
  },
  {
    name: 'an output that reads an old state twice',
    text: "h' = A @ h\ny = B @ h + h",
    hidden: 2,
    step: ({ A, B }, _, h) => ({ h: times(A!, h), y: plus(times(B!, h), h) }),
  },
  {
    name: 'a residual output',
    text: "h' = tanh(W @ [h, x])\ny = V @ h' + h'",
    hidden: 2,
    step({ W, V }, x, h) {
      const next = each(Math.tanh, times(W!, [...h, ...x]))
      return { h: next, y: plus(times(V!, next), next) }
    },
  },
  {
    name: 'a gated output',
    text: "h' = tanh(W @ [h, x])\ny = h' * sigmoid(V @ h')",
    hidden: 2,
    step({ W, V }, x, h) {
      const next = each(Math.tanh, times(W!, [...h, ...x]))
      return {
        h: next,
        y: by(
          next,
          each((v) => 1 / (1 + Math.exp(-v)), times(V!, next)),
        ),
      }
    },
  },
  {
    name: 'a product that another one reads',
    text: "t = A @ x\nh' = B @ x + t\ny = C @ t",
    hidden: 2,
    step({ A, B, C }, x) {
      const t = times(A!, x)
      return { h: plus(times(B!, x), t), y: times(C!, t) }
    },
  },
  {
    name: 'arrays that are read across each other',
    text: "t = h * 0.5\nu = A @ h\nh' = tanh(B @ x + t)\ny = tanh(t) + t * u",
    hidden: 2,
    step({ A, B }, x, h) {
      const t = by(h, [0.5])
      return {
        h: each(Math.tanh, plus(times(B!, x), t)),
        y: plus(each(Math.tanh, t), by(t, times(A!, h))),
      }
    },
  },
  {
    name: 'the gradient of a vector with terms of one column',
    text: "h' = normalize(B) * h",
    hidden: 3,
    step: ({ B }, _, h) => ({ h: by(normalize(B![0]!), h) }),
  },
  {
    name: 'a product of parameters that two lines read',
    text: "t = A @ B\nh' = W @ x + t\ny = t * h'",
    hidden: 2,
    step({ A, B, W }, x) {
      const t = times(A!, B![0]!)
      const next = plus(times(W!, x), t)
      return { h: next, y: by(t, next) }
    },
  },
  {
    name: 'an output that is a parameter',
    text: "h' = W @ x\ny = B",
    hidden: 2,
    step: ({ W, B }, x) => ({ h: times(W!, x), y: B![0]! }),
  },
  {
    name: 'an output that is a number',
    text: "h' = W @ x\ny = 1",
    hidden: 2,
    step: ({ W }, x) => ({ h: times(W!, x), y: [1] }),
  },
  {
    name: 'a state that is a parameter',
    text: "h' = B",
    hidden: 2,
    step: ({ B }) => ({ h: B![0]! }),
  },
]

const [time, batch] = [3, 2]

/** A case with numbers of its own, its outputs, and a scalar of all that it gives. */
function made({ name, text, input = 2, hidden, step }: Case) {
  const layer = recurrent({ cell: cellFromText(`name: own\nsource: ${name}\n${text}`), input, hidden })
  let seed = 1
  const some = (...shape: number[]) => {
    const count = shape.reduce((a, b) => a * b, 1)
    return tensor(
      Float64Array.from({ length: count }, () => 2 * uniform(seed++, 0, 0, 0, 0) - 1),
      shape,
    )
  }
  const parameters = Object.fromEntries(
    layer.declared.map(({ name, shape }) => [name, some(...(shape.rows as number[]), shape.columns)]),
  )
  const x = some(time, batch, input)
  const h0 = some(batch, hidden)
  const adjoints = { output: some(time, batch, layer.outputs['output']!.columns), state: { h: some(batch, hidden) } }
  /** The outputs, the last states, and Σ adjoint · value. */
  const plain = () => {
    const rowsOf = (data: ArrayLike<number>, columns: number): Matrix =>
      Array.from({ length: data.length / columns }, (_, r) => Array.from(data).slice(r * columns, (r + 1) * columns))
    const numbers = Object.fromEntries(
      Object.entries(parameters).map(([name, { data, shape }]) => [name, rowsOf(data, shape.at(-1)!)]),
    )
    let states = rowsOf(h0.data, hidden)
    const outputs: number[] = []
    for (let t = 0; t < time; t++) {
      const results = states.map((h, b) => step(numbers, rowsOf(x.data, input)[t * batch + b]!, h))
      states = results.map(({ h }) => h)
      for (const { h, y = h } of results) outputs.push(...y)
    }
    const weigh = (values: Vector, weights: ArrayLike<number>): number =>
      values.reduce((sum, value, i) => sum + value * weights[i]!, 0)
    const sum = weigh(outputs, adjoints.output.data) + weigh(states.flat(), adjoints.state.h.data)
    return { outputs, states: states.flat(), sum }
  }
  const slopes = (data: Float64Array | Float32Array): number[] =>
    Array.from(data, (value, i) => {
      const at = (shift: number): number => {
        data[i] = value + shift
        const { sum } = plain()
        data[i] = value
        return sum
      }
      return (at(1e-5) - at(-1e-5)) / 2e-5
    })
  return { layer, parameters, x, h0, adjoints, plain, slopes }
}

const backends: string[] = []
for (const name of backendNames) {
  await createBackend({ name }).then(
    () => backends.push(name),
    () => undefined,
  )
}

for (const one of cases) {
  test.each(backends)(`${one.name}, on %s`, async (backend) => {
    const { layer, parameters, x, h0, adjoints, plain, slopes } = made(one)
    const result = await backward(layer, { parameters, x, state: { h: h0 } }, adjoints, { backend })
    const wanted = plain()
    const near = backend === 'reference' ? 1e-12 : 1e-5
    expect(difference(result.output.data, wanted.outputs)).toBeLessThan(near)
    expect(difference(result.state['h']!.data, wanted.states)).toBeLessThan(near)
    for (const [name, { data }] of Object.entries(parameters)) {
      expect(difference(result.gradients.parameters[name]!.data, slopes(data), 1e-3), name).toBeLessThan(1e-4)
    }
    if (result.gradients.x) expect(difference(result.gradients.x.data, slopes(x.data), 1e-3), 'x').toBeLessThan(1e-4)
    expect(difference(result.gradients.state['h']!.data, slopes(h0.data), 1e-3), 'h').toBeLessThan(1e-4)
  })
}

test.each(backends)('what reads a state twice gets both gradients, in numbers by hand, on %s', async (backend) => {
  const layer = recurrent({
    cell: cellFromText("name: own\nsource: by hand\nh' = A @ h\ny = B @ h + h"),
    input: 1,
    hidden: 1,
  })
  const { gradients } = await backward(
    layer,
    {
      parameters: { A: tensor([2], [1, 1]), B: tensor([3], [1, 1]) },
      x: tensor([0, 0], [2, 1, 1]),
      state: { h: tensor([5], [1, 1]) },
    },
    { output: tensor([1, 10], [2, 1, 1]), state: { h: tensor([100], [1, 1]) } },
    { backend },
  )
  expect([...gradients.parameters['A']!.data]).toEqual([2200])
  expect([...gradients.parameters['B']!.data]).toEqual([105])
  expect([...gradients.state['h']!.data]).toEqual([484])
})
