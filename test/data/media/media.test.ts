import { readFileSync } from 'node:fs'
import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { checksum, decodeIdx, decodePng, decodeWav, logMel } from '../../../src/data/index.ts'
import { UnrolledError } from '../../../src/error.ts'

interface Golden {
  readonly pictures: { name: string; width: number; height: number; file: string; rgba: number[] }[]
  readonly sounds: { name: string; rate: number; file: string; channels: number[][] }[]
  readonly numbers: { name: string; shape: number[]; file: string; data: number[] }[]
  readonly mel: {
    options: Parameters<typeof logMel>[1]
    samples: number[]
    frames: number
    logMel: number[]
  }[]
}

/** What other libraries wrote, and what they say that it holds: test/golden/media.py. */
const golden = JSON.parse(readFileSync(new URL('../../golden/media.json', import.meta.url), 'utf8')) as Golden
const bytes = (file: string): Uint8Array => Buffer.from(file, 'base64')

async function refusal(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  )
  if (error instanceof UnrolledError && ['data', 'option'].includes(error.code)) return error.message
  throw error
}

function expectClose(found: ArrayLike<number>, wanted: readonly number[], most: number): void {
  expect(found.length).toBe(wanted.length)
  const worst = wanted.reduce((worst, value, i) => Math.max(worst, Math.abs(value - found[i]!)), 0)
  expect(worst).toBeLessThanOrEqual(most)
}

describe('pictures', () => {
  test.each(golden.pictures)('$name', async ({ width, height, file, rgba }) => {
    const over = (background: number, i: number, c: number): number =>
      rgba[4 * i + c]! * rgba[4 * i + 3]! + background * (1 - rgba[4 * i + 3]!)
    const pixels = Array.from({ length: width * height }, (_, i) => i)
    for (const background of [0, 1]) {
      const read = await decodePng(bytes(file), { colours: 'rgb', background })
      expect([read.width, read.height, read.channels, read.rows.shape]).toEqual([width, height, 3, [height, 3 * width]])
      expectClose(
        read.rows.data,
        pixels.flatMap((i) => [0, 1, 2].map((c) => over(background, i, c))),
        2e-6,
      )
    }
    const grey = await decodePng(bytes(file))
    expect([grey.channels, grey.rows.shape]).toEqual([1, [height, width]])
    expectClose(
      grey.rows.data,
      pixels.map((i) => 0.299 * over(1, i, 0) + 0.587 * over(1, i, 1) + 0.114 * over(1, i, 2)),
      2e-6,
    )
  })

  const file = bytes(golden.pictures.find(({ name }) => name === 'filtered')!.file)

  test('what is damaged, cut off or none is told', async () => {
    const flipped = Uint8Array.from(file)
    flipped[60]! ^= 1
    expect(await refusal(decodePng(flipped, { name: 'a.png' }))).toBe('a.png: the PNG file is damaged in its part IDAT')
    expect(await refusal(decodePng(file.subarray(0, 200)))).toBe('the picture: the PNG file was cut off')
    expect(await refusal(decodePng(Uint8Array.of(1, 2, 3)))).toBe('the picture is no PNG file')
    expect(await refusal(decodePng(file, { colours: 'blue' as never }))).toContain("it must be 'grey' or 'rgb'")
  })

  const part = (name: string, content: Uint8Array): Uint8Array => {
    const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(name), content, Buffer.alloc(4)])
    whole.writeUInt32BE(content.length, 0)
    whole.writeUInt32BE(checksum(whole.subarray(4, -4)), whole.length - 4)
    return whole
  }
  const made = (width: number, height: number, depth: number, colour: number, raw: Uint8Array): Uint8Array => {
    const header = Buffer.alloc(13)
    header.writeUInt32BE(width, 0)
    header.writeUInt32BE(height, 4)
    header.set([depth, colour], 8)
    const parts = [part('IHDR', header), part('IDAT', deflateSync(raw)), part('IEND', new Uint8Array())]
    return Buffer.concat([file.subarray(0, 8), ...parts])
  }

  test('what its header says and its rows are not is told', async () => {
    expect((await decodePng(made(2, 1, 8, 0, Uint8Array.of(0, 51, 255)))).rows.data).toEqual(Float32Array.of(0.2, 1))
    expect(await refusal(decodePng(made(2, 2, 8, 0, Uint8Array.of(0, 1, 2))))).toBe(
      'the picture: 2 × 2 pixels are 6 bytes; there are 3',
    )
    expect(await refusal(decodePng(made(1, 1, 8, 0, new Uint8Array(1000))))).toContain(
      'unpacked it has more than 2 bytes',
    )
    expect(await refusal(decodePng(made(2, 1, 8, 0, Uint8Array.of(9, 1, 2))))).toContain('a row is filtered by 9')
    expect(await refusal(decodePng(made(1, 1, 8, 3, Uint8Array.of(0, 5))))).toContain(
      'a pixel has colour 5, of which there are 0',
    )
    expect(await refusal(decodePng(made(1, 1, 3, 0, Uint8Array.of(0, 1))))).toContain('are no PNG picture')
    expect(await refusal(decodePng(made(2 ** 20, 2 ** 20, 8, 0, Uint8Array.of(0))))).toContain(
      'at most 67,108,864 are read',
    )
  })
})

describe('sounds', () => {
  test.each(golden.sounds)('$name', async ({ rate, file, channels }) => {
    for (const content of [bytes(file), gzipSync(bytes(file))]) {
      const read = await decodeWav(content)
      expect([read.rate, read.channels.length]).toEqual([rate, channels.length])
      read.channels.forEach((samples, c) => expectClose(samples, channels[c]!, 1e-7))
    }
  })

  const file = Buffer.from(bytes(golden.sounds.find(({ name }) => name === 'WAV PCM_16')!.file))
  const data = file.indexOf('data')

  test('a stream that did not know its size is read to its end', async () => {
    const stream = Buffer.from(file)
    stream.writeUInt32LE(0xffffffff, data + 4)
    expect((await decodeWav(stream)).channels).toEqual((await decodeWav(file)).channels)
  })

  test('what is damaged, cut off, none, or written otherwise is told', async () => {
    expect(await refusal(decodeWav(file.subarray(0, -4), 'a.wav'))).toBe(
      'a.wav: 92 bytes of samples are said to be there, 88 are; it was cut off',
    )
    expect(await refusal(decodeWav(file.subarray(0, data)))).toContain('is a WAV file without samples')
    expect(await refusal(decodeWav(Buffer.from('RIFX1234WAVE')))).toContain('is no WAV file')
    const law = Buffer.from(file)
    law.writeUInt16LE(7, file.indexOf('fmt ') + 8)
    expect(await refusal(decodeWav(law))).toContain(
      'samples of 16 bits in encoding 7 are not read; PCM of 8, 16, 24 or 32',
    )
    const float = Buffer.from(bytes(golden.sounds.find(({ name }) => name === 'WAV FLOAT')!.file))
    float.writeFloatLE(NaN, float.indexOf('data') + 8 + 4)
    expect(await refusal(decodeWav(float))).toBe('the sound: sample 0 of channel 2 is NaN, not finite')
  })
})

describe('IDX files', () => {
  test.each(golden.numbers)('$name', async ({ shape, file, data }) => {
    for (const content of [bytes(file), gzipSync(bytes(file))]) {
      const read = await decodeIdx(content)
      expect(read.shape).toEqual(shape)
      expect([...read.data]).toEqual(data)
    }
  })

  test('what is none, or of another size, is told', async () => {
    const { file } = golden.numbers[0]!
    expect(await refusal(decodeIdx(bytes(file).subarray(0, -1), 'a.idx'))).toBe(
      'a.idx: an IDX file of [2, 3, 4] has 24 numbers; in this there are 23',
    )
    expect(await refusal(decodeIdx(Buffer.from('no idx file')))).toContain('the IDX file is no IDX file')
    expect(await refusal(decodeIdx('a.idx' as never))).toContain(
      'to read a file of that name, use readFile of node:fs/promises',
    )
    expect((await decodeIdx(Uint8Array.from(bytes(file)).buffer)).shape).toEqual([2, 3, 4])
    expect(await refusal(decodeIdx(Uint8Array.of(0, 0, 8, 3)))).toContain('is no IDX file')
  })
})

describe('mel frames', () => {
  test.each(golden.mel)('of $options.frame s in $options.bands bands are those of librosa', async (one) => {
    const read = await logMel(Float64Array.from(one.samples), one.options)
    expect(read.shape).toEqual([one.frames, one.options.bands])
    expectClose(read.data, one.logMel, 2e-5)
  })

  test('a frame need be no power of two, and a tone is loudest in its band', async () => {
    const rate = 8000
    const samples = Float32Array.from({ length: rate }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / rate))
    const { shape, data } = await logMel(samples, { rate })
    expect(shape).toEqual([98, 40])
    // The bands' middles are equally far apart in mel: 1000 Hz is mel 1000, 4000 Hz is mel 2146.
    const loudest = Array.from(data.subarray(0, 40)).reduce((best, value, i, all) => (value > all[best]! ? i : best), 0)
    expect(loudest).toBe(Math.round((41 * 1000) / (2595 * Math.log10(1 + 4000 / 700))) - 1)
    const silent = await logMel(new Float32Array(400), { rate: 16000 })
    expect(silent.shape).toEqual([1, 40])
    expect(new Set(silent.data)).toEqual(new Set([Math.fround(Math.log(1e-10))]))
  })

  test('what cannot be framed is told', async () => {
    expect(await refusal(logMel(new Float32Array(399), { rate: 16000 }))).toBe(
      'logMel: there are 399 samples; a frame of 0.025 s has 400',
    )
    expect(await refusal(logMel(Float32Array.of(...Array<number>(500).fill(0), NaN), { rate: 16000 }))).toContain(
      'sample 500 is NaN',
    )
    expect(await refusal(logMel([1, 2] as never, { rate: 16000 }))).toContain('samples in a Float32Array are needed')
    expect(await refusal(logMel(new Float32Array(999), { rate: 16000, high: 9000 }))).toContain('high is 9000')
    expect(await refusal(logMel(new Float32Array(999), { rate: 16000, bands: 400 }))).toContain(
      'bands is 400; it must be fewer',
    )
  })
})
