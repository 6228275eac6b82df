import { functions } from './functions.ts'
import { tightness, tightnessOf, type Expression, type Line } from './syntax.ts'
import type { Meaning } from './understand.ts'

const greek: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    (
      'α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho ' +
      'σ sigma τ tau υ upsilon φ varphi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega'
    )
      .split(' ')
      .reduce<[string, string][]>(
        (pairs, word, i, all) => (i % 2 ? [...pairs, [all[i - 1]!, `\\${word}`]] : pairs),
        [],
      ),
  ),
}

/** The equations as LaTeX, one line a row: `h_t`, `h_{t-1}`, `W_z`, `\odot`. */
export function latex(meaning: Meaning): string {
  const timed = new Set([
    'x',
    ...meaning.states.map(({ name }) => name),
    ...meaning.equations.lines.map(({ name }) => name),
  ])
  const states = new Set(meaning.states.map(({ name }) => name))
  const named = (name: string, primed: boolean): string => {
    if (!timed.has(name)) return symbol(name, '')
    return symbol(name, states.has(name) && !primed ? 't-1' : 't')
  }
  const row = ({ name, primed, value }: Line): string =>
    `${named(name, primed)} &= ${text(value, tightness.comparison, named)}`
  return `\\begin{aligned}\n${meaning.equations.lines.map(row).join(' \\\\\n')}\n\\end{aligned}`
}

/** A name as a letter with subscripts: `Wz` is W_z, `h~` carries a tilde; a word stays a word. */
function symbol(name: string, time: string): string {
  const tilde = name.endsWith('~')
  const plain = tilde ? name.slice(0, -1) : name
  const [, head, rest] = /^(.)_*(.*?)_*$/u.exec(plain.normalize('NFKC'))!
  const word = rest!.length > 3 && !plain.includes('_')
  const letters = word ? `\\mathrm{${escaped(plain)}}` : (greek[head!] ?? escaped(head!))
  const below = [word ? '' : escaped(rest!.normalize('NFKC')), time].filter((part) => part !== '').join(',')
  const mark = tilde ? `\\tilde{${letters}}` : letters
  return below === '' ? mark : `${mark}_${[...below].length === 1 ? below : `{${below}}`}`
}

const escaped = (letters: string): string =>
  [...letters].map((letter) => (letter === '_' ? '\\_' : (greek[letter] ?? letter))).join('')

function text(expression: Expression, within: number, named: (name: string, primed: boolean) => string): string {
  const bracketed = (own: number, written: string): string => (own < within ? brackets('(', written, ')') : written)
  const inner = (inside: Expression): string => text(inside, tightness.comparison, named)
  switch (expression.kind) {
    case 'number':
      return numberText(expression.value)
    case 'name':
      return named(expression.name, expression.primed)
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
      return bracketed(tightness.factor, `-${text(expression.of, tightness.factor, named)}`)
    case 'product': {
      const vector = text(expression.vector, tightness.factor, named)
      const shown = expression.vector.kind === 'negation' ? brackets('(', vector, ')') : vector
      return bracketed(tightness.factor, `${named(expression.matrix, false)} ${shown}`)
    }
    case 'binary': {
      const { sign, left, right } = expression
      if (sign === '/') return `\\frac{${inner(left)}}{${inner(right)}}`
      // As in Iverson's brackets: 1 where it holds, else 0.
      if (sign === '<' || sign === '>') return brackets('[', compared(expression, inner), ']')
      const own = tightnessOf[sign]
      // A number in front of a vector needs no sign.
      const written = sign !== '*' ? sign : left.kind === 'number' && right.kind !== 'number' ? '\\,' : '\\odot'
      const after = text(right, own + 1, named)
      const shown = right.kind === 'negation' ? brackets('(', after, ')') : after
      return bracketed(own, `${text(left, own, named)} ${written} ${shown}`)
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

const brackets = (open: string, inner: string, close: string): string =>
  /\\frac|\\left|\\begin/.test(inner) ? `\\left${open}${inner}\\right${close}` : open + inner + close

function numberText(value: number): string {
  const [digits, exponent] = String(value).split('e')
  if (exponent === undefined) return digits!
  const power = `10^{${Number(exponent)}}`
  return digits === '1' ? power : `${digits} \\cdot ${power}`
}
