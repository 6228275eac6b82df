import type { Node } from '../graph/index.ts'
import { isProduct } from './product.ts'
import type { Moment, Sources } from './sources.ts'
import type { Delivery, Storage } from './storage.ts'
import { sharedInput } from './units.ts'

/**
 * The order in which units are emitted. Of those that share a time, those that share an operand go by place in memory, so that
 * neighbours can become one. What is added to the same floats is added in the order of the deliveries, wherever things lie.
 */
export function byPlace(
  timeline: readonly Moment[],
  deliveries: readonly Delivery[],
  storage: Storage,
  sources: Sources,
): Moment[] {
  const delivered = new Map<Node, number>()
  deliveries.forEach(({ node, adds }, i) => adds && delivered.set(node, i))
  const result: Moment[] = []
  for (let from = 0, to = 0; from < timeline.length; from = to) {
    while (to < timeline.length && timeline[to]!.index === timeline[from]!.index) to++
    const run = timeline.slice(from, to)
    result.push(...(run.length === 1 ? run : inOrderOfDelivery(sorted(run, storage, sources), delivered, deliveries)))
  }
  return result
}

const nodeOf = ({ unit }: Moment): Node | undefined => (unit.kind === 'single' ? unit.node : undefined)

function sorted(run: readonly Moment[], storage: Storage, sources: Sources): Moment[] {
  const keyed = run.map((moment) => {
    const node = nodeOf(moment)!
    const side = isProduct(node) ? node : (node.inputs[0] ?? node)
    const common = sharedInput(node)
    return {
      moment,
      shared: common ? (sources.of(common)?.id ?? 0) : 0,
      column: storage.view(side)?.home.column ?? 0,
    }
  })
  return keyed.toSorted((a, b) => a.shared - b.shared || a.column - b.column).map(({ moment }) => moment)
}

/** Units that add to some of the same columns take each other's places, so that they stand as they are delivered. */
function inOrderOfDelivery(
  run: readonly Moment[],
  delivered: ReadonlyMap<Node, number>,
  deliveries: readonly Delivery[],
): Moment[] {
  const result = [...run]
  const byBuffer = new Map<number, { at: number; rank: number; from: number; to: number }[]>()
  run.forEach((moment, at) => {
    const rank = delivered.get(nodeOf(moment)!)
    if (rank === undefined) return
    const { buffer, column, columns } = deliveries[rank]!.home
    const sofar = byBuffer.get(buffer.id) ?? []
    sofar.push({ at, rank, from: column, to: column + columns })
    byBuffer.set(buffer.id, sofar)
  })
  for (const all of byBuffer.values()) {
    let group: typeof all = []
    let end = -Infinity
    const settle = (): void => {
      const places = group.map(({ at }) => at).toSorted((a, b) => a - b)
      group.toSorted((a, b) => a.rank - b.rank).forEach(({ at }, i) => (result[places[i]!] = run[at]!))
      group = []
    }
    for (const one of all.toSorted((a, b) => a.from - b.from)) {
      if (one.from >= end) settle()
      group.push(one)
      end = Math.max(end, one.to)
    }
    settle()
  }
  return result
}
