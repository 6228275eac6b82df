import { functions } from './functions.ts'
import { tightness, tightnessOf, type Expression } from './syntax.ts'

/** How names and products are written in one place. */
export interface Way {
  named(name: string, primed: boolean): string
  /** With how tightly it binds. */
  product(expression: Extract<Expression, { kind: 'product' }>): readonly [written: string, tightness: number]
}

/** An expression in LaTeX, in brackets where it binds less than what is around it. */
export function text(expression: Expression, within: number, way: Way): string {
  const bracketed = (own: number, written: string): string => (own < within ? brackets('(', written, ')') : written)
  const inner = (inside: Expression): string => text(inside, tightness.comparison, way)
  switch (expression.kind) {
    case 'number':
      return numberText(expression.value)
    case 'name':
      return way.named(expression.name, expression.primed)
    case 'call': {
      if (expression.of === 'where') return bracketed(tightness.comparison, cases(expression.inputs, inner))
      const inputs = [...expression.inputs.map(inner), ...expression.numbers.map(numberText)]
      if (expression.of === 'abs') return `\\left|${inputs[0]}\\right|`
      if (expression.of === 'sqrt') return `\\sqrt{${inputs[0]}}`
      const name = functions.get(expression.of)!.latex ?? `\\operatorname{${expression.of.replaceAll('_', '\\_')}}`
      return name + brackets('(', inputs.join(', '), ')')
    }
    case 'concatenation':
      return brackets('[', expression.parts.map(inner).join(', '), ']')
    case 'negation':
      return bracketed(tightness.factor, `-${text(expression.of, tightness.factor, way)}`)
    case 'product': {
      const [written, own] = way.product(expression)
      return bracketed(own, written)
    }
    case 'binary': {
      const { sign, left, right } = expression
      if (sign === '/') return `\\frac{${inner(left)}}{${inner(right)}}`
      // As in Iverson's brackets: 1 where it holds, else 0.
      if (sign === '<' || sign === '>') return brackets('[', compared(expression, inner), ']')
      const own = tightnessOf[sign]
      // A number in front of a vector needs no sign.
      const written = sign !== '*' ? sign : left.kind === 'number' && right.kind !== 'number' ? '\\,' : '\\odot'
      const after = text(right, own + 1, way)
      const shown = right.kind === 'negation' ? brackets('(', after, ')') : after
      return bracketed(own, `${text(left, own, way)} ${written} ${shown}`)
    }
  }
}

/** The first where the condition holds, else the second. */
function cases([condition, a, b]: readonly Expression[], inner: (inside: Expression) => string): string {
  const holds =
    condition!.kind === 'binary' && (condition!.sign === '<' || condition!.sign === '>')
      ? compared(condition!, inner)
      : `${inner(condition!)} \\neq 0`
  return `\\begin{cases}${inner(a!)} & \\text{if } ${holds} \\\\ ${inner(b!)} & \\text{else}\\end{cases}`
}

const compared = (
  { left, sign, right }: Extract<Expression, { kind: 'binary' }>,
  inner: (inside: Expression) => string,
): string => `${inner(left)} ${sign} ${inner(right)}`

export const brackets = (open: string, inner: string, close: string): string =>
  /\\frac|\\left|\\begin/.test(inner) ? `\\left${open}${inner}\\right${close}` : open + inner + close

function numberText(value: number): string {
  const [digits, exponent] = String(value).split('e')
  if (exponent === undefined) return digits!
  const power = `10^{${Number(exponent)}}`
  return digits === '1' ? power : `${digits} \\cdot ${power}`
}
