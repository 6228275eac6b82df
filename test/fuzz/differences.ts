import { evaluate, stopOperation, type Node, type Value } from '../../src/graph/index.ts'
import { during, type Change } from './operations.ts'
import { known, type Truth } from './oracle.ts'
import { drawn } from './numbers.ts'
import type { Given, Results, Subject } from './subject.ts'

/** A gradient that central differences contradict. */
export interface Contradiction {
  readonly name: string
  readonly slope: number
  readonly gradient: number
}

export interface SlopeReport {
  readonly contradiction?: Contradiction
  /** Gradients that stand at a kink, where differences say nothing. */
  readonly kinks: number
}

const near = 1e-5

/**
 * Each gradient, taken along one random direction, against differences of plain evaluation. What stands under `stop` is held
 * still. Where slopes from both sides differ, or from near and from far, there is a kink.
 */
export function againstDifferences(truth: Truth, given: Given, subject: Subject, values: Results): SlopeReport {
  const seeds = [...truth.seeds]
  const roots = seeds.flat()
  const base = known([...roots, ...truth.wrt.values()], given, subject.context)
  const stopped: Value[] = []
  /** Σ adjoint · value over everything that is seeded. */
  const total = (moved: ReadonlyMap<Node, Value>, still: boolean): number => {
    let next = 0
    const hold: Change = (node, inputs, context, plain) => {
      if (still) return stopped[next++]!
      const value = plain.call(node.operation, node, inputs, context)
      stopped.push({ ...value, data: value.data.slice() })
      return value
    }
    const found = during([stopOperation], hold, () => evaluate(roots, new Map(moved), subject.context))
    return seeds.reduce((sum, _, i) => sum + dot(found[2 * i]!.data, found[2 * i + 1]!.data), 0)
  }
  const here = total(base, false)
  let kinks = 0
  for (const [name, node] of truth.wrt) {
    const value = base.get(node)!
    const direction = drawn(`direction ${name}`, node.shape, subject.context, 1, 1).data
    const gradient = values.has(name) ? dot(values.get(name)!, direction) : 0
    const at = (shift: number): number => {
      const data = value.data.map((v, i) => v + shift * direction[i]!)
      return total(new Map(base).set(node, { ...value, data }), true)
    }
    const [above, below] = [at(near), at(-near)]
    const slope = (above - below) / (2 * near)
    const scale = values.has(name) ? size(values.get(name)!, direction) : 0
    const allowed = 1e-6 * scale + 1e-8 * Math.max(1, Math.abs(here))
    if (Math.abs(slope - gradient) <= allowed) continue
    const closer = (at(near / 4) - at(-near / 4)) / (near / 2)
    const bend = Math.abs(above - here - (here - below)) / near
    if (Math.abs(slope - closer) > allowed || bend > 1e-2 * Math.abs(slope - gradient)) kinks++
    else return { contradiction: { name, slope, gradient }, kinks }
  }
  return { kinks }
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0)

const size = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + Math.abs(v * b[i]!), 0)
