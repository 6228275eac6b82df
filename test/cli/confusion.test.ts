import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { painted } from '../../cli/painted.ts'
import type { Terminal } from '../../cli/terminal.ts'

test('on a screen the confusion is a coloured grid, elsewhere the same without colours', () => {
  const paint = painted({ colour: true } as Terminal)!
  expect(painted({ colour: false } as Terminal)).toBeUndefined()
  const colours = [
    paint('1', 0.9, true),
    paint('1', 0.3, true),
    paint('1', 0.3, false),
    paint('1', 0.1, false),
    paint('1', 0, false),
  ]
  expect(new Set(colours).size).toBe(5)
  for (const cell of colours) expect(stripVTControlCharacters(cell)).toBe('1')
})
