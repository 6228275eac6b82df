import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts'
import { refusal, safetensorsFile } from './safetensors-file.ts'

const small = encodeSafetensors(
  {
    w: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    b: { shape: [2], data: Float64Array.of(5, 6) },
  },
  { 'unrolled.version': '1', text: 'ü "quoted"' },
)
const read = (bytes: Uint8Array): string => refusal(() => decodeSafetensors(bytes, 'model.safetensors'))
const entry = (dtype: unknown, shape: unknown, offsets: unknown): string =>
  JSON.stringify({ w: { dtype, shape, data_offsets: offsets } })

describe('a damaged file', () => {
  test('cut off at any byte', () => {
    for (let length = 0; length < small.length; length++) {
      expect(read(small.subarray(0, length))).toMatch(/^model\.safetensors: .*(cut off|too few)/)
    }
  })

  test('with bytes behind the last', () => {
    const longer = new Uint8Array(small.length + 5)
    longer.set(small)
    expect(read(longer)).toMatch(/checksum|belong to no tensor/)
  })

  test('with any one bit flipped is never taken for whole', () => {
    for (let bit = 0; bit < small.length * 8; bit++) {
      const bytes = small.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      try {
        // A flip in the name of the checksum's entry hides it; then nothing vouches for the file.
        expect(decodeSafetensors(bytes).checked).toBe(false)
      } catch (error) {
        if (!(error instanceof UnrolledError) || error.code !== 'file') throw error
      }
    }
  })

  test('with some bytes changed', () => {
    const place = fc.tuple(fc.nat(small.length - 1), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(fc.uniqueArray(place, { minLength: 1, maxLength: 9, selector: ([at]) => at }), (changes) => {
        const bytes = small.slice()
        for (const [at, change] of changes) bytes[at]! ^= change
        try {
          expect(decodeSafetensors(bytes).checked).toBe(false)
        } catch (error) {
          if (!(error instanceof UnrolledError)) throw error
        }
      }),
      { numRuns: 5000 },
    )
  })
})

/** An entry that is as it should be. */
const noNumbers = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'

describe('a hostile header', () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      'length beyond the file',
      safetensorsFile('{}', [], 1000n),
      /cut off in the header: 1000 bytes announced, 2 there/,
    ],
    ['length of 2⁶⁴ − 1', safetensorsFile('{}', [], 2n ** 64n - 1n), /not a safetensors file/],
    ['length 0', safetensorsFile('', []), /damaged/],
    ['no UTF-8', safetensorsFile('', [0xff, 0xfe], 2n), /UTF-8/],
    ['no JSON', safetensorsFile('{"a":'), /header is damaged/],
    ['an array', safetensorsFile('[]'), /not a JSON object/],
    ['a number', safetensorsFile('1'), /not a JSON object/],
    ['nested deeply', safetensorsFile('['.repeat(1e6) + ']'.repeat(1e6)), /damaged/],
    [
      'a shape in a shape',
      safetensorsFile(`{"w":{"dtype":"U8","shape":${'['.repeat(99)}${']'.repeat(99)}}}`),
      /shape \[a list of 1\]/,
    ],
    [
      'a shape nested deeply',
      safetensorsFile(`{"w":{"dtype":"U8","shape":${'['.repeat(1e4)}${']'.repeat(1e4)}}}`),
      /tensor "w": lists and objects stand more than 256 deep/,
    ],
    [
      'an entry that is long',
      safetensorsFile(`{"w":{"dtype":"${'U'.repeat(1e5)}"}}`),
      /a value has more than 65536 signs/,
    ],
    ['a name twice', safetensorsFile(`{"a":${noNumbers},"\\u0061":2}`), /two entries named "a"/],
    ['a name twice in an entry', safetensorsFile('{"a":{"dtype":"U8","dtype":"I8"}}'), /two entries named "dtype"/],
    ['something behind it', safetensorsFile('{}1'), /the end is expected/],
    ['a string without an end', safetensorsFile(`{"${'\\\\'.repeat(1e5)}`), /a string that ends is expected/],
    ['a name twice inside', safetensorsFile('{"__metadata__":{"a":"1","a" : "2"}}'), /two entries named "a"/],
    ['__proto__', safetensorsFile('{"__proto__":{}}'), /__proto__/],
    ['__proto__ inside', safetensorsFile('{"__metadata__":{"__proto__":"1"}}'), /__proto__/],
    ['metadata that is no object', safetensorsFile('{"__metadata__":"a"}'), /__metadata__ is not an object/],
    ['metadata that is no text', safetensorsFile('{"__metadata__":{"a":1}}'), /"a" is not a string/],
    ['an entry that is no object', safetensorsFile('{"w":1}'), /tensor "w": its entry/],
    ['an unknown dtype', safetensorsFile(entry('F8_E4M3', [1], [0, 1]), [0]), /"F8_E4M3" is not one that is read/],
    ['a dtype of the prototype', safetensorsFile(entry('toString', [1], [0, 1]), [0]), /"toString" is not one/],
    ['no dtype', safetensorsFile(entry(undefined, [1], [0, 1]), [0]), /dtype undefined/],
    ['a negative size', safetensorsFile(entry('U8', [-1], [0, 1]), [0]), /shape \[-1\]/],
    ['a size with a fraction', safetensorsFile(entry('U8', [1.5], [0, 1]), [0]), /shape \[1.5\]/],
    ['an overflowing shape', safetensorsFile(entry('U8', [2 ** 40, 2 ** 40], [0, 1]), [0]), /too large/],
    [
      'a huge shape',
      safetensorsFile(entry('F64', [2 ** 49], [0, 8]), new Uint8Array(8)),
      /takes 4503599627370496 bytes; it is given 8/,
    ],
    [
      'a shape that does not fit',
      safetensorsFile(entry('F32', [2], [0, 4]), [0, 0, 0, 0]),
      /takes 8 bytes; it is given 4/,
    ],
    ['places reversed', safetensorsFile(entry('F32', [1], [4, 0]), [0, 0, 0, 0]), /takes 4 bytes; it is given -4/],
    ['one place', safetensorsFile(entry('F32', [1], [4]), [0, 0, 0, 0]), /not two places/],
    ['a place below 0', safetensorsFile(entry('F32', [1], [-4, 0]), [0, 0, 0, 0]), /not two places/],
    [
      'a place beyond the data',
      safetensorsFile(entry('F32', [1], [0, 4]), [0, 0]),
      /cut off: tensor "w" ends at byte 4/,
    ],
    ['bytes of no tensor before', safetensorsFile(entry('U8', [1], [1, 2]), [0, 0]), /bytes 0 to 1/],
    ['bytes of no tensor after', safetensorsFile(entry('U8', [1], [0, 1]), [0, 0]), /bytes 1 to 2/],
    [
      'tensors that overlap',
      safetensorsFile(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        [0, 0, 0],
      ),
      /tensor "b" begins at 1, inside/,
    ],
    ['a wrong checksum', safetensorsFile('{"__metadata__":{"unrolled.checksum":"12345678"}}'), /checksum/],
    ['a checksum of another length', safetensorsFile('{"__metadata__":{"unrolled.checksum":""}}'), /checksum/],
  ])('%s', (_, bytes, message) => {
    expect(read(bytes)).toMatch(message)
  })

  test('of many tensors in the same place is refused before anything is copied', () => {
    const one = '{"dtype":"U8","shape":[1000000],"data_offsets":[0,1000000]}'
    const header = `{${Array.from({ length: 10_000 }, (_, i) => `"${i}":${one}`).join()}}`
    expect(read(safetensorsFile(header, new Uint8Array(1_000_000)))).toMatch('inside the one before it')
  })

  test('of any kind', () => {
    const size = fc.oneof(fc.nat(3), fc.integer(), fc.double(), fc.constantFrom(2 ** 31, 2 ** 53, -1))
    const tensor = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'U8', 'BF16', 'I64', 'F4'), fc.string(), fc.jsonValue()),
        shape: fc.oneof(fc.array(size, { maxLength: 3 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(size, size), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    const names = fc.oneof(fc.constantFrom('w', 'b', '__metadata__', '__proto__', 'constructor'), fc.string())
    const header = fc.oneof(fc.dictionary(names, fc.oneof(tensor, fc.jsonValue())), fc.jsonValue())
    const text = fc.oneof(
      header.map((value) => JSON.stringify(value)),
      fc.string(),
      fc.json(),
    )
    const length = fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined, freq: 8 })
    fc.assert(
      fc.property(text, fc.uint8Array({ maxLength: 16 }), length, (text, data, length) => {
        try {
          decodeSafetensors(safetensorsFile(text, data, length))
        } catch (error) {
          if (!(error instanceof UnrolledError)) throw error
        }
      }),
      { numRuns: 10_000 },
    )
  })

  test('bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeSafetensors(bytes)
        } catch (error) {
          if (!(error instanceof UnrolledError)) throw error
        }
      }),
      { numRuns: 5000 },
    )
  })
})
