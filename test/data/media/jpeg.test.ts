// JPEG files of libjpeg-turbo, beside the pixels that it reads out of them.
import { describe, expect, test } from 'vitest'
import { decodeJpeg } from '../../../src/index.ts'
import golden from '../../golden/jpeg.json' with { type: 'json' }

interface Case {
  readonly name: string
  readonly file: string
  readonly width: number
  readonly height: number
  readonly rgb: readonly number[]
}

/** A byte for each of the letters, which are no further than 255. */
const bytesIn = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))
const bytesOf = ({ file }: { readonly file: string }): Uint8Array => bytesIn(atob(file))
const cases = (golden.cases as readonly (Case | Omit<Case, 'rgb'>)[]).filter((one): one is Case => 'rgb' in one)
const called = (name: string): { readonly file: string } => golden.cases.find((one) => one.name === name)!

test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const { width, height, channels, rows } = await decodeJpeg(bytesOf(one), { colours: 'rgb' })
  expect([width, height, channels, rows.shape]).toEqual([one.width, one.height, 3, [one.height, 3 * one.width]])
  const off = one.rgb.map((value, i) => Math.abs(255 * rows.data[i]! - value))
  // libjpeg rounds samples, and again what it mixes of them, and colours.
  expect(Math.max(...off)).toBeLessThan(3)
  expect(off.reduce((sum, each) => sum + each, 0) / off.length).toBeLessThan(0.6)
  const grey = await decodeJpeg(bytesOf(one))
  expect([grey.channels, grey.rows.shape]).toEqual([1, [one.height, one.width]])
  for (let i = 0; i < grey.rows.data.length; i++) {
    const [red, green, blue] = [0, 1, 2].map((c) => rows.data[3 * i + c]!) as [number, number, number]
    expect(grey.rows.data[i]).toBeCloseTo(0.299 * red + 0.587 * green + 0.114 * blue, 5)
  }
})

test('how a camera was held is told by one part, whatever others stand beside it', async () => {
  const [held, plain] = [bytesOf(called('held 6')), bytesOf(called('held 1'))]
  const note = bytesIn('\xff\xe1\0\x10http://ns.adob')
  const both = joined(held.slice(0, -2), note, held.slice(-2))
  expect(await decodeJpeg(both)).toEqual(await decodeJpeg(held))
  expect((await decodeJpeg(held)).width).toBe((await decodeJpeg(plain)).height)
})

describe('what is no such picture is named', () => {
  const plain = bytesOf(called('4:2:0, plain, quality 95'))
  const refusal = async (bytes: Uint8Array): Promise<string> =>
    decodeJpeg(bytes, { name: 'cat.jpg' }).then(
      () => 'read',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    )
  const at = (marker: number, bytes = plain): number =>
    bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker)
  const changed = (place: number, ...values: number[]): Uint8Array => {
    const bytes = plain.slice()
    bytes.set(values, place)
    return bytes
  }

  test.each<[string, Uint8Array, string]>([
    ['another file', Uint8Array.from([1, 2, 3]), 'cat.jpg is no JPEG file'],
    ['nothing but a beginning', plain.slice(0, 2), 'cat.jpg: the JPEG file was cut off'],
    ['half of a scan', plain.slice(0, plain.length - 60), 'cat.jpg: the JPEG file was cut off'],
    ['half of a table', plain.slice(0, at(0xc4) + 9), 'cat.jpg: the JPEG file was cut off'],
    [
      'colours for print',
      bytesOf(called('for print')),
      'cat.jpg: it has 4 colours, as for print; save it in RGB or grey',
    ],
    [
      'another way of coding',
      changed(at(0xc0) + 1, 0xc9),
      'cat.jpg: the JPEG file is coded arithmetically; save it as a plain or progressive one',
    ],
    ['12 bits', changed(at(0xc0) + 4, 12), 'cat.jpg: its samples have 12 bits; JPEG files of 8 are read'],
    ['no width', changed(at(0xc0) + 7, 0, 0), 'cat.jpg: 0 × 21 pixels are no picture'],
    [
      'too many pixels',
      changed(at(0xc0) + 5, 0xff, 0xff, 0xff, 0xff),
      'cat.jpg has 65535 × 65535 pixels; at most 67,108,864 are read; make it smaller',
    ],
    [
      'a way of sampling that there is not',
      changed(at(0xc0) + 11, 0x05),
      'cat.jpg: the JPEG file is damaged: a colour is sampled in no way that there is',
    ],
    [
      'a table that there is not',
      changed(at(0xc0) + 12, 9),
      'cat.jpg: the JPEG file is damaged: a table of steps is missing',
    ],
    ['a component that there is not', changed(at(0xda) + 5, 99), 'cat.jpg: the JPEG file is damaged'],
  ])('%s', async (_, bytes, says) => {
    expect(await refusal(bytes)).toBe(`data: ${says}`)
  })

  test('whatever is changed of a file, it is read or refused', async () => {
    for (const name of ['4:2:0, plain, quality 40', '4:2:0, progressive, quality 40', 'restarts, progressive']) {
      const file = bytesOf(called(name))
      for (let i = 2; i < file.length; i += 3) {
        const bytes = file.slice()
        bytes[i]! ^= 1 << (i % 8)
        expect(await refusal(bytes)).toMatch(/^read$|^data: cat\.jpg/)
        // What is longer than its file is cut off, wherever that ends.
        if (i % 30 === 2) expect(await refusal(file.slice(0, i))).toMatch(/^read$|^data: cat\.jpg/)
      }
    }
  })

  test('a last marker may lack', async () => {
    expect(await refusal(plain.slice(0, -2))).toBe('read')
  })

  test('options that there are not, and a background, which nothing lets through', async () => {
    await expect(decodeJpeg(plain, { background: 0 } as never)).rejects.toThrow('background')
    await expect(decodeJpeg(plain, { colours: 'cmyk' as never })).rejects.toThrow(
      "colours is 'cmyk'; it must be 'grey' or 'rgb'",
    )
  })
})
