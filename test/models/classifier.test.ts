import { describe, expect, test } from 'vitest'
import {
  adam,
  calibrate,
  classifier,
  crossEntropy,
  decodeModel,
  encodeModel,
  evaluate,
  feedforward,
  gru,
  labelled,
  predict,
  regressor,
  rnn,
  train,
  type Classifier,
} from 'unrolled'

/** Words that end in a vowel or not: the last letter tells, not which letters there are. */
const words = Array.from({ length: 120 }, (_, i) => {
  const letters = ['b', 'a', 'd', 'e', 'k', 'i', 'm', 'o']
  const word = Array.from({ length: 2 + (i % 5) }, (_, k) => letters[(i * (k + 3) + k * k + (i >> 3)) % 8]!).join('')
  return { word, ends: /[aeio]$/.test(word) ? 'vowel' : 'consonant' }
})
const data = labelled(words, { text: 'word', label: 'ends' })

async function trained(): Promise<Classifier> {
  const model = classifier(data, { cell: gru, hidden: 12, seed: 3 })
  await train(model, data, { epochs: 25, batch: 16, optimizer: adam({ lr: 0.02 }), backend: 'wasm' }).finish()
  return model
}

describe('classifier', () => {
  test('learns, says labels by name, reports, and is the same out of its file', async () => {
    const model = await trained()
    const report = await evaluate(model, data, { backend: 'wasm' })
    expect(report.accuracy).toBe(1)
    expect(report.table()).toContain('accuracy 100.0 %')
    const said = await predict(model, ['made', 'ebb'], { backend: 'wasm' })
    expect(said.map(({ label }) => label)).toEqual(['vowel', 'consonant'])
    const [{ probabilities, probability }] = said as [(typeof said)[number]]
    expect(probabilities['vowel']! + probabilities['consonant']!).toBeCloseTo(1)
    expect(probability).toBe(probabilities['vowel'])
    model.temperature = 1.5
    const again = decodeModel(encodeModel(model)) as Classifier
    expect(await predict(again, { word: 'made' }, { backend: 'wasm' })).toEqual(
      await predict(model, 'made', { backend: 'wasm' }),
    )
    expect(await predict(again, words.slice(0, 2), { backend: 'wasm' })).toHaveLength(2)
  })

  test('a temperature makes it as sure as it is right, and changes no label', async () => {
    const model = await trained()
    // Of what it knows for certain, a quarter is wrong here.
    const noisy = labelled(
      words.map((row, i) => (i % 4 ? row : { ...row, ends: row.ends === 'vowel' ? 'consonant' : 'vowel' })),
      { like: model },
    )
    const before = await predict(model, 'made', { backend: 'wasm' })
    const temperature = await calibrate(model, noisy, { backend: 'wasm' })
    expect(temperature).toBeGreaterThan(1)
    const after = await predict(model, 'made', { backend: 'wasm' })
    expect(after.label).toBe(before.label)
    const sure = await predict(
      model,
      words.map(({ word }) => word),
      { backend: 'wasm' },
    )
    const mean = sure.reduce((sum, { probability }) => sum + probability, 0) / sure.length
    expect(mean).toBeGreaterThan(0.65)
    expect(mean).toBeLessThan(0.85)
  })

  test('reads both ways, pools, and weighs labels by name or in balance', () => {
    const options = { cell: rnn, hidden: [6, 4], bidirectional: true, dropout: 0.1 } as const
    for (const pooling of ['attention', 'last', 'max', 'mean'] as const) {
      const { layer } = classifier(data, { ...options, pooling })
      expect(layer.outputs['output']).toMatchObject({ columns: 2, axes: ['batch'] })
    }
    expect(classifier(data, { ...options, classWeights: { vowel: 3 } }).loss.options).toEqual({ weights: [1, 3] })
    const counts = ['consonant', 'vowel'].map((label) => words.filter(({ ends }) => ends === label).length)
    const balanced = classifier(data, { ...options, classWeights: 'balanced' }).loss.options['weights'] as number[]
    expect(balanced[0]! * counts[0]!).toBeCloseTo(balanced[1]! * counts[1]!)
  })

  test('says what is wrong', async () => {
    expect(() => classifier(data, { cell: gru, hidden: 4, pooling: 'sum' as never })).toThrow(
      "pooling is 'sum'; it must be 'attention' or 'last'",
    )
    expect(() => classifier(words as never, { cell: gru, hidden: 4 })).toThrow(
      'the first argument must be data with labels',
    )
    expect(() => classifier(data, { cell: gru, hidden: 4, classWeights: { vowle: 1 } })).toThrow('did you mean vowel?')
    const model = classifier(data, { cell: gru, hidden: 4 })
    await expect(predict(model, ['a', ''])).rejects.toThrow('predict: sequence 1: the text is empty')
    await expect(predict(model, 7 as never)).rejects.toThrow('a string is needed, not 7')
    await expect(predict(model, 'xyz')).rejects.toThrow('which is not among the 8 known')
    await expect(predict(model, { wrod: 'a' })).rejects.toThrow('has no column word; did you mean wrod?')
    await expect(calibrate({ loss: crossEntropy() } as never, data)).rejects.toThrow('must be a classifier')
    const other = labelled(
      [
        { word: 'xx', ends: 'p' },
        { word: 'y', ends: 'q' },
      ],
      { text: 'word', label: 'ends' },
    )
    await expect(evaluate(model, other)).rejects.toThrow(
      'its texts are numbered by another vocabulary; with { like: model } it is',
    )
    const renamed = labelled(
      words.map(({ word, ends }) => ({ word, ends: ends.toUpperCase() })),
      { text: 'word', label: 'ends' },
    )
    expect(() => train(model, renamed)).toThrow('its labels are CONSONANT, VOWEL, not consonant, vowel')
    const [near, far] = [1, 10].map((scale) =>
      labelled(
        [
          { a: scale, y: 0 },
          { a: 2 * scale, y: 1 },
        ],
        { x: 'a', label: 'y' },
      ),
    )
    expect(() => train(classifier(near!, { cell: gru, hidden: 2 }), far!)).toThrow(
      'its columns are read or scaled otherwise',
    )
  })
})

describe('a classifier out of a damaged file', () => {
  const model = classifier(data, { cell: gru, hidden: 4 })
  test.each([
    ['labels', '["a","b","c"]', 'there are 3 labels, but the last layer gives 2 columns'],
    ['labels', '["a"]', 'a list of two names or more'],
    ['temperature', '0', 'it must be above 0'],
    ['input', '{"kind":"image"}', 'there is no coding'],
    ['input', '{"kind":"text","units":"characters","symbols":["a"]}', 'but the first layer takes'],
    ['roles', '{"cost":"a"}', 'cost is no role of columns'],
  ])('%s %s is refused', (name, text, message) => {
    const changed = { ...model, content: () => ({ ...model.content(), [name]: JSON.parse(text) as never }) }
    expect(() => encodeModel(changed)).toThrow(message)
  })
})

describe('regressor', () => {
  const rows = Array.from({ length: 64 }, (_, i) => {
    const values = Array.from({ length: 3 + (i % 4) }, (_, k) => ((i * 7 + k * 5) % 11) / 10)
    return { values, sum: 100 + 50 * values.reduce((a, b) => a + b, 0) }
  })
  const sums = labelled(rows, { x: 'values', target: 'sum' })

  test('tells numbers in their own units, better than the mean, and the same out of its file', async () => {
    const model = regressor(sums, { cell: gru, hidden: 16, seed: 1 })
    await train(model, sums, { epochs: 80, batch: 16, optimizer: adam({ lr: 0.01 }), backend: 'wasm' }).finish()
    const { byTarget, table } = await evaluate(model, sums, { backend: 'wasm' })
    const [{ rmse, meanRmse, r2 }] = byTarget as [(typeof byTarget)[number]]
    expect(rmse).toBeLessThan(0.3 * meanRmse)
    expect(r2).toBeGreaterThan(0.9)
    expect(table()).toContain('sum')
    const said = await predict(model, rows, { backend: 'wasm' })
    const squares = said.reduce((total, { values }, i) => total + (values['sum']! - rows[i]!.sum) ** 2, 0)
    expect(Math.sqrt(squares / rows.length)).toBeCloseTo(rmse, 2)
    expect(await predict(decodeModel(encodeModel(model)) as typeof model, rows, { backend: 'wasm' })).toEqual(said)
  })

  test('wants numbers to tell', () => {
    expect(() => regressor(data, { cell: gru, hidden: 4 })).toThrow('data with target columns')
    expect(() => classifier(sums, { cell: gru, hidden: 4 })).toThrow('data with labels')
  })
})

describe('feedforward', () => {
  test('classifies rows of numbers, and cannot tell orders apart', async () => {
    const points = Array.from({ length: 200 }, (_, i) => {
      const [a, b] = [((i * 37) % 101) / 50 - 1, ((i * 53) % 97) / 48 - 1]
      return { a, b, inside: a * a + b * b < 0.6 }
    })
    const circle = labelled(points, { x: ['a', 'b'], label: 'inside' })
    const model = feedforward(circle, { hidden: 16, seed: 2 })
    await train(model, circle, { epochs: 60, batch: 20, optimizer: adam({ lr: 0.02 }), backend: 'wasm' }).finish()
    const report = await evaluate(model, circle, { backend: 'wasm' })
    expect(report.accuracy).toBeGreaterThan(0.95)
    expect(report.majority).toBeLessThan(0.8)
    expect(await predict(model, { a: 0, b: 0 }, { backend: 'wasm' })).toMatchObject({ label: true })
    const bag = feedforward(data, { hidden: 8 })
    const [one, other] = await predict(bag, ['abd', 'dba'], { backend: 'wasm' })
    expect(one!.probability).toBeCloseTo(other!.probability, 5)
  })
})
