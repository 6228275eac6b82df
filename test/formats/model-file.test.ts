import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  defineCell,
  gruResetAfter,
  layerNorm,
  lstm,
  projection,
  rnn,
  zoneout,
  type Cell,
} from '../../src/cells/index.ts'
import { text } from '../../src/data/index.ts'
import { UnrolledError } from '../../src/error.ts'
import { decodeModel, encodeModel } from '../../src/formats/model-file.ts'
import { decodeResume, encodeResume } from '../../src/formats/run-file.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts'
import { forward } from '../../src/inference/forward.ts'
import { generate } from '../../src/inference/generate.ts'
import {
  activation,
  attentionPooling,
  bidirectional,
  chain,
  dropout,
  embedding,
  linear,
  recurrent,
  type Json,
} from '../../src/layers/index.ts'
import {
  crossEntropy,
  languageModel,
  meanSquaredError,
  network,
  type LanguageModel,
  type Model,
} from '../../src/models/index.ts'
import { tensor, type Named, type Tensor } from '../../src/tensor.ts'
import { refusal } from './safetensors-file.ts'

const book = text('Call me Ishmael. — “Some” years ago…\n\u{1f40b} never mind how long')
const model = languageModel(book, { cell: lstm, hidden: [5, 4], dropout: 0.1, seed: 3 })
model.record = { steps: 12, kernels: 'wasm', validationLoss: 1.5, nested: { list: [1, null, true] } }
const whole = decodeSafetensors(encodeModel(model))

const bits = ({ parameters }: Model): unknown[] =>
  Object.entries(parameters).map(([name, { shape, data }]) => [name, shape, [...new Uint32Array(data.slice().buffer)]])

/** The file with changed tensors and metadata, its checksum as it should be. */
function changed(
  change: (tensors: Record<string, Tensor>, metadata: Record<string, string>) => void,
  of: Model = model,
): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(encodeModel(of))
  change(tensors as Record<string, Tensor>, metadata)
  return encodeSafetensors(tensors, metadata)
}

const read = (bytes: Uint8Array): string => refusal(() => decodeModel(bytes, 'a.safetensors'))

/** The refusal of a file whose entry of the metadata is another. */
const withMetadata = (name: string, value: string | undefined, of?: Model): string =>
  read(
    changed((_, metadata) => {
      if (value === undefined) delete metadata[name]
      else metadata[name] = value
    }, of),
  )

describe('a model file', () => {
  test('gives back the very model', () => {
    const bytes = encodeModel(model)
    const back = decodeModel(bytes) as LanguageModel
    expect(bits(back)).toEqual(bits(model))
    expect(back.kind).toBe('languageModel')
    expect(back.layer.description).toEqual(model.layer.description)
    expect(back.layer.declared).toEqual(model.layer.declared)
    expect([back.seed, back.loss.name, back.units]).toEqual([3, 'crossEntropy', 'characters'])
    expect(back.vocabulary.symbols).toEqual(book.vocabulary.symbols)
    expect(back.record).toEqual(model.record)
    expect(encodeModel(back)).toEqual(bytes)
  })

  test('generates what the model in memory generates', async () => {
    const say = async (of: LanguageModel): Promise<string> => {
      let all = ''
      for await (const piece of generate(of, 'Call ', { length: 60, seed: 4 })) all += piece
      return all
    }
    expect(await say(decodeModel(encodeModel(model)) as LanguageModel)).toBe(await say(model))
  })

  const own = defineCell(`
    name: own
    init: bf = 2
    state: c = 0.5
    f = sigmoid(Wf @ [c, x] + bf)
    c' = f * c + (1 - f) * tanh(Wc @ x)
    y = c'
  `)
  test.each<[string, Model]>([
    ['a cell of its own', languageModel(book, { cell: own as Cell, hidden: 3, layers: 2, residual: true })],
    ['modifiers', languageModel(book, { cell: zoneout(layerNorm(lstm), { c: 0.1 }), hidden: 6 })],
    ['projection', languageModel(book, { cell: projection(lstm, { size: 3 }), hidden: 6, tied: true, embedding: 3 })],
    ['words', languageModel(text('a b a b c', { units: 'words', minCount: 1 }), { cell: rnn, hidden: 2 })],
    [
      'a network',
      network(
        chain({
          embed: embedding({ symbols: 7, size: 4 }),
          rnn: bidirectional(recurrent({ cell: gruResetAfter, input: 4, hidden: [3, 2], dropout: 0.2 })),
          out: chain({ drop: dropout({ size: 4, rate: 0.1 }), _head: linear({ input: 4, output: 2 }) }),
          pool: attentionPooling({ size: 3 }),
          squash: activation({ size: 2, name: 'tanh' }),
        }),
        { loss: meanSquaredError(), seed: 4294967295 },
      ),
    ],
    ['a single layer', network(recurrent({ cell: rnn, input: 2, hidden: 2 }), { loss: crossEntropy() })],
    ['a layer without parameters', network(activation({ size: 2, name: 'relu' }), { loss: meanSquaredError() })],
    [
      'a tied output',
      network(chain({ embedding: embedding({ symbols: 5, size: 3 }), output: linear({ output: 5 }) }), {
        loss: crossEntropy(),
        tie: { 'output.weight': 'embedding.weight' },
      }),
    ],
  ])('holds %s', async (_, original) => {
    const back = decodeModel(encodeModel(original))
    expect(bits(back)).toEqual(bits(original))
    expect(back.layer.description).toEqual(original.layer.description)
    const input = original.inputs['x']!.columns
    const x = tensor(new Float32Array(3 * 2 * input).fill(1), [3, 2, input])
    const run = ({ layer, parameters }: Model) => forward(layer, { parameters: parameters, x })
    expect(await run(back)).toEqual(await run(original))
    expect(back.layer.outputs).toEqual(original.layer.outputs)
  })

  test('is the same file each time', () => {
    expect(encodeModel(model)).toEqual(encodeModel(model))
  })
})

describe('a model that a file cannot hold', () => {
  const cannot = (change: Partial<Model>): string => refusal(() => encodeModel({ ...model, ...change } as Model))

  test('is refused when it is written', () => {
    const [name, first] = Object.entries(model.parameters)[0]!
    const bad = Float32Array.from(first.data)
    bad[7] = NaN
    expect(cannot({ parameters: { ...model.parameters, [name]: { ...first, data: bad } } })).toMatch(
      /cannot be written.*"embedding.weight" holds NaN at \[1, 2\]/,
    )
    expect(cannot({ parameters: {} })).toMatch(/"embedding.weight", which the layers need, is missing/)
    expect(cannot({ loss: { ...model.loss, name: 'mine' } })).toMatch(
      /loss must be crossEntropy on every step, not mine/,
    )
    expect(cannot({ layer: { ...model.layer, description: { kind: 'mine' } } })).toMatch(/there is no layer mine/)
    expect(cannot({ kind: 'mine' })).toMatch(/no model of kind "mine"/)
    expect(cannot({ record: { loss: Infinity } })).toMatch(/the training record holds Infinity at "loss"/)
    expect(cannot({ seed: 1.5 })).toMatch(/unrolled.seed: it is "1.5"/)
    expect(refusal(() => encodeModel({ ...model, content: () => ({}) }))).toMatch(/no unrolled.vocabulary/)
  })
})

describe('a wrong model file', () => {
  test.each(Object.keys(whole.tensors))('without the tensor %s', (name) => {
    expect(read(changed((tensors) => void delete tensors[name]))).toBe(
      `a.safetensors: tensor "${name}", which the layers need, is missing`,
    )
  })

  test('with a tensor by another name, or one too many', () => {
    const rename = changed((tensors) => {
      tensors['output.bais'] = tensors['output.bias']!
      delete tensors['output.bias']
    })
    expect(read(rename)).toMatch(/"output.bias", which the layers need, is missing; there is "output.bais"$/)
    const more = changed((tensors) => void Object.assign(tensors, { extra: tensor([1]), more: tensor([1]) }))
    expect(read(more)).toMatch(/tensor "extra" and 1 more, which belongs to no layer/)
    expect(read(changed((tensors) => void (tensors['constructor'] = tensor([1]))))).toMatch(/"constructor"/)
  })

  test('with a tensor of another shape, dtype or value', () => {
    const put = (shape: number[], data: unknown): string =>
      read(changed((tensors) => void (tensors['layers.0.forward.bf'] = { shape, data } as Tensor)))
    expect(put([4], new Float32Array(4))).toMatch(
      /"layers.0.forward.bf" is \[4\]; by the description of the layers it must be \[5\]/,
    )
    expect(put([1, 5], new Float32Array(5))).toMatch(/is \[1, 5\]/)
    expect(put([5], new Float64Array(5))).toMatch(/of another dtype/)
    expect(put([5], new BigInt64Array(5))).toMatch(/of another dtype/)
    expect(put([5], new Float32Array(5).fill(-Infinity, 2))).toMatch(/holds -Infinity at \[2\]/)
  })

  test('with other metadata', () => {
    for (const key of Object.keys(whole.metadata)) expect(withMetadata(key, undefined)).toContain(key)
    expect(withMetadata('unrolled.version', '2')).toMatch(/has version 2 of the format.*a newer unrolled/)
    expect(withMetadata('unrolled.version', 'x')).toMatch(/must be a version/)
    expect(withMetadata('unrolled.kind', 'toString')).toMatch(/no model of kind "toString"/)
    expect(withMetadata('unrolled.loss', 'constructor')).toMatch(
      /loss must be crossEntropy on every step, not constructor/,
    )
    expect(withMetadata('unrolled.loss', 'meanSquaredError')).toMatch(/loss must be crossEntropy/)
    expect(withMetadata('unrolled.on', 'no step')).toMatch(/"no step"; it must be/)
    expect(withMetadata('unrolled.on', 'last step')).toMatch(/on every step, not crossEntropy on \[batch\]/)
    expect(withMetadata('unrolled.seed', '-1')).toMatch(/below 2³²/)
    expect(withMetadata('unrolled.seed', '4294967296')).toMatch(/below 2³²/)
    expect(withMetadata('unrolled.record', '[]')).toMatch(/unrolled.record: it is not a JSON object/)
    expect(withMetadata('unrolled.record', '{"__proto__":{"a":1}}')).toMatch(/__proto__/)
    expect(read(encodeSafetensors(whole.tensors))).toMatch(/no model of unrolled.*fromPyTorch/)
  })

  test('with another vocabulary', () => {
    const { symbols } = model.vocabulary
    const put = (value: unknown): string => withMetadata('unrolled.vocabulary', JSON.stringify(value))
    expect(put({ units: 'characters', symbols: symbols.slice(1) })).toMatch(
      `the vocabulary has ${symbols.length - 1} symbols, so the first layer must be an embedding of ${symbols.length - 1}`,
    )
    expect(put({ units: 'letters', symbols })).toMatch(/units must be/)
    expect(put({ units: 'characters', symbols: [...symbols.slice(1), symbols[1]] })).toMatch(/is there twice/)
    expect(put({ units: 'characters', symbols: [...symbols.slice(1), 'ab'] })).toMatch(/is not one of the characters/)
    expect(put({ units: 'characters', symbols: [...symbols.slice(1), 7] })).toMatch(/is not one of the characters/)
    expect(put({ units: 'characters', symbols: { length: 3 } })).toMatch(/a list of 1/)
    expect(put({ units: 'characters' })).toMatch(/a list of 1/)
    expect(put([])).toMatch(/not a JSON object/)
  })

  test('with another description of its layers', () => {
    const put = (value: unknown): string =>
      withMetadata('unrolled.layer', typeof value === 'string' ? value : JSON.stringify(value))
    const description = model.layer.description as unknown as { layers: [string, Record<string, unknown>][] }
    const core = (change: object): string =>
      put({
        ...description,
        layers: description.layers.map(([name, layer]) => [name, name === '_core' ? { ...layer, ...change } : layer]),
      })
    expect(put('{')).toMatch(/unrolled.layer: /)
    expect(put({})).toMatch(/the layer is not described by its kind/)
    expect(put({ kind: 'constructor' })).toMatch(/there is no layer constructor/)
    expect(put({ kind: 'chain' })).toMatch(/a chain without a list/)
    expect(put({ kind: 'chain', layers: [] })).toMatch(/at least one layer/)
    expect(put({ kind: 'chain', layers: [['a']] })).toMatch(/not pairs of a name/)
    expect(put({ kind: 'chain', layers: [['a', null]] })).toMatch(/the layer a is not described/)
    expect(put({ kind: 'embedding', symbols: 1e999, size: 1 })).toMatch(/symbols/)
    expect(put({ kind: 'embedding', symbols: 2 ** 40, size: 2 ** 40 })).toMatch(/its parameters would be|symbols|size/)
    expect(core({ hidden: [5, 2 ** 40] })).toMatch(/recurrent: its parameters would be .* numbers; at most/)
    expect(core({ hidden: [5], layers: 1 })).toMatch(/output takes 4|gives 5/)
    expect(core({ layers: 1e9, hidden: 4 })).toMatch(/more than 4096 layers/)
    expect(core({ layers: -1, hidden: 4 })).toMatch(/layers is -1/)
    expect(core({ hidden: 'x' })).toMatch(/hidden is 'x'/)
    expect(core({ units: 4 })).toMatch(/did you mean hidden/)
    expect(core({ bidirectional: 'yes' })).toMatch(/bidirectional is 'yes'; it must be true or false/)
    expect(core({ dropout: 7 })).toMatch(/rate is 7/)
    expect(core({ cell: null })).toMatch(/the layer _core has no cell/)
    expect(core({ cell: { text: 'h', modifiers: [] } })).toMatch(/unrolled.layer: .*\n/)
    expect(core({ cell: { text: "h' = tanh(h)", modifiers: [{ name: 'eval', options: {} }] } })).toMatch(
      /no modifier eval/,
    )
    expect(core({ cell: { text: "h' = tanh(h)", modifiers: [null] } })).toMatch(/no modifier/)
    expect(core({ cell: { text: "h' = x * h".padEnd(300_000, '#'), modifiers: [] }, hidden: [5, 5, 5, 5] })).toMatch(
      /equations are longer/,
    )
    expect(
      core({ cell: { text: "size: g = projection\ng' = tanh(g)\ny = W @ x", modifiers: [] }, projection: 2 ** 50 }),
    ).toMatch(/recurrent: its states would be \d+ numbers/)
    const deep = (times: number): string => `${'{"kind":"chain","layers":[["a",'.repeat(times)}1${']]}'.repeat(times)}`
    expect(put(deep(40))).toMatch(/more than 32 deep/)
    expect(put(deep(50_000))).toMatch(/more than 256 deep/)
    expect(put(`${'{"kind":'.repeat(100)}1${'}'.repeat(100)}`)).toMatch(/not described by its kind/)
    expect(put(`{"kind":"linear"${' '.repeat(2 ** 22)}}`)).toMatch(/at most 4194304 are read/)
    expect(put('{"kind":"linear","input":1,"output":1,"__proto__":{}}')).toMatch(/__proto__/)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('a resume file', () => {
  const arrays: Named = {
    'moment.first': tensor(Float32Array.of(1, -0, NaN, Infinity), [4]),
    best: tensor(Float64Array.of(1 / 3), [1]),
    'layers.0.forward.bf': tensor(new Float32Array(0), [0]),
  }
  const state = { step: 12, list: [1, 2.5, null], nested: { name: 'ü', done: false } }
  const bytes = encodeResume({ model, arrays, state })

  test('gives back model, arrays and state', () => {
    const back = decodeResume(bytes)
    expect(bits(back.model)).toEqual(bits(model))
    expect(back.model.record).toEqual(model.record)
    expect(back.state).toEqual(state)
    expect(Object.keys(back.arrays).sort()).toEqual(Object.keys(arrays).sort())
    for (const [name, { shape, data }] of Object.entries(arrays)) expect(back.arrays[name]).toEqual({ shape, data })
    expect(encodeResume(back)).toEqual(bytes)
    for (const state of [null, 3, 'text', []])
      expect(decodeResume(encodeResume({ model, arrays, state })).state).toEqual(state)
  })

  test('is a model file too', () => {
    expect(encodeModel(decodeModel(bytes))).toEqual(encodeModel(model))
  })

  test('is told from a model file', () => {
    expect(refusal(() => decodeResume(encodeModel(model), 'b'))).toMatch(/^b: it holds no run to go on with/)
  })

  test('holds what it is given, or errs', () => {
    const wrong = (state: Json): string => refusal(() => encodeResume({ model, arrays, state }))
    expect(wrong({ best: Infinity })).toMatch(/the state of the run holds Infinity at "best"/)
    expect(wrong([NaN])).toMatch(/holds NaN at "0"/)
    const odd = changed((tensors) => void (tensors['resume/odd'] = { shape: [1], data: new Int32Array(1) } as never))
    expect(read(odd)).toMatch(/"resume\/odd" is of another dtype/)
    const { tensors, metadata } = decodeSafetensors(bytes)
    for (const json of ['', '1', '{"state":', '{"state":1,"state":2}']) {
      const broken = encodeSafetensors(tensors, { ...metadata, 'unrolled.resume': json })
      expect(refusal(() => decodeResume(broken))).toMatch(/unrolled.resume/)
    }
  })
})

describe('whatever is in a file, only our own error comes out', () => {
  const small = network(
    chain({ a: recurrent({ cell: rnn, input: 1, hidden: 1 }), b: linear({ input: 1, output: 1 }) }),
    {
      loss: meanSquaredError(),
    },
  )
  const bytes = encodeResume({ model: small, arrays: { m: tensor([1, 2]) }, state: { step: 1 } })

  /** Reads both ways; true where it was taken for whole. */
  const survives = (given: Uint8Array): boolean => {
    const results = [decodeModel, decodeResume].map((decode) => {
      try {
        decode(given)
        return true
      } catch (error) {
        if (!(error instanceof UnrolledError) || error.code !== 'file') throw error
        return false
      }
    })
    return results.some(Boolean)
  }

  test('cut off at any byte', () => {
    for (let length = 0; length < bytes.length; length++) expect(survives(bytes.subarray(0, length))).toBe(false)
  })

  test('with any one bit flipped, it is the same model or an error', () => {
    const original = bits(small)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      // Only a flip in the name of the checksum passes, and then all else is as it was.
      if (survives(flipped)) expect(bits(decodeModel(flipped))).toEqual(original)
    }
  })

  test('with any bytes changed', () => {
    const place = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), (changes) => {
        const other = bytes.slice()
        for (const [at, value] of changes) other[at] = value
        survives(other)
      }),
      { numRuns: 2000 },
    )
  })

  const { tensors, metadata } = decodeSafetensors(bytes)
  const pick = <Value>(...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values)
  const size = fc.oneof(fc.nat(3), pick<unknown>(-1, 1.5, 2 ** 31, 2 ** 53, 1e300, '1', null, [2, 1], [], [1e9], true))
  const kind = pick('linear', 'embedding', 'dropout', 'activation', 'recurrent', 'tied', 'chain', 'toString', '')
  const cellText = fc.oneof(
    pick(
      ...[
        "h' = tanh(W @ [h, x] + b)",
        "h' = h",
        'y = W @ x',
        "c' = c\nh' = tanh(W @ [h, c])",
        "h' = 1",
        'name: \n',
        "s' = x",
      ],
    ),
    fc.string(),
  )
  const modifier = fc.record(
    {
      name: pick<unknown>('layerNorm', 'zoneout', 'projection', 'weightDrop', 'recurrentDropout', '__proto__', 1),
      options: fc.oneof(fc.record({ rate: size, size, h: size }, { requiredKeys: [] }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  )
  const { layer } = fc.letrec((tie) => ({
    layer: fc.oneof(
      { maxDepth: 3 },
      fc.record(
        {
          kind,
          input: size,
          output: size,
          size,
          symbols: size,
          rate: pick<unknown>(0, 0.5, 1, 'x'),
          name: pick<unknown>('tanh', 'toString', 1),
          hidden: size,
          projection: size,
          bidirectional: pick<unknown>(true, false, 1),
          residual: pick<unknown>(true, 'no'),
          dropout: pick<unknown>(0.5, 2),
          layers: fc.oneof(size, fc.array(fc.tuple(fc.string(), tie('layer')), { maxLength: 3 })),
          cell: fc.oneof(
            fc.record({ text: cellText, modifiers: fc.array(modifier, { maxLength: 2 }) }),
            fc.jsonValue(),
          ),
        },
        { requiredKeys: ['kind'] },
      ),
      fc.record({
        kind: fc.constant('recurrent'),
        input: size,
        hidden: size,
        layers: size,
        cell: fc.record({ text: cellText, modifiers: fc.array(modifier, { maxLength: 2 }) }),
      }),
      fc.record({
        kind: fc.constant('chain'),
        layers: fc.array(fc.tuple(fc.string(), tie('layer')), { maxLength: 3 }),
      }),
      fc.jsonValue(),
    ),
  }))

  test('with any description of layers', () => {
    fc.assert(
      fc.property(layer, (description) => {
        survives(encodeSafetensors(tensors, { ...metadata, 'unrolled.layer': JSON.stringify(description) }))
      }),
      { numRuns: 3000 },
    )
  })

  test('with any metadata', () => {
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      pick('languageModel', 'network', '1', '{}', '{"units":"words","symbols":["a"]}'),
    )
    const names = pick(...Object.keys(metadata), 'unrolled.vocabulary')
    fc.assert(
      fc.property(fc.dictionary(names, value, { minKeys: 1, maxKeys: 2 }), (given) => {
        survives(encodeSafetensors(tensors, { ...metadata, ...given }))
      }),
      { numRuns: 2000 },
    )
  })

  test('with any tensors', () => {
    const shape = fc.array(fc.nat(3), { maxLength: 3 })
    const arrays = [Float32Array, Float64Array, Int8Array, BigInt64Array]
    fc.assert(
      fc.property(pick(...Object.keys(tensors), 'a.U', 'resume/', ''), shape, fc.nat(3), (name, shape, type) => {
        const data = new arrays[type]!(shape.reduce((a, b) => a * b, 1))
        survives(encodeSafetensors({ ...tensors, [name]: { shape, data } }, metadata))
      }),
      { numRuns: 1000 },
    )
  })
})
