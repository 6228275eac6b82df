import type { Draws } from './draws.ts'
import { callables, signs } from './vocabulary.ts'

/** Columns of a vector: sizes side by side. */
export type Width = readonly string[]

export const one: Width = ['1']
export const hidden: Width = ['hidden']

export const sameWidth = (a: Width, b: Width): boolean => [...a].sort().join() === [...b].sort().join()

/** What can be read in a line, and what was made on the way. */
export interface Scope {
  /** States, lines and x by width. */
  readonly vectors: { readonly name: string; readonly width: Width; reads: number }[]
  /** Parameters; `columns` are a matrix's, for each part of what it is applied to. */
  readonly parameters: { readonly name: string; readonly rows: Width; readonly columns?: readonly Width[] }[]
}

const written = ['1', '0.5', '2', '0.25', '3', '1.5']

/** Writes random expressions of a certain width; all brackets are written out. */
export class Writer {
  readonly #draws: Draws
  readonly #scope: Scope

  constructor(draws: Draws, scope: Scope) {
    this.#draws = draws
    this.#scope = scope
  }

  /** `depth` is how much may stand inside one another. */
  expression(width: Width, depth: number): string {
    if (depth <= 0) return this.#leaf(width)
    const forms: [number, () => string][] = [
      [3, () => this.#leaf(width)],
      [3, () => this.#product(width, depth)],
      [5, () => this.#binary(width, depth)],
      [4, () => this.#call(width, depth)],
      [1, () => `(-${this.expression(width, depth - 1)})`],
    ]
    if (width.length > 1) forms.push([6, () => this.#beside(width, depth)])
    if (sameWidth(width, one)) forms.push([8, () => this.#call(width, depth, true)])
    return this.#draws.weighted(forms)()
  }

  /** Something already there, the more often the less it was read; else a parameter. */
  #leaf(width: Width): string {
    const fitting = this.#scope.vectors.filter((vector) => sameWidth(vector.width, width))
    const unread = fitting.filter(({ reads }) => reads === 0)
    const choice = this.#draws.below(10)
    const list = choice < 5 || unread.length === 0 ? fitting : unread
    if (list.length > 0 && choice < 8) {
      const found = this.#draws.pick(list)
      found.reads++
      return found.name
    }
    if (width.length > 1) return this.#beside(width, 0)
    if (sameWidth(width, one) && choice < 9) return this.#draws.pick(written)
    return this.#vector(width)
  }

  #vector(width: Width): string {
    const known = this.#scope.parameters.filter(({ rows, columns }) => !columns && sameWidth(rows, width))
    if (known.length > 0 && !this.#draws.chance(0.5)) return this.#draws.pick(known).name
    const name = `b${this.#scope.parameters.length}`
    this.#scope.parameters.push({ name, rows: width })
    return name
  }

  #binary(width: Width, depth: number): string {
    const sign = this.#draws.weighted(signs)
    const [left, right] = this.#draws.weighted<readonly [Width, Width]>([
      [5, [width, width]],
      [2, [width, one]],
      [1, [one, width]],
    ])
    const a = this.expression(left, depth - 1)
    if (sign !== '/') return `(${a} ${sign} ${this.expression(right, depth - 1)})`
    return `(${a} / ${this.#positive(right, depth - 1)})`
  }

  /** Something well above zero. */
  #positive(width: Width, depth: number): string {
    const inner = this.expression(width, depth - 1)
    return this.#draws.pick([`(1.5 + tanh(${inner}))`, `(0.5 + abs(${inner}))`, `(0.25 + sigmoid(${inner}))`])
  }

  /** A function's value; `reduced`: of a function that makes one column of many. */
  #call(width: Width, depth: number, reduced = false): string {
    const fitting = callables.filter(({ reduces }) => reduces === reduced)
    const { name, vectors, numbers, reduces, steered, everywhere } = this.#draws.pick(fitting)
    const wide = reduces ? this.width() : width
    const whole = this.#draws.below(vectors)
    const inputs = Array.from({ length: vectors }, (_, i) => {
      const own = i === whole || !this.#draws.chance(0.3) ? wide : one
      if (!everywhere) return this.#positive(own, depth - 1)
      if (steered && i === 0) {
        return `(${this.expression(own, depth - 1)} < ${this.expression(own, depth - 1)})`
      }
      return this.expression(own, depth - 1)
    })
    if (this.#draws.chance(0.3)) for (let i = 0; i < numbers; i++) inputs.push(this.#draws.pick(written))
    return `${name}(${inputs.join(', ')})`
  }

  #product(width: Width, depth: number): string {
    if (width.length > 1) return this.#beside(width, depth)
    const known = this.#scope.parameters.filter(({ rows, columns }) => columns && sameWidth(rows, width))
    if (known.length > 0 && this.#draws.chance(0.3)) {
      const { name, columns } = this.#draws.pick(known)
      return `(${name} @ ${this.#side(columns!, depth)})`
    }
    const parts = this.#draws.pick([1, 1, 1, 1, 1, 2, 2, 2, 3])
    const columns = Array.from({ length: parts }, () => this.width())
    return this.#matrix(width, columns, this.#side(columns, depth))
  }

  /** What a matrix is applied to. */
  #side(columns: readonly Width[], depth: number): string {
    const parts = columns.map((width) => this.expression(width, depth - 1))
    return parts.length === 1 ? parts[0]! : `[${parts.join(', ')}]`
  }

  #beside(width: Width, depth: number): string {
    return `[${width.map((part) => this.expression([part], depth - 1)).join(', ')}]`
  }

  /** Two expressions made one, the second as wide as it may be. */
  joined(a: string, width: Width, b: string, other: Width): string {
    const fits = sameWidth(width, other) || sameWidth(other, one)
    if (!fits && width.length > 1) return a
    return `(${a} ${this.#draws.pick(['+', '*', '-'])} ${fits ? b : this.#matrix(width, [other], b)})`
  }

  /** A new matrix applied to something. */
  #matrix(rows: Width, columns: readonly Width[], vector: string): string {
    const name = `W${this.#scope.parameters.length}`
    this.#scope.parameters.push({ name, rows, columns })
    return `(${name} @ ${vector})`
  }

  /** A width of something that is there, or one of its own. */
  width(): Width {
    return this.#draws.weighted<Width>([
      [6, hidden],
      [3, ['input']],
      [1, one],
      [1, ['2']],
    ])
  }
}
