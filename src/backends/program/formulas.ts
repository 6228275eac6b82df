/** Formulas as flat arrays of numbers over the values of their axes, equal ones once. */

import type { Formula } from './place.ts'

export class Formulas {
  readonly axes: string[] = []
  private readonly numbers = new Map<string, number>()
  private readonly first: number[] = [0]
  private readonly factors: number[] = []
  private readonly termEnds: number[] = []
  private readonly termAxes: number[] = []

  get count(): number {
    return this.numbers.size
  }

  /** Adds a formula and gives its number. */
  add(formula: Formula): number {
    const key = JSON.stringify(formula.map(({ factor, axes }) => [factor, ...axes]))
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.numbers.size)
    for (const { factor, axes } of formula) {
      this.factors.push(factor)
      for (const axis of axes) {
        let index = this.axes.indexOf(axis)
        if (index < 0) index = this.axes.push(axis) - 1
        this.termAxes.push(index)
      }
      this.termEnds.push(this.termAxes.length)
    }
    return this.first.push(this.factors.length) - 2
  }

  evaluate(index: number, extents: readonly number[]): number {
    let sum = 0
    const end = this.first[index + 1] as number
    for (let term = this.first[index] as number; term < end; term++) {
      let product = this.factors[term] as number
      const to = this.termEnds[term] as number
      for (let axis = term === 0 ? 0 : (this.termEnds[term - 1] as number); axis < to; axis++)
        product *= extents[this.termAxes[axis] as number] as number
      sum += product
    }
    return sum
  }
}
