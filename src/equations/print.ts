import { tightness, tightnessOf, type Equations, type Expression, type Initial } from './syntax.ts'

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
export const expressionText = (expression: Expression): string => text(expression, tightness.comparison)

function text(expression: Expression, within: number): string {
  const bracketed = (own: number, written: string): string => (own < within ? `(${written})` : written)
  switch (expression.kind) {
    case 'number':
      return numberText(expression.value)
    case 'name':
      return expression.name + (expression.primed ? "'" : '')
    case 'call':
      return `${expression.of}(${[...expression.inputs.map(expressionText), ...expression.numbers.map(numberText)].join(', ')})`
    case 'concatenation':
      return `[${expression.parts.map(expressionText).join(', ')}]`
    case 'negation':
      return bracketed(tightness.factor, `-${text(expression.of, tightness.factor)}`)
    case 'product':
      return bracketed(tightness.factor, `${expression.matrix} @ ${text(expression.vector, tightness.factor)}`)
    case 'binary': {
      const { sign, left, right } = expression
      const own = tightnessOf[sign]
      // Signs of one kind are read from left to right; a comparison stands alone.
      const before = text(left, own === tightness.comparison ? own + 1 : own)
      return bracketed(own, `${before} ${sign} ${text(right, own + 1)}`)
    }
  }
}
