import { elapsed, UnrolledError, type ColumnRoles, type Table } from 'unrolled'
import { on, type Options } from '../command.ts'

/** What the column of seconds since the step before is called. */
const name = 'elapsed'

/** Roles with that column read too, where `--elapsed` asks for it. */
export function rolesWithElapsed(roles: ColumnRoles, options: Options): ColumnRoles {
  if (!on(options, 'elapsed')) return roles
  if (roles.time === undefined || roles.x === undefined) {
    throw new UnrolledError(
      'usage',
      '--elapsed is read beside the numbers and categories of --x, and needs --time, the column that says when a row was',
    )
  }
  return { ...roles, x: [...new Set([roles.x, name].flat())] }
}

/** A table with that column, where a model reads it. */
export const withElapsed = async (table: Table, { time, sequence }: ColumnRoles, wanted?: boolean): Promise<Table> =>
  wanted && time !== undefined ? elapsed(table, { time, name, ...(sequence !== undefined && { sequence }) }) : table
