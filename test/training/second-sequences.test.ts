// A model that reads a second sequence is trained and measured on data that has one, with lengths of its own on both sides.
import { describe, expect, test } from 'vitest'
import {
  backward,
  chain,
  crossEntropy,
  defineLayer,
  embedding,
  evaluate,
  forward,
  gru,
  learner,
  linear,
  meanSquaredError,
  network,
  pairs,
  recurrent,
  sequences,
  symbolsOf,
  tensor,
  train,
  vectors,
  type DataSet,
  type Layer,
  type Model,
  type Tensor,
} from 'unrolled'
import { add } from 'unrolled/graph'
import { prefixed, within } from '../../src/layers/index.ts'
import { diagnose } from '../../src/training/diagnosis.ts'
import { everyBackend } from '../every-backend.ts'
import { refusal } from '../formats/safetensors-file.ts'

const [size, hidden] = [2, 5]
const reader = recurrent({ cell: gru, input: size, hidden, axis: 'source', bidirectional: true, gives: 'final output' })
const writer = recurrent({ cell: gru, input: 2 * hidden, hidden: 4 })
const into = linear({ input: size, output: 2 * hidden })

/** What was read is added to each step that is written. */
const both: Layer = defineLayer({
  description: { kind: 'both' },
  inputs: { source: vectors(size, ['source', 'batch']), x: vectors(size) },
  outputs: { output: vectors(4) },
  declared: [
    ...prefixed('reader.', reader.declared),
    ...prefixed('writer.', writer.declared),
    ...prefixed('into.', into.declared),
  ],
  states: prefixed('writer.', writer.states),
  build(context, { source, x }) {
    const read = reader.build(within(context, 'reader.'), { x: source! })['output']!
    const given = into.build(within(context, 'into.'), { x: x! })['output']!
    return writer.build(within(context, 'writer.'), { x: add(given, read) })
  },
})

const wave = (count: number, columns: number, seed: number): number[][] =>
  Array.from({ length: count }, (_, t) => Array.from({ length: columns }, (_, c) => Math.sin(seed + 2 * t + 3 * c)))

const items = (lengths: readonly (readonly [number, number])[]) =>
  lengths.map(([source, steps], i) => ({
    source: wave(source, size, i),
    x: wave(steps, size, 7 * i),
    target: wave(steps, 4, 5 * i),
  }))

const model = (): Model => network(both, { loss: meanSquaredError(), seed: 3 })
const ragged = items([
  [3, 4],
  [1, 6],
  [5, 1],
])

/** A sequence by itself, on the reference: nothing is padded, and there are no lengths. */
async function alone(one: Model, { source, x, target }: (typeof ragged)[number]) {
  const rows = (given: number[][]): Tensor => tensor(given.map((row) => [row]))
  const given = { parameters: one.parameters, inputs: { source: rows(source), x: rows(x) } }
  const { output } = await forward(one.layer, given, { backend: 'reference' })
  const wanted = target.flat()
  const loss = wanted.reduce((sum, y, i) => sum + (output.data[i]! - y) ** 2, 0) / 4
  const adjoint = tensor(
    wanted.map((y, i) => (output.data[i]! - y) / 2),
    [x.length, 1, 4],
  )
  const { gradients } = await backward(one.layer, given, { output: adjoint }, { backend: 'reference' })
  return { loss, gradients: gradients.parameters }
}

describe.each(everyBackend)('on %s', (_, engine) => {
  test('loss and gradient are those of each pair by itself', async () => {
    const one = model()
    const each = await Promise.all(ragged.map((item) => alone(one, item)))
    const steps = 4 + 6 + 1
    const loss = each.reduce((sum, { loss }) => sum + loss, 0) / steps
    const data = sequences(ragged)
    expect((await evaluate(one, data, engine)).loss).toBeCloseTo(loss, 5)
    expect((await evaluate(one, data, { ...engine, batch: 2 })).loss).toBeCloseTo(loss, 5)
    let squares = 0
    for (const name of Object.keys(one.parameters)) {
      const parts = each.map(({ gradients }) => gradients[name]!.data)
      parts[0]!.forEach((_, i) => (squares += (parts.reduce((sum, part) => sum + part[i]!, 0) / steps) ** 2))
    }
    const learning = await learner(one, engine)
    const learned = await learning.update(data)
    await learning.end()
    expect(learned.loss).toBeCloseTo(loss, 5)
    expect(learned.gradientNorm).toBeCloseTo(Math.sqrt(squares), 5)
  })

  test('the second sequence is there whole in every window and segment', async () => {
    const one = model()
    const long = items([
      [9, 70],
      [4, 33],
    ])
    const data = sequences(long)
    const each = await Promise.all(long.map((item) => alone(one, item)))
    expect((await evaluate(one, data, engine)).loss).toBeCloseTo(each.reduce((sum, { loss }) => sum + loss, 0) / 103, 5)
    const norm = async (options: object): Promise<number> => {
      const events = train(model(), data, { steps: 1, batch: 2, ...options, ...engine })
      for await (const event of events) if (event.event === 'step') return event.gradientNorm
      throw new Error('there was no update')
    }
    expect(await norm({ segment: 16 })).toBeCloseTo(await norm({}), 5)
    expect(await norm({ unroll: 10 })).toBeGreaterThan(0)
  })
})

test('symbols and numbers find their ports', async () => {
  const data = pairs([
    { source: 'ab', target: 'x' },
    { source: 'b', target: 'xyx' },
  ])
  const symbols = { source: symbolsOf(3, ['source', 'batch']), x: symbolsOf(3) }
  const embed = embedding({ symbols: 3, size, axis: 'source' })
  const written = embedding({ symbols: 3, size })
  const layer = chain({
    // A layer of several inputs in front.
    core: defineLayer({
      ...both,
      inputs: symbols,
      declared: [...both.declared, ...prefixed('a.', embed.declared), ...prefixed('b.', written.declared)],
      build: (context, { source, x }) =>
        both.build(context, {
          source: embed.build(within(context, 'a.'), { x: source! })['output']!,
          x: written.build(within(context, 'b.'), { x: x! })['output']!,
        }),
    }),
    head: linear({ output: 3 }),
  })
  const one = network(layer, { loss: crossEntropy(), seed: 1 })
  const before = await evaluate(one, data)
  const { loss } = await train(one, data, { steps: 300, batch: 2, seed: 1 }).finish()
  expect(before.positions).toBe(6)
  expect(loss).toBeLessThan(before.loss / 1.5)
})

describe('what does not fit is said', () => {
  const rows = sequences(ragged)
  const { source: _, ...withoutSource } = rows.ports
  const said = async (data: DataSet, one = model()): Promise<string> => {
    const failed = await (async () => train(one, data, { steps: 1 }).finish())().then(
      () => new Error('it was accepted'),
      (error: unknown) => error,
    )
    return refusal(() => {
      throw failed
    }, 'data')
  }

  test('before the first step', async () => {
    expect(await said({ ...rows, ports: withoutSource, as: undefined! })).toMatch(
      /the model reads source; the data has x, targets/,
    )
    expect(await said({ ...rows, ports: { ...rows.ports, source: vectors(size) }, as: undefined! })).toMatch(
      /source: the model reads a second sequence, along source; the data has it along time and batch/,
    )
    const other = network(
      defineLayer({
        ...both,
        inputs: { source: vectors(size), x: vectors(size) },
        states: [],
        declared: [],
        build: () => ({}),
      }),
      { loss: meanSquaredError() },
    )
    expect(await said(rows, other)).toMatch(
      /source: a second sequence, along source, but the model reads time and batch/,
    )
    const along = network(recurrent({ cell: gru, input: size, hidden, axis: 'source' }), { loss: meanSquaredError() })
    expect(
      await said({ ...rows, ports: { x: rows.ports['source']!, targets: vectors(hidden) }, as: undefined! }, along),
    ).toMatch(/the model answers along source/)
  })

  test('where the data does not keep to what it says', async () => {
    const whole = rows.whole({ batch: 3 })
    const changed = (change: object): DataSet => {
      const training = { ...whole, open: () => ({ ...whole.open(0, 0), ...change }) }
      return { ...rows, parts: () => ({ training }), as: undefined! }
    }
    expect(await said(changed({ source: undefined }))).toMatch(
      /source is along the axis source, but the batch has no second/,
    )
    expect(await said(changed({ starts: true }))).toMatch(/several sequences begin inside rows/)
  })

  test.each([
    [0, 'at its step 0, in sequence 0'],
    [15, 'at its step 2, in sequence 1'],
    [17, 'at its step 2, in sequence 2'],
  ])('a number of second sequences that is not finite is named with its place: number %i', async (at, place) => {
    const one = model()
    const whole = sequences(items([[4, 2], [4, 2], [4, 2]])).whole({ batch: 3 }).open(0, 0) // prettier-ignore
    const source = {
      ...whole.source!,
      fill: (into: Record<string, Float32Array>) => {
        whole.source!.fill(into)
        into['source']![at] = Infinity
      },
    }
    const bad = { model: one, parameters: one.parameters, gradients: one.parameters, batch: { ...whole, source } }
    const window = { start: 0, end: 2, counted: 0, origin: 0, states: [new Float32Array(3 * 16)] }
    expect(await diagnose({ ...bad, window, steps: 8, seed: 0 })).toBe(
      `the input source holds Infinity ${place} of the batch`,
    )
  })

  test('a loss that is not finite is found, the second sequence being there', async () => {
    const bad = structuredClone(ragged)
    bad[1]!.target[2]![3] = 3e38
    const large = train(model(), sequences(bad), { steps: 1, seed: 2, batch: 3 })
    await expect(large.finish()).rejects.toMatchObject({
      code: 'non-finite',
      message: expect.stringMatching(/the loss of step 2 holds/) as string,
    })
  })
})
