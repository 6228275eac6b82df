// What forecasters say of a value, as losses: on every backend, by blocks, and what they refuse.
import { describe, expect, test } from 'vitest'
import {
  crossEntropy,
  decodeModel,
  encodeModel,
  huber,
  isOutput,
  linear,
  meanAbsoluteError,
  meanSquaredError,
  negativeBinomial,
  network,
  normal,
  quantiles,
  studentT,
  UnrolledError,
  vectors,
  zeroInflated,
  type Output,
} from 'unrolled'
import { add, concat, constant, slice } from '../../src/graph/index.ts'
import { lossFrom } from '../../src/models/index.ts'
import { checkGraph } from '../fuzz/check-graph.ts'
import { machines } from '../fuzz/machines.ts'
import { lossCase, lossesOf } from './loss-case.ts'

const all = await machines()
for (const missing of all.missing) test.skip(missing)

const every: readonly Output[] = [
  meanSquaredError(),
  meanAbsoluteError(),
  huber({ delta: 0.5 }),
  quantiles(0.1, 0.5, 0.9),
  quantiles(0.6, 0.7),
  normal(),
  studentT(),
  negativeBinomial(),
  zeroInflated(negativeBinomial()),
]
const named = every.map((output) => [`${output.name} ${JSON.stringify(output.options)}`, output] as const)

/** With a scale of counts from 1 on, where a target has one from 0. */
const withScale = (output: Output): Output => ({
  ...output,
  build(numbers, targets, context) {
    if (!output.counts) return output.build(numbers, targets, context)
    const values = targets.shape.columns - 1
    const scale = add(constant(1), slice(targets, values, values + 1))
    return output.build(numbers, concat([slice(targets, 0, values), scale]), context)
  },
})

describe.each(named)('%s', (_, output) => {
  const columns = 3 * output.perValue
  const one = lossCase(withScale(output), { columns, extents: { time: 5, batch: 3 }, below: 4 })
  test.each(all.fast.map(({ name }, turn) => [name, turn] as const))(
    'values and gradients are those of the oracle and of differences, on reference and %s, on any number of threads',
    async (_, turn) => {
      expect(await checkGraph(await one, { ...all, fast: [all.fast[turn]!] }, 0)).toMatchObject({ kind: 'right' })
    },
  )

  test('the loss of values is the mean of that of each alone, whose numbers stand in blocks', async () => {
    const [values, rows] = [3, { time: 1, batch: 1 }]
    const numbers = Array.from({ length: values * output.perValue }, (_, i) => Math.sin(1 + 2 * i))
    const targets = [0, 2, 1]
    const scale = output.counts ? [1.5] : []
    const together = await lossCase(output, { columns: numbers.length, extents: rows })
    const [mean] = lossesOf(together, { output: numbers, targets: [...targets, ...scale] })
    const alone = await lossCase(output, { columns: output.perValue, extents: rows })
    const each = targets.map((target, at) => {
      const own = numbers.filter((_, i) => i % values === at)
      return lossesOf(alone, { output: own, targets: [target, ...scale] })[0]!
    })
    expect(mean).toBeCloseTo((each[0]! + each[1]! + each[2]!) / values, 12)
  })

  test('a model file keeps it', () => {
    const model = network(linear({ input: 2, output: 3 * output.perValue }), { loss: output })
    const { loss: back } = decodeModel(encodeModel(model))
    expect({ name: back.name, options: back.options }).toEqual({ name: output.name, options: output.options })
    expect(isOutput(back) && back.perValue).toBe(output.perValue)
    expect(isOutput(back) && back.counts).toBe(output.counts)
  })

  test('a target has a column for each value', () => {
    const { perValue, counts } = output
    expect(isOutput(output)).toBe(true)
    expect(output.target(vectors(4 * perValue)).columns).toBe(counts ? 5 : 4)
    expect(output.target(vectors(perValue, ['batch'])).axes).toEqual(['batch'])
    if (perValue > 1) {
      const make = () => network(linear({ input: 1, output: perValue + 1 }), { loss: output })
      expect(make).toThrow(UnrolledError)
      expect(make).toThrow(
        `${output.name}: it takes ${perValue} numbers of the output for each value; ${perValue + 1} columns are no multiple`,
      )
    }
  })
})

test('a loss of classes says nothing of a value', () => {
  expect(isOutput(crossEntropy())).toBe(false)
})

describe('levels of quantiles', () => {
  test('come one by one or as a list, and are kept', () => {
    expect(quantiles(0.1, 0.9).options).toEqual({ levels: [0.1, 0.9] })
    expect(quantiles({ levels: [0.1, 0.9] }).options).toEqual({ levels: [0.1, 0.9] })
    const levels = [0.1, 0.9]
    const kept = quantiles({ levels })
    levels[0] = 0.5
    expect(kept.options).toEqual({ levels: [0.1, 0.9] })
  })

  test.each([
    [() => quantiles(), 'quantiles: levels is []; it must be at least one number, such as quantiles(0.1, 0.5, 0.9)'],
    [() => quantiles({} as never), 'quantiles: levels is undefined; it must be at least one number'],
    [() => quantiles({ quantiles: [0.5] } as never), 'did you mean levels?'],
    [() => quantiles([0.1, 0.5] as never), 'quantiles: options are an object, not [0.1, 0.5]'],
    [() => quantiles(0, 0.5), 'quantiles: levels[0] is 0; it must be a finite number, above 0 and below 1'],
    [() => quantiles(0.5, 1), 'quantiles: levels[1] is 1'],
    [() => quantiles(0.5, NaN), 'quantiles: levels[1] is NaN'],
    [() => quantiles(0.5, '0.9' as never), "quantiles: levels[1] is '0.9'"],
    [
      () => quantiles(0.1, 0.9, 0.5),
      'levels is [0.1, 0.9, 0.5]; it must be ascending: each greater than the one before',
    ],
    [() => quantiles(0.5, 0.5), 'it must be ascending'],
    [
      () => quantiles({ levels: Array.from({ length: 5000 }, (_, k) => (k + 1) / 5001) }),
      'it must be at most 4096 numbers',
    ],
  ])('%s', (make, message) => {
    expect(make).toThrow(UnrolledError)
    expect(make).toThrow(message)
  })
})

describe('zeroInflated', () => {
  test.each([
    ['nothing', undefined],
    ['what says no counts', normal()],
    ['a loss that is no likelihood', quantiles(0.5)],
    ['an output of counts that tells no likelihood', { ...quantiles(0.5), counts: true }],
  ])('is not made of %s', (_, of) => {
    const make = () => zeroInflated(of as never)
    expect(make).toThrow(UnrolledError)
    expect(make).toThrow('zeroInflated: it is made of what says how likely counts are')
  })

  test('a file that does not say of what is refused', () => {
    for (const options of [
      {},
      { of: null },
      { of: { name: 'normal', options: {} } },
      { of: { name: 'no', options: {} } },
    ]) {
      expect(() => lossFrom({ name: 'zeroInflated', options })).toThrow(
        /zeroInflated: it is made of what says how likely/,
      )
    }
  })
})
