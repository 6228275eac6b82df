import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decodeModel, encodeModel } from '../../src/formats/model-file.ts'
import { decodeSafetensors } from '../../src/formats/safetensors.ts'
import { linear } from '../../src/layers/index.ts'
import { meanSquaredError, network } from '../../src/models/index.ts'
import { refusal } from './safetensors-file.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text.padEnd(300))
const begins = (...given: number[]): Uint8Array => Uint8Array.from({ length: 300 }, (_, i) => given[i] ?? 7)
/** A zip archive's first entry. */
const zip = (name: string): Uint8Array => bytes(`PK\x03\x04${'\0'.repeat(26)}${name}`)

describe('a file of another kind is named for what it is', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(0), /it is empty: nothing was saved or downloaded/],
    ['a 404 page', bytes('<!DOCTYPE html>\n<html><head><title>404 Not Found'), /a web page \(HTML\).*response\.ok/],
    ['a page with a byte-order mark', bytes('\ufeff\n<html lang="en">'), /a web page/],
    ['a refusal of a store', bytes('<?xml version="1.0"?><Error><Code>AccessDenied'), /it is XML/],
    ['JSON', bytes('{"error":"not found"}'), /it is JSON/],
    [
      'a Git LFS pointer',
      bytes('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'),
      /a Git LFS pointer.*git lfs pull/,
    ],
    ['torch.save', zip('archive/data.pkl'), /a PyTorch file \(.pt, .pth\).*safetensors\.torch\.save_file/],
    ['a Keras file', zip('metadata.json'), /a Keras file/],
    ['NumPy arrays', zip('arr_0.npy'), /\.npz/],
    ['another zip', zip('holiday.jpg'), /a zip archive/],
    ['an old torch.save', begins(0x80, 2, 0x8a, 10, 0x6c, 0xfc), /a Python pickle.*safetensors\.torch/],
    ['gzip', gzipSync('weights'.repeat(9)), /compressed by gzip; unpack it first/],
    ['Zstandard', begins(0x28, 0xb5, 0x2f, 0xfd), /Zstandard/],
    ['HDF5', begins(0x89, 0x48, 0x44, 0x46, 0x0d), /HDF5.*Keras/],
    ['GGUF', bytes('GGUF\x03\0\0\0'), /GGUF/],
    ['a NumPy array', begins(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), /\.npy/],
    ['TensorFlow Lite', begins(0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33), /TensorFlow Lite/],
    ['ONNX', bytes('\x08\x08\x12\x07pytorch\x1a\x052.1.0'), /ONNX/],
    ['a text', bytes('Call me Ishmael. Some years ago\nnever mind'), /a text.*"Call me Ishmael. Some years ago"$/],
  ])('%s', (_, given, message) => {
    for (const decode of [decodeModel, decodeSafetensors]) {
      const said = refusal(() => decode(given, 'model.safetensors'))
      expect(said).toMatch(/^model\.safetensors: it is /)
      expect(said).toMatch(message)
    }
  })

  test('and a file that happens to begin so is read', () => {
    // Headers as long as a pickle's, an ONNX model's and a gzip file's first bytes say.
    for (const length of [0x0280, 0x0808, 0x8b1f]) {
      const json = '{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'.padEnd(length)
      const file = new Uint8Array(8 + length + 1)
      new DataView(file.buffer).setUint32(0, length, true)
      file.set(new TextEncoder().encode(json), 8)
      expect(decodeSafetensors(file).tensors['w']!.data).toEqual(Uint8Array.of(0))
    }
  })
})

describe('the bytes of a file', () => {
  const model = network(linear({ input: 2, output: 3 }), { loss: meanSquaredError(), seed: 4 })
  const file = encodeModel(model)

  test('may come as fetch gives them, as Node does, or as a part of other memory', async () => {
    const around = new Uint8Array(file.length + 3)
    around.set(file, 1)
    const shared = new Uint8Array(new SharedArrayBuffer(file.length))
    shared.set(file)
    for (const given of [
      await new Response(file).arrayBuffer(),
      Buffer.from(file),
      around.subarray(1, -2),
      new DataView(around.buffer, 1, file.length),
      shared,
    ]) {
      expect(decodeModel(given).parameters).toEqual(model.parameters)
      expect(decodeSafetensors(given).checked).toBe(true)
    }
  })

  test('are asked for where something else is given', () => {
    const said = (given: unknown): string => refusal(() => decodeModel(given as ArrayBuffer))
    expect(said('model.safetensors')).toMatch(/a string was given; to read a file of that name, use loadModel/)
    expect(said(Promise.resolve(file))).toMatch(/a Promise was given: await it/)
    expect(said(new Response(file))).toMatch(/a Response was given: give await its arrayBuffer\(\)/)
    expect(said(undefined)).toMatch(/undefined was given/)
    expect(said([1, 2])).toMatch(/array was given/)
  })
})
