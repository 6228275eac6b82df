import type { Extents, Formula } from '../backends/backend.ts'

/** factor × the product of the axes' extents. */
export const term = (factor: number, ...axes: string[]): Formula =>
  factor === 0 ? [] : [{ factor, axes: axes.toSorted() }]

/** The sum of formulas, like terms put together. */
export function plus(...formulas: readonly Formula[]): Formula {
  const terms = new Map<string, { factor: number; axes: readonly string[] }>()
  for (const { factor, axes } of formulas.flat()) {
    const key = axes.join()
    const sofar = terms.get(key)
    terms.set(key, { factor: factor + (sofar?.factor ?? 0), axes })
  }
  return [...terms.values()].filter(({ factor }) => factor !== 0)
}

/** The product of formulas. */
export const times = (a: Formula, b: Formula): Formula =>
  plus(a.flatMap((x) => b.flatMap((y) => term(x.factor * y.factor, ...x.axes, ...y.axes))))

/** The number a formula gives at given extents. */
export function valueOf(formula: Formula, extents: Extents): number {
  let sum = 0
  for (const { factor, axes } of formula) {
    let product = factor
    for (const axis of axes) product *= extents[axis]!
    sum += product
  }
  return sum
}

export const sameFormula = (a: Formula, b: Formula): boolean =>
  plus(
    a,
    b.map(({ factor, axes }) => ({ factor: -factor, axes })),
  ).length === 0

/** `16·time·batch + 128`, as `explain` prints it. */
export const formulaText = (formula: Formula): string =>
  formula.length === 0
    ? '0'
    : formula
        .map(({ factor, axes }) => [...(factor === 1 && axes.length > 0 ? [] : [factor]), ...axes].join('·'))
        .join(' + ')
