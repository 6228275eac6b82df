import { describe, expect, test } from 'vitest'
import {
  gru,
  languageModel,
  linear,
  lines,
  lstm,
  lstmProjected,
  meanSquaredError,
  network,
  setParameters,
  tensor,
  text,
  type LanguageModelOptions,
} from 'unrolled'
import { refusal } from '../formats/safetensors-file.ts'

const book = text('abcabc')
const of = (options: Partial<LanguageModelOptions>) => languageModel(book, { cell: gru, hidden: 4, ...options })
/** The layers with what describes them. */
const layers = (options: Partial<LanguageModelOptions>) =>
  Object.fromEntries([...of(options).layer.children!].map(([name, { description }]) => [name, description]))

describe('what a language model is made of', () => {
  test('an embedding as wide as the first layer, recurrent layers, and a logit for each symbol', () => {
    expect(layers({})).toMatchObject({
      embedding: { kind: 'embedding', symbols: 3, size: 4 },
      _core: { kind: 'recurrent', input: 4, hidden: 4, layers: 1 },
      output: { kind: 'linear', input: 4, output: 3 },
    })
    expect(layers({ layers: 2 })).toMatchObject({ _core: { hidden: 4, layers: 2 } })
    expect(layers({ hidden: [4, 5], embedding: 7 })).toMatchObject({
      embedding: { size: 7 },
      _core: { input: 7, hidden: [4, 5], layers: 2 },
      output: { input: 5 },
    })
    expect(layers({ hidden: [4, 5] })).toMatchObject({ embedding: { size: 4 } })
    expect(layers({ residual: true })).toMatchObject({ _core: { residual: true } })
    expect(layers({ cell: lstmProjected, projection: 2 })).toMatchObject({
      _core: { projection: 2 },
      output: { input: 2 },
    })
  })

  test('dropout on what enters each layer and the output, and none where its rate is 0', () => {
    expect(Object.keys(layers({ dropout: 0 }))).toEqual(['embedding', '_core', 'output'])
    const one = layers({ dropout: 0.25 })
    expect(Object.keys(one)).toEqual(['embedding', 'dropoutIn', '_core', 'dropoutOut', 'output'])
    expect(one).toMatchObject({ dropoutIn: { size: 4, rate: 0.25 }, dropoutOut: { size: 4, rate: 0.25 } })
    expect(Object.keys(one['_core']!)).not.toContain('dropout')
    expect(layers({ dropout: 0.25, layers: 2 })).toMatchObject({ _core: { dropout: 0.25 } })
    expect(Object.keys(layers({ dropout: 0, layers: 2 })['_core']!)).not.toContain('dropout')
  })

  test('tied, the embedding is the matrix of the output, if it is as wide', () => {
    expect(of({ tied: true }).layer.declared.map(({ name }) => name)).not.toContain('output.weight')
    expect(of({ tied: true, hidden: [4, 5, 4] }).layer.description['tie']).toEqual({
      'output.weight': 'embedding.weight',
    })
    expect(of({ tied: false, hidden: [4, 5] }).layer.declared.map(({ name }) => name)).toContain('output.weight')
    expect(refusal(() => of({ tied: true, hidden: [4, 5] }), 'option')).toContain('they are 5 and 4')
    expect(refusal(() => of({ tied: true, embedding: 3 }), 'option')).toContain('they are 4 and 3')
  })

  test('its symbols, of lines with their boundary', () => {
    expect(of({}).content()).toEqual({ vocabulary: { units: 'characters', symbols: ['a', 'b', 'c'] } })
    const { vocabulary } = languageModel(lines('ab\nba'), { cell: lstm, hidden: 2 }).content() as {
      vocabulary: { boundary: number; symbols: string[] }
    }
    expect(vocabulary.symbols[vocabulary.boundary]).toBe('\n')
  })

  test('values of a seed', () => {
    const first = (seed?: number): string =>
      of(seed === undefined ? {} : { seed }).parameters['embedding.weight']!.data.join()
    expect(first()).toBe(first(0))
    expect(first(1)).not.toBe(first(0))
    expect(of({ seed: 0xffffffff }).seed).toBe(0xffffffff)
  })
})

test.each<[Partial<LanguageModelOptions>, string]>([
  [{ seed: 2 ** 32 }, 'languageModel: seed is 4294967296'],
  [{ seed: -1 }, 'languageModel: seed is -1'],
  [{ embedding: 0 }, 'languageModel: embedding is 0'],
  [{ embedding: 1.5 }, 'languageModel: embedding is 1.5'],
  [{ dropout: 1 }, 'rate is 1'],
  [{ units: 3 } as never, 'did you mean hidden?'],
])('%j is refused', (options, message) => {
  expect(refusal(() => of(options), 'option')).toContain(message)
})

test.each([undefined, 'abc', {}])('what is no text is told so: %j', (given) => {
  expect(refusal(() => languageModel(given as never, { cell: gru, hidden: 2 }), 'data')).toContain('made for a text')
})

describe('values of a model', () => {
  test('are exchanged for those that are given, as float32, and not with the arrays that were', () => {
    const model = of({})
    const before = model.parameters
    const given = tensor(Float64Array.of(0.1, 0.2, 0.3))
    setParameters(model, { 'output.bias': given })
    given.data[0] = 9
    expect([...model.parameters['output.bias']!.data]).toEqual([0.1, 0.2, 0.3].map(Math.fround))
    expect(model.parameters['embedding.weight']).toBe(before['embedding.weight'])
    expect(model.parameters).not.toBe(before)
  })

  test('stay as they were where one is unknown or has another shape', () => {
    const model = of({})
    const before = model.parameters
    const bias = tensor([1, 2, 3])
    expect(refusal(() => setParameters(model, { 'output.bias': bias, 'output.bais': bias }), 'parameters')).toBe(
      'the model has no parameter output.bais; did you mean output.bias?',
    )
    const short = { 'embedding.weight': tensor([[1, 2, 3]]), 'output.bias': bias }
    expect(refusal(() => setParameters(model, short), 'shape')).toBe(
      'the parameter embedding.weight is [1, 3]; it must be [3, 4]',
    )
    expect(refusal(() => setParameters(model, { q: bias }), 'parameters')).toBe('the model has no parameter q')
    expect(model.parameters).toBe(before)
  })

  test('are not in JSON, which says what they are', () => {
    const { parameters, kind, loss, seed } = JSON.parse(JSON.stringify(of({ seed: 3 }))) as Record<string, unknown>
    expect({ kind, loss, seed }).toEqual({
      kind: 'languageModel',
      loss: { name: 'crossEntropy', options: {} },
      seed: 3,
    })
    expect(parameters).toMatchObject({ 'embedding.weight': [3, 4], 'output.bias': [3] })
  })
})

test('what a model is held against is asked of its loss once', () => {
  const model = of({})
  expect(model.targets).toBe(model.targets)
  expect(model.targets.weights).toEqual({ kind: 'vector', columns: 1, axes: ['time', 'batch'], optional: true })
})

test.each(['name', 'options', 'target', 'build'] as const)('a loss without its %s is none', (part) => {
  const layer = linear({ input: 1, output: 1 })
  const { [part]: _, ...rest } = meanSquaredError()
  for (const loss of [rest, { ...rest, [part]: null }]) {
    expect(refusal(() => network(layer, { loss: loss as never }), 'option')).toContain('network: loss must be a loss')
  }
  expect(network(layer, { loss: meanSquaredError() }).kind).toBe('network')
})
