import type { Cell } from 'unrolled'

const subscripts = '₀₁₂₃₄₅₆₇₈₉'
const lowered = (n: number): string => [...String(n)].map((digit) => subscripts[Number(digit)]).join('')

/**
 * The equations of a cell written out over steps: inputs and states get the step's number, weights stay the same in every step.
 */
export function overSteps(cell: Cell, steps: number): string {
  const lines = cell
    .text()
    .split('\n')
    .filter((line) => line.includes('=') && !/^\s*(name|source|size|init|state|param):/.test(line))
  const sizes = { input: 1, hidden: 1, output: 1, projection: 1 }
  const states = new Set(cell.states(sizes).map(({ name }) => name))
  const defined = new Set(lines.map((line) => line.split('=')[0]!.trim().replace(/'$/, '')))
  const result: string[] = []
  for (let t = 1; t <= steps; t++) {
    const names = /[\p{L}_][\p{L}\p{N}_]*~?'?/gu
    result.push(`step ${t}`)
    for (const line of lines) {
      const written = line.trim().replace(names, (name) => {
        const bare = name.replace(/'$/, '')
        if (name.endsWith("'")) return `${bare}${lowered(t)}`
        if (states.has(bare)) return `${bare}${lowered(t - 1)}`
        return bare === 'x' || defined.has(bare) ? `${bare}${lowered(t)}` : name
      })
      result.push(`  ${written}`)
    }
  }
  const shared = cell.parameters(sizes).map(({ name }) => name)
  return `${result.join('\n')}\nshared by all steps: ${shared.join(', ')}`
}
