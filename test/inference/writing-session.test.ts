// Sessions of what writes about a source: each symbol is pushed from outside, and nothing else is different.
import { describe, expect, test } from 'vitest'
import {
  captioner,
  captions,
  decodeModel,
  encodeModel,
  forward,
  gru,
  linear,
  lstm,
  network,
  crossEntropy,
  open,
  pairs,
  predict,
  setParameters,
  tensor,
  translator,
  uniform,
  type Pairs,
  type Translator,
  type TranslatorOptions,
  type Writing,
  type WritingSession,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'
import { larger } from './larger.ts'
import { caught } from '../training/caught.ts'

const data = pairs([
  { source: 'abc', target: 'xyz' },
  { source: 'ca', target: 'yxx' },
])
const kinds: readonly (readonly [string, Partial<TranslatorOptions>])[] = [
  ['additive, from both ends', { attention: 'additive', bidirectional: true, cell: lstm }],
  ['general, fed', { attention: 'general', bidirectional: true, inputFeeding: true, layers: 2 }],
  ['without attention', { attention: 'none' }],
]

const made = (options: Partial<TranslatorOptions>, seed = 1, of: Pairs = data): Translator =>
  larger(translator(of, { cell: gru, hidden: 6, ...options, seed }), seed)

/** What is pushed in session `s` at step `t`. */
const given = (s: number, t: number): number => Math.floor(uniform(3, s, t, 0, 0) * data.targetVocabulary.size)

const sourceOf = (s: number): string => 'abccabacb'.slice(s % 5, (s % 5) + 1 + (s % 4))

describe.each(everyBackend)('on %s', (_, engine) => {
  test.each(kinds)('symbols tell what the whole target at once tells, bit for bit: %s', async (_, options) => {
    const model = made(options)
    const { boundary, size } = model.targetVocabulary
    const source = 'bcab'
    const ids = Array.from({ length: 7 }, (_, t) => given(0, t))
    const { output } = await forward(
      model.layer,
      {
        parameters: model.parameters,
        inputs: {
          source: tensor(Float32Array.from(model.sourceVocabulary!.encode(source)), [source.length, 1]),
          x: tensor(Float32Array.of(boundary!, ...ids), [ids.length + 1, 1]),
        },
        sourceLengths: [source.length],
      },
      engine,
    )
    const session = await open(model, { source, ...engine })
    const found = [...session.next.output.data]
    for (const id of ids) found.push(...(await session.push(id)).output.data)
    expect(found).toEqual([...output.data])
    expect(session.step).toBe(7)
    const { data } = session.next.probabilities!
    const last = [...output.data.subarray(ids.length * size)].map(Math.exp)
    const total = last.reduce((a, b) => a + b, 0)
    last.forEach((value, id) => expect(data[id]).toBeCloseTo(value / total, 5))
    session.end()
  })

  test('64 of other sources and lengths together are what each is alone, bit for bit', async () => {
    const model = made(kinds[0]![1])
    const sources = Array.from({ length: 64 }, (_, s) => sourceOf(s))
    const together = await open(model, { source: sources, ...engine })
    const alone: WritingSession[] = []
    for (const source of sources) alone.push(await open(model, { source, ...engine }))
    for (let t = 0; t < 3; t++) {
      const all = await together.push(sources.map((_, s) => given(s, t)))
      const each: number[] = []
      // One after the other, each from what it read and where it stood.
      for (const [s, session] of alone.entries()) each.push(...(await session.push(given(s, t))).output.data)
      expect([...all.output.data]).toEqual(each)
    }
    for (const session of [together, ...alone]) session.end()
  })

  test('a search meanwhile changes nothing, nor is it changed', async () => {
    const model = made(kinds[1]![1])
    const wanted = await predict(model, ['abca', 'b'], { beam: 3, length: 6, ...engine })
    const quiet = await open(model, { source: 'cb', ...engine })
    const busy = await open(model, { source: 'cb', ...engine })
    const searching = predict(model, ['abca', 'b'], { beam: 3, length: 6, ...engine })
    for (let t = 0; t < 8; t++) {
      const found = await busy.push(given(1, t))
      expect(found.output).toEqual((await quiet.push(given(1, t))).output)
    }
    expect(await searching).toEqual(wanted)
    for (const session of [quiet, busy]) session.end()
  })

  test('from a snapshot the same bits follow, here, elsewhere and after others', async () => {
    const model = made(kinds[1]![1])
    const source = ['abc', 'c']
    const session = await open(model, { source, ...engine })
    const both = (t: number): number[] => [given(0, t), given(1, t)]
    for (let t = 0; t < 4; t++) await session.push(both(t))
    const bytes = await session.snapshot()
    const [text, next] = [session.text(1), session.next.output]
    const wanted: number[][] = []
    for (let t = 4; t < 7; t++) wanted.push([...(await session.push(both(t))).output.data])
    const other = await open(decodeModel(encodeModel(model)) as Translator, { source, ...engine })
    await other.push(both(9))
    for (const it of [session, other]) {
      await it.restore(bytes)
      expect([it.step, it.text(1), it.next.output]).toEqual([4, text, next])
      for (const [i, row] of wanted.entries()) {
        await (it === session ? other : session).fork().push(both(i))
        expect([...(await it.push(both(4 + i))).output.data]).toEqual(row)
      }
    }
    session.end()
    other.end()
  })

  test('a fork goes its own way, and lasts longer', async () => {
    const model = made(kinds[0]![1])
    const session = await open(model, { source: 'cab', ...engine })
    const beginning = await session.snapshot()
    const first = session.next.output
    await session.push(1)
    const fork = session.fork()
    expect([fork.step, fork.next.output]).toEqual([1, session.next.output])
    const [a, b] = [(await session.push(0)).output, (await fork.push(2)).output]
    expect(a).not.toEqual(b)
    const twin = await open(model, { source: 'cab', ...engine })
    await twin.push(1)
    expect((await twin.push(2)).output).toEqual(b)
    session.end()
    twin.end()
    // Others take the place of what was read.
    const stranger = await open(model, { source: 'bbbbbbbbb', ...engine })
    expect((await fork.push(0)).output).not.toEqual(b)
    await fork.restore(beginning)
    expect(fork.next.output).toEqual(first)
    for (const each of [fork, stranger]) each.end()
  })
})

describe('what comes next', () => {
  test.each(kinds)(
    'the likeliest pushed back are what a greedy search writes, to the letter: %s',
    async (_, options) => {
      for (let seed = 1; seed <= 4; seed++) {
        const model = made(options, seed)
        const wanted = await predict(model, 'cab', { length: 12 })
        const session = await open(model, { source: 'cab' })
        let log = 0
        while (session.step < 12) {
          const [best] = session.next.likeliest()
          log += Math.log(best!.probability)
          if (best!.ends) break
          await session.push(best!.symbol)
        }
        expect(session.text()).toBe(wanted.text)
        expect(log).toBeCloseTo(wanted.score, 4)
        session.end()
      }
    },
  )

  test('is ranked, without what the vocabulary does not know', async () => {
    const words = pairs(
      [
        { source: 'a b', target: 'x y' },
        { source: 'a b', target: 'x z' },
      ],
      { target: { units: 'words', minCount: 2 } },
    )
    const model = made({ attention: 'dot' }, 1, words)
    setParameters(model, { 'decoder.output.bias': tensor(Float32Array.of(9, 0, 0.5)) })
    const { next } = await open(model, { source: ['a b', 'b'] })
    for (const session of [0, 1]) {
      const found = next.likeliest(10, session)
      // All but <unk>, which is likelier than both.
      expect(found.map(({ id }) => id).sort()).toEqual([1, 2])
      expect(found[0]!.probability).toBeGreaterThan(found[1]!.probability)
      for (const { id, symbol, probability, ends } of found) {
        expect(symbol).toBe(model.targetVocabulary.symbols[id])
        expect(probability).toBeCloseTo(next.probabilities!.data[session * 3 + id]!, 6)
        expect(ends).toBe(id === model.targetVocabulary.boundary)
      }
    }
    expect((await caught(() => next.likeliest(0))).message).toContain('likeliest: count is 0')
    expect((await caught(() => next.likeliest(1, 2))).message).toContain('likeliest: session is 2')
  })

  test('written by itself it is what predict writes, in pieces, from where it stands', async () => {
    const tokens = pairs([{ source: ['a', 'bc'], target: ['x', 'yy'] }])
    for (const model of [made({ attention: 'dot' }, 2), made({ attention: 'general' }, 3, tokens)]) {
      const source = model.sourceVocabulary!.units === 'tokens' ? [['bc', 'a', 'a']] : ['cab']
      for (const how of [{}, { length: 3 }, { seed: 4, length: 9 }, { temperature: 0.5, topK: 2 }]) {
        const [wanted] = await predict(model, source, how)
        const session = await open(model, { source })
        const pieces: string[] = []
        for await (const piece of session.write(how)) pieces.push(piece)
        expect(pieces.join('')).toBe(wanted!.text)
        expect(session.text()).toBe(wanted!.text)
        expect(pieces).toHaveLength(session.step)
        session.end()
      }
    }
    // A beginning of one's own is gone on with.
    const model = made({ attention: 'dot' }, 2)
    const session = await open(model, { source: 'cab' })
    await session.push('z')
    const by = session.fork()
    let text = 'z'
    for await (const piece of session.write({ length: 4 })) text += piece
    expect(session.text()).toBe(text)
    for (let n = 0; n < 4 && !by.next.likeliest()[0]!.ends; n++) await by.push(by.next.likeliest()[0]!.id)
    expect(by.text()).toBe(text)
    for (const each of [session, by]) each.end()
  })
})

test('steps that do not wait for each other are done in turn', async () => {
  const model = made(kinds[0]![1])
  const [one, other] = [await open(model, { source: 'ab' }), await open(model, { source: 'ab' })]
  const wanted = []
  for (let t = 0; t < 5; t++) wanted.push((await one.push(given(0, t))).output)
  const found = await Promise.all(wanted.map((_, t) => other.push(given(0, t))))
  expect(found.map(({ output }) => output)).toEqual(wanted)
  expect(other.next.output).toEqual(wanted.at(-1))
  for (const session of [one, other]) session.end()
})

test('a captioner is opened about what it is shown', async () => {
  const shown = captions(
    [
      { x: [1, 0], says: 'one two' },
      { x: [0, 1], says: 'two' },
    ],
    { x: 'x', caption: 'says' },
  )
  const model = larger(captioner(shown, { cell: gru, hidden: 5, seed: 1 }))
  const wanted = await predict(model, [
    [1, 0],
    [0.5, 2],
  ])
  const session = await open(model, {
    source: [
      [1, 0],
      [0.5, 2],
    ],
  })
  for (let t = 0; t < 2 * model.longestLearnt; t++) {
    await session.push(
      [0, 1].map((s) => {
        const ended = session.step > 0 && session.text(s) === wanted[s]!.text
        return ended ? model.targetVocabulary.boundary! : session.next.likeliest(1, s)[0]!.id
      }),
    )
  }
  expect([session.text(0), session.text(1)]).toEqual(wanted.map(({ text }) => text))
  const one = await open(model, { source: { x: [1, 0] } })
  let text = ''
  for await (const piece of one.write()) text += piece
  expect(text).toBe(wanted[0]!.text)
  for (const each of [session, one]) each.end()
})

test('sources may be rows of numbers, and weights of another format', async () => {
  const rows = [
    [1, 2],
    [0, -1],
  ]
  const model = made({ attention: 'additive' }, 1, pairs([{ source: rows, target: ['P', 'Q'] }]))
  for (const weights of ['float32', 'int8'] as const) {
    const session = await open(model, { source: rows, weights })
    let text = ''
    for await (const piece of session.write({ length: 4 })) text += piece
    expect(text).toBe((await predict(model, rows, { length: 4, weights })).text)
    session.end()
  }
})

describe('what is refused', () => {
  const model = made({ attention: 'additive' })

  test.each<[string, object, string, RegExp]>([
    ['no source', {}, 'option', /a source, which is missing/],
    ['another name', { sources: 'a', source: 'a' }, 'option', /did you mean source/],
    ['a number of sessions', { source: 'a', sessions: 3 }, 'option', /source, which of several sessions is a list/],
    ['a number', { source: 3 }, 'data', /open: the source is 3; the model reads strings/],
    ['no source in a list', { source: [] }, 'data', /open: there is no source/],
    ['a letter it does not know', { source: ['abc', 'abd'] }, 'data', /open: source 1 has at .*\bd\b/],
    ['weights of no format', { source: 'a', weights: 'int4' }, 'option', /open: weights/],
  ])('%s', async (_, options, code, message) => {
    const error = await caught(() => open(model as Writing, options as { source: string }))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
  })

  test('a source of what writes about none', async () => {
    const plain = network(linear({ input: 2, output: 3 }), { loss: crossEntropy() })
    const { message } = await caught(() => open(plain, { source: 'a' } as object))
    expect(message).toContain('open: there is no option source')
  })

  test('symbols that there are not, and another number of them', async () => {
    const session = await open(model, { source: ['ab', 'c'] })
    const refused = async (symbols: unknown): Promise<string> => {
      const { code, message } = await caught(() => session.push(symbols as string[]))
      return `${code}: ${message}`
    }
    expect(await refused('x')).toBe('shape: push: one symbol was given; a step takes a symbol for each of 2 sessions')
    expect(await refused(['x', 'y', 'z'])).toContain('3 symbols were given')
    expect(await refused(['x', 'xy'])).toContain("there is no symbol 'xy' in session 1; the model writes 4")
    for (const id of [4, -1, 0.5, NaN, null, undefined])
      expect(await refused([0, id])).toContain('data: push: there is no symbol')
    // What was refused was no step.
    expect([session.step, session.text(0)]).toEqual([0, ''])
    expect((await caught(() => session.write().next())).message).toContain('write: here are 2 sessions')
    expect((await caught(() => session.text(2))).message).toContain('text: session is 2')
    session.end()
    const one = await open(model, { source: 'ab' })
    expect((await caught(() => one.push(['x', 'y']))).message).toContain('a step takes a symbol')
    expect((await caught(() => one.write({ beam: 2 } as object).next())).message).toContain(
      'write: there is no option beam',
    )
    one.end()
  })

  test('snapshots of another model, source or number of sessions, and damaged ones', async () => {
    const session = await open(model, { source: 'ab' })
    await session.push('x')
    const bytes = await session.snapshot()
    const next = session.next.output
    const strangers: readonly [WritingSession, string][] = [
      [await open(made({ attention: 'additive' }, 2), { source: 'ab' }), 'of other weights'],
      [await open(model, { source: 'ba' }), 'it was taken of another source'],
      [await open(model, { source: ['ab', 'ab'] }), 'it is of 1 sessions, and here are 2'],
    ]
    for (const [stranger, why] of strangers) {
      const before = stranger.next.output
      const { code, message } = await caught(() => stranger.restore(bytes))
      expect(code).toBe('snapshot')
      expect(message).toContain(why)
      expect([stranger.step, stranger.next.output]).toEqual([0, before])
      stranger.end()
    }
    const damaged = bytes.slice()
    damaged[damaged.length - 3]! ^= 1
    expect(['file', 'snapshot']).toContain((await caught(() => session.restore(damaged))).code)
    const plain = network(linear({ input: 1, output: 2 }), { loss: crossEntropy(), seed: 1 })
    const other = await open(plain)
    const { code } = await caught(async () => session.restore(await other.snapshot()))
    expect(code).toBe('snapshot')
    expect([session.step, session.next.output]).toEqual([1, next])
    for (const each of [session, other]) each.end()
  })

  test('whatever is asked after the end', async () => {
    const session = await open(model, { source: 'ab' })
    const bytes = await session.snapshot()
    session.end()
    session.end()
    for (const call of [
      () => session.push('x'),
      () => session.snapshot(),
      () => session.restore(bytes),
      () => session.fork(),
      () => session.write().next(),
    ]) {
      const { code, message } = await caught(call)
      expect(code).toBe('misuse')
      expect(message).toContain('this session has ended')
    }
  })
})
