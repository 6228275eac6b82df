import { inside, type Expression, type Line } from './syntax.ts'

/** The line that a name stands for, if it stands for one. */
export type LineOf = (name: string, primed: boolean) => Line | undefined

/** The line of each defined name. */
export function linesByName(lines: readonly Line[]): LineOf {
  const named = new Map(lines.map((line) => [line.name + (line.primed ? "'" : ''), line]))
  return (name, primed) => named.get(primed ? `${name}'` : name)
}

/** What stands side by side in an expression, left to right, through lines that are nothing else; undefined beyond `most`. */
export function sideBySide(expression: Expression, lineOf: LineOf, most: number): Expression[] | undefined {
  const result: Expression[] = []
  const pending = [expression]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const meant = behindNames(next, lineOf)
    if (meant.kind === 'concatenation') pending.push(...[...meant.parts].reverse())
    else result.push(next)
    if (pending.length + result.length > most) return undefined
  }
  return result
}

/** What a name stands for, if need be by way of other names. */
function behindNames(expression: Expression, lineOf: LineOf): Expression {
  let meant = expression
  while (meant.kind === 'name') {
    const line = lineOf(meant.name, meant.primed)
    if (!line) break
    meant = line.value
  }
  return meant
}

/**
 * The old states that an expression depends on with no product and no state's new value in between. `order` has each line after
 * those it uses.
 */
export function oldStates(
  order: readonly Line[],
  lineOf: LineOf,
  states: ReadonlySet<string>,
): (expression: Expression) => ReadonlySet<string> {
  const none: ReadonlySet<string> = new Set()
  const known = new Map<Line, ReadonlySet<string>>()
  const of = (expression: Expression): ReadonlySet<string> => {
    if (expression.kind === 'product') return none
    if (expression.kind === 'name') {
      if (expression.primed) return none
      const line = lineOf(expression.name, false)
      if (line) return known.get(line) ?? none
      return states.has(expression.name) ? new Set([expression.name]) : none
    }
    const found = inside(expression)
      .map(of)
      .filter(({ size }) => size > 0)
    return found.length < 2 ? (found[0] ?? none) : new Set(found.flatMap((names) => [...names]))
  }
  for (const line of order) known.set(line, of(line.value))
  return of
}
