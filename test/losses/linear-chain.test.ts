// A linear chain against what it says: the sum over all label sequences, by brute force; and on every backend.
import { describe, expect, test } from 'vitest'
import { linearChain } from '../../src/models/index.ts'
import { tensor, type Named } from '../../src/tensor.ts'
import { checkGraph } from '../fuzz/check-graph.ts'
import { machines } from '../fuzz/machines.ts'
import { uniform } from '../../src/uniform.ts'
import { lossCase, lossesOf } from './loss-case.ts'
import { expectSameBits } from './same-bits.ts'

const all = await machines()
const everywhere = [{ name: 'reference', backend: all.reference }, ...all.fast]
for (const missing of all.missing) test.skip(missing)

/** Numbers between −size and size, drawn by name and number. */
const draws = (count: number, site: number, seed: number, size = 3): number[] =>
  Array.from({ length: count }, (_, i) => (2 * uniform(seed, site, 0, 0, i) - 1) * size)

/** A chain with what it is to judge. */
interface Chain {
  readonly rows: readonly (readonly number[])[]
  readonly transitions: readonly (readonly number[])[]
  readonly begin: readonly number[]
  readonly end: readonly number[]
}

const drawn = (steps: number, labels: number, seed: number): Chain => ({
  rows: Array.from({ length: steps }, (_, t) => draws(labels, 10 + t, seed)),
  transitions: Array.from({ length: labels }, (_, i) => draws(labels, 100 + i, seed)),
  begin: draws(labels, 1, seed),
  end: draws(labels, 2, seed),
})

const scoreOf = ({ rows, transitions, begin, end }: Chain, labels: readonly number[]): number =>
  begin[labels[0]!]! +
  end[labels.at(-1)!]! +
  labels.reduce((sum, label, t) => sum + rows[t]![label]! + (t > 0 ? transitions[labels[t - 1]!]![label]! : 0), 0)

/** All sequences of so many labels. */
const everySequence = (steps: number, labels: number): number[][] =>
  steps === 0
    ? [[]]
    : everySequence(steps - 1, labels).flatMap((rest) => Array.from({ length: labels }, (_, label) => [...rest, label]))

/** All label sequences with their probabilities, the likeliest first. */
function byProbability(chain: Chain): { labels: number[]; p: number }[] {
  const found = everySequence(chain.rows.length, chain.begin.length).map((labels) => ({
    labels,
    p: Math.exp(scoreOf(chain, labels)),
  }))
  const total = found.reduce((sum, { p }) => sum + p, 0)
  return found.map(({ labels, p }) => ({ labels, p: p / total })).sort((a, b) => b.p - a.p)
}

const parametersOf = ({ transitions, begin, end }: Chain): Named => ({
  transitions: tensor(transitions as number[][]),
  begin: tensor(begin as number[]),
  end: tensor(end as number[]),
})

const lossOf = async (chain: Chain, targets: readonly number[]): Promise<Float64Array> => {
  const labels = chain.begin.length
  return lossesOf(await lossCase(linearChain(), { columns: labels, extents: { time: targets.length, batch: 1 } }), {
    output: chain.rows.flat(),
    targets,
    transitions: chain.transitions.flat(),
    begin: chain.begin,
    end: chain.end,
  })
}

const sizes = [1, 2, 3, 4].flatMap((steps) => [1, 2, 3].map((labels) => [steps, labels] as const))

describe.each(sizes)('%d steps of %d labels, against all label sequences', (steps, labels) => {
  test.each([1, 2, 3, 4])(
    'case %d: the losses of a sequence add up to −log p, each that of its label after those before',
    async (seed) => {
      const chain = drawn(steps, labels, seed)
      const every = byProbability(chain)
      for (const { labels: targets, p } of every) {
        const losses = await lossOf(chain, targets)
        expect(losses.reduce((a, b) => a + b)).toBeCloseTo(-Math.log(p), 10)
        losses.forEach((loss, t) => {
          const begun = (upTo: number): number =>
            every.reduce(
              (sum, { labels, p }) => sum + (targets.slice(0, upTo).every((l, i) => l === labels[i]) ? p : 0),
              0,
            )
          expect(loss).toBeCloseTo(-Math.log(begun(t + 1) / begun(t)), 10)
        })
      }
    },
  )

  test.each([1, 2, 3, 4])('case %d: the likeliest, the n best and the marginals', async (seed) => {
    const chain = drawn(steps, labels, seed)
    const every = byProbability(chain)
    for (const best of [1, 2, 5, 200]) {
      const { labellings, steps: said } = await linearChain().decodeSequence!(chain.rows, parametersOf(chain), { best })
      expect(labellings.map(({ labels }) => labels)).toEqual(every.slice(0, best).map(({ labels }) => labels))
      labellings.forEach(({ logProbability }, k) => expect(logProbability).toBeCloseTo(Math.log(every[k]!.p), 10))
      expect(said!.map(({ label }) => label)).toEqual(every[0]!.labels)
      said!.forEach(({ probabilities }, t) =>
        probabilities!.forEach((probability, label) => {
          const wanted = every.reduce((sum, { labels, p }) => sum + (labels[t] === label ? p : 0), 0)
          expect(probability).toBeCloseTo(wanted, 10)
        }),
      )
    }
  })
})

test('where a new sequence begins inside a row, it has the losses it has alone; padding counts nothing', async () => {
  const chain = drawn(7, 3, 5)
  const targets = [2, 0, 1, 1, 0, 2, 1]
  const alone = [
    ...(await lossOf({ ...chain, rows: chain.rows.slice(0, 3) }, targets.slice(0, 3))),
    ...(await lossOf({ ...chain, rows: chain.rows.slice(3, 5) }, targets.slice(3, 5))),
  ]
  const one = await lossCase(linearChain(), { columns: 3, extents: { time: 7, batch: 1 }, lengths: true, starts: true })
  const losses = lossesOf(one, {
    output: chain.rows.flat(),
    targets,
    lengths: [5],
    starts: [0, 0, 0, 1, 0, 0, 1],
    transitions: chain.transitions.flat(),
    begin: chain.begin,
    end: chain.end,
  })
  alone.forEach((loss, t) => expect(losses[t]).toBeCloseTo(loss, 12))
})

const shapes = [
  { columns: 3 },
  { columns: 1, lengths: true },
  { columns: 2, lengths: true, starts: true },
  { columns: 17, lengths: true, starts: true },
]

describe.each(shapes)('on every backend: $columns labels, lengths $lengths, starts $starts', (shape) => {
  const one = lossCase(linearChain(), { ...shape, extents: { time: 5, batch: 3 } })
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
    const options = { columns: 4, extents: { time: 6, batch: 4 }, lengths: true, starts: true }
    await expectSameBits(await lossCase(linearChain(), options), backend, { time: [6, 2, 0, 5] })
  },
)
