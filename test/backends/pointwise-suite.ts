/** Operation lists drawn at random, and the functions at special values and over their range. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binary, unary, type PointwiseOperation, type Unary } from '../../src/backends/backend.ts'
import { ofOne, ofTwo } from '../../src/element-functions.ts'
import {
  Draft,
  eachFloat,
  indexOf,
  initialValues,
  whole,
  type DraftArray,
  type Shape,
  type Trial,
  type Window,
} from './draft.ts'
import { bounded, tiny } from './rounding.ts'

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1e-30,
  -1e-30,
  20,
  -20,
  87,
  -87,
  89,
  -89,
  104,
  -104,
  1e4,
  -1e4,
  1e30,
  -1e30,
  Infinity,
  -Infinity,
  NaN,
]

/** Holds results against a function in 64-bit floats, to `ulps` units in the last place. */
function expectNear(actual: number, exact: number, ulps: number, name: string): void {
  const expected = Math.fround(exact)
  if (Object.is(actual, expected) || actual === expected) return
  const unit = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(exact), tiny))) - 23)
  // What is smaller than the smallest normal float may be flushed to zero.
  const near = Math.abs(actual - exact) <= Math.max(ulps * unit, tiny)
  // At the edge of overflow the last units decide.
  const edge = Math.abs(exact) > 3.402e38 && Math.abs(actual) > 3.402e38 && Math.sign(actual) === Math.sign(exact)
  if (!near && !edge) expect(actual, name).toBe(expected)
}

/** A draft that reads columns of the given numbers, and the array it writes. */
function over(inputs: readonly (readonly number[])[], operation: PointwiseOperation): { draft: Draft; result: number } {
  const draft = new Draft()
  const columns = inputs[0]!.length
  const places = inputs.map(
    (numbers) => draft.array({ columns, value: (_, __, ___, column) => numbers[column]! }).place,
  )
  const result = draft.array({ columns, lead: 1 })
  draft.body.push({
    kind: 'rows',
    ...draft.span,
    columns,
    inputs: places,
    operations: [operation],
    outputs: [{ value: inputs.length, place: result.place, pad: 0 }],
  })
  return { draft, result: result.region }
}

/** Units in the last place to which each is good; half a unit is as good as a float can be. */
const good: Partial<Record<Unary, number>> = {
  exp: 4,
  log: 4,
  sigmoid: 2,
  tanh: 1.2,
  softplus: 8,
  sin: 2,
  cos: 2,
  erf: 2,
}

export function pointwiseSuite(name: string, trial: Trial): void {
  describe(`${name}: pointwise functions`, () => {
    test.each(unary)('%s is good to its last places, and at special values', async (op) => {
      const range = Array.from({ length: 3001 }, (_, i) => (i - 1500) / (op === 'exp' ? 17 : 60))
      const small = [1e-3, 1e-5, 1e-7, 0.999, 1.001, 1.0000001, 12345.678].flatMap((x) => [x, -x])
      const numbers = [...special, ...small, ...range].map(Math.fround)
      const { draft, result } = over([numbers], { op, a: 0 })
      const values = (await trial.run(draft, whole(1, 1)))[result]!
      for (const [i, x] of numbers.entries()) {
        // What is good to its last places up to 1.6e6 has some sensible value beyond.
        if ((op === 'sin' || op === 'cos') && Number.isFinite(x) && Math.abs(x) > 1.6e6) {
          expect(Math.abs(values[1 + i]!), `${op}(${x})`).toBeLessThanOrEqual(1)
          continue
        }
        expectNear(values[1 + i]!, ofOne[op](x), good[op] ?? 0.5, `${op}(${x})`)
      }
    })

    test.each([
      ['tanh', 12],
      ['sigmoid', 87],
    ] as const)('%s is good to its last places wherever it is looked at', async (op, limit) => {
      // Densest where tanh bends, and with steps that meet every bit of the mantissa.
      const numbers = Array.from({ length: 40_001 }, (_, i) => {
        const x = (i - 20_000) / 20_000
        return Math.fround(limit * x * Math.abs(x))
      })
      const { draft, result } = over([numbers], { op, a: 0 })
      const values = (await trial.run(draft, whole(1, 1)))[result]!
      for (const [i, x] of numbers.entries()) expectNear(values[1 + i]!, ofOne[op](x), good[op]!, `${op}(${x})`)
    })

    test.each(['sin', 'tanh', 'erf'] as const)('%s of a zero has its sign', async (op) => {
      const { draft, result } = over([[0, -0]], { op, a: 0 })
      const values = (await trial.run(draft, whole(1, 1)))[result]!
      expect([...values.slice(1)]).toEqual([0, -0])
    })

    test.each(['sin', 'cos'] as const)('%s next to multiples of a quarter turn', async (op) => {
      const quarters = [1, 2, 3, 4, 5, 7, 31, 710, 6365, 6366, 104348, 1018591]
      const numbers = quarters.flatMap((n) =>
        [0, 2 ** -23, -(2 ** -23)].map((off) => Math.fround((n * Math.PI) / 2) * (1 + off)),
      )
      const { draft, result } = over([numbers], { op, a: 0 })
      const values = (await trial.run(draft, whole(1, 1)))[result]!
      for (const [i, x] of numbers.entries()) expectNear(values[1 + i]!, ofOne[op](Math.fround(x)), 2, `${op}(${x})`)
    })

    test.each(binary)('%s at special values', async (op) => {
      const pairs = special.flatMap((a) => special.map((b) => [Math.fround(a), Math.fround(b)] as const))
      const inputs = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
      const { draft, result } = over(inputs, { op, a: 0, b: 1 })
      const values = (await trial.run(draft, whole(1, 1)))[result]!
      for (const [i, [a, b]] of pairs.entries()) expectNear(values[1 + i]!, ofTwo[op](a, b), 0.5, `${a} ${op} ${b}`)
    })

    test('select takes the second where the condition is zero, of either sign', async () => {
      const conditions = [0, -0, 1, -1, 1e-30, NaN, Infinity]
      const { draft, result } = over([conditions, conditions.map(() => NaN), conditions.map((_, i) => i)], {
        op: 'select',
        condition: 0,
        a: 1,
        b: 2,
      })
      const values = (await trial.run(draft, whole(1, 1)))[result]!
      expect([...values.slice(1)]).toEqual([0, 1, NaN, NaN, NaN, NaN, NaN])
    })
  })

  describe(`${name}: random operation lists`, () => {
    test('stray no further than rounding explains', async () => {
      await fc.assert(
        fc.asyncProperty(lists, async (list) => {
          const { draft, inputs, outputs } = draftOf(list)
          const { window } = list
          const begin = initialValues(draft, window)
          const actual = await trial.run(draft, window, begin)
          for (let t = 0; t < window.steps; t++) {
            for (let row = 0; row < window.rows; row++) {
              for (let column = 0; column < list.columns; column++) {
                const read = inputs.map((array) => begin[array.region]![indexOf(array.shape, window, t, row, column)]!)
                const values = bounded(read, list.operations, t)
                for (const { array, value } of outputs) {
                  const got = actual[array.region]![indexOf(array.shape, window, t, row, column)]!
                  const { value: wanted, error } = values[value]!
                  if (error === Infinity || Object.is(got, wanted) || got === wanted) continue
                  if (!(Math.abs(got - wanted) <= error + tiny)) {
                    expect(got, `value ${value}, error up to ${error}, at ${t}, ${row}, ${column}`).toBe(wanted)
                  }
                }
              }
            }
          }
          for (const { array } of outputs) {
            eachFloat(array.shape, window, (at, _, __, column) => {
              if (column >= 0 && column < list.columns) return
              expect(actual[array.region]![at]).toBe(column < 0 ? begin[array.region]![at] : 0)
            })
          }
        }),
        { numRuns: 120, seed: 20260101 },
      )
    })
  })
}

interface List {
  readonly columns: number
  readonly window: Window
  readonly inputs: readonly InputKind[]
  readonly operations: readonly PointwiseOperation[]
  /** The value written; or in place of which plain input. */
  readonly outputs: readonly { readonly value: number; readonly over: number; readonly pad: number }[]
}

const inputKinds = ['plain', 'step', 'row', 'vector', 'column'] as const
type InputKind = (typeof inputKinds)[number]

const shapes: Readonly<Record<InputKind, Partial<Shape>>> = {
  plain: {},
  step: { rows: 'same' },
  row: { steps: 'same' },
  vector: { steps: 'same', rows: 'same' },
  column: { columns: 1, broadcast: true },
}

/** Numbers from which an operation is made: the operation, its operands, a constant. */
const choices = fc.array(
  fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.constantFrom(0, 1, -1, 0.5, 3, 1e-8, 0.1)),
  {
    minLength: 1,
    maxLength: 24,
  },
)

const kindsOfOperation = [...unary, ...binary, ...binary, 'select', 'constant', 'position'] as const

/** Lists of operations over inputs of every kind, some of their results written in place. */
export const lists: fc.Arbitrary<List> = fc
  .record({
    columns: fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 31, 33, 65),
    steps: fc.constantFrom(1, 2, 3),
    rows: fc.constantFrom(1, 2, 3, 5),
    inputs: fc.array(fc.constantFrom(...inputKinds), { minLength: 1, maxLength: 5 }),
    choices,
    outputs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(0, 0, 1, 3, 15)), { minLength: 1, maxLength: 4 }),
  })
  .map(({ columns, steps, rows, inputs, choices: drawn, outputs }) => {
    const operations = drawn.map(([which, a, b, c, value], index): PointwiseOperation => {
      const known = inputs.length + index
      const op = kindsOfOperation[which % kindsOfOperation.length]!
      if (op === 'constant') return { op, value }
      if (op === 'position') return { op }
      if (op === 'select') return { op, condition: c % known, a: a % known, b: b % known }
      if ((unary as readonly string[]).includes(op)) return { op: op as (typeof unary)[number], a: a % known }
      return { op: op as (typeof binary)[number], a: a % known, b: b % known }
    })
    // The last value is always written, so that no list is dead to its end.
    const last = inputs.length + operations.length - 1
    return {
      columns,
      window: whole(steps, rows),
      inputs,
      operations,
      outputs: outputs.map(([value, place, pad], index) => ({
        value: index === 0 ? last : value % (last + 1),
        over: place,
        pad,
      })),
    }
  })

export function draftOf({ columns, inputs: kinds, operations, outputs: wanted }: List): {
  draft: Draft
  inputs: DraftArray[]
  outputs: { array: DraftArray; value: number }[]
} {
  const draft = new Draft()
  const inputs = kinds.map((kind, index) =>
    draft.array({
      columns,
      gap: index % 3,
      lead: index,
      value: (u) => (Math.abs(u) < 0.1 ? 0 : 3 * u),
      ...shapes[kind],
    }),
  )
  const free = inputs.filter((_, index) => kinds[index] === 'plain')
  const outputs = wanted.map(({ value, over, pad }) => {
    const chosen = over % 2 === 0 ? free.splice(0, 1)[0] : undefined
    return { value, array: chosen ?? draft.array({ columns, pad, gap: 1, lead: pad % 4 }) }
  })
  draft.body.push({
    kind: 'rows',
    ...draft.span,
    columns,
    inputs: inputs.map(({ place }) => place),
    operations,
    outputs: outputs.map(({ value, array }) => ({ value, place: array.place, pad: array.shape.pad ?? 0 })),
  })
  return { draft, inputs, outputs }
}
