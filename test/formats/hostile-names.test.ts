import { expect, test } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { fromPyTorch, toPyTorch } from '../../src/formats/pytorch.ts'
import { decodeModel, encodeModel } from '../../src/formats/model-file.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts'
import { chain, linear } from '../../src/layers/index.ts'
import { meanSquaredError, network, setParameters } from '../../src/models/index.ts'
import { printable, quoted } from '../../src/printable.ts'
import { named, tensor } from '../../src/tensor.ts'
import { refusal, safetensorsFile } from './safetensors-file.ts'

/** Clears a screen, sets a window's title, turns writing around: what no message may carry. */
const escapes = '\x1b[2J\x9b31m\x07\u202e\r\x7f\b'

const raw = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/

const model = network(chain({ a: linear({ input: 1, output: 1 }) }), { loss: meanSquaredError() })
const { tensors, metadata } = decodeSafetensors(encodeModel(model))

test('escape sequences in a file reach no message raw, wherever they stand', () => {
  const layer = JSON.stringify({ kind: 'chain', layers: [[escapes, { kind: escapes }]] })
  const files = [
    safetensorsFile(JSON.stringify({ [escapes]: 1 })),
    safetensorsFile(JSON.stringify({ __metadata__: { [escapes]: 1 } })),
    safetensorsFile(JSON.stringify({ a: { dtype: escapes } })),
    safetensorsFile(`{"a":${escapes}`),
    // A model of an unknown loss is read, if only to predict.
    ...Object.keys(metadata)
      .filter((key) => key !== 'unrolled.loss')
      .map((key) => encodeSafetensors(tensors, { ...metadata, [key]: escapes })),
    encodeSafetensors(tensors, { ...metadata, 'unrolled.layer': layer }),
    encodeSafetensors({ ...tensors, [escapes]: tensor([1]) }, metadata),
  ]
  for (const file of files) {
    const said = refusal(() => decodeModel(file, `${escapes}.safetensors`))
    expect(said).not.toMatch(raw)
    expect(said).toContain('\\u001b[2J')
  }
})

test('an error shows what it cites, and keeps its lines', () => {
  expect(new UnrolledError('equations', `line 1:\n  ${escapes}\n  ^`).message).toBe(
    'line 1:\n  \\u001b[2J\\u009b31m\\u0007\\u202e\\u000d\\u007f\\u0008\n  ^',
  )
  expect(printable('Ünïcode 🐋 מילה')).toBe('Ünïcode 🐋 מילה')
  expect(quoted('two\nlines\x9b')).toBe('"two\\nlines\\u009b"')
  expect(quoted('x'.repeat(1000))).toHaveLength(83)
})

test('more entries than a file has use for are refused before they are kept', () => {
  const entries = (count: number, entry: string): string =>
    Array.from({ length: count }, (_, i) => `"${i}":${entry}`).join()
  expect(refusal(() => decodeSafetensors(safetensorsFile(`{"__metadata__":{${entries(20_000, '""')}}}`)))).toMatch(
    /__metadata__ has more than 16384 entries/,
  )
  const none = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
  expect(refusal(() => decodeSafetensors(safetensorsFile(`{${entries(140_000, none)}}`)))).toMatch(
    /more than 131072 tensors/,
  )
})

test('a vocabulary is read no further than there are vectors for it', () => {
  const layer = JSON.stringify({
    kind: 'chain',
    layers: [
      ['e', { kind: 'embedding', symbols: 2, size: 1 }],
      ['o', { kind: 'linear', input: 1, output: 2 }],
    ],
  })
  const parameters = {
    'e.weight': tensor(new Float32Array(2), [2, 1]),
    'o.weight': tensor(new Float32Array(2), [2, 1]),
    'o.bias': tensor(new Float32Array(2)),
  }
  const said = (vocabulary: string): string =>
    refusal(() =>
      decodeModel(
        encodeSafetensors(parameters, {
          ...metadata,
          'unrolled.kind': 'languageModel',
          'unrolled.layer': layer,
          'unrolled.loss': 'crossEntropy',
          'unrolled.vocabulary': vocabulary,
        }),
      ),
    )
  // What follows the third symbol is not even JSON.
  expect(said('{"units":"characters","symbols":["a","b","c"!')).toMatch(/more symbols than the embedding, which has 2/)
  expect(said('{"units":"characters","symbols":[["a"]]}')).toMatch(/symbol 0 is not one of the characters or words/)
  expect(said('{"units":"characters","symbols":["a","b"],"more":1}')).toMatch(
    /units, symbols and boundary belong there/,
  )
})

test('names that every object has are names like any other', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf']
  const given = Object.fromEntries(names.map((name) => [name, tensor(new Float32Array(1))]))
  const read = decodeSafetensors(encodeSafetensors(given)).tensors
  expect(Object.keys(read).sort()).toEqual([...names].sort())
  expect(decodeSafetensors(encodeSafetensors({})).tensors['constructor']).toBeUndefined()
  for (const name of [...names, '__proto__']) {
    const one = named([[name, tensor([1])]])
    expect(Object.keys(one)).toEqual([name])
    expect(refusal(() => setParameters(model, one), 'parameters')).toContain(`the model has no parameter ${name}`)
    expect(refusal(() => fromPyTorch(model.layer, one), 'pytorch')).toContain('for the layer a there are no tensors')
    expect(
      refusal(() => decodeModel(encodeSafetensors({ ...tensors, toString: one[name]! } as never, metadata))),
    ).toContain('"toString"')
    const net = network(chain(named([[name, linear({ input: 1, output: 1 })]])), { loss: meanSquaredError() })
    expect(Object.keys(decodeModel(encodeModel(net)).parameters)).toEqual(net.layer.declared.map((one) => one.name))
    const plain = { ...net.parameters }
    expect(Object.keys(toPyTorch(net.layer, plain))).toHaveLength(2)
  }
  expect(({} as Record<string, unknown>)['shape']).toBeUndefined()
})

test('long and many names take no time to speak of', () => {
  // Names alike but for a letter, as long as a small file has room for, and many of them.
  const long = 'n'.repeat(60_000)
  const one = network(chain({ [long]: linear({ input: 1, output: 1 }) }), { loss: meanSquaredError() })
  const { tensors, metadata } = decodeSafetensors(encodeModel(one))
  const renamed = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name.replace('n', 'm'), tensor]))
  expect(refusal(() => decodeModel(encodeSafetensors(renamed, metadata)))).toMatch(/which the layers need, is missing/)
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${'n'.repeat(90)}${i}`, tensor([1])]))
  expect(refusal(() => decodeModel(encodeSafetensors(many, metadata)))).toMatch(/which the layers need, is missing/)
})

test('long names around many layers are counted for each of them', () => {
  const inner: unknown = {
    kind: 'chain',
    layers: Array.from({ length: 3000 }, (_, i) => [`d${i}`, { kind: 'linear', input: 4, output: 4 }]),
  }
  const layer = Array.from({ length: 31 }).reduce(
    (inside) => ({ kind: 'chain', layers: [['x'.repeat(1000), inside]] }),
    inner,
  )
  const file = encodeSafetensors(tensors, { ...metadata, 'unrolled.layer': JSON.stringify(layer) })
  expect(refusal(() => decodeModel(file))).toMatch(/the names of the layers have more than 1048576 signs together/)
})
