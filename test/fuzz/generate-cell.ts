import { parse, print } from '../../src/equations/index.ts'
import type { ModifierDescription } from '../../src/cells/index.ts'
import { isMeant, type CellCase } from './cell-case.ts'
import type { Draws } from './draws.ts'
import { hidden, one, sameWidth, Writer, type Scope, type Width } from './generate-expression.ts'

interface WrittenLine {
  readonly name: string
  readonly value: string
  readonly width: Width
}

/** A random cell with random sizes, modifiers and surroundings; undefined where the draws lead to none. */
export function generateCell(draws: Draws): CellCase | undefined {
  const text = equationText(draws)
  const bare: CellCase = {
    text,
    modifiers: [],
    sizes: {
      hidden: draws.pick([3, 3, 3, 3, 3, 3, 1, 1, 2, 2, 5, 5, 16, 17, 17]),
      input: draws.pick([2, 2, 2, 2, 1, 1, 3, 3, 4]),
      output: 4,
      projection: 2,
    },
    layers: draws.chance(0.15) ? 2 : 1,
    bidirectional: draws.chance(0.12),
    residual: draws.chance(0.1),
    ...extents(draws),
    started: draws.chance(0.7),
    training: draws.chance(0.4),
  }
  if (!isMeant(bare)) return undefined
  return modified(draws, bare)
}

function extents(draws: Draws): Pick<CellCase, 'time' | 'batch' | 'lengths'> {
  const time = draws.pick([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 9, 11])
  const batch = draws.pick([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 5, 7])
  const lengths = draws.chance(0.35) ? Array.from({ length: batch }, () => draws.below(time + 1)) : undefined
  return { time, batch, lengths }
}

const names = ['h', 'c', 's', 't', 'u', 'v', 'w', 'z', 'y'] as const

function equationText(draws: Draws): string {
  const scope: Scope = { vectors: [], parameters: [] }
  const writer = new Writer(draws, scope)
  const stateCount = draws.pick([1, 1, 1, 1, 2, 2, 2, 3])
  const states = names.slice(0, stateCount).map((name) => ({
    name,
    width: draws.weighted<Width>([
      [10, hidden],
      [1, one],
      [1, ['2']],
      [1, ['input']],
      [1, ['projection']],
    ]),
  }))
  for (const { name, width } of states) scope.vectors.push({ name, width, reads: 0 })
  scope.vectors.push({ name: 'x', width: ['input'], reads: 0 })

  const lines: WrittenLine[] = []
  const write = (name: string, width: Width): void => {
    lines.push({
      name,
      width,
      value: writer.expression(width, draws.pick([1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4])),
    })
    scope.vectors.push({ name, width, reads: 0 })
  }
  // Lines of their own stand in front of and between the states' new values.
  const own = draws.pick([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4])
  const order = [
    ...states.map(({ name, width }) => ({ name: `${name}'`, width })),
    ...names.slice(3, 3 + own).map((name) => ({ name, width: undefined })),
  ]
  while (order.length > 0) {
    const [next] = order.splice(draws.below(order.length), 1)
    write(next!.name, next!.width ?? (draws.chance(0.1) ? [...writer.width(), ...writer.width()] : writer.width()))
  }
  if (draws.chance(0.5))
    write(
      'y',
      draws.weighted<Width>([
        [6, hidden],
        [2, ['output']],
        [1, one],
        [1, [...hidden, ...writer.width()]],
      ]),
    )
  if (draws.chance(0.8)) readAll(lines, scope, writer)
  return textOf(withoutUnread(lines), states, scope, draws)
}

/** Makes the last line read what no other reads. */
function readAll(lines: WrittenLine[], { vectors }: Scope, writer: Writer): void {
  const last = lines.pop()!
  const unread = vectors.filter(({ name, reads }) => reads === 0 && lines.some((line) => line.name === name))
  const value = unread.reduce((sum, { name, width }) => writer.joined(sum, last.width, name, width), last.value)
  lines.push({ ...last, value })
}

/** Lines that somebody reads, and those that count anyway. */
function withoutUnread(lines: readonly WrittenLine[]): readonly WrittenLine[] {
  const used = ({ name }: WrittenLine): boolean =>
    name === 'y' || name.endsWith("'") || lines.some(({ value }) => mentions(value, name))
  const left = lines.filter(used)
  return left.length === lines.length ? lines : withoutUnread(left)
}

const mentions = (value: string, name: string): boolean => new RegExp(`(?<![\\w])${name}(?![\\w'])`).test(value)

function textOf(
  lines: readonly WrittenLine[],
  states: readonly { readonly name: string; readonly width: Width }[],
  { parameters }: Scope,
  draws: Draws,
): string {
  const read = (name: string): boolean => lines.some(({ value }) => mentions(value, name))
  const sized = [
    ...states.map(({ name, width }) => [name, width] as const),
    ...parameters.filter(({ name }) => read(name)).map(({ name, rows }) => [name, rows] as const),
  ].filter(([, width]) => !sameWidth(width, hidden))
  const initial = states.filter(() => draws.chance(0.15)).map(({ name }) => `state: ${name} = 0.5`)
  const text = [
    ...sized.map(([name, [size]]) => `size: ${name} = ${size}`),
    ...initial,
    ...lines.map(({ name, value }) => `${name} = ${value}`),
  ].join('\n')
  return print(parse(text))
}

/** The case with modifiers, as far as they have a place to act. */
function modified(draws: Draws, bare: CellCase): CellCase {
  if (!draws.chance(0.35)) return bare
  const rate = 0.25
  const states = [...parse(bare.text).lines].filter(({ primed }) => primed).map(({ name }) => name)
  const choices: readonly ModifierDescription[] = [
    { name: 'layerNorm', options: {} },
    { name: 'weightDrop', options: { rate } },
    { name: 'recurrentDropout', options: { rate } },
    { name: 'zoneout', options: Object.fromEntries(states.map((name) => [name, rate])) },
    { name: 'projection', options: { size: 2 } },
  ]
  return choices.reduce((made, modifier) => {
    if (!draws.chance(0.35)) return made
    const more = { ...made, modifiers: [...made.modifiers, modifier] }
    return isMeant(more) ? more : made
  }, bare)
}
