// What is said along frames, learnt without being told where.
import { describe, expect, test } from 'vitest'
import {
  adam,
  decodeModel,
  encodeModel,
  evaluate,
  gru,
  labelled,
  lstm,
  predict,
  score,
  train,
  transcribed,
  transcriber,
  uniform,
  type Transcriber,
  type TranscriberOptions,
  type TrainingRecord,
} from 'unrolled'
import { refusal } from '../formats/safetensors-file.ts'

/** Pulses up (a) and down (b), of one to three frames, with rests of one to three frames around them. */
const recording = (seed: number) => {
  const draw = (site: number, k: number, most: number): number => Math.floor(most * uniform(seed, site, 0, 0, k))
  const said = Array.from({ length: draw(1, 0, 4) }, (_, k) => (draw(2, k, 2) === 0 ? 'a' : 'b'))
  const rest = (k: number): number[] => new Array<number>(1 + draw(3, k, 3)).fill(0)
  const pulse = (one: string, k: number): number[] => new Array<number>(1 + draw(4, k, 3)).fill(one === 'a' ? 1 : -1)
  const frames = [...rest(9), ...said.flatMap((one, k) => [...pulse(one, k), ...rest(k)])]
  return { frames: frames.map((value) => [value]), said }
}
const recordings = (from: number, count: number) => Array.from({ length: count }, (_, i) => recording(from + i))
const columns = { x: 'frames', label: 'said', scale: false } as const
const data = transcribed(recordings(0, 80), columns)
const made = (options: Partial<TranscriberOptions> = {}) =>
  transcriber(data, { cell: gru, hidden: 10, seed: 1, ...options })
const wasm = { backend: 'wasm' } as const

test('data that it is not made for is told by what makes such', () => {
  const other = labelled(
    [
      { x: [1], label: 'a' },
      { x: [2], label: 'b' },
    ],
    { x: 'x', label: 'label' },
  )
  expect(() => transcriber(other as never, { cell: gru, hidden: 2 })).toThrow(
    /what is said along frames, such as transcribed\(table, …\) makes$/,
  )
})

test('it learns what is said and where, of frames alone, and is the same out of its file', async () => {
  const model = made()
  await train(model, data, { epochs: 30, batch: 16, optimizer: adam({ lr: 0.02 }), ...wasm }).finish()
  const held = transcribed(recordings(1000, 40), { like: model })
  const report = await evaluate(model, held, wasm)
  expect(report.exact).toBeGreaterThan(0.9)
  expect(report.exact).toBe(report.metrics['exact'])
  expect(report.symbolErrorRate).toBeLessThan(0.05)
  expect(report.exactInterval[0]).toBeLessThanOrEqual(report.exact)
  expect(report.table()).toContain('symbol errors')

  const frames = [0, 0, 1, 1, 1, 0, 1, 0, -1, -1, 0].map((value) => [value])
  const { text, symbols, score } = await predict(model, frames, wasm)
  expect([text, symbols.map(({ symbol }) => symbol).join(' ')]).toEqual(['a a b', 'a a b'])
  expect(score).toBeLessThanOrEqual(0)
  // Read from both ends, a symbol is said somewhere in its pulse, or a frame beside it.
  const pulses = [
    [2, 5],
    [6, 7],
    [8, 10],
  ] as const
  symbols.forEach(({ from, to }, i) => {
    expect(from).toBeLessThan(to)
    expect(from).toBeGreaterThanOrEqual(pulses[i]![0] - 1)
    expect(to).toBeLessThanOrEqual(pulses[i]![1] + 1)
  })

  const again = decodeModel(encodeModel(model)) as Transcriber
  expect(again).toMatchObject({ kind: 'transcriber', room: 3 })
  const several = recordings(2000, 5)
  expect(await predict(again, several, wasm)).toEqual(await predict(model, several, wasm))
  expect((await evaluate(again, transcribed(several, { like: again }), wasm)).loss).toBe(
    (await evaluate(model, transcribed(several, { like: model }), wasm)).loss,
  )
})

describe('what is said at greater length than in training', () => {
  // Of up to 3 symbols a model is made; here are 5, and 2 that must be what they are beside a longer one.
  const frames = [0, 1, 0, -1, 0, 1, 1, 0, -1, 0, 1, 0].map((value) => [value])
  const long = { frames, said: ['b', 'b', 'b', 'a', 'a'] }
  const short = { frames, said: ['b', 'a'] }

  test('is measured, and scored, as by a model that was made for it', async () => {
    const model = made({ seed: 3 })
    const wide = transcriber(transcribed([...recordings(0, 80), long], columns), { cell: gru, hidden: 10, seed: 3 })
    for (const rows of [[long, short], [short], [long]]) {
      const [own, other] = [model, wide].map((like) => transcribed(rows, { like }))
      const { table: _, ...found } = await evaluate(model, own!, wasm)
      const { table: __, ...wanted } = await evaluate(wide, other!, wasm)
      expect(found).toEqual({ ...wanted, loss: expect.closeTo(wanted.loss, 5) })
      expect(found.worst.map(({ is }) => is)).toEqual(rows.map(({ said }) => said.join(' ')))
      const totals = (await score(model, own!, wasm)).map(({ total }) => total)
      for (const [i, { total }] of (await score(wide, other!, wasm)).entries()) expect(totals[i]).toBeCloseTo(total, 4)
    }
    expect(model.loss.options).toEqual({ longest: 3, blank: 2 })
  })

  test('is learnt from and validated on, and the file stays one that can be read', async () => {
    const model = made()
    const before = (await evaluate(model, transcribed([long], { like: model }), wasm)).loss
    const data = transcribed([...recordings(0, 40), long, long, long], { like: model })
    const validation = transcribed(
      [long, { ...long, frames: [...frames, ...frames], said: [...long.said, ...long.said] }],
      { like: model },
    )
    const run = { epochs: 6, batch: 8, optimizer: adam({ lr: 0.02 }), validation, ...wasm }
    const { validationLoss } = await train(model, data, run).finish()
    expect(validationLoss).toBeLessThan(2 * before)
    const again = decodeModel(encodeModel(model)) as Transcriber
    expect((await evaluate(again, validation, wasm)).loss).toBeCloseTo(validationLoss!, 4)
  })
})

test('a wider beam finds no less, what is found is sorted and there once', async () => {
  const model = made({ hidden: 4 })
  const some = recordings(0, 8)
  const of = (beam: number) => predict(model, some, { beam, ...wasm })
  const [greedy, narrow, wide] = [await of(1), await of(2), await of(50)]
  expect(greedy.every(({ alternatives }) => alternatives.length === 0)).toBe(true)
  for (const [i, { score }] of greedy.entries()) {
    expect(narrow[i]!.score).toBeGreaterThanOrEqual(score)
    expect(wide[i]!.score).toBeGreaterThanOrEqual(narrow[i]!.score)
  }
  for (const { text, score, alternatives } of wide) {
    const all = [{ text, score }, ...alternatives]
    expect(all.map((one) => one.score)).toEqual(all.map((one) => one.score).sort((a, b) => b - a))
    expect(new Set(all.map((one) => one.text)).size).toBe(all.length)
  }
  // What the model follows where nothing is said is kept in its file.
  const own = decodeModel(encodeModel(made({ hidden: 4, beam: 1 })))
  expect(own.loss.options['beam']).toBe(1)
  expect(await predict(own as Transcriber, some, wasm)).toEqual(greedy)
})

describe('what it is made of', () => {
  test('a column for each symbol and one for the blank, both ways unless told otherwise', () => {
    const shapes = (options: Partial<TranscriberOptions>) =>
      Object.fromEntries(Object.entries(made(options).parameters).map(([name, { shape }]) => [name, shape]))
    expect(shapes({ cell: lstm, hidden: [6, 4], dropout: 0.1 })['output.weight']).toEqual([3, 8])
    expect(shapes({ bidirectional: false })['output.weight']).toEqual([3, 10])
    expect(made().loss.options).toEqual({ longest: 3, blank: 2 })
  })

  test('data of other symbols is refused', () => {
    const of = (said: string[]) => transcribed([{ frames: [[1], [0], [1], [0]], said }], columns)
    expect(refusal(() => train(made(), of(['a', 'c'])), 'data')).toMatch(/its symbols are others/)
    const classes = labelled(
      [
        { v: 1, is: 'a' },
        { v: 2, is: 'b' },
      ],
      { x: 'v', label: 'is' },
    )
    expect(refusal(() => train(made(), classes), 'data')).toMatch(/not read as the model reads it/)
    expect(refusal(() => transcriber(classes as never, { cell: gru, hidden: 2 }), 'data')).toMatch(/transcribed\(/)
    expect(refusal(() => made({ heads: 2 } as never), 'option')).toMatch(/heads/)
  })

  test('a file that does not fit itself is refused', () => {
    const model = made()
    const all = model.content()
    const file = (part: TrainingRecord) => encodeModel({ ...model, content: () => ({ ...all, ...part }) })
    for (const [part, message] of [
      [{ target: { units: 'tokens', symbols: ['a'] } }, /it has 1 symbols; the layers give 3 columns/],
      [{ room: 7 }, /it is 7; the loss ctc is of other targets/],
    ] as const) {
      expect(refusal(() => decodeModel(file(part)))).toMatch(message)
    }
  })
})
