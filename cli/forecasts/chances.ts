import type { BacktestReport, RuleName } from 'unrolled'

/**
 * What is said where a model lost by its single numbers and yet told better how likely all others are: of what seldom happens the best
 * single number is 0, and that says little.
 */
export function betterChances({ byName }: Pick<BacktestReport, 'byName'>, rule: RuleName): string | undefined {
  const crps = (name: string): number | undefined => byName.find((one) => one.name === name)?.crps
  const [own, other] = [crps('this model'), crps(rule)]
  if (own === undefined || other === undefined || own >= other) return undefined
  return (
    `The model's intervals were the better ones: a CRPS of ${own.toPrecision(4)} against ${other.toPrecision(4)} of ${rule}. Where chances ` +
    `matter more than one number for each step, use the model's`
  )
}
