import { copyRow, sliceRows, stepsOf, withItems, type LabelledSequence, type Sequences } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { uniform } from '../graph/index.ts'
import { siteOf } from '../layers/index.ts'
import type { Model } from '../models/index.ts'

/**
 * Sequences in two parts, the second with a share of them that the seed draws, so that their order in the list does not matter;
 * where each is of one class, it has its share of every class. A single sequence is cut in time.
 */
export function splitSequences(
  model: Model,
  data: Sequences,
  share: number,
  seed: number,
): readonly [Sequences, Sequences] {
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
  byClass(model, data, shuffled(items.length, seed, 0, 'validation')).forEach((at, i) => {
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
export function someSequences(data: Sequences, steps: number, seed: number): Sequences {
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

/** Fisher and Yates's shuffle, from seed, pass and what it is for alone. */
export function shuffled(count: number, seed: number, pass: number, what = 'shuffle'): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const site = siteOf(what)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform(seed, site, pass, i, 0) * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}

function cutInTime(data: Sequences, item: LabelledSequence, share: number): readonly [Sequences, Sequences] {
  if (data.targets !== 'each step') {
    throw wrongShare(share, 'one sequence with one target cannot be shared out')
  }
  const steps = stepsOf(item.x)
  const first = Math.round(steps * (1 - share))
  if (first === 0 || first === steps) {
    throw wrongShare(share, `of one sequence of ${steps} steps that is ${first === 0 ? 'all' : 'nothing'}`)
  }
  return [withItems(data, [piece(item, 0, first)]), withItems(data, [piece(item, first, steps)])]
}

const piece = ({ x, target }: LabelledSequence, from: number, to: number): LabelledSequence => ({
  x: sliceRows(x, from, to),
  target: sliceRows(target, from, to),
})

/** An order in which sequences of one class lie together; as it is where they have none. */
function byClass({ targets: ports }: Model, { items, targets }: Sequences, order: Uint32Array): readonly number[] {
  const drawn = [...order]
  if (targets !== 'whole sequence' || ports.targets.kind !== 'symbols') return drawn
  const classes = new Float32Array(items.length)
  items.forEach(({ target }, i) => copyRow(target, 0, 1, classes, i))
  return drawn.sort((a, b) => classes[a]! - classes[b]!)
}

const wrongShare = (share: number, why: string): UnrolledError =>
  new UnrolledError(
    'option',
    `train: validation is ${share}, but ${why}; validation: sequences(…) gives a set of its own`,
  )
