import { fault } from './fault.ts'
import type { Scope } from './scope.ts'
import { inside, type Expression, type Line } from './syntax.ts'

/** The lines so that each comes after those it uses; an old state needs no line. Errs where lines wait for each other. */
export function inOrder(text: string, { states, lines }: Scope): Line[] {
  const result: Line[] = []
  const done = new Set<Line>()
  const uses = new Map<Line, readonly Line[]>()
  const written = [...states.values(), ...lines.values()].sort((a, b) => a.at - b.at)
  for (const line of written) {
    const found = new Set<Line>()
    const visit = (expression: Expression): void => {
      if (expression.kind === 'name') {
        const { name, primed } = expression
        const used = primed ? states.get(name) : lines.get(name)
        if (used) found.add(used)
      }
      inside(expression).forEach(visit)
    }
    visit(line.value)
    uses.set(line, [...found])
  }
  for (const root of written) {
    const path = [root]
    const waiting = new Set(path)
    for (let line = path.at(-1); line; line = path.at(-1)) {
      const next = done.has(line) ? undefined : uses.get(line)!.find((used) => !done.has(used))
      if (!next) {
        if (!done.has(line)) result.push(line)
        done.add(line)
        waiting.delete(line)
        path.pop()
        continue
      }
      if (waiting.has(next)) {
        const round = [...path.slice(path.indexOf(next)), next].map(({ name, primed }) => name + (primed ? "'" : ''))
        const shown = round.length > 8 ? [...round.slice(0, 7), '...', round[0]] : round
        fault(
          text,
          next.at,
          `${round[0]} needs its own value: ${shown.join(' needs ')}; the unprimed name of a state is the old value`,
        )
      }
      path.push(next)
      waiting.add(next)
    }
  }
  return result
}
