import { UnrolledError, type ColumnRoles, type Table } from 'unrolled'
import { string, type Options } from '../command.ts'
import { given } from '../given.ts'
import { toldColumns } from './told-columns.ts'

/** Which columns are what, as far as options say so; each is there. */
export function askedRoles(table: Table, options: Options): ColumnRoles {
  const one = (name: 'label' | 'labels' | 'caption' | 'text' | 'token' | 'sequence' | 'time'): string | undefined => {
    const column = string(options, name)
    return column === undefined ? undefined : table.column(column).name
  }
  const some = (name: 'target' | 'x', but: readonly string[]): string[] | undefined => {
    const named = options[name] as readonly string[] | undefined
    return named && [...new Set(named.flatMap((part) => columnsNamed(table, part, but)))]
  }
  const told: ColumnRoles = given({
    label: one('label'),
    labels: one('labels'),
    target: some('target', []),
    caption: one('caption'),
  })
  const answers = toldColumns(told)
  const read: ColumnRoles = given({ text: one('text'), token: one('token'), x: some('x', answers) })
  const both = answers.find((name) => [read.text, read.token, read.x].flat().includes(name))
  if (both !== undefined) {
    throw new UnrolledError('usage', `${both} is to be told; leave it out of what is read`)
  }
  return { ...read, ...given({ sequence: one('sequence'), time: one('time') }), ...told }
}

/** The columns of a list with commas; `*` stands for anything in a name `but` some. */
function columnsNamed(table: Table, part: string, but: readonly string[]): string[] {
  if (table.columns.has(part)) return [part]
  return part.split(',').flatMap((name) => {
    const trimmed = name.trim()
    if (!trimmed.includes('*') || table.columns.has(trimmed)) return [table.column(trimmed).name]
    const fits = new RegExp(
      `^${trimmed
        .split('*')
        .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
        .join('.*')}$`,
      's',
    )
    const found = [...table.columns.keys()].filter((column) => fits.test(column) && !but.includes(column))
    return found.length > 0 ? found : [table.column(trimmed).name]
  })
}
