/** Gradients of a batch with lengths have the bits of those without, and a padded sequence's those of itself alone. */

import { describe, expect, test } from 'vitest'
import { backendNames, createBackend } from '#backends'
import {
  backward,
  cellFromText,
  lstmPeephole,
  projection,
  recurrent,
  tensor,
  uniform,
  zoneout,
  type Cell,
  type Given,
  type Layer,
  type Tensor,
} from 'unrolled'
import { subjects } from '../conformance/subjects.ts'

const own = (lines: string): Cell => cellFromText(`name: own\nsource: a sum of many\n${lines}`)

const cells: readonly { readonly name: string; readonly cell: Cell }[] = [
  { name: 'lstm-peephole with zoneout', cell: zoneout(lstmPeephole, 0.2) },
  {
    name: 'a new state that is used three times',
    cell: own("h' = tanh(W @ [h, x] + b)\ny = h' * bg + (h' - h) + V @ h'"),
  },
  {
    name: 'a matrix that is used three times',
    cell: own("t = W @ h * (V @ h) + V @ h\nh' = tanh(t + U @ x)\ny = V @ h'"),
  },
  { name: 'a state that waits for no other', cell: own("h' = W @ sigmoid(x)\nc' = where(1 < 2, h, h + h) + h'") },
  { name: 'a state that two others read', cell: own("h' = W @ x + sum(b)\nc' = sigmoid(h + h')") },
  { name: 'states that nothing flows to', cell: own("h' = tanh(U @ x)\nc' = tanh(stop(c) + h)\ny = h'") },
]

const [time, batch] = [3, 2]

function given(layer: Layer) {
  let seed = 5
  const some = (...shape: number[]): Tensor => {
    const count = shape.reduce((a, b) => a * b, 1)
    return tensor(
      Float64Array.from({ length: count }, () => uniform(seed++, 0, 0, 0, 0) - 0.5),
      shape,
    )
  }
  const states = (): Record<string, Tensor> =>
    Object.fromEntries(layer.states.map(({ name, columns }) => [name, some(batch, columns)]))
  return {
    parameters: Object.fromEntries(
      layer.declared.map(({ name, shape }) => [name, some(...(shape.rows as number[]), shape.columns)]),
    ),
    x: some(time, batch, layer.inputs['x']!.columns),
    state: states(),
    adjoints: { output: some(time, batch, layer.outputs['output']!.columns), state: states() },
  }
}

/** The first sequence's first steps. */
function cut({ data, shape }: Tensor, steps: number): Tensor {
  const [, sequences, columns] = shape as [number, number, number]
  const rows = Array.from({ length: steps }, (_, t) => [...data.subarray(t * sequences * columns).subarray(0, columns)])
  return tensor(Float64Array.from(rows.flat()), [steps, 1, columns])
}
const first = (states: Record<string, Tensor>): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(states).map(([name, { data, shape }]) => [name, tensor(data.slice(0, shape[1]), [1, shape[1]!])]),
  )

/** Everything a layer gives, as one list. */
async function all(layer: Layer, given: Given, adjoints: Parameters<typeof backward>[2], backend: string) {
  const { output, state, gradients } = await backward(layer, given, adjoints, { backend })
  const lists = (named: Readonly<Record<string, Tensor>>): number[][] =>
    Object.values(named).map(({ data }) => [...data])
  return {
    output: [...output.data],
    states: lists(state),
    parameters: lists(gradients.parameters),
    x: gradients.x ? [...gradients.x.data] : [],
    adjoints: lists(gradients.state),
  }
}

const layerOf = (cell: Cell): Layer => recurrent({ cell, input: 2, hidden: 3, output: 4, projection: 2 })

/** Layers whose input is added to their output, where sums of one layer stand in those of the next. */
const residual = [
  {
    name: 'an output that is a sum',
    layer: recurrent({
      cell: own("h' = h + W @ x\ny = bg + sum(b) + V @ h'"),
      input: 3,
      hidden: 3,
      layers: 2,
      residual: true,
    }),
  },
  {
    name: 'an upper layer that its input only goes past',
    layer: recurrent({
      cell: projection(own("h' = tanh(W @ h * (V @ h + h))"), { size: 3 }),
      input: 3,
      hidden: 4,
      layers: 2,
      residual: true,
    }),
  },
]

/** Layers of which one hands on what the next adds to: its sums are apart from those before it. */
const stacked = [
  {
    name: 'an input that is the output',
    layer: recurrent({ cell: own("h' = h + W @ x\ny = x"), input: 3, hidden: 3, layers: 3 }),
  },
  {
    name: 'an input that is the output, both ways',
    layer: recurrent({ cell: own("h' = h + W @ x\ny = x + V @ x"), input: 4, hidden: 4, layers: 2, direction: 'both' }),
  },
]

async function holds(layer: Layer, backend: string): Promise<void> {
  const { parameters, x, state, adjoints } = given(layer)
  const without = await all(layer, { parameters, x, state }, adjoints, backend)
  expect(await all(layer, { parameters, x, state, lengths: [time, time] }, adjoints, backend)).toEqual(without)
  const one = (steps: number, lengths?: readonly number[]) =>
    all(
      layer,
      { parameters, x: cut(x, steps), state: first(state), ...(lengths && { lengths }) },
      { output: cut(adjoints.output, steps), state: first(adjoints.state) },
      backend,
    )
  const alone = await one(2)
  const padded = await one(time, [2])
  expect(padded).toEqual({
    ...alone,
    output: [...alone.output, ...new Array<number>(layer.outputs['output']!.columns).fill(0)],
    x: alone.x.length > 0 ? [...alone.x, ...padded.x.slice(alone.x.length)] : [],
  })
  expect(padded.x.slice(alone.x.length).every((value) => value === 0)).toBe(true)
}

const backends: string[] = []
for (const name of backendNames) {
  await createBackend({ name }).then(
    () => backends.push(name),
    () => undefined,
  )
}

describe.each(backends)('on %s', (backend) => {
  test.each(cells)('$name', ({ cell }) => holds(layerOf(cell), backend))
  test.each(residual)('residual: $name', ({ layer }) => holds(layer, backend))
  test.each(stacked)('stacked: $name', ({ layer }) => holds(layer, backend))
})

test.each(subjects().acting)('$name, on reference', ({ cell }) => holds(layerOf(cell), 'reference'))
