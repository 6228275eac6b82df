import { shuffled } from '../uniform.ts'
import { alike } from './alike.ts'
import type { DataPort, DataSet, WantedPorts } from './data-set.ts'
import type { SequenceFacts } from './labelled-sequence.ts'
import { hashOf, sequenceBatches } from './sequence-batches.ts'
import { stepsOf } from './rows.ts'
import { someSequences, splitSequences } from './split-sequences.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Separate sequences as data. */
export interface Sequences extends SequenceFacts, DataSet {
  /** What tells separate sequences from other data: a text, series. */
  readonly kind: 'sequences'
}

/** Separate sequences made a data set; `given` are ports that the facts do not tell. */
export function sequenceData<Facts extends SequenceFacts>(
  facts: Facts,
  given: Readonly<Record<string, DataPort>> = {},
): Facts & Sequences {
  const { items, units, longest } = facts
  let hash: string | undefined
  const data: Facts & Sequences = {
    ...facts,
    kind: 'sequences',
    units,
    longest,
    count: items.length,
    ports: { ...portsOf(facts), ...given },
    get hash() {
      return (hash ??= hashOf(facts))
    },
    packs: facts.targets === 'each step' && !facts.source,
    parts({ batch, validation, limit, seed, pack = false }) {
      const [first, kept] = validation > 0 ? splitSequences(facts, validation, seed) : [facts]
      const lengths = first.alike ? first.items.map(({ x }) => stepsOf(x)) : undefined
      const shuffle = (count: number, pass: number): Uint32Array =>
        lengths ? alike(lengths, batch, seed, pass) : shuffled(count, seed, pass, 'shuffle')
      return {
        training: sequenceBatches(first, { batch, shuffle, pack }),
        ...(kept && { validation: sequenceBatches(someSequences(kept, limit, seed), { batch }), split: 'drawn' }),
      }
    },
    whole({ batch = 32, limit = Infinity, seed = 0 } = {}) {
      return sequenceBatches(someSequences(facts, limit, seed), { batch })
    },
    as(wanted) {
      const read = readAs(facts, wanted)
      return read === facts ? data : sequenceData(read, given)
    },
  }
  return data
}

function portsOf({ columns, targetColumns, targets, vocabulary, source }: SequenceFacts): Record<string, DataPort> {
  const port = (columns: number, axes: DataPort['axes'], vocabulary?: Vocabulary): DataPort =>
    vocabulary
      ? { kind: 'symbols', columns: 1, axes, symbols: vocabulary.size, vocabulary }
      : { kind: 'vector', columns, axes }
  const eachStep = ['time', 'batch'] as const
  return {
    x: port(columns, eachStep, vocabulary),
    targets: port(targetColumns, targets === 'whole sequence' ? ['batch'] : eachStep, vocabulary),
    ...(source && { source: port(source.columns, ['source', 'batch'], source.vocabulary) }),
  }
}

/** Targets as a model's output wants them: a flat list as long as the sequence may be either. */
function readAs<Facts extends SequenceFacts>(facts: Facts, { targets: wanted }: WantedPorts): Facts {
  if (!wanted) return facts
  let read = facts
  if (facts.targets === 'either') {
    const whole = facts.targetColumns === wanted.columns
    read = { ...facts, ...(whole ? { targets: 'whole sequence' } : { targets: 'each step', targetColumns: 1 }) }
  }
  const classes = read.targets === 'whole sequence' && wanted.columns === 1 && wanted.kind === 'symbols'
  return classes ? { ...read, classes } : read
}
