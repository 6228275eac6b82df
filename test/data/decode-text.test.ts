import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { checksum } from '../../src/data/checksum.ts'
import { decodeText } from '../../src/data/decode-text.ts'
import { UnrolledError } from '../../src/error.ts'
import { refusal } from '../formats/safetensors-file.ts'

test('UTF-8 with or without a byte order mark', () => {
  expect(decodeText(new TextEncoder().encode('\ufeffaé𝄞'))).toBe('aé𝄞')
  expect(decodeText(new Uint8Array(0))).toBe('')
})

test.each<[string, number[], string]>([
  ['Latin-1', [0x61, 0xe9, 0x62], 'no character begins with 0xe9 at byte 1'],
  ['an end within a character', [0x61, 0x62, 0xe2, 0x82], 'no character begins with 0xe2 at byte 2'],
  ['an overlong form', [0x61, 0xc0, 0x80], 'no character begins with 0xc0 at byte 1'],
  ['a surrogate', [0xed, 0xa0, 0x80], 'no character begins with 0xed at byte 0'],
  ['a code point too high', [0xf4, 0x90, 0x80, 0x80], 'no character begins with 0xf4 at byte 0'],
  ['a stray byte behind multi-byte characters', [0xc3, 0xa9, 0xf0, 0x9d, 0x84, 0x9e, 0xff], 'with 0xff at byte 6'],
  ['a zero', [0x61, 0x62, 0], 'byte 2 is zero, as in a binary file'],
  ['UTF-16', [0xff, 0xfe, 0x61, 0], 'the mark of UTF-16'],
])('%s is refused', (_, bytes, message) => {
  expect(refusal(() => decodeText(Uint8Array.from(bytes), 'book.txt'), 'data')).toMatch(`book.txt is not`)
  expect(refusal(() => decodeText(Uint8Array.from(bytes), 'book.txt'), 'data')).toMatch(message)
})

test('a text longer than a string may be is told as that, not as bytes that are wrong', () => {
  // As V8 does from half a GiB on.
  const decode = (): never => {
    throw Object.assign(new Error('Cannot create a string longer than 0x1fffffe8 characters'), { code: 'ERR' })
  }
  vi.stubGlobal(
    'TextDecoder',
    vi.fn().mockImplementation(function () {
      return { decode }
    }),
  )
  expect(refusal(() => decodeText(new Uint8Array(1500).fill(0x61), 'book.txt'), 'data')).toBe(
    'book.txt has 1,500 bytes, more than a string may hold here: give it in part',
  )
})

test('the first and the last character of each length are right, and what stands beside them is wrong', () => {
  const right =
    '\u0001\u007f\u0080\u07ff\u0800\u0fff\u1000\ucfff\ud7ff\ue000\uffff\u{10000}\u{3ffff}\u{40000}\u{10ffff}'
  const before = new TextEncoder().encode(right)
  expect(decodeText(before)).toBe(right)
  for (const wrong of [
    [0x80],
    [0xbf],
    [0xc1, 0xbf],
    [0xc2, 0x7f],
    [0xdf, 0xc0],
    [0xe0, 0x9f, 0xbf],
    [0xe1, 0x80, 0x7f],
    [0xe1, 0xbf, 0xc0],
    [0xed, 0xa0, 0x80],
    [0xef, 0xc0, 0x80],
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf1, 0x80, 0x80, 0xc0],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
  ]) {
    const all = Uint8Array.from([...before, ...wrong])
    const message = refusal(() => decodeText(all), 'data')
    expect(message).toMatch(`no character begins with 0x${wrong[0]!.toString(16)} at byte ${before.length};`)
  }
})

test('the byte it names is the first wrong one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), fc.uint8Array({ maxLength: 6 }), (before, bytes) => {
      const start = new TextEncoder().encode(before.replaceAll('\0', ''))
      const all = Uint8Array.from([...start, ...bytes.filter((byte) => byte !== 0)])
      try {
        decodeText(all)
      } catch (error) {
        if (!(error instanceof UnrolledError)) throw error
        const at = Number(/at byte (\d+)/.exec(error.message)?.[1] ?? 0)
        const decode = (from: number, to: number): string =>
          new TextDecoder('utf-8', { fatal: true }).decode(all.subarray(from, to))
        expect(() => decode(0, at)).not.toThrow()
        for (let to = at + 1; to <= at + 4; to++) expect(() => decode(at, to)).toThrow()
      }
    }),
    { numRuns: 5000 },
  )
})

test('the checksum is CRC-32, and can be continued', () => {
  const bytes = new TextEncoder().encode('123456789')
  expect(checksum(bytes)).toBe(0xcbf43926)
  expect(checksum(bytes.subarray(4), checksum(bytes.subarray(0, 4)))).toBe(0xcbf43926)
})
