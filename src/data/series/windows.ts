import { UnrolledError } from '../../error.ts'
import { shuffled } from '../../uniform.ts'
import type { DataPort, DataSet } from '../data-set.ts'
import type { TrainingBatch, TrainingData } from '../training-data.ts'
import { normalisationOf } from './normalisations.ts'
import { fromAllOver, longestOf, wholeWindows, windowsFrom, type Window } from './origins.ts'
import type { Series } from './series.ts'
import { codedChannels, stepsBefore, type WindowCoding } from './window-coding.ts'
import type { WindowRows } from './window-rows.ts'

/** Every window of some series as data: one for each step that has a whole context before it and a whole horizon from it on. */
export function windows(series: Series, coding: WindowCoding, rows: WindowRows, owner: string): DataSet {
  const { horizon } = coding
  const before = stepsBefore(coding)
  const channels = codedChannels(coding, series, owner)
  const all = wholeWindows(channels, series, coding, owner)
  const training = (origins: readonly Window[], batch: number, seed?: number): TrainingData =>
    trainingData(origins, { coding, rows, batch, ...(seed !== undefined && { seed }) })
  return {
    ports: portsOf(coding, rows),
    get hash() {
      return series.hash
    },
    units: 'steps',
    count: all.length,
    longest: rows.steps,
    parts({ batch, validation, limit, seed }) {
      if (validation === 0) return { training: training(all, batch, seed) }
      // What is kept is latest, and nothing of it is a target of what is learnt.
      const cuts = channels.map((coded) => {
        const { steps } = coded.channel
        return { coded, cut: steps - Math.max(horizon, Math.round(steps * validation)) }
      })
      const first = cuts.flatMap(({ coded, cut }) => windowsFrom(coded, before, cut - horizon))
      const kept = cuts.flatMap(({ coded, cut }) =>
        windowsFrom(coded, Math.max(before, cut), coded.channel.steps - horizon),
      )
      if (first.length === 0 || kept.length === 0) throw tooShortToShare(series, coding, validation)
      return {
        training: training(first, batch, seed),
        validation: training(some(kept, limit, rows), batch),
        split: 'latest',
      }
    },
    whole: ({ batch = 64, limit = Infinity } = {}) => training(some(all, limit, rows), batch),
  }
}

/** Windows from all over, as many as have no more steps together. */
const some = (origins: readonly Window[], limit: number, { steps }: WindowRows): readonly Window[] =>
  fromAllOver(origins, Math.max(1, Math.floor(limit / steps)))

function portsOf({ normalisation }: WindowCoding, { columns, values, source }: WindowRows): Record<string, DataPort> {
  const port = (columns: number, axis: 'time' | 'source'): DataPort => ({
    kind: 'vector',
    columns,
    axes: [axis, 'batch'],
  })
  return {
    x: port(columns, 'time'),
    targets: port(values + Number(normalisationOf(normalisation).raw), 'time'),
    weights: port(1, 'time'),
    ...(source && { source: port(source.columns, 'source') }),
  }
}

interface Cut {
  readonly coding: WindowCoding
  readonly rows: WindowRows
  readonly batch: number
  /** Shuffles them; in order where absent. */
  readonly seed?: number
}

function trainingData(origins: readonly Window[], cut: Cut): TrainingData {
  const { batch, rows, seed } = cut
  let order: { pass: number; of: Uint32Array } = { pass: -1, of: Uint32Array.from(origins.keys()) }
  return {
    batches: Math.ceil(origins.length / batch),
    longest: rows.steps,
    positions: origins.length * rows.steps,
    open(pass, index) {
      if (seed !== undefined && order.pass !== pass)
        order = { pass, of: shuffled(origins.length, seed, pass, 'shuffle') }
      return batchOf(
        Array.from(order.of.subarray(index * batch, (index + 1) * batch), (at) => origins[at]!),
        cut,
      )
    },
  }
}

function batchOf(chosen: readonly Window[], { coding, rows }: Cut): TrainingBatch {
  const { raw, scaleOf } = normalisationOf(coding.normalisation)
  const scales = chosen.map(({ coded, origin }) => scaleOf(coded.values, origin - coding.context, origin))
  const count = chosen.length
  const { source, putSource } = rows
  const width = rows.values + Number(raw)
  return {
    batch: count,
    steps: rows.steps,
    weighted: true,
    ...(source && {
      source: {
        steps: source.steps,
        fill({ source: into }) {
          if (into) chosen.forEach(({ coded, origin }, b) => putSource!(coded, origin, scales[b]!, into, b, count))
        },
      },
    }),
    fill(step, steps, { x, targets, weights }) {
      for (let t = 0; t < steps; t++) {
        for (let b = 0; b < count; b++) {
          const { coded, origin } = chosen[b]!
          const row = t * count + b
          if (x) rows.putStep(coded, origin, scales[b]!, step + t, x, row * rows.columns)
          const from = rows.first(origin, step + t)
          if (targets) {
            const { location, scale } = scales[b]!
            let at = row * width
            for (let i = from; i < from + rows.values; i++) {
              targets[at++] = raw ? coded.values[i]! : (coded.values[i]! - location) / scale
            }
            if (raw) targets[at] = scale
          }
          if (weights) weights[row] = isWhole(coded.unseen, from, from + rows.values) ? 1 : 0
        }
      }
    },
  }
}

/** Whether all was observed between two steps. */
function isWhole(unseen: Uint8Array | undefined, from: number, to: number): boolean {
  if (unseen) for (let t = from; t < to; t++) if (unseen[t] !== 0) return false
  return true
}

const tooShortToShare = (series: Series, { context, horizon }: WindowCoding, share: number): UnrolledError =>
  new UnrolledError(
    'option',
    `train: validation is ${share}, but of ${longestOf(series)} steps that leaves no window for both: a context of ${context} ` +
      `and a horizon of ${horizon} are needed before, and a horizon behind`,
  )
