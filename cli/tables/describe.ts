import { UnrolledError, type ColumnRoles, type Table } from 'unrolled'
import type { Options } from '../command.ts'
import type { Held } from '../material.ts'
import { factsOf } from './column-facts.ts'
import { columnTable } from './column-table.ts'
import {
  commandFor,
  commandForPair,
  guessedRoles,
  possiblePairs,
  possibleRoles,
  possibleTexts,
} from './guessed-roles.ts'
import { readRows } from './read-rows.ts'
import { rolesInWords } from './roles-in-words.ts'

/** What a table holds, a line a column, and what could be trained on it. */
export async function describe(files: readonly string[], options: Options): Promise<Held> {
  const table = await readRows(files, {}, options)
  const facts = factsOf(table)
  const clear = guessed(table, files)
  const ways = possibleRoles(facts, {}).map((roles) => ({
    command: commandFor(files, roles),
    says: rolesInWords({ roles }),
  }))
  const written = possibleTexts(facts).flatMap(({ text, x }) => [
    {
      command: commandFor(files, { caption: text, x }),
      says: `captioner: ${rolesInWords({ roles: { caption: text, x } })}`,
    },
    {
      command: `${commandFor(files, { label: text, x })} --task transcriber`,
      says: `transcriber: ${rolesInWords({ roles: { label: text, x } })}`,
    },
  ])
  const pairs = possiblePairs(facts).map((pair) => ({
    command: commandForPair(files, pair),
    says: `translator: ${pair.target} from the text ${pair.source}`,
  }))
  const usual = clear && { command: commandFor(files, {}), says: rolesInWords({ roles: clear }) }
  return {
    lines: [table.description, '', ...columnTable(facts)],
    commands: [...(usual ? [usual, ...ways.filter(({ says }) => says !== usual.says)] : ways), ...pairs, ...written],
    facts: {
      rows: table.rows,
      columns: [...facts.values()].map(({ frequent, few, several, wordy, whole, rows, ...column }) => ({
        ...column,
        frequent: frequent.slice(0, 10),
      })),
    },
  }
}

function guessed(table: Table, files: readonly string[]): ColumnRoles | undefined {
  try {
    return guessedRoles(table, {}, files)
  } catch (error) {
    if (error instanceof UnrolledError && error.code === 'usage') return undefined
    throw error
  }
}
