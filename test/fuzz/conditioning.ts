import type { Node, Value } from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'
import { during, operationsUnder, type Change } from './operations.ts'
import { valuesOf, type Truth } from './oracle.ts'
import type { Given, Results, Subject } from './subject.ts'

/** Operations that round nothing, or only steer. */
const exact = new Set([
  ...['scan', 'sequence', 'final', 'stop', 'broadcast', 'slice', 'concat', 'pad', 'gather', 'random', 'position'],
  ...['constant', 'select', 'less', 'sign', 'abs', 'neg', 'min', 'max', 'maxColumns'],
])
/** Sums: what is lost in them goes with their terms, not with their result. */
const sums = new Set([
  ...['matmul', 'matmulTransposed', 'contract', 'sumRows', 'sumColumns', 'scatterAdd', 'weightedSum', 'add', 'sub'],
])

const magnitude = (value: Value): Value => ({ ...value, data: value.data.map(Math.abs) })

/** What a machine rounds by: a share of each number, and what is lost below its smallest. */
export interface Rounding {
  readonly epsilon: number
  readonly tiny: number
}

/** Every result of every operation rounded off, drawn anew for each sample. */
const rounding =
  ({ epsilon, tiny }: Rounding, sample: number): Change =>
  (node: Node, inputs, context, plain) => {
    const value = plain.call(node.operation, node, inputs, context)
    const name = node.operation.name
    const scale =
      name === 'sub'
        ? inputs
        : sums.has(name)
          ? [plain.call(node.operation, node, inputs.map(magnitude), context)]
          : [value]
    const most = (i: number): number => (name === 'sub' ? largest(inputs) : Math.abs(scale[0]!.data[i]!))
    const site = Math.imul(node.id, 31) + (context.position ?? 0)
    const data = value.data.map(
      (v, i) => v + (epsilon * most(i) + tiny) * (2 * uniform(sample, site, 1, i >>> 8, i & 255) - 1),
    )
    return { ...value, data }
  }

const largest = (values: readonly Value[]): number =>
  values.reduce((top, { data }) => data.reduce((a, b) => Math.max(a, Math.abs(b)), top), 0)

/**
 * How far each result moves when every operation rounds at random: what no machine of that precision can be blamed for.
 * Near a kink, where one rounding decides between two slopes, that is much.
 */
export function conditioning(
  truth: Truth,
  given: Given,
  subject: Pick<Subject, 'context'>,
  exactly: Results,
  machine: Rounding,
  samples: number,
): Map<string, number> {
  const operations = [...operationsUnder([...truth.results.values()])].filter(({ name }) => !exact.has(name))
  const result = new Map<string, number>()
  for (let sample = 1; sample <= samples; sample++) {
    const moved = during(operations, rounding(machine, sample), () => valuesOf(truth, given, subject))
    for (const [name, data] of moved) {
      const wanted = exactly.get(name)!
      const most = data.reduce((top, value, i) => Math.max(top, Math.abs(value - wanted[i]!)), result.get(name) ?? 0)
      result.set(name, most)
    }
  }
  return result
}
