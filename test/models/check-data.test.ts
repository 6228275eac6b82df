import { describe, expect, test } from 'vitest'
import {
  binaryCrossEntropy,
  chain,
  crossEntropy,
  defineLayer,
  embedding,
  gru,
  languageModel,
  last,
  linear,
  meanSquaredError,
  network,
  recurrent,
  sequences,
  text,
  train,
  vectors,
  type LabelledSequence,
  type Layer,
  type Model,
  type Sequences,
  type Text,
} from 'unrolled'
import { checkData } from '../../src/models/index.ts'
import { refusal } from '../formats/safetensors-file.ts'

const layers = (input: number, output: number): Layer =>
  chain({ rnn: recurrent({ cell: gru, input, hidden: 2 }), head: linear({ input: 2, output }) })
const numbers = (input: number, output: number, on?: 'last step'): Model =>
  network(on ? chain({ net: layers(input, output), last: last() }) : layers(input, output), {
    loss: meanSquaredError(),
  })
const classes = (count: number, on?: 'last step'): Model =>
  network(on ? chain({ net: layers(1, count), last: last() }) : layers(1, count), { loss: crossEntropy() })
const symbols = (count: number, output = count): Model =>
  network(
    chain({
      inner: chain({ embed: embedding({ symbols: count, size: 2 }) }),
      rnn: recurrent({ cell: gru, input: 2, hidden: 2 }),
      head: linear({ input: 2, output }),
    }),
    { loss: crossEntropy() },
  )
const columns = (count: number): number[] => new Array<number>(count).fill(0)
const one = (x: LabelledSequence['x'], target: LabelledSequence['target']): Sequences => sequences([{ x, target }])

describe('what does not fit a model is refused by train at once, and the error says where and what would fit', () => {
  test.each<[string, Model, Text | Sequences, string]>([
    ['x of 1 column', numbers(3, 2), one([1], [[0, 0]]), 'x: 1 column; the model takes 3 columns'],
    ['x of 2 columns', numbers(3, 2), one([columns(2)], [[0, 0]]), 'x: 2 columns; the model takes 3 columns'],
    ['x of 20 columns', numbers(3, 2), one([columns(20)], [[0, 0]]), 'x: 20 columns; the model takes 3 columns'],
    [
      'targets of 1 column',
      numbers(1, 2),
      one([1], [[0]]),
      'targets: 1 column; meanSquaredError on an output of 2 columns takes 2 columns',
    ],
    ['targets of 5 columns', numbers(1, 2), one([1], [columns(5)]), 'targets: 5 columns; meanSquaredError'],
    ['a flat target of 3', numbers(1, 2), one([1, 2, 3], [1, 2, 3]), 'takes 2'],
    [
      'one-hot targets',
      classes(3),
      one([1], [[0, 0, 1]]),
      'of one-hot rows, give the number of the class: 2 for [0, 0, 1]',
    ],
    ['one-hot targets of the whole', classes(3, 'last step'), one([1, 1], [0, 0, 1]), 'give the number of the class'],
    [
      'a target for each step',
      classes(3, 'last step'),
      one([1, 1], [[0], [1]]),
      'makes one row of all steps: give one for the whole sequence',
    ],
    ['a list for each step', classes(3, 'last step'), one([1, 1], [0, 1]), 'makes one row of all steps'],
    [
      'class 1.5',
      classes(4),
      one([1, 1], [[0], [1.5]]),
      'sequence 0, step 1, column 0 of targets is 1.5; for crossEntropy on an output of 4 columns it must be a whole number from 0 to 3',
    ],
    ['class −1', classes(4), one([1], [-1]), 'targets is -1'],
    ['class 4 of 4', classes(4), one(Float32Array.of(1, 1), Float32Array.of(0, 4)), 'step 1, column 0 of targets is 4'],
    ['class 1e6', classes(4), one([1], [1e6]), 'targets is 1000000'],
    [
      'symbol 9 of 5',
      symbols(5),
      one([[0], [9]], [[0], [1]]),
      'sequence 0, step 1, column 0 of x is 9; the model has 5 symbols, numbered from 0 to 4',
    ],
    ['symbol 0.5', symbols(5), one([0.5], [1]), 'x is 0.5'],
    [
      'vectors for symbols',
      symbols(5),
      one([[1, 2]], [1]),
      'x: 2 columns; the model takes the number of a symbol, one column',
    ],
    [
      'text for vectors',
      numbers(3, 2),
      text('abcab'),
      'x: symbols, but the model takes vectors of 3 columns; let embedding({ symbols: 3, … }) come first',
    ],
    ['text for one number', classes(3), text('abcab'), 'vectors of 1 columns'],
    [
      'text where the last step counts',
      network(chain({ net: symbols(3).layer, last: last() }), { loss: crossEntropy() }),
      text('abcab'),
      'leave out what pools them',
    ],
    ['text of more symbols', symbols(2), text('abcab'), 'x: 3 symbols; the model knows 2'],
    [
      'text for less output',
      symbols(3, 2),
      text('abcab'),
      'targets: 3 symbols; crossEntropy on an output of 2 columns knows 2',
    ],
    [
      'text for numbers',
      network(symbols(3, 1).layer, { loss: meanSquaredError() }),
      text('abcab'),
      'which meanSquaredError on an output of 1 columns does not take; crossEntropy() does',
    ],
  ])('%s', (_, model, data, message) => {
    expect(refusal(() => train(model, data, { batch: 1 }), 'data')).toMatch(message)
  })

  test.each<[string, number[], number, number, string]>([
    // Rows are looked at by thousands: steps of one sequence, and of 32 side by side.
    ['late in a long sequence', [6000], 0, 5000, 'sequence 0, step 5000'],
    ['late in one of many', new Array<number>(40).fill(300), 3, 290, 'sequence 3, step 290'],
    ['in a later batch', new Array<number>(70).fill(3), 65, 2, 'sequence 65, step 2'],
    ['beside longer ones', [9, 2, 5], 1, 1, 'sequence 1, step 1'],
  ])('%s', (_, lengths, at, step, place) => {
    const items = lengths.map((length) => ({ x: new Float32Array(length), target: new Float32Array(length).fill(3) }))
    items[at]!.target[step] = 4
    expect(refusal(() => checkData(classes(4), sequences(items), 'train'), 'data')).toContain(
      `train: ${place}, column 0 of targets is 4;`,
    )
    items[at]!.target[step] = 0
    expect(checkData(classes(4), sequences(items), 'train').count).toBe(lengths.length)
  })

  test('in a later column', () => {
    const loss = binaryCrossEntropy()
    const data = one(
      [[0], [0]],
      [
        [0, 1],
        [0.5, 1.5],
      ],
    )
    expect(refusal(() => checkData(network(layers(1, 2), { loss }), data, 'train'), 'data')).toMatch(
      /sequence 0, step 1, column 1 of targets is 1\.5; for binaryCrossEntropy on an output of 2 columns it must be from 0 to 1$/,
    )
  })

  test('of a loss that leaves one number out, that is named too', () => {
    const model = network(layers(1, 3), { loss: crossEntropy({ ignore: -7 }) })
    expect(refusal(() => checkData(model, one([1], [-1]), 'train'), 'data')).toContain(
      'a whole number from 0 to 2, or -7',
    )
  })

  test('a text whose vocabulary is the beginning of the model’s', () => {
    const model = languageModel(text('abcabc'), { cell: gru, hidden: 2 })
    expect(refusal(() => checkData(model, text('abab'), 'train'), 'data')).toBe(
      'train: x: symbols of another vocabulary, of 2 characters, not the 3 characters of the model: ' +
        'make it with { vocabulary: model.vocabulary }',
    )
  })

  test('targets of another vocabulary than the model’s', () => {
    const model = languageModel(text('abcabc'), { cell: gru, hidden: 2 })
    const [data, other] = [text('abcabc'), text('xyzxyz')]
    const mixed = { ...data, ports: { ...data.ports, targets: other.ports['targets']! } }
    expect(refusal(() => checkData(model, mixed, 'train'), 'data')).toContain('targets: symbols of another vocabulary')
  })

  test('a second sequence that is none', () => {
    const memory = vectors(1, ['source', 'batch'])
    const layer = defineLayer({
      description: { kind: 'own' },
      inputs: { x: vectors(1), memory },
      outputs: { output: vectors(1) },
      build: (_, { x }) => ({ output: x! }),
    })
    const model = network(layer, { loss: meanSquaredError() })
    const data = one([1], [[1]])
    expect(refusal(() => checkData(model, data, 'train'), 'data')).toContain('the model reads memory; the data has x')
    const claiming = { ...data, ports: { ...data.ports, memory: vectors(1) }, as: undefined as never }
    expect(refusal(() => checkData(model, claiming, 'train'), 'data')).toContain(
      'memory: the model reads a second sequence, along source; the data has it along time and batch',
    )
  })

  test('a text of other symbols, as many: characters and words', () => {
    const model = languageModel(text('abcabc'), { cell: gru, hidden: 2 })
    expect(refusal(() => train(model, text('xyzxyz'), { batch: 1 }), 'data')).toMatch(
      'another vocabulary, of 3 characters, not the 3 characters of the model; symbol 0 is "x", of the model "a"',
    )
    const words = (string: string): Text => text(string, { units: 'words', minCount: 1 })
    const wordModel = languageModel(words('one two one'), { cell: gru, hidden: 2 })
    expect(refusal(() => train(wordModel, words('red two red'), { batch: 1 }), 'data')).toMatch('another vocabulary')
    expect(refusal(() => train(wordModel, text('abcdabc'), { batch: 1 }), 'data')).toMatch('characters, not the')
  })

  test.each<[unknown, string]>([
    ['abc', 'the data is a string; make it data with text(string)'],
    [[1, 2], 'the data is an array; make it data with sequences([{ x, target }, …])'],
    [Promise.resolve(text('abc')), 'the data is a promise; await it'],
    [undefined, 'the data is of type undefined'],
    [null, 'the data is null'],
    [classes(2), 'the data is a model; the model comes first'],
  ])('what is no data at all: %j', (data, message) => {
    expect(refusal(() => train(classes(2), data as Text), 'data')).toMatch(message)
  })

  test('data in the place of the model', () => {
    const model = languageModel(text('abcabc'), { cell: gru, hidden: 2 })
    expect(refusal(() => train(text('abc') as never, model as never), 'option')).toMatch('the data comes second')
    expect(refusal(() => train(undefined as never, text('abc')), 'option')).toMatch('must be a model')
    expect(refusal(() => train({ layer: model.layer } as never, text('abc')), 'option')).toMatch('must be a model')
    expect(refusal(() => train(Promise.resolve(model) as never, text('abc')), 'option')).toMatch('promise: await it')
  })
})

describe('what fits is taken as the model reads it', () => {
  test('a text whose vocabulary has the same symbols, though it is another object', () => {
    const model = languageModel(text('abcabc'), { cell: gru, hidden: 2 })
    const data = text('cab')
    expect(checkData(model, data, 'train')).toBe(data)
    expect(checkData(symbols(5), data, 'train')).toBe(data)
  })

  test('a flat list as long as the sequence: one number wanted is for each step, as many as columns for the whole', () => {
    const data = one([1, 2, 3], [0, 1, 2])
    expect(checkData(classes(3), data, 'train')).toMatchObject({ targets: 'each step', targetColumns: 1 })
    expect(checkData(numbers(1, 3), data, 'train')).toMatchObject({ targets: 'whole sequence', targetColumns: 3 })
    expect(checkData(classes(3, 'last step'), one([1, 2], [1]), 'train')).toMatchObject({ targets: 'whole sequence' })
    expect(checkData(classes(3, 'last step'), one([1], [[1]]), 'train')).toMatchObject({ targets: 'each step' })
  })

  test('a loss says itself what its targets may be, and any number will do where it does not', () => {
    const data = one([1, 1], [[0], [-7]])
    expect(checkData(numbers(1, 1), data, 'train')).toBe(data)
    const loss = crossEntropy({ ignore: -7 })
    expect(checkData(network(layers(1, 3), { loss }), data, 'train')).toBe(data)
  })
})
