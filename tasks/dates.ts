/** Dates as one language writes them, written as another does: names of months are learnt, the order changes, no digit may be lost. */
import { adam, cosine, evaluate, gru, pairs, train, translator, type DoneEvent, type WritingReport } from 'unrolled'
import { dates } from './data/dates.ts'
import type { Effort, Task } from './task.ts'

export const datesBetweenLocales: Task = {
  name: 'dates',
  title: 'dates between locales',
  topology: 'many to many',
  data: '`Intl.DateTimeFormat`, 25,000 dates of 1900 to 2099 in ten languages and ISO 8601: with the weekday, with the month in full, shortened or in digits, to be written with the month in full in another language; a fifth of the days the test, in whatever form',
  model:
    'translator of characters, bidirectional GRU of 128 and GRU of 128, additive attention; the two languages stand before the date',
  metric: 'exact match',
  goal: { atLeast: 0.99 },
  baseline: 'the same without attention',

  async run(effort) {
    const { report, trained } = await learnt('additive', effort)
    const baseline = await learnt('none', effort)
    const { exact: ours, exactInterval: interval } = report
    return { ours, interval, baseline: baseline.report.exact, trained }
  },
}

async function learnt(
  attention: 'additive' | 'none',
  { share, limits, watch }: Effort,
): Promise<{ readonly report: WritingReport; readonly trained: DoneEvent }> {
  const [training, test] = dates(Math.round(25_000 * share))
  const data = pairs(training)
  const model = translator(data, { cell: gru, hidden: 128, embedding: 48, bidirectional: true, attention, seed: 1 })
  const optimizer = adam({ lr: cosine({ from: 4e-3 }) })
  const trained = await watch(train(model, data, { epochs: 5, batch: 64, optimizer, ...limits }))
  return { report: await evaluate(model, pairs(test, { like: data })), trained }
}
