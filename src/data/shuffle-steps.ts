import { shuffled } from '../uniform.ts'
import type { Labelled } from './labelled.ts'
import { columnsOf, copyRow, stepsOf } from './rows.ts'
import { sequenceData } from './sequence-data.ts'

/**
 * The same data with the steps of each sequence in an order that the seed draws: what a model learns of it still, it does not learn
 * from their order.
 */
export function shuffleSteps<Data extends Labelled>(data: Data, { seed = 0 }: { readonly seed?: number } = {}): Data {
  const items = data.items.map((item, i) => {
    const [steps, columns] = [stepsOf(item.x), columnsOf(item.x)]
    const into = new Float32Array(steps * columns)
    shuffled(steps, seed, i, 'steps').forEach((from, step) => copyRow(item.x, from, columns, into, step * columns))
    return { ...item, x: { shape: [steps, columns], data: into } }
  })
  return sequenceData<Data>({ ...data, items }, data.ports)
}
