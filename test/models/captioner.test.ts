// One to many: data, what it is made of, what is written about what is shown, and how it is drawn.
import { describe, expect, test } from 'vitest'
import {
  adam,
  captioner,
  captions,
  decodeModel,
  encodeModel,
  evaluate,
  forward,
  gru,
  labelled,
  lstm,
  predict,
  setParameters,
  table,
  tensor,
  train,
  type Captioner,
  type CaptionerOptions,
  type Tensor,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'
import { refusal } from '../formats/safetensors-file.ts'
import { larger } from '../inference/larger.ts'

const exact = { backend: 'reference' } as const
const counts = ['one', 'two', 'three', 'four', 'five']
const rows = Array.from({ length: 60 }, (_, i) => {
  const [n, height, color] = [i % 5, (i % 3) - 1, i % 4 < 2 ? 'red' : 'blue']
  return {
    n,
    height,
    color,
    words: `${color} ${counts[n]} ${height < 0 ? 'down' : height > 0 ? 'high up' : ''}`.trim(),
  }
})
const columns = { x: ['n', 'height', 'color'], caption: 'words' } as const

test('sentences about rows of a table are learnt in seconds, of rows never seen too, and are the same out of a file', async () => {
  const held = rows.filter((_, i) => i % 6 === 0)
  const data = captions(await table(rows.filter((_, i) => i % 6 !== 0)), columns)
  const model = captioner(data, { cell: gru, hidden: 24, encoder: 16, seed: 1 })
  await train(model, data, { epochs: 60, batch: 10, optimizer: adam({ lr: 0.02 }), seed: 1, backend: 'wasm' }).finish()
  const said = await predict(model, held, { beam: 3, backend: 'wasm' })
  expect(said.map(({ text }) => text)).toEqual(held.map(({ words }) => words))
  const report = await evaluate(model, captions(held, { like: model }))
  expect([report.metrics['accuracy'], report.exact]).toEqual([1, 1])
  const again = decodeModel(encodeModel(model)) as Captioner
  expect(await predict(again, held, { beam: 3, backend: 'wasm' })).toEqual(said)
  expect(await predict(again, held[0]!, { beam: 3, backend: 'wasm' })).toEqual(said[0])
  // What does not end is cut off at twice the longest that it learnt: four words and the end.
  setParameters(again, { 'decoder.output.bias': bias(again, { [again.targetVocabulary.boundary!]: -1e4 }) })
  expect((await predict(again, held[0]!)).text.split(' ')).toHaveLength(10)
}, 30_000)

test('words that come later are <unk> where unknown ones are to be ignored, and errors with their row where not', () => {
  const later = [{ ...rows[0]!, words: 'red none at all' }]
  const ignoring = captions(rows, { ...columns, ignoreUnknown: true })
  const { unknown } = ignoring.targetVocabulary
  expect(unknown).toBeTypeOf('number')
  const [item] = captions(later, { like: ignoring }).items
  expect([...(item!.target as Float32Array)].slice(1, 4)).toEqual([unknown, unknown, unknown])
  const strict = captions(rows, columns)
  expect(strict.targetVocabulary.unknown).toBe(undefined)
  expect(refusal(() => captions(later, { like: strict }), 'data')).toMatch(/captions: row 0: the words.*none/)
})

const bias = (model: Captioner, values: Readonly<Record<number, number>>): Tensor => {
  const { size } = model.targetVocabulary
  return tensor(
    Float32Array.from({ length: size }, (_, i) => values[i] ?? 0),
    [size],
  )
}

describe('data', () => {
  test('one step of numbers, scaled, along source; tokens, with a boundary', () => {
    const data = captions(rows, columns)
    expect(data.ports).toMatchObject({
      source: { kind: 'vector', columns: 4, axes: ['source', 'batch'] },
      x: { symbols: 11, axes: ['time', 'batch'] },
    })
    expect(data.targetVocabulary.units).toBe('tokens')
    const { source, x, target, row } = data.items[7]!
    expect((source as Tensor).shape).toEqual([1, 4])
    expect((source as Tensor).data[0]).toBeCloseTo(0)
    expect(row).toBe(7)
    expect(data.targetVocabulary.decode((target as Float32Array).slice(0, -1))).toBe(rows[7]!.words)
    expect((x as Float32Array)[0]).toBe(data.targetVocabulary.boundary)
    const like = captions(rows.slice(0, 2), { like: data })
    expect(like.items[1]).toEqual(data.items[1])
  })

  test('pictures are their numbers, row by row, in whatever form they come', async () => {
    const forms = [
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
      Float64Array.of(1, 2, 3, 4),
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ]
    const data = captions(
      forms.map((picture) => ({ picture, says: 'it is' })),
      { x: 'picture', caption: 'says', scale: false },
    )
    for (const { source } of data.items) expect(source).toEqual({ shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) })
    const model = captioner(data, { cell: gru, hidden: 3 })
    const said = await predict(model, forms[0] as number[])
    expect(await predict(model, forms[1] as never)).toEqual(said)
    expect(await predict(model, forms[3] as Tensor)).toEqual(said)
    expect(await predict(model, [forms[0], forms[2]] as number[][])).toEqual([said, said])
    expect(
      await predict(
        model,
        forms.map((picture) => ({ picture })),
      ),
    ).toEqual(Array(4).fill(said))
  })

  test.each<[string, () => unknown, string, RegExp]>([
    ['no caption', () => captions(rows, { x: 'n' } as never), 'option', /captions: x, .* and caption/],
    [
      'a caption that is a number',
      () => captions(rows, { x: 'n', caption: 'height' }),
      'data',
      /row 0 has a height -1/,
    ],
    ['a missing column', () => captions(rows, { x: 'm', caption: 'words' }), 'data', /row 0 has no column m/],
    [
      'a picture of another size',
      () =>
        captions(
          [
            { p: [1, 2], c: 'a' },
            { p: [1, 2, 3], c: 'b' },
          ],
          { x: 'p', caption: 'c' },
        ),
      'data',
      /row 1, p has 3 numbers; p has 2/,
    ],
    [
      'units beside what says them',
      () => captions(rows, { like: captions(rows, columns), units: 'characters' }),
      'option',
      /like says how rows are read; leave out units/,
    ],
    [
      'words that are not known',
      () => captions([{ ...rows[0]!, words: 'green' }], { like: captions(rows, columns) }),
      'data',
      /row 0: the words has .* "green"/,
    ],
    [
      'other data',
      () => captioner(labelled(rows, { x: 'n', label: 'color' }) as never, { cell: gru, hidden: 2 }),
      'data',
      /made for captions/,
    ],
    [
      'columns that are scaled otherwise',
      () => train(made({}), captions(rows.slice(9), columns)),
      'data',
      /read or scaled otherwise/,
    ],
  ])('%s is refused', (_, make, code, message) => {
    expect(refusal(make, code)).toMatch(message)
  })
})

/** A captioner whose weights are large, so that it is sure of this and unsure of that. */
function made(options: Partial<CaptionerOptions>, seed = 1): Captioner {
  const data = captions(
    [
      { v: [1, 0.5], says: 'x y' },
      { v: [-1, 0], says: 'y x x' },
    ],
    { x: 'v', caption: 'says', scale: false },
  )
  return larger(captioner(data, { cell: gru, hidden: 6, ...options, seed }), seed)
}

/** Log probabilities of each symbol behind some that are given; computed by the whole layer at once. */
async function told(
  { layer, parameters, targetVocabulary }: Captioner,
  shown: readonly number[],
  ids: readonly number[],
) {
  const { boundary, size } = targetVocabulary
  const x = [boundary!, ...ids]
  const inputs = { source: tensor([[shown]]), x: tensor(x, [x.length, 1]) }
  const { output } = await forward(layer, { parameters, inputs }, exact)
  const row = [...output.data.subarray(ids.length * size)]
  const sum = Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0))
  return row.map((logit) => logit - sum)
}

/** Every caption of up to so many symbols, and how likely it is. */
async function everyCaption(model: Captioner, shown: readonly number[], length: number) {
  const { boundary, size } = model.targetVocabulary
  const found: { text: string; score: number }[] = []
  const follow = async (ids: readonly number[], score: number): Promise<void> => {
    const text = model.targetVocabulary.decode(ids)
    if (ids.length === length) return void found.push({ text, score })
    const logs = await told(model, shown, ids)
    found.push({ text, score: score + logs[boundary!]! })
    for (let id = 0; id < size; id++) if (id !== boundary) await follow([...ids, id], score + logs[id]!)
  }
  await follow([], 0)
  return found.sort((a, b) => b.score - a.score)
}

const kinds: readonly (readonly [string, Partial<CaptionerOptions>])[] = [
  ['a linear start', {}],
  ['an encoder, layers, dropout', { encoder: [5, 4], hidden: [6, 5], cell: lstm, dropout: 0.3, activation: 'tanh' }],
]

describe.each(kinds)('%s', (_, options) => {
  test('what is shown is offered at every step: it finds what brute force does', async () => {
    const model = made(options)
    const wanted = await everyCaption(model, [0.7, -0.2], 3)
    const { text, score, alternatives } = await predict(model, [0.7, -0.2], { ...exact, beam: 60, length: 3 })
    const found = [{ text, score }, ...alternatives]
    expect(found.map(({ text }) => text)).toEqual(wanted.map(({ text }) => text))
    found.forEach(({ score }, i) => expect(score).toBeCloseTo(wanted[i]!.score, 6))
  })

  test.each(everyBackend)('many at once are what each is alone, to the bit, on %s', async (_, engine) => {
    const model = made(options)
    const shown = Array.from({ length: 5 }, (_, i) => [i - 2, (i * i) % 3])
    for (const how of [{ beam: 3 }, { temperature: 1.5, seed: 4 }]) {
      const together = await predict(model, shown, { ...engine, ...how, length: 6 })
      for (const [i, one] of shown.entries()) {
        expect(await predict(model, one, { ...engine, ...how, length: 6 })).toEqual(together[i])
      }
    }
  })
})

test('what is drawn comes as often as it is likely, with its log probability, whatever the temperature', async () => {
  const model = made({})
  const likely = new Map((await everyCaption(model, [0.3, 0.3], 2)).map(({ text, score }) => [text, score]))
  const drawn = new Map<string, number>()
  const draws = 300
  for (let seed = 0; seed < draws; seed++) {
    const { text, score, alternatives } = await predict(model, [0.3, 0.3], { ...exact, length: 2, seed })
    expect(score).toBeCloseTo(likely.get(text)!, 6)
    expect(alternatives).toEqual([])
    drawn.set(text, (drawn.get(text) ?? 0) + 1)
  }
  for (const [text, score] of likely) {
    const share = Math.exp(score)
    const deviation = Math.sqrt((share * (1 - share)) / draws)
    expect(Math.abs((drawn.get(text) ?? 0) / draws - share)).toBeLessThan(4 * deviation)
  }
  // Without warmth it is the greedy search, and a cold draw is nearly so.
  const greedy = await predict(model, [0.3, 0.3], { ...exact, length: 5 })
  expect(await predict(model, [0.3, 0.3], { ...exact, length: 5, temperature: 0 })).toEqual(greedy)
  expect(await predict(model, [0.3, 0.3], { ...exact, length: 5, topK: 1, seed: 9 })).toEqual(greedy)
  const both = predict(model, [0.3, 0.3], { beam: 2, seed: 1 })
  await expect(both).rejects.toThrow(/drawn is not searched for; leave out beam/)
})

test('a file whose parts do not fit each other is refused', () => {
  const model = made({})
  const all = model.content()
  for (const [part, message] of [
    [{ longest: 0 }, /longest.*whole number from 1/],
    [{ target: { units: 'tokens', symbols: ['\n', 'x'], boundary: 0 } }, /it has 2 symbols; the layers take 3/],
    [{ input: { ...(all['input'] as object), columns: 3 } }, /× 3, but the first layer takes .* × 2/],
  ] as const) {
    const other = { ...model, content: () => ({ ...all, ...part }) as never }
    expect(refusal(() => encodeModel(other))).toMatch(message)
  }
})

test('its layers are as wide as is said', () => {
  const shapes = Object.entries(made({ encoder: [5, 4] }).parameters).map(([name, { shape }]) => [name, shape])
  expect(Object.fromEntries(shapes)).toMatchObject({
    'encoder.hidden0.weight': [5, 2],
    'encoder.hidden1.weight': [4, 5],
    'decoder.core.bridge.weight': [6, 4],
    // What was written last, and what is shown.
    'decoder.core.core.layers.0.forward.Wz': [6, 6 + 6 + 4],
  })
})
