import { UnrolledError } from '../error.ts'
import { shuffled } from '../uniform.ts'
import { extentOf, type LabelledSequence, type SequenceFacts } from './labelled-sequence.ts'
import { copyRow, sliceRows, stepsOf } from './rows.ts'

/**
 * Sequences in two parts, the second with a share of them that the seed draws, so that their order in the list does not matter;
 * where each is of one class, it has its share of every class. A single sequence is cut in time.
 */
export function splitSequences<Facts extends SequenceFacts>(
  data: Facts,
  share: number,
  seed: number,
): readonly [Facts, Facts] {
  const { items } = data
  if (items.length === 1) return cutInTime(data, items[0]!, share)
  const count = Math.round(items.length * share)
  if (count === 0 || count === items.length) {
    const least = Math.ceil((0.5 / items.length) * 1e4) / 1e4
    throw wrongShare(
      share,
      `of ${items.length} sequences that is ${count === 0 ? 'none' : 'all'}; from ${least} on it is one`,
    )
  }
  const kept = new Uint8Array(items.length)
  byClass(data, shuffled(items.length, seed, 0, 'validation')).forEach((at, i) => {
    // Every so many of an order in which classes lie together.
    if (Math.floor(((i + 1) * count) / items.length) > Math.floor((i * count) / items.length)) kept[at] = 1
  })
  return [
    withItems(
      data,
      items.filter((_, i) => !kept[i]),
    ),
    withItems(
      data,
      items.filter((_, i) => kept[i]),
    ),
  ]
}

/** As many of the sequences as have no more steps together, drawn by the seed; at least one, or its beginning. */
export function someSequences<Facts extends SequenceFacts>(data: Facts, steps: number, seed: number): Facts {
  if (data.steps <= steps) return data
  const chosen: LabelledSequence[] = []
  let left = steps
  for (const at of shuffled(data.items.length, seed, 0, 'some')) {
    const item = data.items[at]!
    const count = stepsOf(item.x)
    if (count > left) {
      if (chosen.length === 0) chosen.push(data.targets === 'each step' ? piece(item, 0, left) : item)
      break
    }
    chosen.push(item)
    left -= count
  }
  return withItems(data, chosen)
}

/** The same data with some of its sequences. */
const withItems = <Facts extends SequenceFacts>(data: Facts, items: readonly LabelledSequence[]): Facts => ({
  ...data,
  items,
  ...extentOf(items),
})

function cutInTime<Facts extends SequenceFacts>(
  data: Facts,
  item: LabelledSequence,
  share: number,
): readonly [Facts, Facts] {
  if (data.targets !== 'each step' || data.source) {
    throw wrongShare(share, `one sequence with one ${data.source ? 'source' : 'target'} cannot be shared out`)
  }
  const steps = stepsOf(item.x)
  const first = Math.round(steps * (1 - share))
  if (first === 0 || first === steps) {
    throw wrongShare(share, `of one sequence of ${steps} steps that is ${first === 0 ? 'all' : 'nothing'}`)
  }
  return [withItems(data, [piece(item, 0, first)]), withItems(data, [piece(item, first, steps)])]
}

const piece = ({ x, target, ...whole }: LabelledSequence, from: number, to: number): LabelledSequence => ({
  ...whole,
  x: sliceRows(x, from, to),
  target: sliceRows(target, from, to),
})

/** An order in which sequences of one class lie together; as it is where they have none. */
function byClass({ items, classes }: SequenceFacts, order: Uint32Array): readonly number[] {
  const drawn = [...order]
  if (!classes) return drawn
  const classOf = new Float32Array(items.length)
  items.forEach(({ target }, i) => copyRow(target, 0, 1, classOf, i))
  return drawn.sort((a, b) => classOf[a]! - classOf[b]!)
}

const wrongShare = (share: number, why: string): UnrolledError =>
  new UnrolledError(
    'option',
    `train: validation is ${share}, but ${why}; validation: sequences(…) gives a set of its own`,
  )
