import { describe, expect, test } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts'
import type { StoredData } from '../../src/formats/dtype.ts'
import { refusal, safetensorsFile } from './safetensors-file.ts'

const tensors = Object.fromEntries<{ shape: number[]; data: StoredData }>([
  ['b', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['a', { shape: [], data: Float64Array.of(Math.PI) }],
  ['ids', { shape: [3], data: BigInt64Array.of(1n, -2n, 3n) }],
  ['none', { shape: [0, 4], data: new Float32Array(0) }],
  ['mask', { shape: [3], data: Uint8Array.of(1, 0, 1) }],
])
const metadata = { 'unrolled.version': '1', vocabulary: '["é","\\"","𝄞"]' }

describe('writing and reading', () => {
  test('gives back tensors and metadata', () => {
    const { tensors: read, metadata: readMetadata, checked } = decodeSafetensors(encodeSafetensors(tensors, metadata))
    expect(readMetadata).toEqual(metadata)
    expect(checked).toBe(true)
    expect(Object.keys(read).sort()).toEqual(Object.keys(tensors).sort())
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      expect(read[name]).toMatchObject({ shape })
      expect(read[name]!.data).toEqual(data)
    }
  })

  test('gives the same bytes whatever the order of tensors and metadata', () => {
    const reversed = Object.fromEntries(Object.entries(tensors).reverse())
    const metadataReversed = Object.fromEntries(Object.entries(metadata).reverse())
    expect(encodeSafetensors(reversed, metadataReversed)).toEqual(encodeSafetensors(tensors, metadata))
  })

  test('aligns the header, and every tensor to its own width', () => {
    const bytes = encodeSafetensors(tensors, metadata)
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, Entry>
    for (const [name, { data }] of Object.entries(tensors)) {
      expect(header[name]!.data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0)
    }
  })

  test('reads a file without metadata or checksum, at any alignment', () => {
    const file = safetensorsFile('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', [0, 0, 128, 63])
    const shifted = new Uint8Array(file.length + 1)
    shifted.set(file, 1)
    const { tensors, metadata, checked } = decodeSafetensors(shifted.subarray(1))
    expect(tensors['w']).toEqual({ shape: [1], dtype: 'F32', data: Float32Array.of(1) })
    expect(metadata).toEqual({})
    expect(checked).toBe(false)
  })

  test('refuses what it could not read back', () => {
    expect(refusal(() => encodeSafetensors({ w: { shape: [3], data: new Float32Array(2) } }))).toMatch('[3]')
    expect(refusal(() => encodeSafetensors({ __metadata__: { shape: [0], data: new Float32Array(0) } }))).toMatch(
      '__metadata__',
    )
  })
})

interface Entry {
  readonly data_offsets: readonly [number, number]
}

test('half precisions are read as float32', () => {
  const halves = [0x3c00, 0xc000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x8000]
  const brains = [0x3f80, 0xc000, 0x7f80, 0x4049]
  const data = new Uint8Array(Uint16Array.from([...halves, 0x7e00, ...brains]).buffer)
  const header = JSON.stringify({
    h: { dtype: 'F16', shape: [10], data_offsets: [0, 20] },
    b: { dtype: 'BF16', shape: [4], data_offsets: [20, 28] },
  })
  const { tensors } = decodeSafetensors(safetensorsFile(header, data))
  const expected = [1, -2, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, Infinity, -Infinity, -0, NaN]
  expect([...tensors['h']!.data]).toEqual(expected)
  expect([...tensors['b']!.data]).toEqual([1, -2, Infinity, 3.140625])
})
