/** Letters that LaTeX calls by name: `α` is \alpha. */
const greek: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho ' +
    'σ sigma τ tau υ upsilon φ varphi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega'
  )
    .split(' ')
    .reduce<[string, string][]>((pairs, word, i, all) => (i % 2 ? [...pairs, [all[i - 1]!, `\\${word}`]] : pairs), []),
)

/**
 * A name in LaTeX: one letter with what follows as its index (`Wz` is W_z, `h2` h_2, `W_in` W_{in}), or a word, upright, with
 * the digits at its end as index (`forget_gate`, `gate2`). `h~` carries a tilde. `below` joins the index; `accent` is put over all.
 */
export function symbol(name: string, below = '', accent = ''): string {
  const tilde = name.endsWith('~')
  const plain = (tilde ? name.slice(0, -1) : name).normalize('NFKC')
  const { base, index } = parted(plain)
  const tilded = tilde ? `\\tilde{${base}}` : base
  const mark = accent === '' ? tilded : `\\${accent}{${tilded}}`
  const under = [index, below].filter((part) => part !== '').join(',')
  return under === '' ? mark : `${mark}_${[...under].length === 1 ? under : `{${under}}`}`
}

function parted(name: string): { base: string; index: string } {
  const [, letters, rest] = /^([^_\p{Nd}]*)(.*?)_*$/su.exec(name)!
  const [head, ...others] = [...letters!]
  if (head === undefined) return { base: escaped(name), index: '' }
  // A parameter has an index of up to two letters, anything else of one; a letter before a line has all behind it.
  const short = /^[\p{Lu}b]/u.test(name) ? 2 : 1
  if (others.length === 0 || (others.length <= short && !rest!.startsWith('_'))) {
    return { base: greek[head] ?? head, index: escaped(others.join('') + rest!.replace(/^_+/, '')) }
  }
  const digits = /\p{Nd}*$/u.exec(rest!)![0]
  return {
    base: `\\mathrm{${escaped(letters! + rest!.slice(0, rest!.length - digits.length))}}`,
    index: digits,
  }
}

const escaped = (letters: string): string =>
  [...letters].map((letter) => (letter === '_' ? '\\_' : (greek[letter] ?? letter))).join('')
