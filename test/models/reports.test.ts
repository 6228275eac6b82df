import { describe, expect, test } from 'vitest'
import { bootstrap } from '../../src/models/reports/bootstrap.ts'
import { classificationJudge } from '../../src/models/reports/classification.ts'
import { regressionJudge } from '../../src/models/reports/regression.ts'
import { labelsOf } from '../../src/data/index.ts'

describe('a report of labels', () => {
  const judge = classificationJudge(labelsOf(['a', 'b', 'c']), (scores) => scores)
  // [is, said]: a a, a b, b b, b b, none is c, said once.
  const taken = [
    [0, [0.9, 0.1, 0]],
    [0, [0.2, 0.8, 0]],
    [1, [0.3, 0.7, 0]],
    [1, [0.1, 0.9, 0]],
    [1, [0.1, 0.3, 0.6]],
  ] as const
  taken.forEach(([is, scores], sequence) => judge.take([...scores], [is], undefined, { sequence, step: 0 }))
  const report = judge.report()

  test('counts what is against what is said', () => {
    expect(report.confusion).toEqual([
      [1, 1, 0],
      [0, 2, 1],
      [0, 0, 0],
    ])
    expect(report.accuracy).toBeCloseTo(3 / 5)
    expect(report.majority).toBeCloseTo(3 / 5)
    const [a, b, c] = report.byLabel
    expect(a).toEqual({ label: 'a', precision: 1, recall: 0.5, f1: 2 / 3, count: 2 })
    expect(b).toMatchObject({ precision: 2 / 3, recall: 2 / 3, count: 3 })
    expect(c).toMatchObject({ precision: 0, recall: 0, f1: 0, count: 0 })
    // Of c there is none, so it does not count.
    expect(report.macroF1).toBeCloseTo((2 / 3 + 2 / 3) / 2)
  })

  test('names the most wrongly sure first', () => {
    expect(report.worst).toEqual([
      { index: 1, is: 'a', said: 'b', probability: 0.8 },
      { index: 4, is: 'b', said: 'c', probability: 0.6 },
    ])
  })

  test('tells figures by which models are compared, and what always saying the same gives', () => {
    expect(report.figures).toMatchObject([
      { name: 'accuracy', value: 3 / 5, share: true, constant: 3 / 5 },
      { name: 'macro F1', value: report.macroF1, share: true },
    ])
    expect(report.figures[1]).not.toHaveProperty('constant')
  })

  test('draws what is against what is said, each cell painted by its share of the row', () => {
    const lines = report.table().split('\n')
    expect(lines.slice(-5)).toEqual([
      'is ╲ said  1  2  3',
      '─'.repeat(18),
      '1 a        1  1  0',
      '2 b        0  2  1',
      '3 c        0  0  0',
    ])
    const painted = report.table((text, share, right) => ` ${text.trim()}/${share.toFixed(2)}${right ? '!' : ''}`)
    expect(painted.split('\n').slice(-3)).toEqual([
      '1 a       1/0.50! 1/0.50 0/0.00',
      '2 b       0/0.00 2/0.67! 1/0.33',
      '3 c       0/0.00 0/0.00 0/0.00!',
    ])
  })

  test('of very many labels shows the most frequent, in their order', () => {
    const names = Array.from({ length: 70 }, (_, i) => `l${i}`)
    const many = classificationJudge(labelsOf(names), (scores) => scores)
    for (let i = 5; i < 70; i++) many.take([1], [i], undefined, { sequence: i, step: 0 })
    for (let i = 0; i < 2; i++) many.take([1], [69], undefined, { sequence: 70 + i, step: 0 })
    const shown = many.report().table()
    const rows = shown.split('\n').filter((line) => /^l\d/.test(line))
    expect(rows).toHaveLength(60)
    expect(rows[0]).toMatch(/^l5 /)
    expect(rows.at(-1)).toMatch(/^l69 .* 3$/)
    expect(shown).toMatch(/\n… 10 rarer labels$/)
  })

  test('bounds hold the value', () => {
    const [from, to] = report.accuracyInterval
    expect(from).toBeLessThanOrEqual(report.accuracy)
    expect(to).toBeGreaterThanOrEqual(report.accuracy)
  })
})

test('steps of sequences side by side are named by sequence and step, and sequences are drawn as a whole', () => {
  const judge = classificationJudge(labelsOf(['a', 'b']), (scores) => scores)
  // All of the first sequence is right, all of the second wrong.
  for (let step = 0; step < 20; step++) {
    for (const sequence of [0, 1]) judge.take(sequence ? [0.1, 0.9] : [0.8, 0.2], [0], undefined, { sequence, step })
  }
  const { accuracyInterval, worst } = judge.report()
  expect(accuracyInterval).toEqual([0, 1])
  expect(worst.slice(0, 2)).toMatchObject([
    { index: 1, step: 0 },
    { index: 1, step: 1 },
  ])
})

test('bounds of a mean are those of its normal approximation', () => {
  const values = Array.from({ length: 400 }, (_, i) => (i % 2 ? 1 : 0))
  const [from, to] = bootstrap(400, (drawn) => drawn.reduce((sum, i) => sum + values[i]!, 0) / 400)
  // 0.5 ± 1.96 · √(0.25 ÷ 400)
  expect(from).toBeCloseTo(0.451, 1.7)
  expect(to).toBeCloseTo(0.549, 1.7)
  // Of what some samples cannot say, the others decide; numbers that are none come last in any order.
  expect(bootstrap(9, (drawn) => (drawn.includes(0) ? 1 : NaN))).toEqual([1, 1])
  expect(bootstrap(9, () => NaN)).toEqual([NaN, NaN])
  expect(bootstrap(400, (drawn) => drawn[0]!)).toEqual(bootstrap(400, (drawn) => drawn[0]!))
})

test('a report of numbers is in their own units', () => {
  const judge = regressionJudge([{ name: 'price', mean: 100, deviation: 10 }])
  const taken = [
    [1, 2],
    [0, 0],
    [-1, -2],
  ] as const
  taken.forEach(([said, is], sequence) => judge.take([said], [is], undefined, { sequence, step: 0 }))
  const { figures, worst, byTarget } = judge.report()
  const [report] = byTarget
  expect(figures).toMatchObject([
    { name: 'RMSE of price', value: report!.rmse, share: false, constant: report!.meanRmse },
  ])
  expect(worst).toEqual([
    { index: 0, name: 'price', is: 120, said: 110 },
    { index: 2, name: 'price', is: 80, said: 90 },
    { index: 1, name: 'price', is: 100, said: 100 },
  ])
  expect(report!.rmse).toBeCloseTo(10 * Math.sqrt(2 / 3))
  expect(report!.mae).toBeCloseTo(20 / 3)
  expect(report!.meanRmse).toBeCloseTo(10 * Math.sqrt(8 / 3))
  expect(report!.r2).toBeCloseTo(1 - 2 / 8)
})

test('of values that are all alike no share of the variance is told', () => {
  const judge = regressionJudge([{ name: 'price', mean: 100, deviation: 10 }])
  for (const said of [0.1, 0.2, 0.4]) judge.take([said], [0.1], undefined, { sequence: 0, step: 0 })
  const { byTarget, table } = judge.report()
  expect(byTarget[0]).not.toHaveProperty('r2')
  expect(table()).toMatch(/ – /)
})
