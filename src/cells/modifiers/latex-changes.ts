import { symbol, type LatexChanges, type LatexProduct } from '../../equations/index.ts'

/** What a modifier does, as LaTeX: what `Modifier` says of nodes, said of signs. What is left out changes nothing. */
export interface ModifierLatex {
  stateInProducts?(old: string): string
  vector?(product: LatexProduct, vector: string): string
  weight?(product: LatexProduct, weight: string): string
  result?(product: LatexProduct, result: string): string
  carried?(name: string, old: string, next: string): string | undefined
  output?(name: string, output: string): string
  /** A row that says what its sign means. */
  readonly legend?: string
}

/** A sign of dropout, of recurrent states or of weights. */
export const dropSign = (rate: number): string => `\\operatorname{drop}_{${rate}}`
export const dropLegend =
  '\\operatorname{drop}_p(v) &= \\begin{cases}\\frac{1}{1 - p} \\, m \\odot v, \\; m \\sim \\mathrm{Bernoulli}(1 - p) & ' +
  '\\text{in training} \\\\ v & \\text{else}\\end{cases}'

/** All modifiers of a cell at once; `output` is the state whose new value is the output, if it is one. */
export function latexChanges(all: readonly ModifierLatex[], output: string | undefined): LatexChanges {
  const some = (has: (latex: ModifierLatex) => unknown): boolean => all.some((latex) => has(latex) !== undefined)
  /** A piece through every modifier in turn. */
  const through = (first: string, change: (latex: ModifierLatex, sofar: string) => string | undefined): string =>
    all.reduce((sofar, latex) => change(latex, sofar) ?? sofar, first)
  return {
    stateInProducts: (_, old) => {
      const changed = through(old, (latex, sofar) => latex.stateInProducts?.(sofar))
      return changed === old ? undefined : changed
    },
    ...(some(({ vector, weight, result }) => vector ?? weight ?? result) && {
      product: (product, weight, vector) =>
        through(
          `${through(weight, (latex, sofar) => latex.weight?.(product, sofar))} ` +
            through(vector, (latex, sofar) => latex.vector?.(product, sofar)),
          (latex, sofar) => latex.result?.(product, sofar),
        ),
    }),
    carried: (name, old, next) => {
      const changed = through(next, (latex, sofar) => latex.carried?.(name, old, sofar))
      return changed === next ? undefined : changed
    },
    output:
      output !== undefined && some((latex) => latex.output)
        ? through(symbol(output, 't'), (latex, sofar) => latex.output?.(output, sofar))
        : undefined,
    legend: [...new Set(all.flatMap(({ legend }) => legend ?? []))],
  }
}
