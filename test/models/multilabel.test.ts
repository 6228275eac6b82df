// Several labels a row: data, what is said, thresholds, reports, files.
import { describe, expect, test } from 'vitest'
import {
  adam,
  calibrate,
  classifier,
  decodeModel,
  encodeModel,
  evaluate,
  feedforward,
  gru,
  labelled,
  predict,
  setParameters,
  tensor,
  train,
  type MultilabelClassifier,
} from 'unrolled'
import { labelsOf } from '../../src/data/index.ts'
import { thresholdFit } from '../../src/models/calibration/threshold.ts'
import { multilabelJudge } from '../../src/models/reports/multilabel.ts'
import { refusal } from '../formats/safetensors-file.ts'

const wasm = { backend: 'wasm' } as const

describe('data', () => {
  test('lists of names, names in a text, and none', () => {
    const rows = [
      { n: 1, t: ['b', 'a'] },
      { n: 2, t: 'a; c' },
      { n: 3, t: '' },
      { n: 4, t: 'c|b,a' },
      { n: 5, t: [] },
    ]
    const data = labelled(rows, { x: 'n', labels: 't' })
    expect(data.labels.names).toEqual(['a', 'b', 'c'])
    expect(data.items.map(({ target }) => [...(target as Float32Array)])).toEqual([
      [1, 1, 0],
      [1, 0, 1],
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ])
    expect(data.ports['targets']).toMatchObject({ columns: 3, axes: ['batch'] })
    const again = labelled([{ n: 9, t: 'c' }], { like: data })
    expect([...(again.items[0]!.target as Float32Array)]).toEqual([0, 0, 1])
  })

  test('what stands between names can be said; rows of a sequence have the same lists', () => {
    const rows = [
      { n: 1, id: 'p', t: 'meat, fish / hot' },
      { n: 2, id: 'q', t: 'hot' },
    ]
    expect(labelled(rows, { x: 'n', labels: 't', separator: '/' }).labels.names).toEqual(['hot', 'meat, fish'])
    const lists = [...rows, { n: 3, id: 'p', t: '' }].map(({ n, id }) => ({
      n,
      id,
      t: id === 'p' ? ['a', 'b'] : ['b'],
    }))
    expect(labelled(lists, { x: 'n', sequence: 'id', labels: 't' }).count).toBe(2)
    const odd = [...lists, { n: 4, id: 'p', t: ['a'] }]
    expect(refusal(() => labelled(odd, { x: 'n', sequence: 'id', labels: 't' }), 'data')).toMatch(
      /row 3, t is \['a'\], but \['a', 'b'\] earlier in the same sequence/,
    )
  })

  test.each<[string, () => unknown, string, RegExp]>([
    [
      'a sign between names of one label',
      () => labelled([{ n: 1, t: 'a' }], { x: 'n', label: 't', separator: ';' }),
      'option',
      /separator/,
    ],
    ['no sign', () => labelled([{ n: 1, t: 'a' }], { x: 'n', labels: 't', separator: '' }), 'option', /separator/],
    ['a number', () => labelled([{ n: 1, t: 5 }], { x: 'n', labels: 't' }), 'data', /row 0, t is 5; .*list of labels/],
    [
      'a label that the model does not know',
      () => labelled([{ n: 1, t: 'x, d' }], { like: labelled([{ n: 1, t: 'a, b' }], { x: 'n', labels: 't' }) }),
      'data',
      /row 0, t: 'x' is none of the labels/,
    ],
    [
      'one label and several',
      () => labelled([{ n: 1, t: 'a' }], { x: 'n', labels: 't', label: 't' } as never),
      'option',
      /one of label, .* labels, .* target/,
    ],
    [
      'smoothing',
      () =>
        classifier(labelled([{ n: 1, t: 'a, b' }], { x: 'n', labels: 't' }), {
          cell: gru,
          hidden: 2,
          labelSmoothing: 0.1,
        }),
      'option',
      /labelSmoothing is for one label each/,
    ],
  ])('%s is refused', (_, make, code, message) => {
    expect(refusal(make, code)).toMatch(message)
  })
})

describe('a model of several labels', () => {
  const points = Array.from({ length: 60 }, (_, i) => {
    const [a, b] = [(i % 10) / 10, Math.floor(i / 10) / 6]
    return {
      a,
      b,
      has: [...(a > 0.45 ? ['right'] : []), ...(b > 0.4 ? ['high'] : []), ...(i % 7 === 0 ? ['seventh'] : [])],
    }
  })
  const data = labelled(points, { x: ['a', 'b'], labels: 'has' })

  test('says those above its threshold, the likeliest first, and is the same out of its file', async () => {
    const model = feedforward(data, { hidden: 8, seed: 1 })
    await train(model, data, { epochs: 60, batch: 10, optimizer: adam({ lr: 0.03 }), ...wasm }).finish()
    expect((await predict(model, { a: 0.9, b: 0.1 }, wasm)).labels).toEqual(['right'])
    expect((await predict(model, { a: 0.1, b: 0.05 }, wasm)).labels).toEqual([])
    const { labels, probabilities } = await predict(model, { a: 0.9, b: 0.8 }, wasm)
    expect(new Set(labels)).toEqual(new Set(['right', 'high']))
    expect(labels).toEqual(
      [...labels].sort((one, other) => probabilities[String(other)]! - probabilities[String(one)]!),
    )
    // They are not shares of one whole.
    expect(probabilities['right']! + probabilities['high']!).toBeGreaterThan(1.5)
    model.threshold = 0.01
    const again = decodeModel(encodeModel(model)) as MultilabelClassifier
    expect(await predict(again, points.slice(0, 3), wasm)).toEqual(await predict(model, points.slice(0, 3), wasm))
    expect((await predict(again, { a: 0.9, b: 0.8 }, wasm)).labels).toContain('seventh')
    const report = await evaluate(model, data, wasm)
    expect(report.byLabel.find(({ label }) => label === 'seventh')!.recall).toBe(1)
    expect(
      refusal(() =>
        decodeModel(encodeModel({ ...model, content: () => ({ ...model.content(), threshold: 2 }) } as never)),
      ),
    ).toMatch(/threshold.*from 0 to 1/)
  })

  test('class weights are what it counts that a label is there', () => {
    const balanced = classifier(data, { cell: gru, hidden: 3, classWeights: 'balanced' })
    // Of 60 every seventh: 9; half of them are right; 36 high ones.
    expect(data.labels.names).toEqual(['high', 'right', 'seventh'])
    expect(balanced.loss.options['positiveWeight']).toEqual([30 / 30, 30 / 30, 51 / 9])
    const own = classifier(data, { cell: gru, hidden: 3, classWeights: { seventh: 4 } })
    expect(own.loss.options['positiveWeight']).toEqual([1, 1, 4])
  })

  test('data of one label each does not fit', () => {
    const model = classifier(data, { cell: gru, hidden: 3 })
    const single = labelled(
      points.map((row) => ({ ...row, has: row.has[0] ?? 'seventh' })),
      { x: ['a', 'b'], label: 'has' },
    )
    expect(refusal(() => train(model, single), 'data')).toMatch(
      /targets: 1 column; binaryCrossEntropy on an output of 3/,
    )
  })
})

test('a report counts labels together, each alone, and whole sets', () => {
  const judge = multilabelJudge(labelsOf(['a', 'b', 'c']), (row) => row, 0.5)
  // Is a, said a and b; is a b, said so; is nothing, said nothing; is b, said nothing, and very surely so.
  judge.take([0.9, 0.6, 0.1], [1, 0, 0], undefined, { sequence: 0, step: 0 })
  judge.take([0.5, 0.8, 0.2], [1, 1, 0], undefined, { sequence: 1, step: 0 })
  judge.take([0.1, 0.1, 0.1], [0, 0, 0], undefined, { sequence: 2, step: 0 })
  judge.take([0.2, 0.01, 0.3], [0, 1, 0], undefined, { sequence: 3, step: 0 })
  const report = judge.report()
  // Three right of four said and four that are.
  expect(report.microF1).toBeCloseTo((2 * 3) / (4 + 4))
  const [a, b, c] = report.byLabel
  expect(a).toEqual({ label: 'a', precision: 1, recall: 1, f1: 1, count: 2 })
  expect(b).toMatchObject({ precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, count: 2 })
  expect(c).toMatchObject({ f1: 0, count: 0 })
  expect(report.macroF1).toBeCloseTo((1 + 1 / 2) / 2)
  expect(report.subsetAccuracy).toBe(1 / 2)
  expect(report.subsetAccuracyInterval[0]).toBeLessThan(report.subsetAccuracyInterval[1])
  expect(report.worst.map(({ index, is, said }) => ({ index, is, said }))).toEqual([
    { index: 3, is: 'b', said: '(none)' },
    { index: 0, is: 'a', said: 'a, b' },
  ])
  expect(report.worst[0]!.probability).toBeCloseTo(0.8 * 0.01 * 0.7)
  expect(report.figures.map(({ name }) => name)).toEqual(['micro F1', 'macro F1', 'all labels right'])
  expect(report.figures[2]!.constant).toBe(1 / 4)
  expect(report.table()).toMatch(/micro F1 75.0 %.*\nmacro F1 75.0 %.*\nall labels right 50.0 %/)
})

test('the threshold is where the micro F1 is greatest', () => {
  let kept = 0
  const fit = thresholdFit(
    (score) => score,
    (threshold) => (kept = threshold),
  )
  fit.take([0.9, 0.4], [1, 1])
  fit.take([0.3, 0.1], [0, 1])
  fit.take([0.2, 0.05], [0, 0])
  // From 0.4 on: 2 right of 2 said, 3 are; from 0.1 on: 3 of 5.
  expect(fit.fit()).toBeCloseTo(0.35)
  expect(kept).toBeCloseTo(0.35)
})

test('real data: which consonants sound in a word, by its letters', async () => {
  const { dictionary } = await import('cmu-pronouncing-dictionary')
  const rows = Object.entries(dictionary)
    .filter(([word], i) => i % 160 === 0 && /^[a-z]+$/.test(word))
    .map(([word, sounds]) => ({ word, sounds: sounds.split(' ').filter((sound) => /^[^AEIOU]/.test(sound)) }))
  const data = labelled(
    rows.filter((_, i) => i % 5),
    { text: 'word', labels: 'sounds' },
  )
  const held = labelled(
    rows.filter((_, i) => i % 5 === 0),
    { like: data },
  )
  const model = classifier(data, { cell: gru, hidden: 32, pooling: 'max', bidirectional: true, seed: 1 })
  await train(model, data, { epochs: 12, batch: 16, optimizer: adam({ lr: 0.01 }) }).finish()
  const before = await evaluate(model, held)
  await calibrate(model, held)
  const after = await evaluate(model, held)
  expect(after.microF1).toBeGreaterThanOrEqual(before.microF1)
  expect(before.microF1).toBeGreaterThan(0.8)
  setParameters(model, { 'output.bias': tensor(Array.from(data.labels.names, () => -50)) })
  expect((await predict(model, 'tomb')).labels).toEqual([])
})
