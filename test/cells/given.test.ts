import { describe, expect, test } from 'vitest'
import { defineCell, gru, zoneout, type Cell, type StepInputs } from '../../src/cells/index.ts'
import { constant, input, parameter, type Node } from '../../src/graph/index.ts'
import { refusal } from '../formats/safetensors-file.ts'

const sizes = { input: 2, hidden: 3 }
const rows = (name: string, columns: number): Node => input(name, { rows: ['batch'], columns })

/** What a step of a cell needs, and whatever is exchanged in it. */
const given = (cell: Cell, changed: Partial<StepInputs> = {}): StepInputs => ({
  x: rows('x', 2),
  states: Object.fromEntries(cell.states(sizes).map(({ name, columns }) => [name, rows(name, columns)])),
  parameters: Object.fromEntries(cell.parameters(sizes).map(({ name, shape }) => [name, parameter(name, shape)])),
  noise: Object.fromEntries(cell.noise(sizes).map(({ name, columns }) => [name, rows(name, columns)])),
  random: () => constant(0),
  training: false,
  ...changed,
})

describe.each([
  ['plain', gru],
  ['modified', zoneout(gru, 0.1)],
] as [string, Cell][])('a step of a cell, %s,', (_, cell) => {
  const all = given(cell)
  const exchanged = (name: string, node: Node | undefined) => ({
    parameters: { ...all.parameters, [name]: node! },
  })

  test('takes what it declares', () => {
    expect(cell.step(sizes, all).output.shape).toEqual({ rows: ['batch'], columns: 3 })
    expect(cell.step(sizes, given(cell, { training: true })).output.shape.columns).toBe(3)
  })

  test.each<[string, Partial<StepInputs>, string]>([
    ['x', { x: undefined as never }, 'gru: x is not given'],
    ['a state', { states: {} }, 'gru: the state h is not given'],
    ['a matrix', exchanged('Wz', undefined), 'gru: the parameter Wz is not given'],
    ['a bias', exchanged('bz', undefined), 'gru: the parameter bz is not given'],
  ])('names what is missing: %s', (_, changed, message) => {
    expect(refusal(() => cell.step(sizes, given(cell, changed)), 'missing')).toBe(message)
  })

  test.each<[string, Partial<StepInputs>, string]>([
    ['x', { x: rows('x', 3) }, 'gru: x is [batch] × 3; it should have 2 columns'],
    ['a state', { states: { h: rows('h', 2) } }, 'gru: the state h is [batch] × 2; it should have 3 columns'],
    [
      'a matrix of other columns',
      exchanged('Wz', parameter('Wz', { rows: [3], columns: 4 })),
      'gru: the parameter Wz is [3] × 4; it should have 3 rows and 5 columns',
    ],
    [
      'a matrix of other rows',
      exchanged('Wz', parameter('Wz', { rows: [4], columns: 5 })),
      'gru: the parameter Wz is [4] × 5; it should have 3 rows and 5 columns',
    ],
    [
      'a bias',
      exchanged('bz', parameter('bz', { rows: [], columns: 2 })),
      'gru: the parameter bz is 2; it should have 3 columns',
    ],
  ])('names what has another size: %s', (_, changed, message) => {
    expect(refusal(() => cell.step(sizes, given(cell, changed)), 'shape')).toBe(message)
  })
})

test('noise is needed in training alone', () => {
  const cell = zoneout(gru, 0.1)
  expect(cell.step(sizes, given(cell, { noise: {} })).output.shape.columns).toBe(3)
  expect(refusal(() => cell.step(sizes, given(cell, { noise: {}, training: true })), 'missing')).toBe(
    'gru: the noise zoneout.h is not given',
  )
  const narrow = { 'zoneout.h': rows('n', 1) }
  expect(refusal(() => cell.step(sizes, given(cell, { noise: narrow, training: true })), 'shape')).toContain(
    'the noise zoneout.h is [batch] × 1; it should have 3 columns',
  )
})

test('a cell that does not say so has no name and no source of its own', () => {
  const cell = defineCell("h' = tanh(W @ [h, x])")
  expect([cell.name, cell.source]).toEqual(['cell', ''])
  expect(cell.noise(sizes)).toEqual([])
  expect(cell.modifiers).toEqual([])
})
