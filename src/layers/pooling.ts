import { add, constant, div, less, max as greater, select, type Node } from '../graph/index.ts'
import type { StateDeclaration } from '../cells/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber } from '../options.ts'
import { unary, type Layer, type OpenLayer } from './layer.ts'
import { everySequence, vectors } from './port.ts'
import { recurrence } from './recurrence.ts'

export interface PoolingOptions {
  /** Columns that pass through; in a chain those of what comes before. */
  readonly size: number
}

/** What is carried from step to step, and what is made of it in the end. */
interface Pool {
  readonly states: readonly StateDeclaration[]
  readonly step: (old: readonly Node[], x: Node) => readonly Node[]
  readonly result: (states: readonly Node[]) => Node
}

/**
 * The last step of each sequence: `[time, batch] × size` → `[batch] × size`. Of a sequence that goes on, the last one so far; of
 * one without steps, zero.
 */
export function last(options: PoolingOptions): Layer
export function last(options?: Omit<PoolingOptions, 'size'>): OpenLayer
export function last(options: Partial<PoolingOptions> = {}): Layer | OpenLayer {
  return pooling('last', options, (columns) => ({
    states: [{ name: 'value', columns, initial: 0 }],
    step: (_, x) => [x],
    result: ([value]) => value!,
  }))
}

/** The mean over the steps of each sequence, so far: `[time, batch] × size` → `[batch] × size`; of one without steps, zero. */
export function mean(options: PoolingOptions): Layer
export function mean(options?: Omit<PoolingOptions, 'size'>): OpenLayer
export function mean(options: Partial<PoolingOptions> = {}): Layer | OpenLayer {
  return pooling('mean', options, (columns) => ({
    states: [
      { name: 'sum', columns, initial: 0 },
      { name: 'count', columns: 1, initial: 0 },
    ],
    step: ([sum, count], x) => [add(sum!, x), add(count!, constant(1))],
    result: ([sum, count]) => div(sum!, greater(count!, constant(1))),
  }))
}

/** The least number of float32, and the one after it. */
const least = -3.4028234663852886e38
const next = -3.4028232635611926e38

/**
 * The greatest of each column over the steps of each sequence, so far: `[time, batch] × size` → `[batch] × size`; of one without
 * steps, zero. The gradient goes to the first of equals.
 */
export function max(options: PoolingOptions): Layer
export function max(options?: Omit<PoolingOptions, 'size'>): OpenLayer
export function max(options: Partial<PoolingOptions> = {}): Layer | OpenLayer {
  return pooling('max', options, (columns) => ({
    states: [{ name: 'value', columns, initial: least }],
    step: ([value], x) => [greater(value!, x)],
    result: ([value]) => select(less(value!, constant(next)), constant(0), value!),
  }))
}

/** One row for a sequence out of all its steps: a recurrence, so that it holds over windows, segments and streams. */
function pooling(kind: string, options: Partial<PoolingOptions>, of: (columns: number) => Pool): Layer | OpenLayer {
  checkNames(kind, options, ['size'])
  const sized = (columns: number): Layer => {
    const size = checkNumber(kind, 'size', columns, { from: 1, whole: true })
    const { states, step, result } = of(size)
    return unary({
      description: { kind, size },
      x: vectors(size),
      output: vectors(size, everySequence),
      states,
      build(context, x) {
        const { final } = recurrence(context, {
          states,
          steps: [x],
          step: (old, [x]) => ({ next: step(old, x!), outputs: [] }),
        })
        return result(final)
      },
    })
  }
  if (options.size !== undefined) return sized(options.size)
  return {
    kind,
    fit({ x }) {
      if (x!.axes[0] === 'time') return sized(x!.columns)
      throw new UnrolledError('shape', `${kind} takes the steps of sequences; of those there is one row already`)
    },
  }
}
