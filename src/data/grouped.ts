import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'
import { valuesIn, type Records } from './records.ts'

/** Rows that belong together, by number, in the order of their steps; each row by itself where nothing says so. */
export function grouped(
  records: Records,
  { sequence, time }: { readonly sequence?: string | undefined; readonly time?: string | undefined },
  owner: string,
): readonly (readonly number[])[] {
  if (sequence === undefined) {
    if (time !== undefined)
      throw new UnrolledError('option', `${owner}: time orders the rows of a sequence; say which column names it`)
    return Array.from({ length: records.rows }, (_, i) => [i])
  }
  const groups = new Map<unknown, number[]>()
  valuesIn(records, sequence, owner).forEach((id, i) => {
    if (id === undefined || id === null || id === '' || Number.isNaN(id)) {
      throw new UnrolledError(
        'data',
        `${owner}: ${records.place(i, sequence)}: it does not say to which sequence the row belongs`,
      )
    }
    const known = groups.get(id)
    if (known) known.push(i)
    else groups.set(id, [i])
  })
  if (time !== undefined) order(records, time, [...groups.values()], owner)
  return [...groups.values()]
}

function order(records: Records, time: string, groups: readonly number[][], owner: string): void {
  const times = valuesIn(records, time, owner).map((value, i) => {
    const number = value instanceof Date ? value.getTime() : value
    if (typeof number === 'number' && Number.isFinite(number)) return number
    throw new UnrolledError(
      'data',
      `${owner}: ${records.place(i, time)} is ${shown(value)}; times are numbers or dates`,
    )
  })
  for (const group of groups) {
    group.sort((a, b) => times[a]! - times[b]!)
    const twice = group.findIndex((row, i) => i > 0 && times[row] === times[group[i - 1]!])
    if (twice < 0) continue
    throw new UnrolledError(
      'data',
      `${owner}: ${records.place(group[twice]!, time)}: the same time as ${records.place(group[twice - 1]!)} of the same sequence`,
    )
  }
}
