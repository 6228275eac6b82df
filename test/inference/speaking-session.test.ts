// Sessions of models of labelled data take steps as the data has them, and say what predict says of those so far.
import { describe, expect, test } from 'vitest'
import {
  calibrate,
  classifier,
  gru,
  labelled,
  open,
  predict,
  regressor,
  tagged,
  tagger,
  tensor,
  transcribed,
  transcriber,
} from '../../src/index.ts'
import type { Speaking } from '../../src/index.ts'

const options = { cell: gru, hidden: 5, bidirectional: false, seed: 1 }
const each = <One>(count: number, row: (i: number) => One): One[] => Array.from({ length: count }, (_, i) => row(i))

// Weights that scaling, calibration and labels show in.
const readings = labelled(
  each(60, (i) => ({
    run: i >> 2,
    at: i % 4,
    warm: 100 + ((i * 7) % 11),
    place: 'in out'.split(' ')[i % 2],
    is: (i >> 2) % 3 === 0 ? 'on' : 'off',
  })),
  { x: ['warm', 'place'], sequence: 'run', time: 'at', label: 'is' },
)
const loads = labelled(
  each(20, (i) => ({ x: each(3, (t) => [200 + i + t, t]), load: 40 * i })),
  { x: 'x', target: 'load' },
)
const names = labelled(
  each(20, (i) => ({ name: ['anna', 'bob'][i % 2]!, kind: 'ab'[i % 2] })),
  { text: 'name', units: 'characters', label: 'kind' },
)
const sentences = (tags: readonly string[]) =>
  tagged(
    each(12, (i) => ({ words: ['ada', 'smith', `met${i % 3}`], tags: [...tags] })),
    { token: 'words', label: 'tags' },
  )
const frames = transcribed(
  each(8, (i) => ({ x: each(4, (t) => [i + t]), said: ['ab', 'b'][i % 2]! })),
  { x: 'x', label: 'said' },
)

interface Case {
  readonly model: Speaking<unknown>
  readonly steps: readonly unknown[]
  readonly whole: (steps: readonly unknown[]) => unknown
}
interface Reading {
  readonly warm: number
  readonly place: string
}
const valuesOf = ({ warm, place }: Reading) => [warm, place]
const list = (steps: readonly unknown[]) => steps
const cases: Record<string, () => Promise<Case>> = {
  async 'rows of numbers and categories, calibrated'() {
    const model = classifier(readings, options)
    await calibrate(model, readings)
    return {
      model,
      steps: [{ warm: 104, place: 'in' }, [99, 'out'], { place: 'in', warm: 111 }], // Objects in a list are rows of a table, which are put together by its columns run and at.
      whole: (steps) => steps.map((step) => (Array.isArray(step) ? step : valuesOf(step as Reading))),
    }
  },
  'lists of numbers': async () => ({
    model: regressor(loads, { ...options, pooling: 'mean' }),
    steps: [[203, 0], Float32Array.of(204, 1), [180, 2]],
    whole: (steps) => tensor(steps.map((step) => [...(step as number[])])),
  }),
  characters: async () => ({ model: classifier(names, options), steps: [...'abba'], whole: (steps) => steps.join('') }),
  words: async () => ({
    model: tagger(sentences(['N', 'N', 'V']), options),
    steps: ['ada', 'new', 'met1'],
    whole: list,
  }),
  'words, judged together': async () => ({
    model: tagger(sentences(['N', 'N', 'V']), { ...options, transitions: true }),
    steps: ['ada', 'smith', 'met1', 'ada'],
    whole: list,
  }),
  'words whose labels mark spans': async () => ({
    model: tagger(sentences(['B-P', 'I-P', 'O']), options),
    steps: ['smith', 'ada', 'met2'],
    whole: list,
  }),
  'frames of what is said': async () => ({
    model: transcriber(frames, options),
    steps: [3, 9, 1, 4],
    whole: (steps) => steps.map((step) => [step]),
  }),
}

/** What predict says of the whole, of a tagger at its last step. */
const last = (said: unknown): unknown => (Array.isArray(said) ? said.at(-1) : said)

describe.each(Object.entries(cases))('%s', (_, make) => {
  test('at each step what predict says of all so far, bit for bit; a fork goes its own way', async () => {
    const { model, steps, whole } = await make()
    const session = await open(model)
    for (const [t, step] of steps.entries()) {
      const fork = session.fork()
      const wanted = last(await predict(model, whole(steps.slice(0, t + 1))))
      expect(await session.push(step as string), `step ${t}`).toEqual(wanted)
      await fork.push(steps[0] as string)
      fork.end()
    }
    expect(session.step).toBe(steps.length)
    session.end()
  })

  test('several together are each as alone', async () => {
    const { model, steps } = await make()
    const many = await open(model, { sessions: 2 })
    const alone = [await open(model), await open(model)]
    for (const [t, step] of steps.entries()) {
      const given = [step, steps.at(-1 - t)!] as string[]
      expect(await many.push(given)).toEqual([await alone[0]!.push(given[0]!), await alone[1]!.push(given[1]!)])
    }
    for (const session of [many, ...alone]) session.end()
  })
})

test('a snapshot goes on where it was taken; where answers depend on more than states it is refused', async () => {
  const model = classifier(readings, options)
  const [session, other] = [await open(model), await open(model)]
  await session.push({ warm: 104, place: 'in' })
  await other.restore(await session.snapshot())
  const step = { warm: 90, place: 'out' }
  expect(await other.push(step)).toEqual(await session.push(step))
  const judged = await open(tagger(sentences(['N', 'N', 'V']), { ...options, transitions: true }))
  await expect(judged.snapshot()).rejects.toThrow(/depends on all that its layer gave.*open\(model\.layer/)
  for (const each of [session, other, judged]) each.end()
})

test('what is no step is refused with what it is, and nothing has happened', async () => {
  const session = await open(classifier(readings, options))
  await expect(session.push({ warm: 1, place: 'up' })).rejects.toThrow(
    "push: the step: place is 'up'; it must be one of in, out",
  )
  await expect(session.push([1])).rejects.toThrow('push: the step: 1 values; the columns are warm, place')
  const letters = await open(classifier(names, options), { sessions: 2 })
  await expect(letters.push(['a', 'nn'])).rejects.toThrow("push: session 1: 'nn' is 2 characters; a step is one")
  await expect(letters.push(['a'])).rejects.toThrow('a list of 2 steps is needed')
  const numbers = await open(regressor(loads, options))
  await expect(numbers.push('5')).rejects.toThrow("push: the step: '5'; a step is 2 numbers")
  expect([session.step, letters.step, numbers.step]).toEqual([0, 0, 0])
  for (const each of [session, letters, numbers]) each.end()
})
