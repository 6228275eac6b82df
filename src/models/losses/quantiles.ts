import { add, constant, div, max, mean, mul, softplus, sub, type Node } from '../../graph/index.ts'
import { checkNames, checkNumber, wrongOption } from '../../options.ts'
import { blocksOf, valuesOf } from './blocks.ts'
import type { Output } from './output.ts'
import { longestRow } from './row.ts'

/** Which quantiles `quantiles` says. */
export interface QuantilesOptions {
  /** Shares of all values that are below each quantile: above 0 and below 1, from the least to the greatest. */
  readonly levels: readonly number[]
}

/**
 * Quantiles of each value, a number of the output for each level τ: the mean over values and levels of max(τ · e, (τ − 1) · e), the pinball
 * loss of e = target − quantile (Koenker & Bassett 1978, doi:10.2307/1913643).
 *
 * They never cross: the block of the level nearest to 0.5 (of two the lower) is its quantile; above it, each is softplus(its block) more than
 * the one before, and below it as much less than the one after.
 *
 * What is said of a value lies between the levels on a line; outside of the outermost it is held at them, so that nothing is said of what lies
 * further out. Its point is the median: without 0.5 among the levels it is interpolated, or held, as any other quantile.
 *
 * @throws UnrolledError `option` for levels that are no such.
 */
export function quantiles(options: QuantilesOptions): Output
/** The same, level after level: `quantiles(0.1, 0.5, 0.9)`. */
export function quantiles(...levels: readonly number[]): Output
export function quantiles(...given: readonly (number | QuantilesOptions)[]): Output {
  const levels = levelsOf(given)
  const distances = levels.map((level) => Math.abs(level - 0.5))
  const middle = distances.indexOf(Math.min(...distances))
  return {
    name: 'quantiles',
    options: { levels },
    levels,
    perValue: levels.length,
    target: (output) => valuesOf('quantiles', output, levels.length),
    build(output, targets) {
      const pinballs = ascending(blocksOf(output, levels.length), middle).map((quantile, k) => {
        const error = sub(targets, quantile)
        return max(mul(constant(levels[k]!), error), mul(constant(levels[k]! - 1), error))
      })
      return div(mean(pinballs.reduce(add)), constant(levels.length))
    },
    async distributions() {
      const { betweenLevels } = await import('../distributions/between-levels.ts')
      return betweenLevels(levels, middle)
    },
  }
}

/** Blocks from the middle one outwards, each a positive distance from its neighbour. */
function ascending(blocks: readonly Node[], middle: number): Node[] {
  const quantiles = [...blocks]
  for (let k = middle + 1; k < blocks.length; k++) quantiles[k] = add(quantiles[k - 1]!, softplus(blocks[k]!))
  for (let k = middle - 1; k >= 0; k--) quantiles[k] = sub(quantiles[k + 1]!, softplus(blocks[k]!))
  return quantiles
}

function levelsOf(given: readonly (number | QuantilesOptions)[]): readonly number[] {
  const [first] = given
  const options = given.length === 1 && typeof first !== 'number' ? first! : { levels: given as readonly number[] }
  checkNames('quantiles', options, ['levels'], { quantiles: 'levels' })
  const { levels } = options
  const wrong = (right: string): Error => wrongOption('quantiles', 'levels', levels, right)
  if (!Array.isArray(levels) || levels.length === 0)
    throw wrong('at least one number, such as quantiles(0.1, 0.5, 0.9)')
  if (levels.length > longestRow) throw wrong(`at most ${longestRow} numbers`)
  levels.forEach((level, k) => checkNumber('quantiles', `levels[${k}]`, level, { above: 0, below: 1 }))
  if (levels.some((level, k) => level <= levels[k - 1]!)) throw wrong('ascending: each greater than the one before')
  return [...levels]
}
