import { UnrolledError } from '../../error.ts'
import { checkNames, checkNumber, wrongOption } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { shuffled } from '../../uniform.ts'
import { called } from './column.ts'
import type { Table } from './table.ts'

/** How `splitTable` chooses what is held out. */
export interface SplitOptions {
  /** The share of rows that is held out, above 0 and below 1. */
  readonly share: number
  /**
   * A column that tells how: each `class` has its share, and one row at least is trained on; rows of a `group` stay together; what is
   * latest in `time` is held out, and rows of one time stay together. Rows are drawn one by one where it is left away.
   */
  readonly by?: { readonly class: string } | { readonly group: string } | { readonly time: string }
  /** Names what is drawn; 0 where left away. */
  readonly seed?: number
}

/**
 * A table in two: what to train on, and what is held out. Where rows stand in the file does not matter, but by time; in each part they
 * stand in the order of the file.
 * @throws UnrolledError `option` where a part would be empty, `data` where a row has no class, group or time.
 */
export function splitTable(table: Table, options: SplitOptions): readonly [training: Table, held: Table] {
  checkNames('splitTable', options, ['share', 'by', 'seed'])
  const { share, by = {}, seed = 0 } = options
  checkNumber('splitTable', 'share', share, { above: 0, below: 1 })
  checkNumber('splitTable', 'seed', seed, { whole: true })
  checkNames('splitTable', by, Object.keys(ways))
  const [[way, column] = [], ...more] = Object.entries(by) as [keyof typeof ways, string][]
  if (more.length > 0) throw wrongOption('splitTable', 'by', by, 'one of { class }, { group }, { time }')
  const rows = [...Array(table.rows).keys()]
  const wanted = table.rows * share
  const held = new Set(
    way === undefined
      ? drawn(rows, seed).slice(0, Math.round(wanted))
      : ways[way](groupsOf(table, column!, way), { share, wanted, seed }),
  )
  if (held.size === 0 || held.size === table.rows) {
    const what = held.size === 0 ? 'nothing' : 'everything'
    throw wrongOption(
      'splitTable',
      'share',
      share,
      `such that both parts have rows; of ${table.description.split(';')[0]!}, ${what} would be held out`,
    )
  }
  return [table.select(rows.filter((row) => !held.has(row))), table.select(rows.filter((row) => held.has(row)))]
}

type Groups = readonly (readonly number[])[]

/** Rows by what stands in a column, in the order of that, so that the file's order does not matter. */
function groupsOf(table: Table, name: string, way: keyof typeof ways): Groups {
  const { type, values } = table.column(name)
  if (way === 'time' && type !== 'date' && type !== 'number') {
    throw new UnrolledError(
      'data',
      `${table.name}: column ${quoted(name)} holds ${called[type]}; dates or numbers tell what is latest`,
    )
  }
  if (type === 'list' || type === 'names')
    throw new UnrolledError('data', `${table.name}: column ${quoted(name)} holds lists, which tell no rows apart`)
  const groups = new Map<string | number | boolean, number[]>()
  values.forEach((value, row) => {
    if (value === undefined || Number.isNaN(value)) {
      throw new UnrolledError(
        'data',
        `${table.place(row, name)}: nothing stands there, so the row has no part; leave it out by select, or fill it`,
      )
    }
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [row])
    else group.push(row)
  })
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rows]) => rows)
}

const drawn = <One>(list: readonly One[], seed: number, pass = 0): One[] =>
  Array.from(shuffled(list.length, seed, pass, 'split'), (at) => list[at]!)

/** What is to be held out of groups. */
interface Wanted {
  readonly share: number
  /** Rows of all groups together. */
  readonly wanted: number
  readonly seed: number
}

const ways = {
  /** Its share of each, but not all of any; what rounding leaves of one goes to the next. */
  class(groups: Groups, { share, seed }: Wanted): number[] {
    let over = 0
    return groups.flatMap((group, i) => {
      over += group.length * share
      const count = Math.min(Math.round(over), group.length - 1)
      over = Math.min(over - count, 0.5)
      return drawn(group, seed, i).slice(0, count)
    })
  },
  /** Each that brings the number of rows nearer to what is wanted. */
  group(groups: Groups, { wanted, seed }: Wanted): number[] {
    const held: number[] = []
    for (const group of drawn(groups, seed)) if (held.length + group.length / 2 <= wanted) held.push(...group)
    return held
  },
  /** From the latest back as long as that brings the number nearer. */
  time(groups: Groups, { wanted }: Wanted): number[] {
    const held: number[] = []
    for (const group of groups.toReversed()) {
      if (held.length + group.length / 2 > wanted) break
      held.push(...group)
    }
    return held
  },
}
