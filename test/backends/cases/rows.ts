/** ROWS: every operation, every kind of place, in place. */

import { binary, unary, type PointwiseOperation } from '../../../src/backends/backend.ts'
import { Draft, type Shape } from '../draft.ts'
import { widths, type Case } from './case.ts'

const positive = (u: number): number => Math.abs(u) + 0.25
const sixth = (u: number): number => Math.round(u * 6)

/** Kinds of input besides a plain array of [time, batch, columns]. */
const kinds: Readonly<Record<string, Partial<Shape>>> = {
  'the same at every step': { steps: 'same' },
  'the same for all rows': { rows: 'same' },
  'the same everywhere': { steps: 'same', rows: 'same' },
  'one value a row': { columns: 1, broadcast: true },
  'one value a row, the same at every step': { columns: 1, broadcast: true, steps: 'same' },
  'one value a step': { columns: 1, broadcast: true, rows: 'same' },
}

const unaries: Case[] = unary.map((op) => ({
  name: `rows: ${op}`,
  rowwise: true,
  stepwise: true,
  exact: op === 'neg' || op === 'abs' || op === 'sign',
  draft: (mode) => {
    const draft = new Draft(mode)
    const value = op === 'sqrt' || op === 'log' ? positive : (u: number) => (Math.abs(u) < 0.05 ? 0 : 4 * u)
    const x = draft.array({ columns: 5, gap: 2, value })
    const y = draft.array({ columns: 5, pad: 3, gap: 1 })
    const outputs = [{ value: 1, place: y.place, pad: 3 }]
    draft.body.push({ kind: 'rows', ...draft.span, columns: 5, inputs: [x.place], operations: [{ op, a: 0 }], outputs })
    return draft
  },
}))

const binaries: Case[] = binary.map((op) => ({
  name: `rows: ${op}`,
  rowwise: true,
  stepwise: true,
  exact: op === 'min' || op === 'max' || op === 'less',
  draft: (mode) => {
    const draft = new Draft(mode)
    const a = draft.array({ columns: 16, value: sixth })
    const b = draft.array({ columns: 16, lead: 3, value: op === 'div' ? positive : sixth })
    const y = draft.array({ columns: 16, gap: 5 })
    draft.body.push({
      kind: 'rows',
      ...draft.span,
      columns: 16,
      inputs: [a.place, b.place],
      operations: [{ op, a: 0, b: 1 }],
      outputs: [{ value: 2, place: y.place, pad: 0 }],
    })
    return draft
  },
}))

const broadcasts: Case[] = widths.flatMap((columns) =>
  Object.entries(kinds).map(([name, kind]) => ({
    name: `rows: ${columns} columns, an input ${name}`,
    rowwise: true,
    stepwise: true,
    draft: (mode) => {
      const draft = new Draft(mode)
      const x = draft.array({ columns, gap: 1 })
      const b = draft.array({ columns, lead: 2, ...kind })
      const y = draft.array({ columns, pad: 15 - ((columns - 1) % 16), lead: 1 })
      draft.body.push({
        kind: 'rows',
        ...draft.span,
        columns,
        inputs: [b.place, x.place],
        operations: [
          { op: 'mul', a: 0, b: 1 },
          { op: 'add', a: 2, b: 0 },
          { op: 'tanh', a: 3 },
        ],
        outputs: [{ value: 4, place: y.place, pad: y.shape.pad ?? 0 }],
      })
      return draft
    },
  })),
)

/** The gates of an LSTM, each from its own columns of one product; the state is overwritten. */
const gates: Case[] = widths.map((columns) => ({
  name: `rows: gates of ${columns} columns in place`,
  rowwise: true,
  stepwise: true,
  draft: (mode) => {
    const draft = new Draft(mode)
    const products = draft.array({ columns: 4 * columns, gap: 3, value: (u) => 3 * u })
    const state = draft.array({ columns, gap: 2 })
    const output = draft.array({ columns, pad: 2, lead: 1 })
    const part = (index: number) => products.from({ column: index * columns })
    const operations: PointwiseOperation[] = [
      { op: 'sigmoid', a: 0 },
      { op: 'sigmoid', a: 1 },
      { op: 'tanh', a: 2 },
      { op: 'sigmoid', a: 3 },
      { op: 'mul', a: 6, b: 4 },
      { op: 'mul', a: 5, b: 7 },
      { op: 'add', a: 9, b: 10 },
      { op: 'tanh', a: 11 },
      { op: 'mul', a: 8, b: 12 },
    ]
    draft.body.push({
      kind: 'rows',
      ...draft.span,
      columns,
      inputs: [part(0), part(1), part(2), part(3), state.place],
      operations,
      outputs: [
        { value: 5, place: part(0), pad: 0 },
        { value: 6, place: part(1), pad: 0 },
        { value: 7, place: part(2), pad: 0 },
        { value: 8, place: part(3), pad: 0 },
        { value: 11, place: state.place, pad: 0 },
        { value: 13, place: output.place, pad: 2 },
      ],
    })
    return draft
  },
}))

const lengths: Case = {
  name: 'rows: what lies past a length is zero, whatever was there',
  rowwise: true,
  exact: true,
  draft: (mode) => {
    const draft = new Draft(mode)
    const x = draft.array({ columns: 5, value: (u) => (u > 0.5 ? NaN : u > 0.4 ? Infinity : u) })
    const length = draft.array({ columns: 1, steps: 'same', broadcast: true, value: (_, __, row) => row % 4 })
    const y = draft.array({ columns: 5, pad: 11 })
    draft.body.push({
      kind: 'rows',
      ...draft.span,
      columns: 5,
      inputs: [x.place, length.place],
      operations: [
        { op: 'position' },
        { op: 'less', a: 2, b: 1 },
        { op: 'constant', value: 0 },
        { op: 'select', condition: 3, a: 0, b: 4 },
      ],
      outputs: [{ value: 5, place: y.place, pad: 11 }],
    })
    return draft
  },
}

/** An output that is an input, unchanged, and one that is a constant. */
const copies: Case = {
  name: 'rows: a copy and a constant',
  rowwise: true,
  stepwise: true,
  exact: true,
  draft: (mode) => {
    const draft = new Draft(mode)
    const x = draft.array({ columns: 3 })
    const copy = draft.array({ columns: 3, pad: 13 })
    const constant = draft.array({ columns: 3, lead: 5 })
    draft.body.push({
      kind: 'rows',
      ...draft.span,
      columns: 3,
      inputs: [x.place],
      operations: [{ op: 'constant', value: -2.5 }],
      outputs: [
        { value: 0, place: copy.place, pad: 13 },
        { value: 1, place: constant.place, pad: 0 },
      ],
    })
    return draft
  },
}

/** An optimizer's update: one long row, in place, in `finish`. */
const update: Case = {
  name: 'rows: one long row, in place',
  modes: ['outer'],
  draft: () => {
    const draft = new Draft()
    const columns = 4099
    const array = () => draft.array({ columns, lead: 1, gap: 1, steps: 'same', rows: 'same' })
    const [parameters, gradients, moments] = [array(), array(), array()]
    const rate = draft.array({ columns: 1, steps: 'same', rows: 'same', broadcast: true })
    draft.finish.push({
      kind: 'rows',
      outer: [{ factor: 1, axes: [] }],
      rows: [{ factor: 1, axes: [] }],
      columns,
      inputs: [parameters.place, gradients.place, moments.place, rate.place],
      operations: [
        { op: 'constant', value: 0.9 },
        { op: 'mul', a: 2, b: 4 },
        { op: 'add', a: 5, b: 1 },
        { op: 'mul', a: 6, b: 3 },
        { op: 'sub', a: 0, b: 7 },
      ],
      outputs: [
        { value: 8, place: parameters.place, pad: 0 },
        { value: 6, place: moments.place, pad: 0 },
      ],
    })
    return draft
  },
}

export const rowsCases: readonly Case[] = [...unaries, ...binaries, ...broadcasts, ...gates, lengths, copies, update]
