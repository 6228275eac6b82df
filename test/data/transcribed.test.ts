import { describe, expect, test } from 'vitest'
import { table, transcribed, type TranscribedOptions } from 'unrolled'
import { refusal } from '../formats/safetensors-file.ts'

const columns = { x: 'frames', label: 'said', scale: false } as const
const frames = (count: number): number[][] => Array.from({ length: count }, (_, t) => [t, 1])

test('a target is the numbers of its symbols, and blanks behind them as far as the longest reaches', () => {
  const data = transcribed(
    [
      { frames: frames(3), said: ['up', 'down'] },
      { frames: frames(5), said: ['up', 'up', 'left'] },
      { frames: frames(1), said: [] },
    ],
    columns,
  )
  expect(data.targetVocabulary).toMatchObject({ units: 'tokens', symbols: ['down', 'left', 'up'] })
  expect(data.items.map(({ target }) => [...(target as Float32Array)])).toEqual([
    [2, 0, 3],
    [2, 2, 1],
    [3, 3, 3],
  ])
  expect(data).toMatchObject({ room: 3, targets: 'whole sequence', longest: 5, steps: 9, units: 'steps' })
  expect(data.ports).toMatchObject({ x: { columns: 2 }, targets: { columns: 3, axes: ['batch'] } })
})

test('texts are cut into characters, or into what stands between blanks; numbers in lists are names', () => {
  const rows = [{ frames: frames(9), said: 'a b a' }]
  expect(transcribed(rows, columns).targetVocabulary.symbols).toEqual([' ', 'a', 'b'])
  expect(transcribed(rows, { ...columns, units: 'tokens' }).targetVocabulary.symbols).toEqual(['a', 'b'])
  const digits = transcribed([{ frames: frames(9), said: [3, 1, 3] }], columns)
  expect(digits.targetVocabulary.symbols).toEqual(['1', '3'])
})

test('rows of a table are frames, in the order of time, with what is said in all of them', async () => {
  const read = await table('id,t,v,said\n1,2,5,ab\n1,1,4,ab\n2,1,6,b\n')
  const data = transcribed(read, { x: 'v', sequence: 'id', time: 't', label: 'said', scale: false })
  expect(data.items.map(({ x, row }) => [[...(x as { data: Float32Array }).data], row])).toEqual([
    [[4, 5], 1],
    [[6], 2],
  ])
  const two = await table('id,v,said\n1,5,ab\n1,4,ba\n')
  expect(refusal(() => transcribed(two, { x: 'v', sequence: 'id', label: 'said' }), 'data')).toMatch(
    /row 3, column "said" is 'ba', but 'ab' earlier in the same sequence/,
  )
})

test('other rows are read alike: by the symbols and the scaling of the first, and with no less room', () => {
  const first = transcribed([{ frames: frames(4), said: 'ab' }], { x: 'frames', label: 'said', room: 3 })
  const held = transcribed([{ frames: frames(3), said: 'b' }], { like: first })
  expect([...(held.items[0]!.target as Float32Array)]).toEqual([1, 2, 2])
  expect(held.input).toBe(first.input)
  expect(refusal(() => transcribed([{ frames: frames(3), said: 'bc' }], { like: first }), 'data')).toMatch(
    /row 0, said has at .*'c'.* not among the 2 known/,
  )
  const longer = transcribed([{ frames: frames(9), said: 'abab' }], { like: first })
  expect(longer).toMatchObject({ room: 4, targetColumns: 4 })
})

describe('what is refused', () => {
  const one = (said: unknown, options: Partial<TranscribedOptions> = {}, count = 3) =>
    transcribed(
      [
        { frames: frames(8), said: Array.isArray(said) ? ['a'] : 'a' },
        { frames: frames(count), said },
      ],
      {
        ...columns,
        ...options,
      },
    )
  test.each<[string, () => unknown, string, RegExp]>([
    ['more symbols than frames', () => one('abcd'), 'data', /row 1, said: 4 symbols need 4 frames; there are 3/],
    [
      'no frame between equal ones',
      () => one('aba' + 'a', {}, 4),
      'data',
      /row 1, said: 4 symbols need 5 frames, as equal ones .* one between; there are 4/,
    ],
    ['a number', () => one(3), 'data', /row 1, said is 3; it must be a text, or a list of symbols/],
    ['a symbol with blanks', () => one(['a', 'b c']), 'data', /row 1, said: symbol 1 is 'b c'/],
    ['a symbol that is nothing', () => one(['a', null]), 'data', /row 1, said: symbol 1 is null/],
    ['half a character', () => one('\ud800'), 'data', /half a surrogate pair/],
    ['nothing in any row', () => transcribed([{ frames: frames(2), said: '' }], columns), 'data', /nothing is said/],
    ['no column of what is said', () => one('a', { label: undefined as never }), 'option', /label is the column/],
    ['words', () => one('a', { units: 'words' as never }), 'option', /'characters' or 'tokens'/],
    ['characters of lists', () => one(['a'], { units: 'characters' }), 'option', /'tokens', which lists are of/],
    ['another name', () => one('a', { target: 'said' } as never), 'option', /label/],
    ['a text to read', () => one('a', { text: 'said' } as never), 'option', /text/],
  ])('%s', (_, make, code, message) => {
    expect(refusal(make, code)).toMatch(message)
  })
})
