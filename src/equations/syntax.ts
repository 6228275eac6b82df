/** What an equation is made of. `at` is the place in the text that an error points at. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly primed: boolean; readonly at: number }
  | {
      readonly kind: 'call'
      readonly of: string
      /** The vectors; `numbers` are what is written behind them. */
      readonly inputs: readonly Expression[]
      readonly numbers: readonly number[]
      readonly at: number
    }
  | {
      readonly kind: 'binary'
      readonly sign: BinarySign
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | { readonly kind: 'negation'; readonly of: Expression; readonly at: number }
  | { readonly kind: 'product'; readonly matrix: string; readonly vector: Expression; readonly at: number }
  | { readonly kind: 'concatenation'; readonly parts: readonly Expression[]; readonly at: number }

/** `<` and `>` give 1 where they hold, else 0. */
export type BinarySign = '+' | '-' | '*' | '/' | '<' | '>'

/** How tightly each form binds; a looser one inside a tighter one needs brackets. */
export const tightness = { comparison: 1, sum: 2, term: 3, factor: 4 } as const

export const tightnessOf: Readonly<Record<BinarySign, number>> = {
  '<': tightness.comparison,
  '>': tightness.comparison,
  '+': tightness.sum,
  '-': tightness.sum,
  '*': tightness.term,
  '/': tightness.term,
}

/** `z = ...`, or `h' = ...` where primed. */
export interface Line {
  readonly name: string
  readonly primed: boolean
  readonly value: Expression
  readonly at: number
}

export type SizeName = 'hidden' | 'input' | 'output' | 'projection'

export const sizeNames: readonly SizeName[] = ['hidden', 'input', 'output', 'projection']

/** Something the header says about a name. */
export interface Entry<T> {
  readonly name: string
  readonly value: T
  readonly at: number
}

/**
 * How a block of a parameter, rows × columns, gets its first values, as a header may say it: a number fills it, `{ uniform: [lo, hi] }`
 * draws between two; `glorot` between ±√(6 ÷ (rows + columns)), `uniform` between ±1 ÷ √rows, as torch.nn.RNN; `normal` has mean 0 and
 * variance 1; `identity` is 1 where row and column are the same, else 0; `orthogonal` has rows, or columns if they are fewer, of unit length
 * at right angles (Saxe et al. 2014).
 */
export type Initial =
  number | 'orthogonal' | 'glorot' | 'uniform' | 'normal' | 'identity' | { readonly uniform: readonly [number, number] }

/** A text as written: header and lines, nothing about meaning yet. */
export interface Equations {
  /** The text that places refer to. */
  readonly text: string
  readonly name: string | undefined
  readonly source: string | undefined
  readonly sizes: readonly Entry<SizeName | number>[]
  readonly inits: readonly Entry<Initial>[]
  readonly states: readonly Entry<number>[]
  readonly parameters: readonly Entry<SizeName | number | undefined>[]
  readonly lines: readonly Line[]
}

/** The expressions directly inside another. */
export function inside(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'name':
      return []
    case 'call':
      return expression.inputs
    case 'binary':
      return [expression.left, expression.right]
    case 'negation':
      return [expression.of]
    case 'product':
      return [expression.vector]
    case 'concatenation':
      return expression.parts
  }
}
