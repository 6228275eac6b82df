import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { constant, cosine, plateau, scheduleFrom, stepDecay, warmup } from '../../src/training/schedules/index.ts'

interface Golden {
  schedules: { name: string; options: Record<string, never>; unit?: string; losses?: number[]; lr: number[] }[]
}

const { schedules }: Golden = JSON.parse(readFileSync(new URL('../golden/optimizers.json', import.meta.url), 'utf8'))

describe('as PyTorch', () => {
  test.each(schedules)('$name $options', ({ name, options, unit, losses, lr }) => {
    const schedule = scheduleFrom({ name, options })
    let state = schedule.initial
    lr.forEach((expected, i) => {
      const got = unit === 'epochs' ? schedule.lr(1, i, 1000, state) : schedule.lr(i + 1, 0, 1000, state)
      expect(Math.abs(got - expected)).toBeLessThan(1e-14)
      if (losses) state = JSON.parse(JSON.stringify(schedule.observe(state, losses[i]!)))
    })
  })
})

describe('cosine', () => {
  test('rises to its height at the end of the warm-up and falls to the end of the run', () => {
    const { lr } = cosine({ from: 2e-3, to: 1e-4, warmup: 100 })
    expect(lr(1, 0, 1000)).toBeCloseTo(2e-5, 15)
    expect(lr(100, 0, 1000)).toBe(2e-3)
    expect(lr(101, 0, 1000)).toBe(2e-3)
    expect(lr(551, 0, 1000)).toBeCloseTo((2e-3 + 1e-4) / 2, 15)
    expect(lr(1001, 0, 1000)).toBeCloseTo(1e-4, 15)
    expect(lr(5000, 0, 1000)).toBeCloseTo(1e-4, 15)
  })

  test('a run no longer than the warm-up never divides by zero', () => {
    const { lr } = cosine({ from: 1, warmup: 10 })
    for (let step = 1; step <= 12; step++) expect(lr(step, 0, 10)).toBeGreaterThanOrEqual(0)
  })

  test('asks for its length where the run has none', () => {
    expect(() => cosine({ from: 1 }).lr(1, 0, Infinity)).toThrow(/over/)
    expect(cosine({ from: 1, over: 10 }).lr(6, 0, Infinity)).toBeCloseTo(0.5, 15)
  })
})

test('step decay may begin late, as char-rnn does, and takes fractions of epochs', () => {
  const { lr } = stepDecay({ from: 1, factor: 0.5, every: 1, after: 10 })
  expect([0, 10.9, 11, 12.5].map((epoch) => lr(1, epoch, 0))).toEqual([1, 1, 0.5, 0.25])
})

test('warm-up leads over a plateau and passes its state on', () => {
  const schedule = warmup({ steps: 4, then: plateau({ from: 1, patience: 0, factor: 0.5 }) })
  let state = schedule.initial
  expect(schedule.lr(2, 0, 10, state)).toBe(0.5)
  state = schedule.observe(state, 1)
  state = schedule.observe(state, 2)
  expect(schedule.lr(9, 0, 10, state)).toBe(0.5)
})

test('a schedule is a value: two runs with one plateau do not see each other', () => {
  const schedule = plateau({ from: 1, patience: 0, factor: 0.5 })
  schedule.observe(schedule.observe(schedule.initial, 1), 2)
  expect(schedule.lr(1, 0, 1, schedule.initial)).toBe(1)
})

test('plateau: a loss below zero must still fall to count as better', () => {
  const schedule = plateau({ from: 1, patience: 0, factor: 0.5 })
  const state = schedule.observe(schedule.observe(schedule.initial, -2), -2)
  expect(schedule.lr(1, 0, 1, state)).toBe(0.5)
})

test('plateau: NaN is no improvement', () => {
  const schedule = plateau({ from: 1, patience: 1 })
  expect(schedule.observe(schedule.initial, NaN)).toEqual({ lr: 1, bad: 1, cooling: 0 })
})

test('every schedule returns from JSON', () => {
  for (const schedule of [
    constant({ lr: 0.1 }),
    cosine({ from: 1, warmup: 3, over: 40 }),
    warmup({ steps: 5, then: stepDecay({ from: 1, every: 2 }) }),
    plateau({ from: 1 }),
  ]) {
    const back = scheduleFrom(JSON.parse(JSON.stringify(schedule)))
    expect(JSON.stringify(back)).toBe(JSON.stringify(schedule))
    for (let step = 1; step < 30; step++) expect(back.lr(step, step / 3, 99)).toBe(schedule.lr(step, step / 3, 99))
  }
})

test.each([
  [() => cosine({} as never), 'cosine: from is undefined; it must be a finite number, at least 0'],
  [() => cosine({ from: 1, warmup: 10, over: 10 }), 'cosine: over is 10; it must be a whole number, at least 11'],
  [() => cosine({ from: 1, warmUp: 10 } as never), 'did you mean warmup?'],
  [() => stepDecay({ from: 1, every: 0 }), 'stepDecay: every is 0'],
  [() => warmup({ steps: 3, then: 1 as never }), 'warmup: then is 1; it must be a schedule'],
  [() => plateau({ from: 1, factor: 1 }), 'plateau: factor is 1'],
  [() => plateau(null as never), 'plateau: options are an object, not null'],
])('%s', (make, message) => expect(make).toThrow(message))

test.each(['initial', 'observe'] as const)("a schedule of one's own that lacks %s is refused", (missing) => {
  const { [missing]: _, ...rest } = { name: 'mine', options: {}, initial: {}, lr: () => 1, observe: () => ({}) }
  expect(() => scheduleFrom(rest as never, 'adam')).toThrow('adam: the schedule mine needs initial, lr and observe')
})
