import { describe, expect, test } from 'vitest'
import {
  binaryCrossEntropy,
  chain,
  crossEntropy,
  embedding,
  evaluate,
  forward,
  gru,
  last,
  linear,
  meanSquaredError,
  network,
  predict,
  recurrent,
  sequences,
  tensor,
  train,
  uniform,
  adam,
  type Loss,
  type Model,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'

const layers = (input: number, output: number, once = false) =>
  chain({
    rnn: recurrent({ cell: gru, input, hidden: 3 }),
    ...(once && { last: last() }),
    head: linear({ input: 3, output }),
  })
/** Answers at every step, or once a sequence. */
const model = (input: number, output: number, loss: Loss, how?: 'once'): Model =>
  network(layers(input, output, how === 'once'), { loss, seed: 1 })

const number = (i: number, t: number, c: number): number => Math.fround(2 * uniform(1, i, t, c, 0) - 1)
const rows = (i: number, steps: number, columns: number): number[][] =>
  Array.from({ length: steps }, (_, t) => Array.from({ length: columns }, (_, c) => number(i, t, c)))

/** The rows that come out for one sequence. */
async function outputs(of: Model, x: number[][]): Promise<number[][]> {
  const given = { parameters: of.parameters, x: tensor(x.map((row) => [row])) }
  const { data, shape } = (await forward(of.layer, given)).output
  const columns = shape.at(-1)!
  return Array.from({ length: data.length / columns }, (_, t) => [...data.subarray(t * columns, (t + 1) * columns)])
}

const softmax = (row: readonly number[]): number[] => {
  const weights = row.map(Math.exp)
  const total = weights.reduce((a, b) => a + b)
  return weights.map((weight) => weight / total)
}

describe('what a row says depends on the loss', () => {
  const x = rows(0, 5, 2)

  test('crossEntropy: label and probabilities, at every step', async () => {
    const classes = model(2, 3, crossEntropy())
    const wanted = (await outputs(classes, x)).map(softmax)
    const { steps, label, probabilities } = await predict(classes, x)
    expect(steps).toHaveLength(5)
    for (const [t, step] of steps!.entries()) {
      step.probabilities!.forEach((value, c) => expect(value).toBeCloseTo(wanted[t]![c]!, 6))
      expect(step.label).toBe(wanted[t]!.indexOf(Math.max(...wanted[t]!)))
    }
    expect({ label, probabilities }).toEqual(steps!.at(-1))
  })

  test('of a model that answers once, the last step of each sequence', async () => {
    const once = model(2, 3, crossEntropy(), 'once')
    const found = await predict(once, x)
    expect(found.steps).toBeUndefined()
    const last = softmax((await outputs(once, x)).at(-1)!)
    found.probabilities!.forEach((value, c) => expect(value).toBeCloseTo(last[c]!, 6))
  })

  test('squared error: values; binaryCrossEntropy: a probability for each column; a loss of ones own: what it decodes', async () => {
    const [out] = (await outputs(model(2, 2, meanSquaredError()), x)).slice(-1)
    expect((await predict(model(2, 2, meanSquaredError()), x)).values).toEqual(out)
    const { probabilities } = await predict(model(2, 2, binaryCrossEntropy()), x)
    probabilities!.forEach((value, c) => expect(value).toBeCloseTo(1 / (1 + Math.exp(-out![c]!)), 6))
    const own: Loss = { ...meanSquaredError(), decode: ([first]) => ({ label: first! > 0 ? 1 : 0 }) }
    expect(await predict(model(2, 2, own), x)).toMatchObject({ label: out![0]! > 0 ? 1 : 0 })
  })
})

test.each(everyBackend)('many are each as they are alone, bit for bit, on %s', async (_, engine) => {
  const once = model(2, 3, crossEntropy(), 'once')
  // More than run side by side.
  const many = Array.from({ length: 40 }, (_, i) => rows(i, 1 + (i % 7), 2))
  const all = await predict(once, many, engine)
  expect(all).toHaveLength(40)
  for (const i of [0, 3, 6, 31, 32, 39]) expect(all[i]).toEqual(await predict(once, many[i]!, engine))
  expect(
    await predict(
      once,
      many.map((x) => tensor(x)),
      engine,
    ),
  ).toEqual(all)
})

test('a step of one number, or one symbol, may be a flat list, typed or not, rows, or a tensor', async () => {
  const symbols = network(chain({ embed: embedding({ symbols: 4, size: 2 }), rest: layers(2, 2) }), {
    loss: crossEntropy(),
  })
  const list = [0, 3, 1]
  const found = await predict(symbols, list)
  for (const x of [Float32Array.from(list), list.map((id) => [id]), tensor(list), tensor(list, [3, 1])]) {
    expect(await predict(symbols, x)).toEqual(found)
  }
  expect(await predict(symbols, [tensor(list), tensor([2])])).toHaveLength(2)
})

describe('what does not fit is refused with its place', () => {
  const symbols = network(chain({ embed: embedding({ symbols: 4, size: 2 }), rest: layers(2, 2) }), {
    loss: crossEntropy(),
  })
  test.each<[string, Model, unknown, RegExp]>([
    [
      'columns',
      model(2, 2, meanSquaredError()),
      [[1, 2, 3]],
      /^predict: the sequence has x of 3 columns; the model takes 2$/,
    ],
    ['uneven rows', model(2, 2, meanSquaredError()), [[1, 2], [3]], /has at step 1 of x 1 columns; step 0 has 2/],
    ['no number', model(2, 2, meanSquaredError()), [[1, NaN]], /has NaN, no finite number, at step 0, column 1 of x/],
    [
      'one of many',
      model(2, 2, meanSquaredError()),
      [
        [[1, 2]],
        [
          [1, 2],
          [3, Infinity],
        ],
      ],
      /^predict: sequence 1 has Infinity, .* at step 1, column 1/,
    ],
    ['a symbol', symbols, [0, 4], /has 4 at step 1, column 0 of x; the model has 4 symbols, numbered from 0 to 3/],
    ['half a symbol', symbols, [0.5], /has 0.5 at step 0/],
    ['nothing', symbols, [], /there is no sequence/],
    ['a string', symbols, 'abc', /has x 'abc'; it must be numbers by step/],
  ])('%s', async (_, of, x, message) => {
    await expect(predict(of, x as number[][])).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(message) as string,
    })
  })

  test('no model, and options nobody knows', async () => {
    await expect(predict(layers(1, 1) as never, [1])).rejects.toMatchObject({ code: 'option' })
    await expect(predict(symbols, [1], { batch: 3 } as never)).rejects.toMatchObject({ code: 'option' })
  })
})

describe('evaluate on a network', () => {
  const items = Array.from({ length: 50 }, (_, i) => ({ x: rows(i, 1 + (i % 9), 2), target: [i % 3] }))
  const data = sequences(items)

  test('gives loss, positions and accuracy as predictions have it', async () => {
    const once = model(2, 3, crossEntropy(), 'once')
    const { loss, positions, metrics } = await evaluate(once, data)
    const found = await predict(
      once,
      items.map(({ x }) => x),
    )
    const right = found.filter(({ label }, i) => label === i % 3).length
    expect(positions).toBe(50)
    expect(metrics['accuracy']).toBeCloseTo(right / 50, 12)
    expect(right).toBeGreaterThan(5)
    const losses = found.map(({ probabilities }, i) => -Math.log(probabilities![i % 3]!))
    expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 50, 5)
    expect(await evaluate(once, data, { batch: 7 })).toMatchObject({ positions: 50, metrics })
  })

  test('at every step, of columns, ignored steps left out', async () => {
    const target = (i: number): number[][] => items[i]!.x.map((_, t) => [(i + t) % 2, 1])
    const binary = model(2, 2, binaryCrossEntropy())
    const each = sequences(items.map(({ x }, i) => ({ x, target: target(i) })))
    const found = await predict(
      binary,
      items.map(({ x }) => x),
    )
    const right = found.flatMap(({ steps }, i) =>
      steps!.flatMap(({ probabilities }, t) => probabilities!.map((p, c) => (p > 0.5 ? 1 : 0) === target(i)[t]![c])),
    )
    const { positions, metrics } = await evaluate(binary, each)
    expect(positions).toBe(right.length / 2)
    expect(metrics['accuracy']).toBeCloseTo(right.filter(Boolean).length / right.length, 12)
    const ignoring = model(2, 3, crossEntropy({ ignore: -1 }))
    const partly = sequences(items.map(({ x }) => ({ x, target: x.map((_, t) => [t === 0 ? 2 : -1]) })))
    expect((await evaluate(ignoring, partly)).positions).toBe(50)
  })

  test('a metric of a loss of ones own is asked; a loss without gives none', async () => {
    const own: Loss = { ...meanSquaredError(), metrics: { bias: ([a], [b]) => a! - b! } }
    const each = sequences(items.map(({ x }) => ({ x, target: x.map(() => [0.25, 0]) })))
    const of = model(2, 2, own)
    const out = (await Promise.all(items.map(({ x }) => outputs(of, x)))).flat()
    const bias = out.reduce((sum, [first]) => sum + first! - 0.25, 0) / out.length
    expect((await evaluate(of, each)).metrics['bias']).toBeCloseTo(bias, 6)
    expect((await evaluate(model(2, 2, meanSquaredError()), each)).metrics).toEqual({})
  })

  test('what is learnt shows', async () => {
    const easy = sequences(items.map(({ x }) => ({ x, target: [x[0]![0]! > 0 ? 1 : 0] })))
    const once = model(2, 2, crossEntropy(), 'once')
    await train(once, easy, { steps: 150, optimizer: adam({ lr: 0.03 }) }).finish()
    expect((await evaluate(once, easy)).metrics['accuracy']).toBeGreaterThan(0.9)
  })

  test('refuses a string, and data that does not fit', async () => {
    const once = model(2, 3, crossEntropy(), 'once')
    await expect(evaluate(once, 'abc' as never)).rejects.toThrow(/the data is a string/)
    await expect(evaluate(model(3, 3, crossEntropy(), 'once'), data)).rejects.toThrow(/evaluate: x: 2 columns/)
  })
})
