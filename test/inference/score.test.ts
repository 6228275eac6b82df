import { describe, expect, test } from 'vitest'
import {
  chain,
  classifier,
  crossEntropy,
  evaluate,
  gru,
  labelled,
  languageModel,
  linear,
  lines,
  lstm,
  masked,
  meanSquaredError,
  network,
  predict,
  recurrent,
  rnn,
  score,
  sequences,
  tagged,
  tagger,
  text,
  train,
  type Surprise,
} from '../../src/index.ts'

const book = text('Call me Ishmael. Some years ago, never mind how long precisely. '.repeat(4))
const verse = lines('abba\nb\naabab\nbaba baba baba\n')

const sum = (found: readonly Surprise[]): number => found.reduce((sum, { total }) => sum + total, 0)
const count = (found: readonly Surprise[]): number => found.reduce((sum, { steps }) => sum + steps.length, 0)

describe('score', () => {
  test('a text is one sequence, each symbol with all its past, and in sum what evaluate measures', async () => {
    const model = languageModel(book, { cell: lstm, hidden: 12, seed: 2 })
    const found = await score(model, book)
    expect(found).toHaveLength(1)
    const [{ steps, symbols, total, mean }] = found as [(typeof found)[0]]
    expect(symbols.join('')).toBe(book.string.slice(1))
    const { loss, units } = await evaluate(model, book, { batch: 1 })
    expect(steps).toHaveLength(units)
    expect(total / units).toBeCloseTo(loss, 6)
    expect(mean).toBeCloseTo(loss, 6)
    expect(total).toBe(steps.reduce((a, b) => a + b, 0))
    // Cut in two, the second begins without a past.
    const cut = await score(model, book, { batch: 2 })
    expect(cut.map(({ steps }) => steps.length)).toEqual([Math.ceil(units / 2), Math.floor(units / 2)])
    expect(cut[0]!.steps).toEqual(steps.subarray(0, Math.ceil(units / 2)))
    expect(await score(model, book.string)).toEqual(found)
  })

  test('lines each by itself, their ends among the symbols, to the bit as alone', async () => {
    const model = languageModel(verse, { cell: gru, hidden: 7, seed: 1 })
    const found = await score(model, verse)
    expect(found.map(({ symbols }) => symbols.join(''))).toEqual(['abba\n', 'b\n', 'aabab\n', 'baba baba baba\n'])
    const alone = await Promise.all(['abba', 'b', 'aabab', 'baba baba baba'].map((line) => score(model, line)))
    expect(alone.flat()).toEqual(found)
    for (const batch of [1, 2, 3]) expect(await score(model, verse, { batch })).toEqual(found)
    const { loss, units } = await evaluate(model, verse)
    expect(count(found)).toBe(units)
    expect(sum(found) / units).toBeCloseTo(loss, 6)
  })

  test('what was often seen surprises less than what never was: a line of a log that is not like the others', async () => {
    const usual = Array.from({ length: 60 }, (_, i) => `12:00:${10 + (i % 50)} worker ${i % 7} job ${i} done in ${i}ms`)
    const log = lines(masked(usual.join('\n')))
    const model = languageModel(log, { cell: gru, hidden: 24, seed: 1 })
    await train(model, log, { epochs: 25, batch: 8 }).finish()
    const odd = '13:30:00 worker 3 job 99 mind in 12ms'
    const found = await score(model, lines(masked([...usual, odd].join('\n')), { vocabulary: log.vocabulary }))
    const means = found.map(({ mean }) => mean)
    expect(means.indexOf(Math.max(...means))).toBe(60)
    // And it is the word that is unusual that surprises.
    const { symbols, steps } = found[60]!
    const most = steps.indexOf(Math.max(...steps))
    expect(most).toBeGreaterThanOrEqual(symbols.join('').indexOf('mind') - 1)
    expect(most).toBeLessThan(symbols.join('').indexOf('mind') + 5)
  })

  test('a classifier is surprised by a label: −log p, whatever classes count', async () => {
    const rows = ['anna', 'bob', 'kiosk', 'oboe', 'bread'].map((word, i) => ({ word, kind: i < 2 ? 'yes' : 'no' }))
    const data = labelled(rows, { text: 'word', label: 'kind' })
    const model = classifier(data, { cell: rnn, hidden: 5, seed: 3, classWeights: 'balanced' })
    const found = await score(model, data)
    const said = await predict(model, rows)
    expect(found).toHaveLength(5)
    found.forEach(({ steps, total }, i) => {
      expect(steps).toHaveLength(1)
      expect(total).toBeCloseTo(-Math.log(said[i]!.probabilities[rows[i]!.kind]!), 5)
    })
  })

  test.each([false, true])(
    'a tagger by each label; of a chain (%s) they add up to that of all',
    async (transitions) => {
      const rows = [3, 1, 5].flatMap((length, s) =>
        Array.from({ length }, (_, t) => ({ s, word: 'abc'[(t + s) % 3], tag: t % 2 === 0 ? 'X' : 'Y' })),
      )
      const data = tagged(rows, { token: 'word', sequence: 's', label: 'tag' })
      const model = tagger(data, { cell: gru, hidden: 4, seed: 1, transitions })
      const found = await score(model, data)
      expect(found.map(({ steps }) => steps.length)).toEqual([3, 1, 5])
      const { loss, positions } = await evaluate(model, data)
      expect(sum(found) / positions).toBeCloseTo(loss, 5)
      expect(await score(model, data, { batch: 1 })).toEqual(found)
    },
  )

  test('sensors without labels: the error of who tells the next vector, past windows of 64 steps too', async () => {
    const wave = Array.from({ length: 150 }, (_, t) => [Math.sin(t / 5), Math.cos(t / 5)])
    const odd = wave.map((row, t) => (t === 100 ? [3, -3] : row))
    const next = (rows: number[][]) => ({ x: rows.slice(0, -1), target: rows.slice(1) })
    const layer = chain({ rnn: recurrent({ cell: gru, input: 2, hidden: 12 }), head: linear({ output: 2 }) })
    const model = network(layer, { loss: meanSquaredError(), seed: 1 })
    await train(model, sequences([next(wave)]), { epochs: 150 }).finish()
    const data = sequences([next(wave.slice(0, 90)), next(odd)])
    const [, { steps }] = (await score(model, data)) as [Surprise, Surprise]
    expect(steps).toHaveLength(149)
    expect(steps.indexOf(Math.max(...steps))).toBe(99)
    expect(sum(await score(model, data)) / (89 + 149)).toBeCloseTo((await evaluate(model, data)).loss, 5)
  })

  test('steps that do not count are left out', async () => {
    const layer = chain({ rnn: recurrent({ cell: rnn, input: 1, hidden: 3 }), head: linear({ output: 2 }) })
    const model = network(layer, { loss: crossEntropy({ ignore: -1 }), seed: 1 })
    const found = await score(
      model,
      sequences([
        { x: [1, 2, 3], target: [[-1], [0], [1]] },
        { x: [1], target: [[-1]] },
      ]),
    )
    expect(found.map(({ steps }) => steps.length)).toEqual([2, 0])
    expect(found[1]).toMatchObject({ total: 0, mean: 0 })
  })

  test('errors speak of score', async () => {
    const model = languageModel(verse, { cell: rnn, hidden: 3 })
    await expect(score(model, verse, { batch: 0 })).rejects.toThrow(/^score: batch is 0/)
    await expect(score(model, verse, { batches: 1 } as never)).rejects.toThrow(/^score: there is no option batches/)
    await expect(score(model, sequences([{ x: [99], target: [1] }]))).rejects.toThrow(/^score: /)
    const stop = AbortSignal.abort(new Error('enough'))
    await expect(score(model, verse, { signal: stop })).rejects.toThrow('enough')
  })
})
