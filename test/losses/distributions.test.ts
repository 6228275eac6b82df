// What is said of a value against scipy, against its own losses, and against what is drawn.
import { describe, expect, test } from 'vitest'
import {
  huber,
  meanAbsoluteError,
  meanSquaredError,
  normal,
  quantiles,
  uniform,
  type Distribution,
  type Output,
} from 'unrolled'
import { lossFrom } from '../../src/models/index.ts'
import { isOutput } from '../../src/models/losses/index.ts'
import { said, type SaidCase } from './golden.ts'
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

function outputOf(name: string, options = {}): Output {
  const loss = lossFrom({ name, options })
  if (!isOutput(loss)) throw new Error(`${name} says nothing of a value`)
  return loss
}

const shown = ({ name, output, scale }: SaidCase): string => `${name} of ${output.join(', ')} at scale ${scale}`

describe.each(said.distributions.map((one) => [shown(one), one] as const))('%s, against scipy', (_, one) => {
  const output = outputOf(one.name)

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

const every: readonly Output[] = [quantiles(0.1, 0.25, 0.5, 0.9), quantiles(0.7, 0.8), quantiles(0.5), normal()]

describe.each(every.map((output) => [`${output.name} ${JSON.stringify(output.options)}`, output] as const))(
  '%s, of any numbers',
  (_, output) => {
    const draw = uniforms(3)
    /** From between −1 and 1 to far out. */
    const numbers = (): number[] => Array.from({ length: output.perValue }, () => (2 * draw() - 1) * 10 ** (3 * draw()))

    test('quantiles never cross', async () => {
      const levels = [...Array.from({ length: 49 }, (_, k) => (k + 1) / 50), 1e-9, 1e-4, 0.25, 0.999999, 1 - 1e-9]
      levels.push(...[0.1, 0.25, 0.5, 0.8].flatMap((level) => [level - 1e-15, level + 1e-15]))
      levels.sort((a, b) => a - b)
      for (let i = 0; i < 100; i++) {
        const given = numbers()
        const { quantile } = await saidOf(output, given, 10 ** (4 * draw() - 1))
        let before = -Infinity
        for (const level of levels) {
          const now = quantile!(level)
          if (!(now >= before)) expect.fail(`${given}: quantile(${level}) is ${now}, below ${before}`)
          before = now
        }
        expect(Number.isFinite(before)).toBe(true)
      }
    })

    test('what is drawn lies where it may', async () => {
      for (let i = 0; i < 100; i++) {
        const { sample, point } = await saidOf(output, numbers(), 10 ** (4 * draw() - 1))
        expect(Number.isFinite(point)).toBe(true)
        expect(Number.isFinite(sample!(draw))).toBe(true)
        // The least and the greatest that `uniform` gives.
        expect(Number.isFinite(sample!(() => 0))).toBe(true)
        expect(Number.isFinite(sample!(() => 1 - 2 ** -24))).toBe(true)
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

test('the spread of a normal distribution never vanishes', async () => {
  const { quantile } = await saidOf(normal(), [1, -1e4])
  expect(quantile!(0.8413447460685429)).toBeCloseTo(1.001, 12)
})
