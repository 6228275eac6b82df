import {
  codedChannels,
  farthestAhead,
  withChannels,
  type CodedChannel,
  type Series,
  type Window,
} from '../data/index.ts'
import { integratedGradients } from '../inference/forecasts/integrated-gradients.ts'
import { inSeries, type Said } from '../inference/forecasts/said.ts'
import { say } from '../inference/forecasts/say.ts'
import type { Forecaster } from '../models/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { engineNames, engineOf } from '../runtime/index.ts'
import { channelNamed } from './channel-named.ts'
import { checkForecaster } from './check-forecaster.ts'
import { checkReach } from './check-reach.ts'
import type { Explanation, ExplainOptions } from './explanation.ts'

const owner = 'explain'

/** What `explain` does. */
export async function runExplain(model: Forecaster, series: Series, options: ExplainOptions): Promise<Explanation> {
  checkForecaster(owner, model, series)
  checkNames(owner, options, ['of', 'group', ...engineNames])
  const { coding } = model
  const group = checkNumber(owner, 'group', options.group ?? coding.segment, {
    from: 1,
    to: coding.context,
    whole: true,
  })
  const channel = channelNamed(series, options.of)
  const [coded] = codedChannels(coding, withChannels(series, [channel]), owner, coding.horizon)
  const origin = channel.steps
  checkReach(owner, model, coded!, coding.horizon)
  const window: Window = { coded: coded!, origin }
  const engine = engineOf(options)
  const parts = partsOf(coding.context, group)
  const inputs = [channel.target, ...coding.known.map(({ name }) => name), ...coding.past.map(({ name }) => name)]
  const calendar = coded!.known.length - coding.known.length
  const windows = inputs.flatMap((_, input) =>
    parts.map(([from, to]) => ({
      coded: without(coded!, input, calendar, origin - from, origin - to + 1, coding.context),
      origin,
    })),
  )
  const said = await say(model, [window, ...windows], engine, { settle: false })
  const [whole, ...occluded] = said.map((one) => inSeries(model, one))
  const mean = meanOf(whole!)
  const occlusion = inputs.map((_, input) =>
    Float64Array.from(parts, (_, part) => mean - meanOf(occluded[input * parts.length + part]!)),
  )
  const found = { name: channel.name, inputs, lags: parts, mean, occlusion }
  const followed = Number.isFinite(farthestAhead(coding))
    ? await followedIn(model, window, parts, calendar, engine)
    : {}
  return { ...found, ...followed, table: () => textOf({ ...found, ...followed }) }
}

const meanOf = ({ point }: Said): number => point.reduce((sum, value) => sum + value, 0) / point.length

/** Parts of the context, the oldest first, as steps before its end. */
function partsOf(context: number, group: number): (readonly [from: number, to: number])[] {
  const parts: (readonly [number, number])[] = []
  for (let from = context; from > 0; from -= group) parts.push([from, Math.max(1, from - group + 1)])
  return parts
}

/** A channel in which an input is its mean over the context in a part of it. */
function without(
  coded: CodedChannel,
  input: number,
  calendar: number,
  from: number,
  to: number,
  context: number,
): CodedChannel {
  const { values, known, past, channel } = coded
  const flat = (column: Float32Array): Float32Array => {
    const seen = column.subarray(channel.steps - context, channel.steps)
    const changed = column.slice()
    changed.fill(seen.reduce((sum, value) => sum + value, 0) / context, from, to)
    return changed
  }
  const ahead = known.length - calendar
  const at = (columns: readonly Float32Array[], place: number): readonly Float32Array[] =>
    columns.map((column, i) => (i === place ? flat(column) : column))
  if (input === 0) return { ...coded, values: flat(values) }
  if (input <= ahead) return { ...coded, known: at(known, calendar + input - 1) }
  return { ...coded, past: at(past, input - 1 - ahead) }
}

/** Integrated gradients by input and part. */
async function followedIn(
  model: Forecaster,
  window: Window,
  parts: readonly (readonly [number, number])[],
  calendar: number,
  engine: Parameters<typeof integratedGradients>[2],
): Promise<Pick<Explanation, 'gradients' | 'difference'>> {
  const { context, segment, known, past } = model.coding
  const { gradients, difference } = await integratedGradients(model, window, engine)
  const columns = model.rows.source!.columns
  // The calendar's columns lie between the values and what is known; they are the same for whoever asks.
  const blocks = [0, ...[...known, ...past].map((_, i) => 1 + calendar + i)]
  return {
    difference,
    gradients: blocks.map((block) =>
      Float64Array.from(parts, ([from, to]) => {
        let sum = 0
        for (let step = context - from; step <= context - to; step++) {
          sum += gradients[Math.floor(step / segment) * columns + block * segment + (step % segment)]!
        }
        return sum
      }),
    ),
  }
}

const shades = [' ', '░', '▒', '▓', '█']

function textOf({ name, inputs, lags, mean, occlusion, gradients, difference }: Omit<Explanation, 'table'>): string {
  const width = Math.max(...inputs.map(({ length }) => length))
  const drawn = (title: string, rows: readonly Float64Array[]): string[] => {
    const most = Math.max(...rows.flatMap((row) => [...row].map(Math.abs)), Number.MIN_VALUE)
    const cell = (value: number): string => shades[Math.ceil((Math.abs(value) / most) * (shades.length - 1))]!.repeat(2)
    return [
      title,
      ...rows.map((row, i) => {
        const total = row.reduce((sum, value) => sum + value, 0)
        return `${inputs[i]!.padEnd(width)} │${[...row].map(cell).join('')}│ ${total >= 0 ? '+' : '−'}${Math.abs(total).toPrecision(3)}`
      }),
    ]
  }
  const axis = `${''.padEnd(width)}  ${`−${lags[0]![0]}`.padEnd(Math.max(0, 2 * lags.length - 2))}−${lags.at(-1)![1]}`
  return [
    `${name}: the forecast's mean is ${mean.toPrecision(5)}; what moved it, by steps before it`,
    ...drawn('taken away, part by part:', occlusion),
    axis,
    ...(gradients ? [...drawn(`followed by gradients, ${difference!.toPrecision(3)} in all:`, gradients), axis] : []),
  ].join('\n')
}
