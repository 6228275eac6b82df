// A module is what the library is, bit for bit: it is written to files and imported from there, as its user does.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import {
  binaryCrossEntropy,
  chain,
  classifier,
  compileModel,
  crossEntropy,
  feedforward,
  forecaster,
  gru,
  labelled,
  languageModel,
  lines,
  linear,
  lstm,
  meanSquaredError,
  minGru,
  network,
  normal,
  open,
  pairs,
  predict,
  recurrent,
  regressor,
  series,
  setParameters,
  tagged,
  tagger,
  tensor,
  text,
  translator,
  type Model,
} from 'unrolled'
import { saveModule } from 'unrolled/node'

const engine = { backend: 'wasm', kernels: 'wasm', threads: 1 } as const

interface Said {
  readonly output: Float32Array
  readonly probabilities?: unknown
  readonly steps?: readonly unknown[]
}
interface Session {
  readonly step: number
  push(x: unknown): Said
  fork(): Session
  snapshot(): Uint8Array
  restore(bytes: Uint8Array): void
}
interface Loaded {
  open(): Session
  predict(sequence: unknown): Said
}
interface Module {
  load(source?: unknown): Promise<Loaded>
  readonly content: Readonly<Record<string, unknown>>
}

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'module-'))
  folders.push(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return folder
}

const imported = async (folder: string): Promise<Module> =>
  (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.js')).href)) as Module

async function moduleOf(model: Model): Promise<Module> {
  const folder = newFolder()
  await saveModule(model, folder)
  return imported(folder)
}

/** Weights and biases that are none of the first values, so that a bias left out is seen. */
function moved<Kind extends Model>(model: Kind): Kind {
  const values = Object.entries(model.parameters).map(([name, { data, shape }], p) => {
    const shifted = Float32Array.from(data, (value, i) => value + 0.05 * Math.sin(i + 7 * p))
    return [name, tensor(shifted, shape)] as const
  })
  setParameters(model, Object.fromEntries(values))
  return model
}

const sine = (steps: number, columns: number, seed = 0): number[][] =>
  Array.from({ length: steps }, (_, t) => Array.from({ length: columns }, (_, c) => Math.sin(seed + t + 2.1 * c) * 3))

const words = ['a fine day', 'a day at sea', 'what a fine, fine sea', 'day after day the sea'].flatMap((body, i) =>
  ['', ' it is', '!'].map((end) => ({ body: body + end, kind: i % 2 ? 'wet' : 'dry', warm: i + 0.5 })),
)
const texts = (units: 'characters' | 'words') => labelled(words, { text: 'body', label: 'kind', units, longest: 9 })
const sensors = Array.from({ length: 30 }, (_, i) => ({
  id: i % 5,
  load: 20 + 3 * Math.sin(i),
  place: ['in', 'out', 'by'][i % 3]!,
  state: i % 5 < 2 ? 'on' : 'off',
  spent: 5 * (i % 5),
}))
const rows = (sequence: number): object[] => sensors.filter(({ id }) => id === sequence)

describe('what a whole sequence says is what `predict` says, to the bit', () => {
  const pictures = labelled(
    Array.from({ length: 6 }, (_, i) => ({ pixels: sine(1, 12, i)[0]!, digit: i % 3 })),
    { x: 'pixels', label: 'digit', steps: 4 },
  )
  const many = labelled(
    words.map(({ body }, i) => ({ body, tags: i % 2 ? 'red' : 'red; blue' })),
    { text: 'body', labels: 'tags', units: 'words' },
  )
  const spent = labelled(sensors, { x: ['load', 'place'], sequence: 'id', target: 'spent' })
  const state = labelled(sensors, { x: ['load', 'place'], sequence: 'id', label: 'state' })
  const cells = { hidden: 7, seed: 3 }

  test.each<[string, () => Model, unknown[]]>([
    ['characters, the last state', () => classifier(texts('characters'), { cell: lstm, ...cells }), ['day', 'a sea']],
    [
      'words, the mean of states',
      () => classifier(texts('words'), { cell: gru, ...cells, pooling: 'mean' }),
      ['a day, the unheard-of sea', 'it'],
    ],
    [
      'words, the greatest of states',
      () => classifier(texts('words'), { cell: minGru, ...cells, pooling: 'max' }),
      ['fine sea what'],
    ],
    ['several labels', () => many.several && classifier(many, { cell: gru, ...cells }), ['a fine day']],
    ['lists cut into steps', () => classifier(pictures, { cell: lstm, hidden: [5, 4], seed: 1 }), [sine(1, 12, 9)[0]]],
    ['columns of numbers and categories', () => regressor(spent, { cell: gru, ...cells }), [rows(1), rows(4)]],
    ['labels by columns', () => classifier(state, { cell: lstm, ...cells }), [rows(0)]],
    [
      'one step',
      () => feedforward(labelled(sensors, { x: ['load', 'place'], label: 'state' }), { hidden: 6, seed: 2 }),
      [sensors[3]],
    ],
  ])('%s', async (_, make, sequences) => {
    const model = moved(make())
    const loaded = await (await moduleOf(model)).load()
    for (const sequence of sequences) {
      const { output, ...said } = loaded.predict(sequence)
      expect(output).toBeInstanceOf(Float32Array)
      // Rows of a table are as many sequences as they have ids.
      expect([said]).toEqual([await predict(model as never, sequence as never, engine)].flat())
    }
  })

  test('a calibrated classifier, with the temperature it has', async () => {
    const model = classifier(texts('words'), { cell: gru, ...cells })
    model.temperature = 2.5
    const { output: _, ...said } = (await (await moduleOf(model)).load()).predict('a day')
    expect(said).toEqual(await predict(model, 'a day', engine))
  })

  test.each([false, true])('words with their letters, a label each; both ways: %s', async (bidirectional) => {
    const data = tagged(
      [
        { tokens: ['the', 'whale', 'sank'], labels: ['D', 'N', 'V'] },
        { tokens: ['a', 'whale', 'unbelievably-long-winded-whale'], labels: ['D', 'N', 'N'] },
      ],
      { token: 'tokens', label: 'labels', minCount: 1 },
    )
    const options = { cell: lstm, hidden: 6, bidirectional, characters: { hidden: 5 }, seed: 4 } as const
    const model = moved(tagger(data, options))
    const sentence = ['a', 'sperm', 'whale', 'unbelievably-long-winded-sinking', 'sank']
    const only = ({ label, probability }: Labelled) => ({ label, probability })
    const loaded = await (await moduleOf(model)).load()
    const wanted = (await predict(model, sentence, engine)).map(only)
    expect((loaded.predict(sentence).steps as Labelled[]).map(only)).toEqual(wanted)
    if (bidirectional) expect(loaded).not.toHaveProperty('open')
    else {
      const session = loaded.open()
      expect(sentence.map((word) => only(session.push(word) as unknown as Labelled))).toEqual(wanted)
    }
  })

  test.each<[string, Parameters<typeof classifier>[1]]>([
    ['both ways, the last states', { cell: gru, hidden: 5, bidirectional: true }],
    ['both ways, the mean', { cell: lstm, hidden: [4, 5], bidirectional: true, pooling: 'mean' }],
    ['attention', { cell: gru, hidden: 5, bidirectional: true, pooling: 'attention' }],
  ])('one module reads sequences of all lengths, one after the other: %s', async (_, options) => {
    const data = labelled(words, { text: 'body', label: 'kind', units: 'characters' })
    const model = moved(classifier(data, { ...options, seed: 2 }))
    const sentence = 'the sea and a day, '
    const all = [sentence.repeat(30), 'a', sentence, sentence.repeat(200), 'a day', 'a']
    const loaded = await (await moduleOf(model)).load()
    for (const one of all) {
      const { output: __, ...said } = loaded.predict(one)
      expect(said).toEqual(await predict(model, one, engine))
    }
  })
})

interface Labelled {
  readonly label: unknown
  readonly probability: number
}

const sensor = (): Model =>
  moved(
    network(chain({ rnn: recurrent({ cell: lstm, input: 3, hidden: [6, 5] }), head: linear({ output: 2 }) }), {
      loss: meanSquaredError(),
      seed: 5,
    }),
  )

describe('sessions', () => {
  test.each<[string, () => Model, (step: number) => never]>([
    [
      'characters of a text',
      () => moved(languageModel(text('call me ishmael'), { cell: gru, hidden: [8, 8] })),
      (t) => (t % 9) as never,
    ],
    [
      'lines',
      () => moved(languageModel(lines('anna\nbob'), { cell: lstm, hidden: 5, dropout: 0.3 })),
      (t) => (t % 3) as never,
    ],
    ['rows of numbers', sensor, (t) => sine(1, 3, t)[0] as never],
    [
      'yes or no',
      () =>
        moved(
          network(chain({ rnn: recurrent({ cell: gru, input: 3, hidden: 4 }), head: linear({ output: 2 }) }), {
            loss: binaryCrossEntropy(),
          }),
        ),
      (t) => sine(1, 3, t)[0] as never,
    ],
    [
      'one of several',
      () => moved(network(linear({ input: 3, output: 4 }), { loss: crossEntropy() })),
      (t) => sine(1, 3, t)[0] as never,
    ],
  ])('say at every step what those of the library say: %s', async (_, make, at) => {
    const model = make()
    const session = (await (await moduleOf(model)).load()).open()
    const other = await open(model, engine)
    for (let t = 0; t < 20; t++) {
      const { output, probabilities } = other.pushSync(at(t))
      const said = session.push(at(t))
      expect([...said.output]).toEqual([...output.data])
      expect(said.probabilities && [...(said.probabilities as Float32Array)]).toEqual(
        probabilities && [...probabilities.data],
      )
    }
    expect(session.step).toBe(20)
    other.end()
  })

  test('go their own ways, whoever was stepped in between, and forks go on where they were', async () => {
    const model = sensor()
    const loaded = await (await moduleOf(model)).load()
    const alone = (seed: number, steps: number): number[] => {
      const session = loaded.open()
      const said = Array.from({ length: steps }, (_, t) => [...session.push(sine(1, 3, seed + t)[0]).output])
      return said.at(-1)!
    }
    const wanted = [0, 10, 20].map((seed) => alone(seed, 12))
    const sessions = [0, 10, 20].map((seed) => ({ seed, session: loaded.open() }))
    let said: number[][] = []
    for (let t = 0; t < 12; t++) {
      said = sessions.map(({ seed, session }) => [...session.push(sine(1, 3, seed + t)[0]).output])
      loaded.predict(sine(4, 3, 99))
    }
    expect(said).toEqual(wanted)
    const [first] = sessions
    const fork = first!.session.fork()
    const here = [...first!.session.push(sine(1, 3, 50)[0]).output]
    first!.session.push(sine(1, 3, 51)[0])
    expect([...fork.push(sine(1, 3, 50)[0]).output]).toEqual(here)
    expect(fork.step).toBe(13)
  })

  test('snapshots go to and fro between modules and the library, and those of other models are refused', async () => {
    const model = sensor()
    const loaded = await (await moduleOf(model)).load()
    const [here, there] = [loaded.open(), await open(model, engine)]
    for (let t = 0; t < 7; t++) {
      here.push(sine(1, 3, t)[0])
      there.pushSync(sine(1, 3, 30 + t)[0]!)
    }
    const [mine, others] = [here.snapshot(), await there.snapshot()]
    here.restore(others)
    await there.restore(mine)
    expect([here.step, there.step]).toEqual([7, 7])
    const again = loaded.open()
    again.restore(mine)
    const [x] = sine(1, 3, 70)
    const fromMine = [...again.push(x).output]
    expect([...there.pushSync(x!).output.data]).toEqual(fromMine)
    expect([...here.push(x).output]).not.toEqual(fromMine)
    const before = here.fork()
    const foreign = await open(network(linear({ input: 3, output: 2 }), { loss: meanSquaredError() }), engine)
    const strange = await foreign.snapshot()
    expect(() => here.restore(strange)).toThrow(/does not fit: it was taken of another model/)
    expect(() => here.restore(mine.subarray(0, mine.length - 8))).toThrow(/is missing or damaged/)
    expect(() => here.restore(new Uint8Array(3))).toThrow(/it is of no session, or damaged/)
    expect([...here.push(x).output]).toEqual([...before.push(x).output])
  })
})

test('it is small, imports nothing, evaluates nothing, and needs no place of its own', async () => {
  const model = languageModel(text('call me ishmael'), { cell: lstm, hidden: [128, 128] })
  const { 'index.js': code, 'model.wasm': wasm } = await compileModel(model)
  const weights = 4 * Object.values(model.parameters).reduce((sum, { data }) => sum + data.length, 0)
  expect(wasm.length - weights).toBeLessThan(25_000)
  expect(code.length).toBeLessThan(12_000)
  expect(code).not.toMatch(/\bimport\b(?!\.meta)|\brequire\(|\beval\b|new Function/)
  const { load } = await moduleOf(model)
  const [bytes, compiled] = [wasm, await WebAssembly.compile(wasm)]
  const said = await Promise.all(
    [
      bytes,
      bytes.buffer,
      compiled,
      Promise.resolve(new Response(bytes, { headers: { 'content-type': 'application/wasm' } })),
    ].map(async (source) => [...(await load(source)).predict('me').output]),
  )
  for (const one of said) expect(one).toEqual(said[0])
})

describe('what is wrong is said, and nothing is stepped', () => {
  const unknowing = (): Model => classifier(texts('words'), { cell: gru, hidden: 3 })

  test.each<[string, () => Model, unknown, RegExp]>([
    [
      'a character that is not known',
      () => languageModel(text('abc'), { cell: gru, hidden: 4 }),
      'z',
      /^"z" is given; it must be one of the 3 characters/,
    ],
    ['a symbol past the last', () => languageModel(text('abc'), { cell: gru, hidden: 4 }), 3, /^3 is given/],
    ['too few numbers', sensor, [1, 2], /^a list of 2 is given; it must be 3 numbers/],
    ['no number', sensor, [1, NaN, 2], /^NaN is given; it must be a number/],
    ['nothing', sensor, undefined, /^undefined is given/],
    [
      'what is infinite in float32',
      sensor,
      [1, 1e39, 2],
      /^a list of 3 is given; it must be numbers that float32 holds/,
    ],
    ['an object with no way to be a text', sensor, Object.create(null), /^an object is given; it must be 3 numbers/],
    [
      'no word',
      unknowing,
      undefined,
      /^undefined is given; it must be one of the \d+ words that the model knows, or one/,
    ],
    ['an object for a word', unknowing, {}, /^an object is given/],
    ['two words for one', unknowing, 'a day', /^"a day" is given; it must be one of the \d+ words/],
    [
      'an unknown category',
      () =>
        classifier(labelled(sensors, { x: ['load', 'place'], sequence: 'id', label: 'state' }), {
          cell: gru,
          hidden: 3,
        }),
      { load: 1, place: 'up' },
      /^"up" is given; it must be a place: one of by, in, out/,
    ],
    [
      'a missing column',
      () =>
        classifier(labelled(sensors, { x: ['load', 'place'], sequence: 'id', label: 'state' }), {
          cell: gru,
          hidden: 3,
        }),
      { place: 'in' },
      /it must be a number \(load\)/,
    ],
  ])('%s', async (_, make, x, message) => {
    const session = (await (await moduleOf(make())).load()).open()
    expect(() => session.push(x)).toThrow(message)
    expect(session.step).toBe(0)
  })

  test('words that are no texts, a text for a list of words, holes in a list', async () => {
    const words = await (await moduleOf(unknowing())).load()
    expect(() => words.predict(['a', NaN])).toThrow(/^NaN is given/)
    const data = tagged([{ tokens: ['a', 'b'], labels: ['x', 'y'] }], { token: 'tokens', label: 'labels', minCount: 1 })
    const tags = await (await moduleOf(tagger(data, { cell: gru, hidden: 3 }))).load()
    expect(() => tags.predict('a b')).toThrow(/^"a b" is given; it must be a list of words/)
    const pixels = Array.from({ length: 4 }, (_, i) => ({ pixels: [i, 1, 2, 3], digit: i % 2 }))
    const picture = classifier(labelled(pixels, { x: 'pixels', label: 'digit', steps: 2 }), { cell: gru, hidden: 3 })
    const pictures = await (await moduleOf(picture)).load()
    expect(() => pictures.predict([null])).toThrow(/^a list of 1 is given; it must be 4 numbers/)
  })

  test('a row that is cut into steps comes as a whole: nobody has a single one', async () => {
    const data = labelled(sensors, { x: ['load', 'spent'], label: 'state', steps: 2 })
    const model = moved(classifier(data, { cell: gru, hidden: 3 }))
    const { 'index.d.ts': types } = await compileModel(model)
    expect(types).not.toContain('open()')
    const loaded = await (await moduleOf(model)).load()
    expect(loaded).not.toHaveProperty('open')
    const { output: _, ...said } = loaded.predict(sensors[3])
    expect([said]).toEqual([await predict(model, sensors[3] as never, engine)].flat())
  })

  test('a response that is none, and snapshots that are no bytes', async () => {
    const { load } = await moduleOf(sensor())
    await expect(load(new Response('no such page', { status: 404 }))).rejects.toThrow(/cannot be loaded: status 404/)
    const session = (await load()).open()
    for (const given of [undefined, null, 'x', {}, [1, 2]] as never[]) {
      expect(() => session.restore(given)).toThrow(/does not fit: it is of no session, or damaged/)
    }
  })

  test('an empty sequence says nothing', async () => {
    const loaded = await (await moduleOf(sensor())).load()
    expect(() => loaded.predict([])).toThrow(/it must be a sequence of one step at least/)
  })
})

const daily = await series(
  Array.from({ length: 40 }, (_, i) => ({ y: i % 7 })),
  { target: 'y' },
)

test.each<[string, () => Model, RegExp]>([
  [
    'labels together',
    () =>
      tagger(tagged([{ tokens: ['a', 'b'], labels: ['x', 'y'] }], { token: 'tokens', label: 'labels', minCount: 1 }), {
        cell: gru,
        hidden: 4,
        bidirectional: false,
        transitions: true,
      }),
    /cannot judge the labels of a sequence together, as this model does: its loss is linearChain/,
  ],
  [
    'a second sequence',
    () =>
      translator(
        pairs(
          [
            { source: 'a', target: 'b' },
            { source: 'b', target: 'a' },
          ],
          { units: 'characters', minCount: 1 },
        ),
        { cell: gru, hidden: 4 },
      ),
    /beside x the layer takes source/,
  ],
  [
    'subwords',
    () => classifier(labelled(words, { text: 'body', label: 'kind', units: 'subwords' }), { cell: gru, hidden: 4 }),
    /cannot cut texts into subwords/,
  ],
  [
    'labels that mark spans',
    () =>
      tagger(
        tagged([{ tokens: ['a', 'b', 'c'], labels: ['B-X', 'I-X', 'O'] }], {
          token: 'tokens',
          label: 'labels',
          minCount: 1,
        }),
        { cell: gru, hidden: 4 },
      ),
    /judge the labels of a sequence together, as this model does: they mark spans/,
  ],
  [
    'windows of series, that a forecaster scales itself',
    () => forecaster(daily, { cell: gru, hidden: 3, context: 6, horizon: 2, decoder: 'sampled', output: normal() }),
    /cannot read windows of series, as this forecaster does/,
  ],
])('a model that cannot be one is refused: %s', async (_, make, message) => {
  await expect(compileModel(make())).rejects.toThrow(message)
})

test('a sequence that finds no memory is refused, and those behind it are right', async () => {
  const model = sensor()
  const loaded = await (await moduleOf(model)).load()
  const session = loaded.open()
  const other = await open(model, engine)
  const pushed = (t: number): void => {
    const [x] = sine(1, 3, t)
    expect([...session.push(x).output]).toEqual([...other.pushSync(x!).output.data])
  }
  pushed(1)
  const full = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('no memory')
  })
  const long = sine(5000, 3)
  expect(() => loaded.predict(long)).toThrow('no memory')
  pushed(2)
  full.mockRestore()
  const before = [...loaded.predict(long).output]
  pushed(3)
  expect([...loaded.predict(long).output]).toEqual(before)
  other.end()
})

describe('the files of a module', () => {
  const small = (seed: number): Model => network(linear({ input: 3, output: 2 }), { loss: meanSquaredError(), seed })

  test('weights of another model are refused by the loader', async () => {
    const folder = newFolder()
    await saveModule(small(1), folder)
    const { 'model.wasm': others } = await compileModel(small(2))
    writeFileSync(join(folder, 'model.wasm'), others)
    const { load } = await imported(folder)
    await expect(load()).rejects.toThrow(/these weights are of another model than index.js/)
  })

  test('take the place of those of another module, and of nothing else', async () => {
    const folder = newFolder()
    await saveModule(small(1), folder)
    const { 'index.js': code } = await saveModule(small(2), folder)
    expect(readFileSync(join(folder, 'index.js'), 'utf8')).toBe(code)
    const other = newFolder()
    writeFileSync(join(other, 'index.js'), 'export const mine = 1\n')
    await expect(saveModule(small(1), other)).rejects.toMatchObject({ code: 'write' })
    expect(readFileSync(join(other, 'index.js'), 'utf8')).toBe('export const mine = 1\n')
    expect(existsSync(join(other, 'model.wasm'))).toBe(false)
  })

  test('the declarations name labels and what is said', async () => {
    const { 'index.d.ts': types } = await compileModel(classifier(texts('words'), { cell: gru, hidden: 4 }))
    expect(types).toContain('export type Label = "dry" | "wet"')
    expect(types).toContain('readonly label: Label')
    expect(types).toContain('export type Step = string | number')
  })
})
