import { UnrolledError, type Table } from 'unrolled'
import type { TableFileOptions } from 'unrolled/node'
import type { OptionRule, Options } from './command.ts'

/** What `table` and `readTable` are told where a file alone does not tell it. */
export const readOption: OptionRule = {
  name: 'read',
  value: '<setting>',
  type: 'texts',
  says: 'how tables are read, where that is not found out, as messages give it: "dates: \'day first\'" or \'missing: ["-999"]\'; may be given several times',
}

/**
 * The settings of `--read`, by their names; whether there are such, `readTable` knows.
 * @throws UnrolledError `usage` where one is no name with a value, or is given twice.
 */
export function readSettings(options: Options): TableFileOptions {
  const settings: Record<string, unknown> = {}
  for (const setting of (options['read'] ?? []) as readonly string[]) {
    const [, name, value] = /^\s*(\w+)\s*[:=]\s*(.+?)\s*$/s.exec(setting) ?? []
    if (name === undefined || value === undefined) {
      throw new UnrolledError(
        'usage',
        `--read ${setting}: a setting is a name and a value, as "dates: 'day first'" or 'missing: ["-999"]'`,
      )
    }
    if (Object.hasOwn(settings, name))
      throw new UnrolledError('usage', `--read says ${name} twice; say all of it in one`)
    settings[name] = valueOf(value)
  }
  return settings
}

/** JSON, in which texts may stand between `'` and names of columns without signs; else the text itself. */
function valueOf(value: string): unknown {
  const json = value
    .replace(/'((?:[^'\\]|\\.)*)'/g, (_, text: string) => JSON.stringify(text.replaceAll('\\t', '\t')))
    .replace(/([{,]\s*)(\w+)(\s*:)/g, '$1"$2"$3')
  try {
    return JSON.parse(json)
  } catch {
    return value
  }
}

/** Names of settings as messages of the library give them, for whom the command line is not the place to write them. */
const setting = /\b(missing|types|dates|decimal|delimiter|header|encoding|quote|format|limit): /

/** Reads a table; where a message says which setting would help, it says how that is given here. */
export async function sayingHow(reading: Promise<Table>): Promise<Table> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof UnrolledError) || !setting.test(error.message)) throw error
    throw new UnrolledError(
      error.code,
      `${error.message}\nsuch a setting is given by --read, as --read "dates: 'day first'"`,
    )
  }
}
