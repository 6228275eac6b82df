// Values inside of layers, and the adjoints of states in their two parts.
import { describe, expect, test } from 'vitest'
import {
  backward,
  bidirectional,
  cellFromText,
  cellsByName,
  chain,
  forward,
  gru,
  linear,
  lstm,
  recurrent,
  tensor,
  zoneout,
  type Cell,
  type Tensor,
} from 'unrolled'
import { compile } from '../../src/compiler/index.ts'
import { layerGraph } from '../../src/layers/index.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { everyBackend } from '../every-backend.ts'

const exact = { backend: 'reference' }
const some = (shape: readonly number[], phase: number): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1.3 * i + phase)),
    shape,
  )
const time = 4
const batch = 2

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v))

test('a gate is what the equation says, at every step, and zero past the end', async () => {
  const layer = chain({ rnn: recurrent({ cell: gru, input: 2, hidden: 3 }), head: linear({ output: 1 }) })
  const parameters = layer.parameters({ seed: 1 })
  const given = { parameters, x: some([time, batch, 2], 0), lengths: [4, 2] }
  for (const [, engine] of everyBackend) {
    const plain = await forward(layer, given, engine)
    const { output, taps } = await forward(layer, { ...given, taps: ['rnn.z', "rnn.h'", 'rnn.h'] }, engine)
    expect([...output.data]).toEqual([...plain.output.data])
    expect(Object.keys(taps).sort()).toEqual(['rnn.h', "rnn.h'", 'rnn.z'])
    const { 'rnn.z': z, 'rnn.h': h, "rnn.h'": next } = taps
    expect(z!.shape).toEqual([time, batch, 3])
    const { data: w } = parameters['rnn.Wz']!
    for (let t = 0; t < time; t++) {
      for (let b = 0; b < batch; b++) {
        for (let i = 0; i < 3; i++) {
          const at = (t * batch + b) * 3
          const inputs = [
            ...h!.data.slice(at, at + 3),
            ...given.x.data.slice((t * batch + b) * 2, (t * batch + b) * 2 + 2),
          ]
          const there = t < given.lengths[b]!
          const value = inputs.reduce((sum, v, j) => sum + v * w[i * 5 + j]!, 0)
          expect(z!.data[at + i]).toBeCloseTo(there ? sigmoid(value) : 0, 5)
          // What is carried into a step is what came out of the one before it.
          const before = t === 0 || !there ? 0 : next!.data[at - batch * 3 + i]!
          expect(h!.data[at + i]).toBe(before)
        }
      }
    }
  }
})

test('each layer and direction has its own', async () => {
  const layer = bidirectional(recurrent({ cell: lstm, input: 2, hidden: 3, layers: 2 }))
  const given = { parameters: layer.parameters({ seed: 1 }), x: some([time, batch, 2], 0) }
  const taps = ['forward', 'backward'].flatMap((way) => [0, 1].map((i) => `layers.${i}.${way}.o`))
  const found = await forward(layer, { ...given, taps }, exact)
  expect(Object.keys(found.taps)).toEqual([...taps].sort())
  expect(new Set(Object.values(found.taps).map(({ data }) => data.join())).size).toBe(4)
})

test('unknown names are refused with the list', async () => {
  const layer = chain({ rnn: recurrent({ cell: gru, input: 2, hidden: 3 }) })
  const given = { parameters: layer.parameters(), x: some([time, batch, 2], 0) }
  await expect(forward(layer, { ...given, taps: ['rnn.y'] })).rejects.toThrow(
    "forward: taps: there is nothing called rnn.y; did you mean rnn.h?; there are rnn.h, rnn.z, rnn.r, rnn.n, rnn.h'",
  )
  await expect(forward(layer, { ...given, taps: ['rnn.h.own'] })).rejects.toThrow(/nothing called rnn\.h\.own/)
  await expect(backward(layer, { ...given, taps: ['rnn.h.all'] }, {})).rejects.toThrow(/rnn\.h\.own, rnn\.h\.next/)
})

test('the program without taps is the same whether a layer offers any', () => {
  const program = (): string => {
    const layer = chain({ rnn: recurrent({ cell: lstm, input: 2, hidden: 3 }), head: linear({ output: 1 }) })
    const { inputs, outputs, parameters, states, offers } = layerGraph(layer, { training: false, lengths: true })
    expect(offers.size).toBe(8)
    const graph = { parameters, states, outputs, sums: {} }
    return JSON.stringify(compile(windowComputation('backward', graph, { outputs: ['output'], inputs })).program)
  }
  const untapped = program()
  expect(program()).toBe(untapped)
  expect(untapped).not.toContain('tap.')
})

/** The cell with E @ x added to the new value of a state: with x longer by that, the gradient of x is the adjoint of the state. */
function shifted(cell: Cell, state: string): Cell {
  const line = new RegExp(`^(\\s*${state}' = .*)$`, 'm')
  return cellFromText(cell.text().replace(line, '$1 + Etap @ x'))
}

describe('own + next is the adjoint of a state', () => {
  const cells: [string, Cell][] = [...cellsByName]
  test.each(cells)('%s', async (_, cell) => {
    const sizes = { input: 2, hidden: 3, projection: 2, output: 2 }
    const layer = recurrent({ cell, ...sizes })
    const parameters = layer.parameters({ seed: 5 })
    const x = some([time, batch, 2], 0)
    const output = some([time, batch, layer.outputs['output']!.columns], 3)
    const state = Object.fromEntries(layer.states.map(({ name, columns }, i) => [name, some([batch, columns], i)]))
    for (const lengths of [
      [4, 4],
      [4, 2],
    ]) {
      const names = layer.states.flatMap(({ name }) => [`${name}.own`, `${name}.next`])
      const given = { parameters, x, lengths, taps: names }
      const plain = await backward(layer, { parameters, x, lengths }, { output, state }, exact)
      const { taps, gradients } = await backward(layer, given, { output, state }, exact)
      expect(gradients).toEqual(plain.gradients)
      for (const { name, columns } of layer.states) {
        const wide = 2 + columns
        const other = recurrent({ cell: shifted(cell, name), ...sizes, input: wide })
        const widened = Object.fromEntries(
          other.declared.map(({ name, shape }): [string, Tensor] => {
            const [rows = 1] = shape.rows as number[]
            const old = parameters[name]
            const data = new Float64Array(rows * shape.columns)
            for (let r = 0; r < rows; r++) {
              if (!old) data[r * wide + 2 + r] = 1
              else
                data.set(
                  old.data.subarray((r * old.data.length) / rows, ((r + 1) * old.data.length) / rows),
                  r * shape.columns,
                )
            }
            return [name, tensor(data, shape.rows.length === 0 ? [shape.columns] : [rows, shape.columns])]
          }),
        )
        const longer = new Float64Array(time * batch * wide)
        for (let row = 0; row < time * batch; row++) longer.set(x.data.subarray(row * 2, row * 2 + 2), row * wide)
        const whole = await backward(
          other,
          { parameters: widened, x: tensor(longer, [time, batch, wide]), lengths },
          { output, state },
          exact,
        )
        const [own, next] = [taps[`${name}.own`]!, taps[`${name}.next`]!]
        for (let row = 0; row < time * batch; row++) {
          const there = Math.floor(row / batch) < lengths[row % batch]!
          for (let c = 0; c < columns; c++) {
            const at = row * columns + c
            const wanted = there ? whole.gradients.x!.data[row * wide + 2 + c]! : 0
            expect(Math.abs(own.data[at]! + next.data[at]! - wanted)).toBeLessThan(1e-9 * Math.max(1, Math.abs(wanted)))
          }
        }
      }
    }
  })

  test('at the last step, next is what is given for the state, and own what comes through the output', async () => {
    const layer = recurrent({ cell: gru, input: 2, hidden: 3 })
    const given = { parameters: layer.parameters({ seed: 5 }), x: some([time, batch, 2], 0), taps: ['h.own', 'h.next'] }
    const output = some([time, batch, 3], 3)
    const state = { h: some([batch, 3], 1) }
    for (const [, engine] of everyBackend) {
      const { taps } = await backward(layer, given, { output, state }, engine)
      expect([...taps['h.own']!.data]).toEqual([
        ...Float64Array.from(output.data, (v) => (engine.backend === 'reference' ? v : Math.fround(v))),
      ])
      const end = taps['h.next']!.data.slice(-batch * 3)
      state.h.data.forEach((value, i) => expect(end[i]).toBeCloseTo(value, 6))
    }
  })

  test('of what is carried, where a modifier mixes it', async () => {
    const layer = recurrent({ cell: zoneout(gru, 0.25), input: 2, hidden: 3 })
    const given = { parameters: layer.parameters({ seed: 5 }), x: some([2, 1, 2], 0) }
    const output = some([2, 1, 3], 3)
    const { taps } = await backward(layer, { ...given, taps: ['h.own', 'h.next'] }, { output }, exact)
    // What step 1 sends back is the gradient of a run of step 1 alone with regard to the state it begins with.
    const { state } = await forward(layer, { ...given, x: tensor(given.x.data.slice(0, 2), [1, 1, 2]) }, exact)
    const tail = await backward(
      layer,
      { ...given, x: tensor(given.x.data.slice(2), [1, 1, 2]), state },
      { output: tensor(output.data.slice(3), [1, 1, 3]) },
      exact,
    )
    tail.gradients.state['h']!.data.forEach((value, i) => expect(taps['h.next']!.data[i]).toBeCloseTo(value, 12))
  })
})
