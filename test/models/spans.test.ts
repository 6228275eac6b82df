import { describe, expect, test } from 'vitest'
import {
  adam,
  decodeModel,
  encodeModel,
  evaluate,
  gru,
  predict,
  spansOf,
  tagged,
  tagger,
  train,
  uniform,
  type Tagger,
} from 'unrolled'
import { decodeChain } from '../../src/models/losses/chain-decoding.ts'
import { entityReport } from '../../src/models/reports/entities.ts'
import { isValid, spanLabels } from '../../src/models/spans.ts'
import { validChain } from '../../src/models/valid-labels.ts'
import { refusal } from '../formats/safetensors-file.ts'

const wasm = { backend: 'wasm' } as const

test.each([
  ['O B-PER I-PER O', [['PER', 1, 3]]],
  [
    'B-PER B-PER',
    [
      ['PER', 0, 1],
      ['PER', 1, 2],
    ],
  ],
  [
    'B-PER I-LOC',
    [
      ['PER', 0, 1],
      ['LOC', 1, 2],
    ],
  ],
  // What nothing began begins here, as in the evaluation of CoNLL-2000.
  [
    'I-PER I-PER O I-LOC',
    [
      ['PER', 0, 2],
      ['LOC', 3, 4],
    ],
  ],
  [
    'S-PER B-LOC I-LOC E-LOC',
    [
      ['PER', 0, 1],
      ['LOC', 1, 4],
    ],
  ],
  [
    'B-A E-A I-A',
    [
      ['A', 0, 2],
      ['A', 2, 3],
    ],
  ],
  ['B-A-B I-A-B', [['A-B', 0, 2]]],
  ['', []],
])('the spans of %s', (text, wanted) => {
  expect(spansOf(text === '' ? [] : text.split(' ')).map(({ type, from, to }) => [type, from, to])).toEqual(wanted)
})

describe('what may follow what', () => {
  const names = ['O', 'B-A', 'I-A', 'B-B', 'I-B']
  const rules = spanLabels(names)!
  const valid = (text: string): boolean =>
    isValid(rules, text === '' ? [] : text.split(' ').map((l) => names.indexOf(l)))

  test('I-X goes on with an X', () => {
    expect(['', 'O', 'B-A I-A I-A O', 'B-A B-A', 'B-A I-A B-B I-B'].map(valid)).toEqual([true, true, true, true, true])
    expect(['I-A', 'O I-A', 'B-A I-B', 'B-A O I-A'].map(valid)).toEqual([false, false, false, false])
  })

  test('where there are ends, what began must end', () => {
    const ends = ['O', 'B-A', 'I-A', 'E-A', 'S-A']
    const by = spanLabels(ends)!
    const of = (text: string): boolean =>
      isValid(
        by,
        text.split(' ').map((l) => ends.indexOf(l)),
      )
    expect(['S-A S-A', 'B-A I-A E-A O', 'B-A E-A B-A E-A'].map(of)).toEqual([true, true, true])
    expect(['B-A', 'B-A O', 'B-A S-A', 'E-A', 'B-A I-A'].map(of)).toEqual([false, false, false, false, false])
  })

  test('other labels are no spans', () => {
    expect(spanLabels(['NOUN', 'VERB'])).toBeUndefined()
    expect(spanLabels(['O', 'I-A'])).toBeUndefined()
    expect(spanLabels([1, 2])).toBeUndefined()
  })

  test('the likeliest valid labels are those that trying all finds', () => {
    for (let seed = 0; seed < 20; seed++) {
      const draw = (site: number, i: number): number => 4 * (uniform(seed, site, 0, 0, i) - 0.5)
      const rows = Array.from({ length: 4 }, (_, t) => names.map((_, j) => draw(t, j)))
      const transitions = names.flatMap((_, i) => names.map((_, j) => draw(9, 5 * i + j)))
      const own = { transitions: { shape: [5, 5], data: Float64Array.from(transitions) } }
      const scoreOf = (labels: readonly number[]): number =>
        labels.reduce((sum, l, t) => sum + rows[t]![l]! + (t > 0 ? transitions[5 * labels[t - 1]! + l]! : 0), 0)
      const all = Array.from({ length: 5 ** 4 }, (_, n) => [0, 1, 2, 3].map((t) => Math.floor(n / 5 ** t) % 5))
      const best = all.filter((labels) => isValid(rules, labels)).sort((a, b) => scoreOf(b) - scoreOf(a))[0]
      const { labellings, steps } = decodeChain(rows, validChain(rules, 5, own), 1)
      expect(labellings[0]!.labels).toEqual(best)
      // Nothing that is not valid has a probability.
      expect(steps![0]!.probabilities![2]).toBe(0)
    }
  })
})

test('entities count where both ends and the type are right', () => {
  const is = ['B-PER I-PER O B-LOC', 'O B-LOC', 'B-PER'].map((text) => text.split(' '))
  const said = ['B-PER I-PER O B-PER', 'B-LOC I-LOC', 'B-PER'].map((text) => text.split(' '))
  const { precision, recall, f1, count, byType, f1Interval } = entityReport(is, said)
  expect([precision, recall, f1, count]).toEqual([0.5, 0.5, 0.5, 4])
  expect(byType['PER']).toEqual({ precision: 2 / 3, recall: 1, f1: 0.8, count: 2 })
  expect(byType['LOC']).toEqual({ precision: 0, recall: 0, f1: 0, count: 2 })
  expect(f1Interval[0]).toBeLessThan(f1)
  expect(f1Interval[1]).toBeGreaterThan(f1)
})

const first = ['anna', 'otto', 'ida']
const last = ['berg', 'stein', 'wald']
const sentences = Array.from({ length: 30 }, (_, i) => ({
  words: ['today', first[i % 3]!, last[(i >> 1) % 3]!, ...(i % 2 ? ['sees', last[i % 3]!] : ['sleeps'])],
  tags: ['O', 'B-PER', 'I-PER', 'O', ...(i % 2 ? ['B-LOC'] : [])],
}))
const columns = { token: 'words', label: 'tags', minCount: 1 } as const

describe('a tagger of spans', () => {
  const data = tagged(sentences, columns)
  const others = sentences.map(({ words }) => [...words].reverse())

  test.each([false, true])('says nothing that is not valid, with transitions: %s', async (transitions) => {
    const model = tagger(data, { cell: gru, hidden: 4, characters: { hidden: 3 }, transitions, seed: 3 })
    const rules = spanLabels(data.labels.names)!
    // Untrained, so that each label by itself would often be wrong.
    for (const said of await predict(model, others, wasm)) {
      expect(
        isValid(
          rules,
          said.map(({ label }) => data.labels.names.indexOf(label as string)),
        ),
      ).toBe(true)
      for (const { probability } of said) expect(probability).toBeGreaterThan(0)
    }
    const again = decodeModel(encodeModel(model)) as Tagger
    expect(again.spans).toBe(true)
    expect(await predict(again, others, wasm)).toEqual(await predict(model, others, wasm))
  })

  test('is measured by entities, as predict says them', async () => {
    const model = tagger(data, { cell: gru, hidden: 8, characters: { hidden: 4 }, seed: 1 })
    const before = await evaluate(model, data, wasm)
    const said = await predict(
      model,
      sentences.map(({ words }) => words),
      wasm,
    )
    const right = said.flatMap((tags, i) => tags.filter(({ label }, t) => label === sentences[i]!.tags[t]))
    expect(before.accuracy).toBeCloseTo(right.length / data.steps)
    const miss = before.worst[0]!
    expect(sentences[miss.index]!.tags[miss.step!]).toBe(miss.is)
    await train(model, data, { epochs: 30, optimizer: adam({ lr: 0.02 }), ...wasm }).finish()
    const { entities, figures, table } = await evaluate(model, data, wasm)
    expect(entities!.f1).toBe(1)
    expect(entities!.count).toBe(45)
    expect(figures[0]).toMatchObject({ name: 'entity F1', value: 1 })
    expect(table()).toMatch(/^entity F1 100\.0 %[^]*LOC +100\.0 %[^]*accuracy/)
  })

  test('of data in which spans are marked otherwise says what it learnt', () => {
    const loose = tagged([...sentences, { words: ['ida'], tags: ['I-PER'] }], columns)
    expect(tagger(loose, { cell: gru, hidden: 2 }).spans).toBe(false)
  })
})

test('weights of classes are counted over all steps', () => {
  const data = tagged(sentences, columns)
  const { loss } = tagger(data, { cell: gru, hidden: 2, classWeights: 'balanced' })
  // 15 LOC, 30 PER, 30 of what goes on, 60 of none, among 135.
  expect(data.labels.names).toEqual(['B-LOC', 'B-PER', 'I-PER', 'O'])
  expect(loss.options['weights']).toEqual([135 / 60, 135 / 120, 135 / 120, 135 / 240])
  expect(() => tagger(data, { cell: gru, hidden: 2, classWeights: 'balanced', transitions: true })).toThrow(
    'classWeights are of labels that are judged each by itself',
  )
})

test('what is no list of labels is refused', () => {
  expect(refusal(() => spansOf(undefined as never), 'data')).toContain('a list of labels is needed, not undefined')
})
