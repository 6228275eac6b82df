import type { Equations, Expression, Initial } from './syntax.ts'

/** How tightly each form binds; a looser one inside a tighter one needs brackets. */
const tightness = { sum: 1, term: 2, factor: 3, atom: 4 } as const

/** The canonical text: header first, ASCII signs, single spaces, no needless brackets. Reading it back changes nothing. */
export function print(equations: Equations): string {
  const { name, source, sizes, inits, states, parameters, lines } = equations
  return [
    ...(name === undefined ? [] : [`name: ${name}`]),
    ...(source === undefined ? [] : [`source: ${source}`]),
    ...sizes.map(({ name, value }) => `size: ${name} = ${value}`),
    ...inits.map(({ name, value }) => `init: ${name} = ${initialText(value)}`),
    ...states.map(({ name, value }) => `state: ${name} = ${numberText(value)}`),
    ...parameters.map(({ name, value }) => `param: ${name}${value === undefined ? '' : ` = ${value}`}`),
    ...lines.map(({ name, primed, value }) => `${name}${primed ? "'" : ''} = ${expressionText(value)}`),
  ].join('\n')
}

/** 1e30, where JavaScript writes 1e+30. */
const numberText = (value: number): string => String(value).replace('e+', 'e')

function initialText(value: Initial): string {
  if (typeof value === 'object') return `uniform(${value.uniform.map(numberText).join(', ')})`
  return typeof value === 'number' ? numberText(value) : value
}

/** One expression in canonical text. */
export const expressionText = (expression: Expression): string => text(expression, tightness.sum)

function text(expression: Expression, within: number): string {
  const bracketed = (own: number, written: string): string => (own < within ? `(${written})` : written)
  switch (expression.kind) {
    case 'number':
      return numberText(expression.value)
    case 'name':
      return expression.name + (expression.primed ? "'" : '')
    case 'call':
      return `${expression.of}(${expression.inputs.map(expressionText).join(', ')})`
    case 'concatenation':
      return `[${expression.parts.map(expressionText).join(', ')}]`
    case 'negation':
      return bracketed(tightness.factor, `-${text(expression.of, tightness.factor)}`)
    case 'product':
      return bracketed(tightness.factor, `${expression.matrix} @ ${text(expression.vector, tightness.factor)}`)
    case 'binary': {
      const own = expression.sign === '+' || expression.sign === '-' ? tightness.sum : tightness.term
      return bracketed(own, `${text(expression.left, own)} ${expression.sign} ${text(expression.right, own + 1)}`)
    }
  }
}
