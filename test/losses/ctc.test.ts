// CTC against what it says: the sum over all ways along the steps, by brute force; PyTorch; and on every backend.
import { describe, expect, test } from 'vitest'
import {
  adam,
  chain,
  ctc,
  decodeModel,
  embedding,
  encodeModel,
  evaluate,
  gru,
  linear,
  network,
  predict,
  recurrent,
  sequences,
  setParameters,
  sgd,
  tensor,
  train,
  uniform,
  type Labelling,
  type Model,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'
import { checkGraph } from '../fuzz/check-graph.ts'
import { machines } from '../fuzz/machines.ts'
import { lossCase, lossesOf } from './loss-case.ts'
import { expectSameBits } from './same-bits.ts'
import { far, golden } from './sequence-golden.ts'

const all = await machines()
const everywhere = [{ name: 'reference', backend: all.reference }, ...all.fast]
for (const missing of all.missing) test.skip(missing)

const drawn = (steps: number, classes: number, seed: number): number[][] =>
  Array.from({ length: steps }, (_, t) =>
    Array.from({ length: classes }, (_, c) => (2 * uniform(seed, 10 + t, 0, 0, c) - 1) * 3),
  )

/** All sequences of so many of some classes. */
const everySequence = (steps: number, classes: number): number[][] =>
  steps === 0
    ? [[]]
    : everySequence(steps - 1, classes).flatMap((rest) => Array.from({ length: classes }, (_, c) => [...rest, c]))

/** How probable each label sequence is, by all ways along the steps; the likeliest first. */
function byProbability(rows: readonly (readonly number[])[], blank: number): [number[], number][] {
  const shares = rows.map((row) => {
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0)
    return row.map((value) => Math.exp(value) / total)
  })
  const sums = new Map<string, [number[], number]>()
  for (const path of everySequence(rows.length, rows[0]?.length ?? 1)) {
    const labels = path.filter((label, t) => label !== blank && label !== path[t - 1])
    const p = path.reduce((product, label, t) => product * shares[t]![label]!, 1)
    sums.set(labels.join(), [labels, (sums.get(labels.join())?.[1] ?? 0) + p])
  }
  return [...sums.values()].sort((a, b) => b[1] - a[1])
}

const sizes = [
  [1, 2, 0],
  [2, 3, 1],
  [3, 3, 0],
  [4, 3, 2],
  [5, 2, 1],
  [5, 3, 0],
] as const

describe.each(sizes)('%d steps of %d classes, the blank %d, against all ways', (steps, classes, blank) => {
  const longest = 4
  test.each([1, 2, 3])('case %d: the loss of every label sequence', async (seed) => {
    const rows = drawn(steps, classes, seed)
    const one = await lossCase(ctc({ blank, longest }), { columns: classes, extents: { time: steps, batch: 1 } })
    const known = new Map(byProbability(rows, blank).map(([labels, p]) => [labels.join(), p]))
    for (const count of [0, 1, 2, 3, 4]) {
      for (const some of everySequence(count, classes).filter((labels) => !labels.includes(blank))) {
        const [loss] = lossesOf(one, {
          output: rows.flat(),
          targets: [...some, ...new Array<number>(longest - count).fill(blank)],
        })
        const p = known.get(some.join())
        // What has no room cannot be.
        if (p === undefined) expect(loss).toBe(Infinity)
        else expect(loss).toBeCloseTo(-Math.log(p), 10)
      }
    }
  })

  test.each([1, 2, 3])('case %d: a beam that leaves nothing out finds the likeliest, in order', async (seed) => {
    const rows = drawn(steps, classes, seed)
    const every = byProbability(rows, blank)
    const { labellings } = await ctc({ blank, longest, beam: 999 }).decodeSequence!(rows, {}, { best: 5 })
    expect(labellings.map(({ labels }) => labels)).toEqual(every.slice(0, 5).map(([labels]) => labels))
    labellings.forEach(({ logProbability }, k) => expect(logProbability).toBeCloseTo(Math.log(every[k]![1]), 10))
    const path = rows.map((row) => row.indexOf(Math.max(...row)))
    const greedy = await ctc({ blank, longest, beam: 1 }).decodeSequence!(rows, {})
    const labels = path.filter((label, t) => label !== blank && label !== path[t - 1])
    expect(greedy.labellings.map((one) => one.labels)).toEqual([labels])
    expect(greedy.labellings[0]!.logProbability).toBeLessThanOrEqual(labellings[0]!.logProbability)
  })

  test.each([1, 2, 3])('case %d: no narrow beam finds less than the best path, nor anything twice', async (seed) => {
    const rows = drawn(steps, classes, seed)
    const of = async (beam: number, best = 1) =>
      (await ctc({ blank, longest }).decodeSequence!(rows, {}, { beam, best })).labellings
    const [greedy] = await of(1)
    for (const beam of [2, 3, 4]) {
      const [found] = await of(beam)
      expect(found!.logProbability).toBeGreaterThanOrEqual(greedy!.logProbability)
    }
    const all = (await of(3, 3)).map(({ labels }) => labels.join())
    expect(new Set(all).size).toBe(all.length)
  })

  test.each([1, 2, 3])('case %d: labels lie where the likeliest of all their ways has them', async (seed) => {
    const rows = drawn(steps, classes, seed)
    const [{ labels, spans }] = (await ctc({ blank, longest }).decodeSequence!(rows, {}, { spans: true }))
      .labellings as [Labelling]
    const ways = everySequence(steps, classes).filter(
      (path) => path.filter((label, t) => label !== blank && label !== path[t - 1]).join() === labels.join(),
    )
    const sumOf = (path: readonly number[]): number => path.reduce((sum, label, t) => sum + rows[t]![label]!, 0)
    const way = ways.reduce((best, path) => (sumOf(path) > sumOf(best) ? path : best))
    const ends = (t: number): boolean => way[t] !== blank && way[t] !== way[t + 1]
    const begins = (t: number): boolean => way[t] !== blank && way[t] !== way[t - 1]
    const where = (is: (t: number) => boolean): number[] => [...way.keys()].filter(is)
    expect(spans!.map(([from]) => from)).toEqual(where(begins))
    expect(spans!.map(([, to]) => to - 1)).toEqual(where(ends))
  })
})

test('a beam finds what adds up along many ways, and the best path does not', async () => {
  // Each step is likeliest silent, but a label somewhere is likelier than none at all (Graves 2012, figure 7.5).
  const rows = [
    [Math.log(0.6), Math.log(0.4)],
    [Math.log(0.6), Math.log(0.4)],
  ]
  const of = async (beam: number) => (await ctc({ longest: 2, beam }).decodeSequence!(rows, {})).labellings[0]!
  expect((await of(1)).labels).toEqual([])
  const { labels, logProbability } = await of(2)
  expect(labels).toEqual([1])
  expect(logProbability).toBeCloseTo(Math.log(0.64), 12)
})

test('without steps there is nothing to say', async () => {
  expect((await ctc({ longest: 2 }).decodeSequence!([], {})).labellings).toEqual([{ labels: [], logProbability: 0 }])
})

describe.each([
  { columns: 3, longest: 2, blank: 0 },
  { columns: 2, longest: 1, blank: 1 },
  { columns: 18, longest: 3, blank: 5 },
])('on every backend: $columns classes, $longest labels, the blank $blank', ({ columns, ...options }) => {
  const one = lossCase(ctc(options), { columns, extents: { time: 7, batch: 3 } })
  test.each(all.fast.map(({ name }, turn) => [name, turn] as const))(
    'values and gradients are those of the oracle and of differences, on reference and %s, on any number of threads',
    async (_, turn) => {
      expect(await checkGraph(await one, { ...all, fast: [all.fast[turn]!] }, 0)).toMatchObject({ kind: 'right' })
    },
  )
})

test.each(everywhere.map(({ name, backend }) => [name, backend] as const))(
  'a padded sequence has the bits it has alone, in any order: %s',
  async (_, backend) => {
    const one = await lossCase(ctc({ longest: 2 }), { columns: 3, extents: { time: 7, batch: 4 }, lengths: true })
    await expectSameBits(one, backend, { time: [7, 4, 5, 6] })
  },
)

const total = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0)

describe.each(everyBackend)('PyTorch on %s', (_, engine) => {
  test.each(golden.ctc.map((one, i) => [i, one] as const))('case %d: losses, and an update', async (_, one) => {
    const { lengths, targets, output, blank, losses } = one
    const [time, batch, classes] = output.shape as [number, number, number]
    const longest = Math.max(...targets.map(({ length }) => length))
    const model = network(chain({ rows: embedding({ symbols: time * batch, size: classes }) }), {
      loss: ctc({ blank, longest }),
    })
    setParameters(model, { 'rows.weight': tensor(output.data, [time * batch, classes]) })
    const items = lengths.map((length, b) => ({
      x: Array.from({ length }, (_, t) => [t * batch + b]),
      target: [...targets[b]!, ...new Array<number>(longest - targets[b]!.length).fill(blank)],
    }))
    const { loss } = await evaluate(model, sequences(items), engine)
    expect(far([loss * batch], [total(losses.data)])).toBeLessThan(2e-6)
    const before = model.parameters['rows.weight']!.data.slice()
    const lr = 1024
    await train(model, sequences(items), { steps: 1, clip: false, optimizer: sgd({ lr }), ...engine }).finish()
    const slope = before.map((value, i) => ((value - model.parameters['rows.weight']!.data[i]!) / lr) * batch)
    expect(far(slope, one.gradients['output']!.data)).toBeLessThan(2e-5)
  })
})

/** Pulses of a kind 1 or 2, of one to three steps each, with silence between some of them; what is wanted is the kinds. */
const items = Array.from({ length: 40 }, (_, i) => {
  const x: number[][] = []
  const labels: number[] = []
  for (let k = 0; k <= i % 3; k++) {
    const kind = uniform(3, i, 0, 0, k) < 0.5 ? 1 : 2
    labels.push(kind)
    x.push([0], ...Array.from({ length: 1 + ((i + k) % 3) }, () => [kind === 1 ? 1 : -1]), [0])
  }
  return { x, target: [...labels, 0, 0, 0].slice(0, 3), labels }
})
const data = sequences(items.map(({ x, target }) => ({ x, target })))
const transcriber = (): Model =>
  network(chain({ rnn: recurrent({ cell: gru, input: 1, hidden: 12 }), head: linear({ output: 3 }) }), {
    loss: ctc({ longest: 3 }),
    seed: 1,
  })

test('it learns without being told where labels lie, is measured and stored', async () => {
  const model = transcriber()
  expect(Object.keys(model.parameters).some((name) => name.startsWith('loss.'))).toBe(false)
  await train(model, data, { epochs: 60, batch: 40, optimizer: adam({ lr: 0.02 }) }).finish()
  const { metrics, loss, positions } = await evaluate(model, data)
  expect(metrics['exact']).toBe(1)
  expect(positions).toBe(40)
  const back = decodeModel(encodeModel(model))
  expect(back.loss.options).toEqual({ longest: 3 })
  const said = await predict(
    back,
    items.map(({ x }) => x),
  )
  expect(said.map(({ labels }) => labels)).toEqual(items.map(({ labels }) => labels))
  expect(total(said.map(({ logProbability }) => -logProbability!)) / 40).toBeCloseTo(loss, 5)
})

test('what does not fit is refused', async () => {
  expect(() => ctc({ longest: 0 })).toThrow(/ctc: longest is 0/)
  expect(() => ctc({} as never)).toThrow(/ctc: longest/)
  const on = (loss: ReturnType<typeof ctc>, gives: 'every step' | 'final output' = 'every step') =>
    network(recurrent({ cell: gru, input: 1, hidden: 3, gives }), { loss })
  expect(() => on(ctc({ longest: 2, blank: 3 }))).toThrow('ctc: blank is 3; the output has 3 classes, numbered from 0')
  expect(() => on(ctc({ longest: 2 }), 'final output')).toThrow('ctc: it judges the steps of sequences')
  expect(() => train(transcriber(), data, { unroll: 3 })).toThrow(/the loss ctc needs whole sequences/)
  const wrong = sequences([{ x: [[1], [0], [1]], target: [1, 3, 0] }])
  expect(() => train(transcriber(), wrong, {})).toThrow(/column 1 of targets is 3; .* a whole number from 0 to 2/)
  const tight = sequences([{ x: [[1], [0], [1]], target: [1, 1, 1] }])
  await expect(train(transcriber(), tight, { steps: 1 }).finish()).rejects.toThrow(/the loss of step 2 holds Infinity/)
  const far = sequences([{ x: [[1], [3e38], [1]], target: [1, 0, 0] }])
  const loud = network(linear({ input: 1, output: 3 }), { loss: ctc({ longest: 3 }) })
  setParameters(loud, { weight: tensor([[9], [9], [9]]) })
  await expect(train(loud, far, { steps: 1 }).finish()).rejects.toThrow(/the output of step 1 holds .* in sequence 0/)
})
