import { describe, expect, test } from 'vitest'
import { StopStrings } from '../../src/inference/stop-strings.ts'

/** What is passed on of pieces, piece by piece, and what is left at the end. */
function passed(stop: string | string[], pieces: readonly string[]): { texts: string[]; ended: boolean; rest: string } {
  const strings = new StopStrings(typeof stop === 'string' ? [stop] : stop)
  const texts: string[] = []
  let ended = false
  for (const piece of pieces) {
    const released = strings.push(piece)
    texts.push(released.text)
    ended = released.ended
    if (ended) break
  }
  return { texts, ended, rest: strings.rest() }
}

describe('a text in pieces', () => {
  test('is passed on as far as no stop string can begin in it', () => {
    expect(passed('abc', ['xxa', 'bxab', 'ab'])).toEqual({ texts: ['xx', 'abx', 'ab'], ended: false, rest: 'ab' })
    expect(passed('abc', ['ab', 'ab', 'cd'])).toEqual({ texts: ['', 'ab', ''], ended: true, rest: '' })
    expect(passed('aab', ['aaa', 'b'])).toEqual({ texts: ['a', ''], ended: true, rest: '' })
    expect(passed('.', ['one', '. Two'])).toEqual({ texts: ['one', ''], ended: true, rest: '' })
    expect(passed('abc', ['xyz', 'c'])).toEqual({ texts: ['xyz', 'c'], ended: false, rest: '' })
  })

  test('is passed on whole where nothing stops it', () => {
    expect(passed([], ['ab', '', 'c'])).toEqual({ texts: ['ab', '', 'c'], ended: false, rest: '' })
  })

  test('ends at the string that is whole first, of those that end there the longest, however it is cut', () => {
    const text = 'one two three'
    const cases: [string[], string][] = [
      [['three', 'two'], 'one '],
      [['two', 'three'], 'one '],
      [['wo', 'e two'], 'on'],
      [['e two', 'wo'], 'on'],
      [['one two three!', 'tw'], 'one '],
      [['o t', 'one tw'], 'one tw'.slice(0, 0)],
      [['one'], ''],
    ]
    for (const [stop, expected] of cases) {
      for (let size = 1; size <= text.length; size++) {
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
          text.slice(i * size, (i + 1) * size),
        )
        const { texts, ended } = passed(stop, pieces)
        expect([stop, size, texts.join(''), ended]).toEqual([stop, size, expected, true])
      }
    }
  })
})
