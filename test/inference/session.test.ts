import { describe, expect, test } from 'vitest'
import {
  bidirectional,
  binaryCrossEntropy,
  chain,
  crossEntropy,
  decodeModel,
  defineLayer,
  embedding,
  encodeModel,
  encodeSafetensors,
  forward,
  generate,
  gru,
  languageModel,
  linear,
  lstm,
  lstmPeephole,
  mean,
  minGru,
  network,
  open,
  recurrent,
  sequences,
  slstm,
  tensor,
  text,
  train,
  uniform,
  vectors as ports,
  type Backend,
  type Layer,
  type Model,
  type Session,
  type StepInput,
  type Tensor,
} from 'unrolled'
import { keeping } from '../runtime/kept.ts'
import { add } from '../../src/graph/index.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { startThread, startDistant } from '../backends/threads.ts'
import { everyBackend } from '../every-backend.ts'
import { caught } from '../training/caught.ts'

const vectors: Layer = chain({
  rnn: recurrent({ cell: lstmPeephole, input: 3, hidden: [5, 17], residual: true }),
  head: linear({ input: 17, output: 2 }),
})
const symbols: Layer = chain({
  embed: embedding({ symbols: 7, size: 4 }),
  a: recurrent({ cell: slstm, input: 4, hidden: 6 }),
  b: recurrent({ cell: minGru, input: 6, hidden: 18 }),
})
const layers = [
  ['vectors', vectors],
  ['symbols', symbols],
] as const

/** What session number `s` is given at step `t`. */
const given = ({ inputs }: Layer, s: number, t: number): number[] => {
  const { columns, symbols } = inputs['x']!
  return Array.from({ length: columns }, (_, c) =>
    symbols === undefined ? uniform(5, s, t, c, 0) * 2 - 1 : Math.floor(uniform(5, s, t, c, 1) * symbols),
  )
}

const threaded = await createWasmBackend({ kernels: 'wasm', crew: { threads: 2, start: startThread }, small: 0 })
const distant = await createWasmBackend({ kernels: 'wasm', distant: startDistant })
const backends: readonly (readonly [string, { readonly backend?: string | Backend }])[] = [
  ...everyBackend,
  ['threads of wasm', { backend: threaded }],
  ['wasm in a worker', { backend: distant }],
]

describe.each(backends)('on %s', (_, engine) => {
  test.each(layers)('steps give what the whole sequence at once gives, bit for bit: %s', async (_, layer) => {
    const parameters = layer.parameters({ seed: 2 })
    const x = Array.from({ length: 9 }, (_, t) => given(layer, 0, t))
    const { output } = await forward(layer, { parameters, x: tensor(x.map((row) => [row])) }, engine)
    const session = await open(layer, { parameters, ...engine })
    const found: number[] = []
    for (const row of x) found.push(...(await session.push(row)).output.data)
    expect(found).toEqual([...output.data])
    expect(session.step).toBe(9)
    session.end()
  })

  test('of a layer that answers once each step gives the answer so far', async () => {
    const layer = chain({
      rnn: recurrent({ cell: gru, input: 3, hidden: 5 }),
      pool: mean(),
      head: linear({ output: 2 }),
    })
    const parameters = layer.parameters({ seed: 2 })
    const session = await open(layer, { parameters, sessions: 2, ...engine })
    const steps = Array.from({ length: 4 }, (_, t) => [0, 1].map((s) => given(layer, s, t)))
    for (const [t, x] of steps.entries()) {
      const { output } = await forward(layer, { parameters, x: tensor(steps.slice(0, t + 1)) }, engine)
      expect((await session.push(x)).output).toEqual(output)
    }
    session.end()
  })

  test.each(layers)('64 stepped together give what each alone gives, bit for bit: %s', async (_, layer) => {
    const parameters = layer.parameters({ seed: 2 })
    const together = await open(layer, { parameters, sessions: 64, ...engine })
    const alone: Session[] = []
    for (let s = 0; s < 64; s++) alone.push(await open(layer, { parameters, ...engine }))
    for (let t = 0; t < 3; t++) {
      const all = await together.push(Array.from({ length: 64 }, (_, s) => given(layer, s, t)))
      expect(all.output.shape).toEqual([64, layer.outputs['output']!.columns])
      const each: number[] = []
      // One after the other, each from its own states.
      for (const [s, session] of alone.entries()) each.push(...(await session.push(given(layer, s, t))).output.data)
      expect([...all.output.data]).toEqual(each)
    }
    for (const session of [together, ...alone]) session.end()
  })

  test('from a snapshot the same bits follow, here, elsewhere and after others', async () => {
    const parameters = vectors.parameters({ seed: 2 })
    const options = { parameters, sessions: 3, ...engine }
    const all = (t: number): number[][] => [0, 1, 2].map((s) => given(vectors, s, t))
    const session = await open(vectors, options)
    for (let t = 0; t < 4; t++) await session.push(all(t))
    const bytes = await session.snapshot()
    const wanted: number[][] = []
    for (let t = 4; t < 7; t++) wanted.push([...(await session.push(all(t))).output.data])
    const other = await open(vectors, options)
    await other.push(all(9))
    for (const it of [session, other]) {
      await it.restore(bytes)
      expect(it.step).toBe(4)
      for (const [i, row] of wanted.entries()) {
        await (it === session ? other : session).fork().push(all(i))
        expect([...(await it.push(all(4 + i))).output.data]).toEqual(row)
      }
    }
    session.end()
    other.end()
  })

  test('of an untouched session a snapshot is its beginning; a fork goes its own way', async () => {
    const parameters = symbols.parameters({ seed: 2 })
    const session = await open(symbols, { parameters, ...engine })
    const beginning = await session.snapshot()
    const first = [...(await session.push(3)).output.data]
    const fork = session.fork()
    expect(fork.step).toBe(1)
    const [a, b] = [[...(await session.push(1)).output.data], [...(await fork.push(2)).output.data]]
    expect(a).not.toEqual(b)
    const twin = await open(symbols, { parameters, ...engine })
    await twin.push(3)
    expect([...(await twin.push(2)).output.data]).toEqual(b)
    session.end()
    // The fork does not end with it.
    await fork.restore(beginning)
    expect([...(await fork.push(3)).output.data]).toEqual(first)
    fork.end()
    twin.end()
  })

  test('steps that do not wait for each other are done in turn', async () => {
    const parameters = vectors.parameters({ seed: 2 })
    const [one, other] = [
      await open(vectors, { parameters, ...engine }),
      await open(vectors, { parameters, ...engine }),
    ]
    const steps = Array.from({ length: 6 }, (_, t) => given(vectors, 0, t))
    const wanted: Tensor[] = []
    for (const x of steps) wanted.push((await one.push(x)).output)
    expect((await Promise.all(steps.map((x) => other.push(x)))).map(({ output }) => output)).toEqual(wanted)
    one.end()
    other.end()
  })
})

test('a snapshot of one backend goes on in another, as near as their kernels are', async () => {
  const parameters = symbols.parameters({ seed: 2 })
  const begun = await open(symbols, { parameters, backend: 'reference' })
  for (let t = 0; t < 5; t++) await begun.push(t)
  const bytes = await begun.snapshot()
  const wanted = (await begun.push(5)).output
  for (const [, engine] of backends) {
    const session = await open(symbols, { parameters, ...engine })
    await session.restore(bytes)
    const { output } = await session.push(5)
    for (const [i, value] of output.data.entries()) expect(Math.abs(value - wanted.data[i]!)).toBeLessThan(1e-5)
    const back = await open(symbols, { parameters, backend: 'reference' })
    await back.restore(await session.snapshot())
    expect(back.step).toBe(6)
    for (const it of [session, back]) it.end()
  }
  begun.end()
})

describe('at once', () => {
  test.each(layers)('pushSync gives what push gives: %s', async (_, layer) => {
    const parameters = layer.parameters({ seed: 2 })
    const [a, b] = [await open(layer, { parameters, sessions: 2 }), await open(layer, { parameters, sessions: 2 })]
    let earlier: unknown
    for (let t = 0; t < 5; t++) {
      const x = [0, 1].map((s) => given(layer, s, t))
      const result = a.pushSync(x)
      expect(result).toEqual(await b.push(x))
      expect(earlier === undefined || result === earlier).toBe(true)
      earlier = result
    }
    a.end()
    b.end()
  })

  test('is refused where nothing can be read at once', async () => {
    const session = await open(vectors, { parameters: vectors.parameters(), backend: distant })
    expect((await caught(() => session.pushSync([1, 2, 3]))).code).toBe('misuse')
    expect(session.step).toBe(0)
    session.end()
  })
})

describe('what a model says of its output', () => {
  const sums = ({ shape: [rows, columns], data }: Tensor): number[] =>
    Array.from({ length: rows! }, (_, r) =>
      [...data.subarray(r * columns!, (r + 1) * columns!)].reduce((a, b) => a + b, 0),
    )

  test('probabilities of the next symbol, and generate draws by the same numbers', async () => {
    const book = text('the quick brown fox jumps over the lazy dog. ')
    const model = languageModel(book, { cell: lstm, hidden: 9, seed: 1 })
    const session = await open(model)
    let last: Awaited<ReturnType<Session['push']>> | undefined
    for (const id of model.vocabulary.encode('the q')) last = await session.push(id)
    expect(sums(last!.probabilities!)[0]).toBeCloseTo(1, 5)
    const best = last!.probabilities!.data.indexOf(Math.max(...last!.probabilities!.data))
    let likeliest = ''
    for await (const piece of generate(model, 'the q', { length: 1, temperature: 0 })) likeliest += piece
    expect(likeliest).toBe(model.vocabulary.symbols[best])
    session.end()
  })

  test('of classes side by side, of questions each by itself, and none of other losses', async () => {
    const head = linear({ input: 2, output: 3 })
    const classes = await open(network(head, { loss: crossEntropy(), seed: 1 }), { sessions: 2 })
    const { output, probabilities } = await classes.push([
      [1, 2],
      [300, -400],
    ])
    for (const sum of sums(probabilities!)) expect(sum).toBeCloseTo(1, 5)
    const row = [...output.data.subarray(0, 3)].map(Math.exp)
    const total = row.reduce((a, b) => a + b, 0)
    row.forEach((value, c) => expect(probabilities!.data[c]).toBeCloseTo(value / total, 5))
    const questions = await open(network(head, { loss: binaryCrossEntropy(), seed: 1 }))
    const answer = await questions.push([1, 2])
    answer.output.data.forEach((value, c) => {
      expect(answer.probabilities!.data[c]).toBeCloseTo(1 / (1 + Math.exp(-value)), 5)
    })
    const plain = await open(head, { parameters: head.parameters() })
    expect(await plain.push([1, 2])).not.toHaveProperty('probabilities')
    for (const session of [classes, questions, plain]) session.end()
  })
})

describe('what a step is given', () => {
  const refused = async (session: Session, x: unknown): Promise<string> => {
    const { code, message } = await caught(() => session.push(x as StepInput))
    expect((await caught(() => session.pushSync(x as StepInput))).message).toBe(message)
    return `${code}: ${message}`
  }

  test('may be numbers in whatever form holds them', async () => {
    const narrow = linear({ input: 1, output: 2 })
    const one = await open(narrow, { parameters: narrow.parameters() })
    const forms: StepInput[] = [
      0.5,
      [0.5],
      [[0.5]],
      Float32Array.of(0.5),
      Float64Array.of(0.5),
      tensor([0.5]),
      tensor([[0.5]]),
    ]
    const results = await Promise.all(forms.map((x) => one.push(x)))
    for (const result of results) expect(result).toEqual(results[0])
    const two = await open(vectors, { parameters: vectors.parameters(), sessions: 2 })
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ]
    const flat: StepInput[] = [rows, rows.flat(), rows.map((row) => Float32Array.from(row)), tensor(rows)]
    const found = flat.map((x) => {
      const fork = two.fork()
      return fork.push(x).finally(() => fork.end())
    })
    for (const result of await Promise.all(found)) expect(result).toEqual(await found[0])
    one.end()
    two.end()
  })

  test('must be as many numbers as a step has, and symbols that there are', async () => {
    const one = await open(vectors, { parameters: vectors.parameters() })
    expect(await refused(one, 1)).toBe('shape: x is one number; a step takes 3 numbers')
    expect(await refused(one, [1, 2])).toBe('shape: x is 2 numbers; a step takes 3 numbers')
    expect(await refused(one, [])).toBe('shape: x is 0 numbers; a step takes 3 numbers')
    expect(await refused(one, 'abc')).toBe('shape: x is of type string; a step takes 3 numbers')
    expect(await refused(one, null)).toBe('shape: x is null; a step takes 3 numbers')
    expect(await refused(one, undefined)).toContain('x is of type undefined')
    expect(await refused(one, [1, undefined, 3])).toContain('x holds a value of type undefined in session 0, column 1')
    expect(await refused(one, [1, '2', 3])).toContain('a value of type string')
    expect(await refused(one, BigInt64Array.of(1n, 2n, 3n))).toContain('a value of type bigint')
    expect(await refused(one, tensor([[1, 2]]))).toContain('x is [1, 2]; it must be [1, 3]')
    const two = await open(symbols, { parameters: symbols.parameters(), sessions: 2 })
    expect(await refused(two, 1)).toBe('shape: x is one number; a step takes the id of a symbol for each of 2 sessions')
    expect(await refused(two, [[1], [2, 3]])).toContain('rows, of which row 1 has 2 numbers')
    expect(await refused(two, [[1]])).toContain('x is 1 rows')
    for (const id of [7, -1, 0.5, NaN, Infinity]) {
      expect(await refused(two, [1, id])).toBe(
        `data: x holds the symbol ${id} in session 1; the embedding has 7 symbols, from 0`,
      )
    }
    // What was refused was no step.
    expect([one.step, two.step]).toEqual([0, 0])
    await one.push([NaN, 1, Infinity])
    one.end()
    two.end()
  })
})

describe('what is refused', () => {
  const model = (): Model => network(vectors, { loss: crossEntropy(), seed: 1 })

  test('layers that look ahead', async () => {
    const ahead: readonly Layer[] = [
      bidirectional(recurrent({ cell: gru, input: 2, hidden: 3 })),
      recurrent({ cell: gru, input: 2, hidden: 3, direction: 'backward' }),
      recurrent({ cell: gru, input: 2, hidden: 3, gives: 'final output' }),
    ]
    for (const layer of ahead) {
      const { code, message } = await caught(() => open(layer, { parameters: layer.parameters() }))
      expect(code).toBe('option')
      expect(message).toContain('this layer looks ahead')
    }
  })

  test('layers of several inputs, or of none that has steps', async () => {
    const parts = { description: { kind: 'own' }, outputs: { output: ports(2) } }
    const two = defineLayer({
      ...parts,
      inputs: { x: ports(2), other: ports(2) },
      build: (_, { x, other }) => ({ output: add(x!, other!) }),
    })
    const stepless = defineLayer({
      ...parts,
      inputs: { x: ports(2, ['batch']) },
      outputs: { output: ports(2, ['batch']) },
      build: (_, { x }) => ({ output: x! }),
    })
    expect((await caught(() => open(two, { parameters: {} }))).message).toContain('beside x the layer takes other')
    expect((await caught(() => open(stepless, { parameters: {} }))).message).toContain('has the axes [batch]')
  })

  test('wrong options', async () => {
    const wrong = async (target: unknown, options: object = {}): Promise<string> =>
      (await caught(() => open(target as Model, options))).message
    expect(await wrong(model(), { sessions: 0 })).toContain('open: sessions is 0')
    expect(await wrong(model(), { batch: 2 })).toContain('did you mean sessions')
    expect(await wrong(model(), { weights: 'int4' })).toContain('open: weights')
    expect(await wrong(vectors)).toContain('give its parameters')
    expect(await wrong(vectors, { parameters: {} })).toContain('is missing')
    expect(await wrong({})).toContain('must be a model, or a layer')
    expect(await wrong(undefined)).toContain('must be a model, or a layer')
  })

  test('snapshots of another model, of other weights or numbers, damaged ones, and what is none', async () => {
    const session = await open(model())
    await session.push([1, 2, 3])
    const bytes = await session.snapshot()
    const before = (await session.fork().push([1, 1, 1])).output
    const trained = model()
    await train(trained, sequences([{ x: [[1, 2, 3]], target: [[1]] }]), { steps: 1 }).finish()
    const strangers: readonly [Session, string][] = [
      [await open(trained), 'of other weights'],
      [await open(symbols, { parameters: symbols.parameters() }), 'of another model'],
      [await open(model(), { sessions: 2 }), 'it is of 1 sessions, and here are 2'],
    ]
    for (const [stranger, why] of strangers) {
      const { code, message } = await caught(() => stranger.restore(bytes))
      expect(code).toBe('snapshot')
      expect(message).toContain(why)
      stranger.end()
    }
    const damaged = bytes.slice()
    damaged[damaged.length - 3]! ^= 1
    expect((await caught(() => session.restore(damaged))).code).toBe('file')
    expect((await caught(() => session.restore('text' as never))).code).toBe('file')
    expect((await caught(() => session.restore(encodeModel(model())))).message).toContain('it is of no session')
    for (const about of ['{', '{}', '{"model":1,"sessions":1,"step":1}', '{"model":"a","sessions":1,"step":-1}']) {
      const none = encodeSafetensors({}, { 'unrolled.session': about })
      expect((await caught(() => session.restore(none))).message).toContain('it is of no session')
    }
    expect(session.step).toBe(1)
    expect((await session.push([1, 1, 1])).output).toEqual(before)
    // The model of a file is the same model.
    const same = await open(decodeModel(encodeModel(model())))
    await same.restore(bytes)
    expect((await same.push([1, 1, 1])).output).toEqual(before)
    same.end()
    session.end()
  })

  test('whatever is asked of a session after its end', async () => {
    const session = await open(model())
    const bytes = await session.snapshot()
    session.end()
    session.end()
    for (const call of [
      () => session.push([1, 2, 3]),
      () => session.pushSync([1, 2, 3]),
      () => session.snapshot(),
      () => session.restore(bytes),
      () => session.fork(),
    ]) {
      expect((await caught(call)).code).toBe('misuse')
    }
  })
})

test('weights are those of the beginning; sessions of others do not disturb it', async () => {
  const model = network(vectors, { loss: crossEntropy(), seed: 1 })
  const [session, twin] = [await open(model), await open(network(vectors, { loss: crossEntropy(), seed: 1 }))]
  await train(model, sequences([{ x: [[1, 2, 3]], target: [[1]] }]), { steps: 2 }).finish()
  const later = await open(model)
  for (let t = 0; t < 3; t++) {
    const x = given(vectors, 0, t)
    const [a, b, c] = [await session.push(x), await twin.push(x), await later.push(x)]
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
  }
  for (const it of [session, twin, later]) it.end()
})

test('slots of sessions are given back at their end, those of many no more than of few', async () => {
  const { backend, kept } = keeping()
  const parameters = vectors.parameters()
  const one = await open(vectors, { parameters, backend })
  await one.push([1, 2, 3])
  const alone = kept.size
  for (let i = 0; i < 20; i++) {
    const other = await open(vectors, { parameters, backend })
    await other.push([1, 2, 3])
    const fork = other.fork()
    await fork.push([1, 2, 3])
    fork.end()
    other.end()
  }
  // That of the first, which others have taken the place of.
  expect(kept.size).toBe(alone + 1)
  one.end()
  expect(kept.size).toBe(alone)
})
