import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  cellFromText,
  defineCell,
  gru,
  gruResetAfter,
  layerNorm,
  lstm,
  lstmPeephole,
  lstmProjected,
  rnn,
  rnnRelu,
  type Cell,
} from '../../src/cells/index.ts'
import { text } from '../../src/data/index.ts'
import { fromPyTorch, toPyTorch } from '../../src/formats/pytorch.ts'
import { decodeSafetensors } from '../../src/formats/safetensors.ts'
import type { StateDict } from '../../src/formats/state-dict.ts'
import { forward } from '../../src/inference/forward.ts'
import { verify } from '../../src/inference/verify.ts'
import { bidirectional, chain, dropout, embedding, linear, recurrent, type Layer } from '../../src/layers/index.ts'
import { crossEntropy, languageModel, meanSquaredError, network, setParameters } from '../../src/models/index.ts'
import { tensor, type Named, type NestedNumbers, type Tensor } from '../../src/tensor.ts'
import { rewritten } from '../cells/rewritten.ts'
import { Draws } from '../fuzz/draws.ts'
import { refusal } from './safetensors-file.ts'

interface Golden {
  readonly sizes: { readonly input: number; readonly hidden: number; readonly projection?: number }
  readonly cases: readonly {
    readonly layers: number
    readonly bidirectional: boolean
    readonly lengths: readonly number[] | null
    readonly weights: Record<string, Stored>
    readonly given: Record<string, Stored>
    readonly results: Record<string, Stored>
  }[]
}
interface Stored {
  readonly shape: number[]
  readonly data: number[]
}

const golden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`../golden/layer-${name}.json`, import.meta.url), 'utf8')) as Golden
const stored = (values: Record<string, Stored>): Named =>
  Object.fromEntries(
    Object.entries(values).map(([name, { shape, data }]) => [name, tensor(Float64Array.from(data), shape)]),
  )
const imported = (name: string): StateDict =>
  decodeSafetensors(readFileSync(new URL(`../golden/import/${name}.safetensors`, import.meta.url))).tensors

const kinds: [string, Cell][] = [
  ['rnn-tanh', rnn],
  ['rnn-relu', rnnRelu],
  ['lstm', lstm],
  ['lstm-projected', lstmProjected],
  ['gru', gruResetAfter],
]

describe.each(kinds)('%s gives what PyTorch gives', (kind, cell) => {
  const { sizes, cases } = golden(kind)
  const name = ({ layers, bidirectional, lengths, given }: Golden['cases'][number]): string =>
    [`${layers} layers`, bidirectional && 'both ways', lengths && 'with lengths', 'h0' in given && 'from states']
      .filter(Boolean)
      .join(', ')

  test.each(cases.map((one) => [name(one), one] as const))('%s', async (_, one) => {
    const { layers, bidirectional, lengths, weights, given, results } = one
    const layer = recurrent({
      cell,
      input: sizes.input,
      hidden: sizes.hidden,
      ...(sizes.projection !== undefined && { projection: sizes.projection }),
      layers,
      bidirectional,
    })
    const theirs = stored(weights)
    const parameters = fromPyTorch(layer, theirs)
    const content = stored(given)
    const expected = Object.fromEntries([
      ['input', content['x']!],
      ['output', stored(results)['y']!],
      ...Object.entries(content).filter(([key]) => key.endsWith('0')),
      ...Object.entries(stored(results)).filter(([key]) => key.endsWith('n')),
      ...(lengths ? ([['lengths', tensor(lengths)]] as const) : []),
    ])
    const exact = await verify(layer, expected, { parameters, backend: 'reference' })
    expect(exact.largestDifference).toBeLessThan(1e-9)
    const fast = await verify(layer, expected, { parameters, backend: 'wasm' })
    expect(fast.relativeDifference).toBeLessThan(1e-4)

    // And back: the same function, with biases summed.
    const back = toPyTorch(layer, parameters)
    expect(Object.keys(back).sort()).toEqual(Object.keys(theirs).sort())
    for (const [key, { shape, data }] of Object.entries(back)) {
      expect(shape).toEqual(theirs[key]!.shape)
      if (key.startsWith('weight')) expect(data).toEqual(theirs[key]!.data)
    }
    expect(fromPyTorch(layer, back)).toEqual(parameters)
  })
})

describe('a module as people save it', () => {
  const tagger = (core: Layer): Layer =>
    chain({
      embed: embedding({ symbols: 20, size: 6 }),
      drop: dropout({ size: 6, rate: 0.5 }),
      rnn: core,
      head: linear({ output: 4 }),
    })
  const modules: [string, Layer, string][] = [
    ['lstm-tagger', bidirectional(recurrent({ cell: lstm, input: 6, hidden: 5, layers: 2 })), 'encoder.lstm'],
    [
      'lstm-projected-tagger',
      bidirectional(recurrent({ cell: lstmProjected, input: 6, hidden: [5, 5], projection: 3 })),
      'encoder.lstm',
    ],
    ['gru-tagger', recurrent({ cell: gruResetAfter, input: 6, hidden: 5, layers: 2 }), 'encoder.gru'],
    ['rnn-tagger', recurrent({ cell: rnn, input: 6, hidden: 5 }), 'encoder.rnn'],
  ]
  test.each(modules)('%s', async (file, core, place) => {
    const layer = tagger(core)
    const model = network(layer, { loss: crossEntropy() })
    setParameters(model, fromPyTorch(layer, imported(file), { embed: 'embedding', rnn: place, head: 'fc' }))
    const { largestDifference, relativeDifference, at } = await verify(model, imported(`${file}.expected`))
    expect(relativeDifference).toBeLessThan(1e-5)
    expect(largestDifference).toBe(Math.abs(at.ours - at.expected))
    expect(at.tensor).toBe('output')
    const names = { embed: 'embedding', rnn: place, head: 'fc' }
    const back = toPyTorch(layer, model.parameters, names)
    expect(fromPyTorch(layer, back, names)).toEqual(model.parameters)
  })
})

describe('a language model', () => {
  const book = text('abcabcabd')
  test('goes to PyTorch and back', () => {
    const model = languageModel(book, { cell: lstm, hidden: 3, layers: 2, dropout: 0.1, seed: 1 })
    const names = { embedding: 'encoder', _core: 'rnn', output: 'decoder' }
    const there = toPyTorch(model.layer, model.parameters, names)
    expect(Object.keys(there)).toEqual([
      'encoder.weight',
      ...[0, 1].flatMap((l) => ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((name) => `rnn.${name}_l${l}`)),
      'decoder.weight',
      'decoder.bias',
    ])
    expect(there['rnn.bias_hh_l0']!.data).toEqual(new Float32Array(12))
    expect(fromPyTorch(model.layer, there, names)).toEqual(model.parameters)
    expect(Object.keys(toPyTorch(model.layer, model.parameters)).slice(0, 2)).toEqual([
      'embedding.weight',
      'core.weight_ih_l0',
    ])
  })

  test('with tied weights', () => {
    const model = languageModel(book, { cell: gruResetAfter, hidden: 3, tied: true, seed: 1 })
    const there = toPyTorch(model.layer, model.parameters)
    expect(there['output.weight']).toEqual(there['embedding.weight'])
    expect(fromPyTorch(model.layer, there)).toEqual(model.parameters)
    there['output.weight']!.data[3]! += 1
    expect(refusal(() => fromPyTorch(model.layer, there), 'pytorch')).toMatch(
      /output.weight is tied to embedding.weight, but the tensors for the two differ/,
    )
  })
})

describe('by hand', () => {
  const matrix = (rows: number, columns: number, first: number): NestedNumbers =>
    Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => first + 10 * r + c))

  test('the layout of a GRU', () => {
    const layer = recurrent({ cell: gruResetAfter, input: 2, hidden: 1 })
    const parameters = fromPyTorch(
      layer,
      {
        'gru.weight_ih_l0': tensor(matrix(3, 2, 1)),
        'gru.weight_hh_l0': tensor(matrix(3, 1, 500)),
        'gru.bias_ih_l0': tensor([1, 2, 3]),
        'gru.bias_hh_l0': tensor([10, 20, 30]),
      },
      { '': 'gru' },
    )
    const values = Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, [...data]]))
    expect(values).toEqual({
      Wr: [500, 1, 2],
      Wz: [510, 11, 12],
      Wn: [21, 22],
      Un: [520],
      br: [11],
      bz: [22],
      bn: [3],
      bu: [30],
    })
  })

  test('biases that are not there are zero', async () => {
    const layer = recurrent({ cell: lstm, input: 1, hidden: 1 })
    const parameters = fromPyTorch(layer, {
      weight_ih_l0: tensor(matrix(4, 1, 1)),
      weight_hh_l0: tensor(matrix(4, 1, 1)),
    })
    expect([...parameters['bf']!.data]).toEqual([0])
    expect((await forward(layer, { parameters, x: tensor([[[1]]]) })).output.shape).toEqual([1, 1, 1])
  })

  test('a cell with the same equations under another name', () => {
    const own = cellFromText(lstm.text().replace('name: lstm', 'name: mine').replace('init: bf = 1', 'init: bf = 3'))
    const layer = recurrent({ cell: own, input: 2, hidden: 3 })
    expect(Object.keys(toPyTorch(layer, layer.parameters()))).toHaveLength(4)
  })
})

describe.each(kinds)('%s in words of ones own', (_, cell) => {
  test('goes to PyTorch as the same module, and comes back under its own names', async () => {
    const options = { input: 2, hidden: 3, projection: 2, layers: 2, bidirectional: true }
    const known = recurrent({ cell, ...options })
    const parameters = known.parameters({ seed: 3 })
    const there = toPyTorch(known, parameters)
    const { text, parameters: names } = rewritten(cell.text(), new Draws(5))
    const own = recurrent({ cell: cellFromText(text), ...options })
    const mine = fromPyTorch(own, there)
    for (const [name, tensor] of Object.entries(parameters)) {
      const [, prefix, last] = /^(.*\.)(.*)$/.exec(name)!
      expect(mine[prefix! + names[last!]!]!.data, name).toEqual(tensor.data)
    }
    expect(toPyTorch(own, mine)).toEqual(there)
    const x = tensor([[[1, -2]], [[0.5, 3]]])
    const outputs = await Promise.all([
      forward(known, { parameters, x }, { backend: 'reference' }),
      forward(own, { parameters: mine, x }, { backend: 'reference' }),
    ])
    const [a, b] = outputs.map(({ output }) => output.data)
    a!.forEach((value, i) => expect(b![i]).toBeCloseTo(value, 6))
  })
})

describe('says what is wrong', () => {
  const layer = chain({
    embed: embedding({ symbols: 20, size: 6 }),
    rnn: recurrent({ cell: gruResetAfter, input: 6, hidden: 5, layers: 2 }),
    head: linear({ input: 5, output: 4 }),
  })
  const names = { embed: 'embedding', rnn: 'encoder.gru', head: 'fc' }
  const wrong = (change: (tensors: Map<string, Tensor>) => void, given: Record<string, string> = names): string =>
    refusal(() => {
      const tensors = new Map(Object.entries(imported('gru-tagger'))) as Map<string, Tensor>
      change(tensors)
      fromPyTorch(layer, Object.fromEntries(tensors), given)
    }, 'pytorch')
  const none = (of: Layer): string => refusal(() => toPyTorch(of, of.parameters()), 'pytorch')

  const take = (all: Map<string, Tensor>, name: string): Tensor => {
    const tensor = all.get(name)!
    all.delete(name)
    return tensor
  }

  test('with names', () => {
    expect(wrong(() => {}, { ...names, rn: 'x' })).toMatch(/no layer 'rn' to name; did you mean 'rnn'\?/)
    expect(wrong(() => {}, {})).toMatch(
      /for the layer embed there are no tensors 'embed'; there are modules 'embedding', 'encoder.gru', 'fc'/,
    )
    const alone = recurrent({ cell: gruResetAfter, input: 6, hidden: 5, layers: 2 })
    expect(refusal(() => fromPyTorch(alone, imported('gru-tagger')), 'pytorch')).toMatch(
      /the layer recurrent there are no tensors without a prefix; .*as in \{ '': 'encoder.gru' \}/,
    )
    expect(Object.keys(fromPyTorch(alone, imported('gru-tagger'), { '': 'encoder.gru' }))).toHaveLength(16)
    expect(wrong(() => {}, { ...names, rnn: 3 as never })).toMatch(/name for rnn must be a string/)
  })

  test('a hint names the module that fits, not the first', () => {
    expect(wrong(() => {}, { embed: 'embedding', head: 'fc' })).toMatch(
      /for the layer rnn .*\{ 'rnn': 'encoder.gru' \}$/,
    )
    expect(wrong(() => {}, { embed: 'embedding', rnn: 'encoder.gru' })).toMatch(/\{ 'head': 'fc' \}$/)
    const without = (all: Map<string, Tensor>): void =>
      [...all.keys()].filter((name) => name.startsWith('encoder')).forEach((name) => all.delete(name))
    expect(wrong(without, { embed: 'embedding', head: 'fc' })).toMatch(/none of them has a weight_ih_l0 that fits$/)
  })

  test('with a model in the place of its layer', () => {
    const model = network(linear({ input: 2, output: 1 }), { loss: meanSquaredError() })
    for (const act of [() => fromPyTorch(model as never, {}), () => toPyTorch(model as never, model.parameters)]) {
      expect(act).toThrow('the first argument must be a layer: of a model, model.layer')
    }
    expect(() => fromPyTorch(undefined as never, {})).toThrow('the first argument must be a layer')
  })

  test('batch_first is not said in names', () => {
    expect(wrong(() => {}, { ...names, batch_first: true as never })).toMatch(
      /batch_first changes no weights.*\[time, batch/,
    )
  })

  test('with tensors', () => {
    expect(wrong((all) => all.delete('encoder.gru.weight_hh_l1'))).toBe(
      'the tensor encoder.gru.weight_hh_l1 [15, 5] is missing',
    )
    expect(wrong((all) => all.set('encoder.gru.weight_hhl1', take(all, 'encoder.gru.weight_hh_l1')))).toMatch(
      /weight_hh_l1 \[15, 5\] is missing; there is encoder.gru.weight_hhl1/,
    )
    expect(wrong((all) => all.delete('encoder.gru.bias_hh_l1'))).toMatch(/bias_hh_l1 \[15\] is missing/)
    expect(wrong((all) => all.set('fc.weight', tensor(new Float32Array(20), [5, 4])))).toBe(
      'the tensor fc.weight is [5, 4]; the layer wants [4, 5]',
    )
    expect(wrong((all) => all.set('encoder.gru.weight_ih_l2', tensor([1])))).toMatch(
      /encoder.gru.weight_ih_l2 \[1\] has no place in the layer rnn/,
    )
    expect(wrong((all) => all.set('encoder.gru.weight_hr_l0', tensor([1])))).toMatch(/no place in the layer rnn/)
    expect(wrong((all) => all.set('fc.bias', { shape: [4], data: new Int32Array(4) } as never))).toMatch(
      /whole numbers/,
    )
  })

  test('with cells and layers PyTorch does not have', () => {
    const one = (cell: Cell): Layer => recurrent({ cell, input: 2, hidden: 3 })
    expect(none(one(gru))).toMatch(
      /the layer recurrent: PyTorch computes no cell .* of gru; the reset gate of nn.GRU acts .* gruResetAfter;/,
    )
    expect(none(one(lstmPeephole))).toMatch(
      /of lstmPeephole; cells it has are rnn \(nn.RNN.*rnnRelu.*lstmProjected.*gruResetAfter \(nn.GRU\)/,
    )
    // A name of one's own is shown as it was given.
    expect(none(one(defineCell("name: my-cell\nh' = tanh(W @ x)") as Cell))).toMatch(/equations of my-cell; cells it/)
    expect(none(one(layerNorm(lstm)))).toMatch(/no lstm with modifiers/)
    expect(none(one(defineCell("h' = tanh(W @ x)") as Cell))).toMatch(/of its cell/)
    expect(none(recurrent({ cell: lstm, input: 3, hidden: 3, layers: 2, residual: true }))).toMatch(/residual/)
    expect(none(recurrent({ cell: lstm, input: 3, hidden: [3, 4] }))).toMatch(/all as wide; these are 3, 4/)
    expect(none({ ...one(lstm), description: { kind: 'attention' } })).toMatch(/layer of kind attention/)
  })

  test('with parameters', () => {
    const { 'rnn.layers.0.forward.Wr': _, ...rest } = layer.parameters()
    expect(refusal(() => toPyTorch(layer, rest), 'parameters')).toMatch(/Wr is missing/)
    const { 'head.bias': bias, ...others } = layer.parameters()
    const given = (name: string): string => refusal(() => toPyTorch(layer, { [name]: bias!, ...others }), 'parameters')
    expect(given('head.bais')).toBe('the parameter head.bias is missing; there is head.bais')
    expect(given('offset')).toBe('the parameter head.bias is missing')
    expect(refusal(() => toPyTorch(layer, { ...layer.parameters(), 'head.bias': tensor([1]) }), 'shape')).toMatch(
      /head.bias is \[1\]; it must be \[4\]/,
    )
    const wrong = (value: object): string =>
      refusal(() => toPyTorch(layer, { ...layer.parameters(), 'head.bias': value as Tensor }), 'shape')
    expect(wrong([1, 2, 3, 4])).toMatch(/head.bias is an array of 4; it must be a tensor/)
    expect(wrong({ shape: [4], data: new Float32Array(3) })).toMatch(/which is 4 numbers, but its data holds 3/)
  })
})
