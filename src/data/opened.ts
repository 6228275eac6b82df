import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'
import type { TrainingBatch, TrainingData } from './training-data.ts'

/** A batch of some data, which may be somebody's own, held against what a batch is. Makes no array. */
export function opened(data: TrainingData, pass: number, index: number): TrainingBatch {
  const batch = data.open(pass, index)
  const fail = (what: string): UnrolledError => new UnrolledError('data', `batch ${index} of the data ${what}`)
  if (typeof batch?.fill !== 'function') throw fail(`is ${shown(batch)}; it must be { batch, steps, fill }`)
  for (const name of ['batch', 'steps'] as const) {
    if (!(Number.isSafeInteger(batch[name]) && batch[name] >= 0)) {
      throw fail(`has the ${name} ${shown(batch[name])}; that is a whole number`)
    }
  }
  checkLengths(batch, '', fail)
  if (batch.source) checkLengths({ ...batch.source, batch: batch.batch }, ' of the source', fail)
  return batch
}

type Lengths = Pick<TrainingBatch, 'batch' | 'steps' | 'lengths'>

function checkLengths({ batch, steps, lengths }: Lengths, of: string, fail: (what: string) => UnrolledError): void {
  if (!lengths) return
  if (lengths.length !== batch) throw fail(`has ${lengths.length} lengths${of} for ${batch} sequences`)
  for (let i = 0; i < batch; i++) {
    if (lengths[i]! >= 0 && lengths[i]! <= steps) continue
    throw fail(`has the length ${lengths[i]} for sequence ${i}${of}, of ${steps} steps`)
  }
}
