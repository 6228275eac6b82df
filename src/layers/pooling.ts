import { add, constant, div, less, max as greater, select, type Node } from '../graph/index.ts'
import type { ParameterDeclaration, StateDeclaration } from '../cells/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber, wrongOption } from '../options.ts'
import { unary, type BuildContext, type Json, type Layer, type OpenLayer } from './layer.ts'
import { everySequence, vectors } from './port.ts'
import { recurrence } from './recurrence.ts'

/** How many columns pass through, and what the steps are counted along. */
export interface PoolingOptions {
  /** Columns that pass through; in a chain those of what comes before. */
  readonly size: number
  /** What the steps are counted along: 'time', or 'source', a second sequence. In a chain what comes before tells; 'time'. */
  readonly axis?: Along
}

/** What steps that are pooled are counted along: those of a sequence, or of a second one. */
export type Along = 'time' | 'source'

/** What is carried from step to step, and what is made of it in the end. */
export interface Pool {
  /** What its description says beside kind and columns. */
  readonly described?: Readonly<Record<string, Json>>
  readonly declared?: readonly ParameterDeclaration[]
  readonly states: readonly StateDeclaration[]
  /** What a step sees beside its row: a row for each step. */
  readonly beside?: (context: BuildContext, x: Node) => Node
  readonly step: (old: readonly Node[], x: Node, beside?: Node) => readonly Node[]
  readonly result: (states: readonly Node[], context: BuildContext, beside?: Node) => Node
}

/**
 * The last step of each sequence: `[time, batch] × size` → `[batch] × size`. Of a sequence that goes on, the last one so far; of
 * one without steps, zero.
 */
export function last(options: PoolingOptions): Layer
/** In a chain, of as many columns, and along the axis, of what comes before. */
export function last(options?: Omit<PoolingOptions, 'size'>): OpenLayer
export function last(options: Partial<PoolingOptions> = {}): Layer | OpenLayer {
  return bySize('last', options, (columns) => ({
    states: [{ name: 'value', columns, initial: 0 }],
    step: (_, x) => [x],
    result: ([value]) => value!,
  }))
}

/** The mean over the steps of each sequence, so far: `[time, batch] × size` → `[batch] × size`; of one without steps, zero. */
export function mean(options: PoolingOptions): Layer
/** In a chain, of as many columns, and along the axis, of what comes before. */
export function mean(options?: Omit<PoolingOptions, 'size'>): OpenLayer
export function mean(options: Partial<PoolingOptions> = {}): Layer | OpenLayer {
  return bySize('mean', options, (columns) => ({
    states: [
      { name: 'sum', columns, initial: 0 },
      { name: 'count', columns: 1, initial: 0 },
    ],
    step: ([sum, count], x) => [add(sum!, x), add(count!, constant(1))],
    result: ([sum, count]) => div(sum!, greater(count!, constant(1))),
  }))
}

/** The least number of float32, and the one after it. */
export const least = -3.4028234663852886e38
const next = -3.4028232635611926e38

/**
 * The greatest of each column over the steps of each sequence, so far: `[time, batch] × size` → `[batch] × size`; of one without
 * steps, zero. The gradient goes to the first of equals.
 */
export function max(options: PoolingOptions): Layer
/** In a chain, of as many columns, and along the axis, of what comes before. */
export function max(options?: Omit<PoolingOptions, 'size'>): OpenLayer
export function max(options: Partial<PoolingOptions> = {}): Layer | OpenLayer {
  return bySize('max', options, (columns) => ({
    states: [{ name: 'value', columns, initial: least }],
    step: ([value], x) => [greater(value!, x)],
    result: ([value]) => select(less(value!, constant(next)), constant(0), value!),
  }))
}

function bySize(kind: string, options: Partial<PoolingOptions>, of: (columns: number) => Pool): Layer | OpenLayer {
  checkNames(kind, options, ['size', 'axis'])
  const { axis = 'time' } = options
  if (axis !== 'time' && axis !== 'source') throw wrongOption(kind, 'axis', axis, "'time' or 'source'")
  return pooling(kind, 'size', options.size, of, axis, ['time', 'source'])
}

/**
 * One row for a sequence out of all its steps: a recurrence, so that it holds over windows, segments and streams. Made at once where
 * its columns, an option of that name, are known, else when a chain knows them. `along`: what it can run along.
 */
export function pooling(
  kind: string,
  name: string,
  columns: number | undefined,
  of: (columns: number) => Pool,
  axis: Along = 'time',
  along: readonly Along[] = ['time'],
): Layer | OpenLayer {
  const sized = (columns: number, axis: Along): Layer => {
    const size = checkNumber(kind, name, columns, { from: 1, whole: true })
    const { described, declared = [], states, beside, step, result } = of(size)
    return unary({
      description: { kind, [name]: size, ...(axis === 'source' && { axis }), ...described },
      x: vectors(size, [axis, 'batch']),
      output: vectors(size, everySequence),
      declared,
      states: axis === 'time' ? states : [],
      build(context, x) {
        const more = beside?.(context, x)
        const { final } = recurrence(context, {
          axis,
          states,
          steps: [x, ...(more ? [more] : [])],
          step: (old, [x, more]) => ({ next: step(old, x!, more), outputs: [] }),
        })
        return result(final, context, more)
      },
    })
  }
  if (columns !== undefined) return sized(columns, axis)
  return {
    kind,
    fit({ x }) {
      const own = along.find((axis) => axis === x!.axes[0])
      if (own) return sized(x!.columns, own)
      throw new UnrolledError('shape', `${kind} takes the steps of sequences; of those there is one row already`)
    },
  }
}
