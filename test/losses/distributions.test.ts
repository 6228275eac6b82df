// What is said of a value against scipy, against its own losses, and against what is drawn.
import { describe, expect, test } from 'vitest'
import {
  huber,
  meanAbsoluteError,
  meanSquaredError,
  negativeBinomial,
  normal,
  quantiles,
  studentT,
  uniform,
  zeroInflated,
  type Distribution,
  type Output,
} from 'unrolled'
import { outputFrom, said, type SaidCase } from './golden.ts'
import { lossCase, lossesOf } from './loss-case.ts'

/** What an output says of a value, whose numbers are set among those of others. */
async function saidOf(output: Output, numbers: readonly number[], scale = 1): Promise<Distribution> {
  const of = await output.distributions()
  const row = numbers.flatMap((number) => [9, number, -9])
  return of(row, 1, 3, scale)
}

/** Uniform numbers in [0, 1), the same for the same seed. */
function uniforms(seed: number): () => number {
  let drawn = 0
  return () => uniform(seed, 1, 0, 0, drawn++)
}

const far = (got: number, wanted: number): number => Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))

const shown = ({ name, output, scale }: SaidCase): string => `${name} of ${output.join(', ')} at scale ${scale}`

describe.each(said.distributions.map((one) => [shown(one), one] as const))('%s, against scipy', (_, one) => {
  const output = outputFrom(one)

  test('point and quantiles', async () => {
    const { point, quantile } = await saidOf(output, one.output, one.scale)
    expect(far(point, one.point)).toBeLessThan(1e-12)
    said.levels.forEach((level, k) => expect(far(quantile!(level), one.quantiles[k]!)).toBeLessThan(1e-11))
  })

  test('surprise, which is the loss', async () => {
    const { surprise } = await saidOf(output, one.output, one.scale)
    const alone = await lossCase(output, { columns: output.perValue, extents: { time: 1, batch: 1 } })
    one.at.forEach((value, k) => {
      expect(far(surprise!(value), one.surprises[k]!)).toBeLessThan(1e-10)
      const targets = output.counts ? [value, one.scale] : [value]
      const [loss] = lossesOf(alone, { output: one.output, targets })
      expect(far(loss!, one.surprises[k]!)).toBeLessThan(1e-10)
    })
  })

  test('what is drawn has its mean and its quantiles, and is the same again', async () => {
    const { quantile, sample } = await saidOf(output, one.output, one.scale)
    const count = 20_000
    const draw = uniforms(7)
    const drawn = Array.from({ length: count }, () => sample!(draw))
    const again = uniforms(7)
    expect(Array.from({ length: 9 }, () => sample!(again))).toEqual(drawn.slice(0, 9))
    const mean = drawn.reduce((sum, value) => sum + value, 0) / count
    // Of four standard errors one in 16,000 is missed.
    expect(Math.abs(mean - one.point)).toBeLessThan((4 * one.deviation) / Math.sqrt(count))
    for (const level of [0.05, 0.5, 0.9]) {
      const [at, error] = [quantile!(level), 4 * Math.sqrt((level * (1 - level)) / count)]
      // Of whole numbers more may be at the quantile than below it.
      expect(drawn.filter((value) => value < at).length / count).toBeLessThan(level + error)
      expect(drawn.filter((value) => value <= at).length / count).toBeGreaterThan(level - error)
    }
  })
})

const every: readonly Output[] = [
  quantiles(0.1, 0.25, 0.5, 0.9),
  quantiles(0.7, 0.8),
  quantiles(0.5),
  normal(),
  studentT(),
  negativeBinomial(),
  zeroInflated(negativeBinomial()),
]

describe.each(every.map((output) => [`${output.name} ${JSON.stringify(output.options)}`, output] as const))(
  '%s, of any numbers',
  (_, output) => {
    const draw = uniforms(3)
    /** From between −1 and 1 to far out. */
    const numbers = (): number[] => Array.from({ length: output.perValue }, () => (2 * draw() - 1) * 10 ** (3 * draw()))

    /** What is said by some numbers, of a scale from a tenth to a thousand. */
    const anything = (): Promise<Distribution> => saidOf(output, numbers(), 10 ** (4 * draw() - 1))
    const isRight = (value: number): boolean =>
      Number.isFinite(value) && (!output.counts || (Number.isInteger(value) && value >= 0))

    test('quantiles never cross', async () => {
      const levels = [...Array.from({ length: 49 }, (_, k) => (k + 1) / 50), 1e-9, 1e-4, 0.25, 0.999999, 1 - 1e-9]
      levels.push(...[0.1, 0.25, 0.5, 0.8].flatMap((level) => [level - 1e-9, level + 1e-9]))
      levels.sort((a, b) => a - b)
      for (let i = 0; i < 60; i++) {
        const { quantile } = await anything()
        const found = levels.map((level) => quantile!(level))
        found.forEach((value, k) => {
          if (!isRight(value) || value < found[k - 1]!)
            expect.fail(`case ${i}: ${levels[k]} after ${found[k - 1]}: ${value}`)
        })
      }
    })

    test('what is drawn is a value', async () => {
      for (let i = 0; i < 60; i++) {
        const { sample, point } = await anything()
        expect(Number.isFinite(point)).toBe(true)
        // First the least and the greatest that `uniform` gives.
        for (const first of [[], [0], [0, 0, 0], [1 - 2 ** -24], [1 - 2 ** -24, 0], [0.5, 1 - 2 ** -24]]) {
          const rest = [...first]
          expect(sample!(() => rest.shift() ?? draw())).toSatisfy(isRight)
        }
      }
    })
  },
)

describe('quantiles', () => {
  const log2 = Math.log(2)

  test('are at their levels what the output says, between them on a line, and outside held', async () => {
    // softplus(0) is log 2, and the middle one is said itself.
    const { point, quantile, surprise } = await saidOf(quantiles(0.1, 0.4, 0.9), [0, 2, 0])
    const wanted = [2 - log2, 2, 2 + log2] as const
    expect([0.1, 0.4, 0.9].map((level) => quantile!(level))).toEqual(wanted.map((value) => expect.closeTo(value, 14)))
    expect(quantile!(0.2)).toBeCloseTo(2 - (2 / 3) * log2, 14)
    expect(quantile!(0.65)).toBeCloseTo(2 + log2 / 2, 14)
    expect([0.001, 0.999].map((level) => quantile!(level))).toEqual([wanted[0], wanted[2]])
    expect(point).toBeCloseTo(2 + log2 / 5, 14)
    expect(surprise).toBeUndefined()
  })

  test('of two levels as near to the middle the lower is free', async () => {
    const { quantile } = await saidOf(quantiles(0.25, 0.75), [1, 0])
    expect([0.25, 0.75].map((level) => quantile!(level))).toEqual([1, 1 + log2])
  })

  test('the point is the median; where levels do not reach it, the outermost', async () => {
    expect((await saidOf(quantiles(0.1, 0.5, 0.9), [0, 2, 0])).point).toBe(2)
    expect((await saidOf(quantiles(0.6, 0.9), [2, 0])).point).toBe(2)
    expect((await saidOf(quantiles(0.1, 0.3), [0, 2])).point).toBe(2)
  })

  test('a draw is as probable as levels say, and at the outermost beyond', async () => {
    const { sample } = await saidOf(quantiles(0.1, 0.5, 0.9), [0, 2, 0])
    expect([0, 0.05, 0.3, 0.5, 0.95].map((drawn) => sample!(() => drawn))).toEqual(
      [2 - log2, 2 - log2, 2 - log2 / 2, 2, 2 + log2].map((value) => expect.closeTo(value, 14)),
    )
  })
})

test.each([meanSquaredError(), meanAbsoluteError(), huber()].map((output) => [output.name, output] as const))(
  '%s says one number and no more',
  async (_, output) => {
    expect(await saidOf(output, [1.5])).toEqual({ point: 1.5 })
  },
)

test('the end of a line does not lie beyond the beginning of the next', async () => {
  const levels = [0.1, 0.3, 0.45, 0.5, 0.7, 0.9]
  const draw = uniforms(5)
  for (let i = 0; i < 300; i++) {
    const { quantile } = await saidOf(
      quantiles({ levels }),
      levels.map(() => 6 * draw() - 3),
    )
    for (const level of levels) expect(quantile!(level + 1e-16)).toBeGreaterThanOrEqual(quantile!(level))
  }
})

describe('counts', () => {
  test.each([negativeBinomial(), zeroInflated(negativeBinomial())].map((output) => [output.name, output] as const))(
    '%s: what is no count is impossible, and all counts together are certain',
    async (_, output) => {
      const { surprise, quantile } = await saidOf(output, [0.5, 0.25, -1].slice(0, output.perValue), 4)
      expect([-1, 0.5, 2.5].map((value) => surprise!(value))).toEqual([Infinity, Infinity, Infinity])
      let sum = 0
      for (let count = 0; count < 200; count++) {
        const before = sum
        sum += Math.exp(-surprise!(count))
        // A quantile is the first count with which the sum reaches its level.
        if (sum - before > 1e-6) expect(quantile!((before + sum) / 2)).toBe(count)
      }
      expect(sum).toBeCloseTo(1, 9)
    },
  )

  test('of almost none any quantile is none, and so is a draw', async () => {
    const { quantile, sample } = await saidOf(negativeBinomial(), [-80, 0], 1)
    expect([1e-9, 0.5, 0.999].map((level) => quantile!(level))).toEqual([0, 0, 0])
    expect(sample!(uniforms(1))).toBe(0)
  })
})

test('the spread of a normal distribution never vanishes', async () => {
  const { quantile } = await saidOf(normal(), [1, -1e4])
  expect(quantile!(0.8413447460685429)).toBeCloseTo(1.001, 12)
})
