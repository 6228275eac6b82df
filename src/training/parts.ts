import { sequenceBatches, textData, type Sequences, type Text, type TrainingData } from '../data/index.ts'
import { checkData, type Model } from '../models/index.ts'
import type { Settings } from './options.ts'
import { shuffled, someSequences, splitSequences } from './split.ts'

/** What a run sees of its data. */
export interface Parts {
  readonly training: TrainingData
  readonly validation: TrainingData | undefined
  /** How training and validation were told apart, where runs of other versions may have done otherwise. */
  readonly split: 'drawn' | undefined
}

/** Cuts data into what is trained on and what is kept for validation. */
export function partsOf(model: Model, data: Text | Sequences, settings: Settings): Parts {
  const { batch, every, seed, validation } = settings
  const [first, kept] =
    typeof validation === 'object'
      ? [data, checkData(model, validation, 'train: validation')]
      : validation > 0
        ? split(model, data, validation, seed)
        : [data]
  return {
    training:
      first.kind === 'text'
        ? textData(first, { batch, time: every })
        : sequenceBatches(first, { batch, shuffle: (count, pass) => shuffled(count, seed, pass) }),
    validation: kept && validationData(kept, settings),
    split: kept && kept !== validation && kept.kind === 'sequences' ? 'drawn' : undefined,
  }
}

/** All of some data as one batch, in its order. */
export const oneBatch = (data: Text | Sequences): TrainingData =>
  data.kind === 'text' ? textData(data, { batch: 1, time: 1 }) : sequenceBatches(data, { batch: data.items.length })

/** The end of a text, or sequences drawn by the seed. */
const split = (
  model: Model,
  data: Text | Sequences,
  share: number,
  seed: number,
): readonly [Text | Sequences, Text | Sequences] =>
  data.kind === 'text' ? data.split(share) : splitSequences(model, data, share, seed)

/** What a validation measures: all that is kept, or as much of it as the limit lets, from places all over it. */
function validationData(kept: Text | Sequences, { batch, seed, validationLimit }: Settings): TrainingData {
  if (kept.kind === 'sequences') return sequenceBatches(someSequences(kept, validationLimit, seed), { batch })
  const streams = Math.max(1, Math.min(batch, Math.floor(kept.ids.length / 64)))
  return textData(kept, { batch: streams, time: 1, most: Math.max(1, Math.floor(validationLimit / streams)) })
}
