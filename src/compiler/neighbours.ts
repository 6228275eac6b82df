import type { Node } from '../graph/index.ts'
import { isProduct } from './product.ts'
import type { Moment, Sources } from './sources.ts'
import type { Storage } from './storage.ts'
import { sharedInput } from './units.ts'

/**
 * The order in which units are emitted. Of those that share a time, those that share an operand go by place in memory, so that
 * neighbours can become one.
 */
export function byPlace(timeline: readonly Moment[], storage: Storage, sources: Sources): Moment[] {
  const result: Moment[] = []
  for (let from = 0, to = 0; from < timeline.length; from = to) {
    while (to < timeline.length && timeline[to]!.index === timeline[from]!.index) to++
    const run = timeline.slice(from, to)
    result.push(...(run.length === 1 ? run : sorted(run, storage, sources)))
  }
  return result
}

const nodeOf = ({ unit }: Moment): Node | undefined => (unit.kind === 'single' ? unit.node : undefined)

function sorted(run: readonly Moment[], storage: Storage, sources: Sources): Moment[] {
  const keyed = run.map((moment) => {
    const node = nodeOf(moment)!
    const side = isProduct(node) ? node : (node.inputs[0] ?? node)
    const common = sharedInput(node)
    const home = storage.view(side)?.home
    return {
      moment,
      shared: common ? (sources.of(common)?.id ?? 0) : 0,
      buffer: home?.buffer.id ?? 0,
      column: home?.column ?? 0,
    }
  })
  return keyed
    .toSorted((a, b) => a.shared - b.shared || a.buffer - b.buffer || a.column - b.column)
    .map(({ moment }) => moment)
}
