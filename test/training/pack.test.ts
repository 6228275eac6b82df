// `pack: true`: short sequences one behind the other in a row teach what each in a row of its own teaches.
import { expect, test } from 'vitest'
import {
  adam,
  chain,
  crossEntropy,
  gru,
  labelled,
  classifier,
  languageModel,
  linear,
  lines,
  lstm,
  network,
  pairs,
  recurrent,
  sequences,
  tagged,
  tagger,
  train,
  translator,
  uniform,
  UnrolledError,
  type DataSet,
  type Model,
} from 'unrolled'
import { packRows } from '../../src/data/pack-rows.ts'
import { everyBackend } from '../every-backend.ts'

const names = ['anna', 'bo', 'constantin', 'di', 'eve', 'friederike', 'gus', 'h', 'ida', 'jonathan', 'k', 'lu']

const words = tagged(
  names.map((name, i) => ({ words: [...name], tags: [...name].map((_, t) => ((t + i) % 3 ? 'a' : 'b')) })),
  { token: 'words', label: 'tags' },
)
const odd = sequences(
  names.map((name, i) => ({
    x: [...name].map((_, t) => [uniform(1, 0, 0, i, t) - 0.5, t / 10]),
    target: [...name].map((_, t) => [(t + i) % 2]),
  })),
)

const cases: readonly [string, DataSet, () => Model][] = [
  ['a language model of lines', lines(names), () => languageModel(lines(names), { cell: lstm, hidden: 6, seed: 1 })],
  [
    'two layers from both ends',
    odd,
    () =>
      network(
        chain({
          rnn: recurrent({ cell: gru, input: 2, hidden: 4, layers: 2, bidirectional: true }),
          head: linear({ output: 2 }),
        }),
        { loss: crossEntropy(), seed: 1 },
      ),
  ],
  [
    'a tagger of transitions and letters',
    words,
    () => tagger(words, { cell: gru, hidden: 5, characters: { hidden: 3 }, transitions: true, seed: 1 }),
  ],
]

test.each(cases)('%s learns the same', async (_, data, made) => {
  for (const [, engine] of everyBackend) {
    const learnt = []
    for (const pack of [false, true]) {
      const model = made()
      const options = { epochs: 1, batch: 12, optimizer: adam({ lr: 0.01 }), seed: 3, pack, ...engine }
      const { loss } = await train(model, data, options).finish()
      learnt.push([loss!, ...Object.values(model.parameters).flatMap(({ data }) => [...data])])
    }
    const [apart, packed] = learnt as [number[], number[]]
    packed.forEach((value, i) => expect(Math.abs(value - apart[i]!)).toBeLessThan(2e-4))
    expect(packed[0]).toBeCloseTo(apart[0]!, 5)
  }
})

test('a batch takes fewer rows, none longer than the longest sequence', () => {
  const open = (pack: boolean) => {
    const { training } = odd.parts({ batch: 12, every: 99, validation: 0, limit: 0, seed: 1, pack })
    return training.open(0, 0)
  }
  expect(open(false)).toMatchObject({ batch: 12, steps: 10 })
  expect(open(true)).toMatchObject({ batch: 5, steps: 10, starts: true })
})

test('every sequence lies in one row, and no row is longer than the longest', () => {
  for (let seed = 0; seed < 50; seed++) {
    const count = 1 + Math.floor(uniform(seed, 1, 0, 0, 0) * 40)
    const lengths = Array.from({ length: count }, (_, i) => 1 + Math.floor(uniform(seed, 2, 0, 0, i) * 30))
    const rows = packRows(lengths)
    expect(rows.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i))
    const full = rows.map((row) => row.reduce((sum, i) => sum + lengths[i]!, 0))
    const longest = Math.max(...lengths)
    expect(Math.max(...full)).toBe(longest)
    // No two rows would fit into one.
    const [least, next = longest] = full.sort((a, b) => a - b)
    expect(least! + next).toBeGreaterThan(rows.length > 1 ? longest : 0)
  }
})

test('what must lie alone in its row is not packed', () => {
  const refused = (model: Model, data: DataSet): string => {
    try {
      train(model, data, { pack: true })
    } catch (error) {
      expect(error).toBeInstanceOf(UnrolledError)
      return (error as UnrolledError).message
    }
    return 'taken'
  }
  const once = labelled(
    names.map((name) => ({ name, long: name.length > 3 })),
    { text: 'name', label: 'long' },
  )
  expect(refused(classifier(once, { cell: gru, hidden: 2 }), once)).toContain('no target for each step')
  const reversed = pairs(names.map((name) => ({ source: name, target: [...name].reverse().join('') })))
  expect(refused(translator(reversed, { cell: gru, hidden: 2 }), reversed)).toContain('a second sequence')
})
