import {
  add,
  constant,
  div,
  exp,
  less,
  matmul,
  max as greater,
  maxRows,
  mul,
  position,
  select,
  stop,
  sub,
  tanh,
  type Node,
} from '../graph/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import type { BuildContext, Layer, OpenLayer } from './layer.ts'
import { least, pooling } from './pooling.ts'

/** How wide steps are, and the layer in which they are scored. */
export interface AttentionPoolingOptions {
  /** Columns that pass through; in a chain those of what comes before. */
  readonly input: number
  /** Columns of the layer in which steps are scored. */
  readonly size: number
}

/**
 * The sum of the steps of each sequence so far, each weighted by how much it matters: Σ α_t x_t with α the softmax over time of
 * e_t = v · tanh(W @ x_t + b) (Yang et al. 2016, doi:10.18653/v1/N16-1174, equations 5 to 7): `[time, batch] × input` → `[batch] ×
 * input`; of a sequence without steps, zero. The tap `weights` is α, `[time, batch] × 1`: of the sequence that each row ends with, over
 * the steps of the run.
 * Parameters `weight`: `[size] × input` and `v`: `[1] × size`, Glorot-uniform at first, and `bias`: `size`, zero at first.
 */
export function attentionPooling(options: AttentionPoolingOptions): Layer
/** In a chain, of as many columns as what comes before gives. */
export function attentionPooling(options: Omit<AttentionPoolingOptions, 'input'>): OpenLayer
export function attentionPooling(
  options: Omit<AttentionPoolingOptions, 'input'> & Partial<AttentionPoolingOptions>,
): Layer | OpenLayer {
  const kind = 'attentionPooling'
  checkNames(kind, options, ['input', 'size'], { hidden: 'size', units: 'size' })
  const size = checkNumber(kind, 'size', options.size, { from: 1, whole: true })
  return pooling(kind, 'input', options.input, (columns) => ({
    described: { size },
    declared: [
      { name: 'weight', shape: { rows: [size], columns }, blocks: [{ columns, init: 'glorot' }] },
      { name: 'bias', shape: { rows: [], columns: size }, blocks: [{ columns: size, init: 0 }] },
      { name: 'v', shape: { rows: [1], columns: size }, blocks: [{ columns: size, init: 'glorot' }] },
    ],
    // The sum of steps, each times exp(e − the largest e so far), and of those weights: nothing overflows, and what is there shrinks
    // where a larger e comes.
    states: [
      { name: 'largest', columns: 1, initial: least },
      { name: 'total', columns: 1, initial: 0 },
      { name: 'sum', columns, initial: 0 },
    ],
    beside: ({ parameter }, x) => matmul(parameter('v'), tanh(add(matmul(parameter('weight'), x), parameter('bias')))),
    step([largest, total, sum], x, e) {
      // What comes out does not depend on it, so nothing flows back through it.
      const top = stop(greater(largest!, e!))
      const keep = exp(sub(largest!, top))
      const weight = exp(sub(e!, top))
      return [top, add(mul(keep, total!), weight), add(mul(keep, sum!), mul(weight, x))]
    },
    result([largest, total, sum], context, e) {
      // Among the weights of a sequence is a 1, that of the largest e; one without steps has none.
      const all = greater(total!, constant(1))
      context.tap('weights', () => shown(context, div(exp(sub(e!, largest!)), all)))
      return div(sum!, all)
    },
  }))
}

/** Zero past the end of each row, and before the sequence that it ends with. */
function shown({ lengths, starts }: BuildContext, weights: Node): Node {
  const at = position('time')
  const end = lengths('time')
  const there = end ? select(less(at, end), weights, constant(0)) : weights
  if (!starts) return there
  const begun = select(end ? mul(less(at, end), starts) : starts, at, constant(0))
  return select(less(at, maxRows(begun, 'time')), constant(0), there)
}
