/** How long a thousand forecasts take. */
import { backtest, forecaster, gru, meanSquaredError, series, uniform } from 'unrolled'
import type { ForecastTask, Row } from './task.ts'

const origins = 1000
const [context, horizon] = [96, 24]

export const originsTask: ForecastTask = {
  name: 'origins',
  title: 'a thousand origins',
  data: 'generated: a day of 24 hours with noise',
  setting: `2 × 64 GRU, context ${context}, horizon ${horizon}, not trained; the time of \`backtest\` over ${origins} origins, with all simple rules beside, after one run to warm up; the median of five`,
  note: 'Beside PyTorch and Darts: docs/benchmarks.md.',
  async run({ share }) {
    const steps = context + horizon + 2 * origins
    const rows = Array.from({ length: steps }, (_, t) => ({
      at: new Date(Date.UTC(2026, 0, 1) + t * 3_600_000),
      load: Math.sin((2 * Math.PI * t) / 24) + uniform(1, 1, t, 0, 0),
    }))
    const all = await series(rows, { time: 'at', target: 'load', season: 24 })
    const windows = share < 1 ? 10 : origins
    const past = all.between(0, -(horizon + windows))
    const shapes = {
      'one step a time, each seeing the one before': { decoder: 'sampled' },
      'all steps at once, read and said one by one': { decoder: 'direct', segment: 1 },
    } as const
    const found: Row[] = []
    for (const [what, shape] of Object.entries(shapes)) {
      const model = forecaster(past, {
        cell: gru,
        hidden: 64,
        layers: 2,
        context,
        horizon,
        output: meanSquaredError(),
        ...shape,
      })
      const times: number[] = []
      for (let run = 0; run < (share < 1 ? 2 : 6); run++) {
        const start = performance.now()
        await backtest(model, all, { windows, every: 1 })
        times.push((performance.now() - start) / 1000)
      }
      const sorted = times.slice(1).sort((a, b) => a - b)
      const seconds = sorted[sorted.length >> 1]!
      found.push({ what: `seconds, ${what}`, ours: seconds, goal: 1, beside: {}, seconds })
    }
    return found
  },
}
