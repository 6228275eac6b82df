import { sequenceBatches, textData, withItems, type Sequences, type Text, type TrainingData } from '../data/index.ts'
import { uniform } from '../graph/index.ts'
import { siteOf } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import type { Settings } from './options.ts'

/** What a run sees of its data. */
export interface Parts {
  readonly training: TrainingData
  readonly validation: TrainingData | undefined
}

/** Cuts data into what is trained on and what is kept for validation. */
export function partsOf(model: Model, data: Text | Sequences, settings: Settings): Parts {
  const { batch, every, seed, validation } = settings
  if (data.kind === 'text') {
    const [first, rest] = validation > 0 ? data.split(validation) : [data, undefined]
    const training = textData(first, { batch, time: every })
    const streams = rest && Math.max(1, Math.min(batch, Math.floor(rest.ids.length / 64)))
    return {
      training,
      validation: rest && textData(rest, { batch: streams!, time: 1 }),
    }
  }
  const count = Math.round(data.items.length * validation)
  const items = data.items.slice(0, data.items.length - count)
  const kept = data.items.slice(items.length)
  const shuffle = (count: number, pass: number): Uint32Array => shuffled(count, seed, pass)
  const training = sequenceBatches(withItems(data, items), { batch, shuffle })
  return {
    training,
    validation: kept.length > 0 ? sequenceBatches(withItems(data, kept), { batch }) : undefined,
  }
}

/** Fisher and Yates's shuffle, from seed and pass alone. */
function shuffled(count: number, seed: number, pass: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const site = siteOf('shuffle')
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform(seed, site, pass, i, 0) * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
