import { expect, test } from 'vitest'
import { columns, equal, plus, sum, sumText } from '../../src/equations/size.ts'
import { refusal } from '../formats/safetensors-file.ts'

const wide = plus(plus(sum('hidden'), sum('hidden')), plus(sum('input'), sum(3)))

test('columns are counted from 1 on, and only the sizes that are in the sum are asked for', () => {
  expect(columns(sum('hidden'), { hidden: 1 }, 'gru')).toBe(1)
  expect(columns(sum(7), {}, 'gru')).toBe(7)
  expect(columns(wide, { hidden: 5, input: 2 }, 'gru')).toBe(15)
  expect(refusal(() => columns(wide, { hidden: 5 }, 'gru'), 'size')).toBe(
    'gru needs the size input; give it beside hidden',
  )
  for (const hidden of [0, -1, 1.5, NaN, Infinity]) {
    const message = refusal(() => columns(wide, { hidden, input: 2 }, 'gru'), 'size')
    expect(message).toBe(`the size hidden of gru is ${hidden}; a size is a whole number from 1`)
  }
})

test('sums are equal by every part, and are written as a sum', () => {
  expect(sumText(wide)).toBe('2 hidden + input + 3')
  expect(sumText(sum(0))).toBe('0')
  expect(equal(wide, plus(sum(3), plus(sum('hidden'), plus(sum('input'), sum('hidden')))))).toBe(true)
  for (const size of ['hidden', 'input', 'output', 'projection', 1] as const) {
    expect(equal(wide, plus(wide, sum(size)))).toBe(false)
  }
})
