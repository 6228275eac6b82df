import { constant, less, mul, select, type Node, type Shape } from '../graph/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { rowwise, type BuildContext, type Layer, type OpenLayer } from './layer.ts'
import { vectors } from './port.ts'

/** How often an element is dropped, and of how many columns. */
export interface DropoutOptions {
  /** Columns that pass through; in a chain those of what comes before. */
  readonly size: number
  /** The probability with which an element becomes zero in training. */
  readonly rate: number
}

/**
 * Dropout (Srivastava et al. 2014): in training each element is zero with probability `rate`, else divided by 1 − rate; drawn
 * anew for every step, sequence and column. In evaluation, nothing.
 */
export function dropout(options: DropoutOptions): Layer
/** In a chain, of as many columns as what comes before gives. */
export function dropout(options: Omit<DropoutOptions, 'size'>): OpenLayer
export function dropout(options: Omit<DropoutOptions, 'size'> & Partial<DropoutOptions>): Layer | OpenLayer {
  checkNames('dropout', options, ['size', 'rate'], { p: 'rate' })
  const rate = checkRate('dropout', options.rate)
  return rowwise('dropout', options.size, (columns, axes) => {
    const size = checkNumber('dropout', 'size', columns, { from: 1, whole: true })
    return {
      description: { kind: 'dropout', size, rate },
      x: vectors(size, axes),
      output: vectors(size, axes),
      build: (context, x) => dropped(context, x, rate, 'dropout'),
    }
  })
}

/** A rate of dropout: from 0, below 1. */
export const checkRate = (owner: string, rate: number): number =>
  checkNumber(owner, 'rate', rate, { from: 0, below: 1 })

/** `x` with elements dropped, at the site of that name. */
export function dropped(context: BuildContext, x: Node, rate: number, site: string): Node {
  const [keep] = kept(context, x.shape, rate, site)
  return keep ? mul(x, keep) : x
}

/** What elements are multiplied by, 0 or 1 ÷ (1 − rate); none where nothing is dropped. */
export const kept = (context: BuildContext, shape: Shape, rate: number, site: string): readonly Node[] =>
  context.training && rate > 0
    ? [select(less(context.random(site, shape), constant(rate)), constant(0), constant(1 / (1 - rate)))]
    : []
