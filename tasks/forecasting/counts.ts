/** What is sold now and then: most days nothing, and some days a few. */
import {
  adam,
  backtest,
  cosine,
  forecaster,
  gru,
  negativeBinomial,
  series,
  train,
  uniform,
  zeroInflated,
} from 'unrolled'
import type { ForecastTask } from './task.ts'

const items = 20
const days = 700
const windows = 40
const horizon = 14

/** Of each item, how many are sold a day: none with a chance of its own, else a negative binomial number that depends on the weekday. */
function sold(): { day: Date; item: string; sold: number }[] {
  const rows: { day: Date; item: string; sold: number }[] = []
  for (let item = 0; item < items; item++) {
    const rate = 0.5 + 4 * uniform(1, 1, item, 0, 0)
    const nothing = 0.3 + 0.4 * uniform(1, 2, item, 0, 0)
    for (let t = 0; t < days; t++) {
      let draws = 0
      const draw = (): number => uniform(1, 3 + item, t, 0, draws++)
      const busy = t % 7 < 5 ? 1 : 2.5
      const count = draw() < nothing ? 0 : poisson(rate * busy * gammaOfTwo(draw), draw)
      rows.push({ day: new Date(Date.UTC(2024, 0, 1 + t)), item: `item ${item}`, sold: count })
    }
  }
  return rows
}

/** A gamma number of shape 2 and mean 1: a Poisson number of such a mean is negative binomial. */
const gammaOfTwo = (draw: () => number): number => -Math.log((1 - draw()) * (1 - draw())) / 2

/** Knuth 1969: how many uniform numbers are multiplied until they fall below e^−mean. */
function poisson(mean: number, draw: () => number): number {
  const least = Math.exp(-mean)
  let product = draw()
  let count = 0
  for (; product > least; count++) product *= draw()
  return count
}

export const counts: ForecastTask = {
  name: 'counts',
  title: 'intermittent counts',
  data: `generated: ${items} items over ${days} days, a negative binomial number with more zeros, more at weekends`,
  setting: `context 56, horizon ${horizon}, GRU of 32, \`sampled\` decoder, zero-inflated negative binomial, 100 paths; ${windows} windows of each item; all that is said is whole and not below 0`,
  async run({ share, watch }) {
    const start = performance.now()
    const all = await series(sold(), { time: 'day', target: 'sold', series: 'item', season: 7 })
    const past = all.between(0, -windows * horizon)
    const output = zeroInflated(negativeBinomial())
    const options = { cell: gru, hidden: 32, context: 56, horizon, decoder: 'sampled', output, seed: 1 } as const
    const model = forecaster(past, options)
    const optimizer = adam({ lr: cosine({ from: 5e-3 }) })
    await watch(
      train(model, past, { epochs: Math.max(1, Math.round(8 * share)), batch: 64, validation: 0.15, optimizer }),
    )
    const { byName } = await backtest(model, all, { windows: share < 1 ? 2 : windows })
    const [ours, ...others] = byName
    const loss = (one: (typeof byName)[number]): number => one.weightedQuantileLoss!
    return [
      {
        what: 'weighted quantile loss',
        ours: loss(ours!),
        goal: others.map(loss).reduce((a, b) => Math.min(a, b)),
        beside: Object.fromEntries(others.map((one) => [one.name, loss(one)])),
        coverage: ours!.coverage!,
        seconds: (performance.now() - start) / 1000,
      },
    ]
  },
}
