import { createBatches } from './batches.ts'
import type { Filled, TrainingData } from './training-data.ts'

/** Symbols as one batch of streams of equal length: x and targets are the numbers of a symbol and of the next. At `most` so many steps. */
export function streams(
  ids: Int32Array,
  {
    most = Infinity,
    ...options
  }: { readonly batch: number; readonly time: number; readonly units: string; readonly most?: number },
): TrainingData {
  const batches = createBatches(ids, options)
  const { batch } = batches
  const steps = Math.min(batches.steps, most)
  const stream = {
    batch,
    steps,
    fill: (step: number, count: number, { x, targets }: Filled): void => batches.fill(step, count, x, targets),
  }
  return { batches: 1, longest: steps, positions: batch * steps, open: () => stream }
}

/** Symbols as streams side by side of which none is left out: the last may be shorter. */
export function wholeStreams(ids: Int32Array, batch: number): TrainingData {
  const count = ids.length - 1
  const steps = Math.ceil(count / batch)
  const streams = Math.ceil(count / steps)
  const rest = count - (streams - 1) * steps
  const put = (into: Float32Array, step: number, time: number, ahead: number): void => {
    for (let t = 0; t < time; t++) {
      for (let b = 0; b < streams; b++) {
        const at = b * steps + step + t
        into[t * streams + b] = at < count ? ids[at + ahead]! : 0
      }
    }
  }
  const stream = {
    batch: streams,
    steps,
    ...(rest < steps && {
      lengths: Float32Array.from({ length: streams }, (_, i) => (i + 1 < streams ? steps : rest)),
    }),
    fill(step: number, time: number, { x, targets }: Filled): void {
      if (x) put(x, step, time, 0)
      if (targets) put(targets, step, time, 1)
    },
  }
  return { batches: 1, longest: steps, positions: count, open: () => stream }
}
