import { printable, type Labelled, type Readings } from 'unrolled'
import { toldColumns } from './told-columns.ts'

/** What is told from what: `country (18 labels) from the text surname`. */
export function rolesInWords({ roles, labels }: Pick<Labelled, 'roles' | 'labels'> | Readings): string {
  const { text, token, x, sequence, time } = roles
  const told = `${toldColumns(roles).join(', ')}${labels ? ` (${labels.names.length} labels)` : ''}`
  const columns = [x ?? []].flat()
  const shown = columns.length > most ? [...columns.slice(0, most), `… (${columns.length} columns)`] : columns
  const read = text !== undefined ? `the text ${text}` : token !== undefined ? `the words ${token}` : shown.join(', ')
  const steps =
    sequence === undefined
      ? ''
      : `, a step a row, a sequence a ${sequence}${time === undefined ? '' : `, ordered by ${time}`}`
  return printable(`${told} from ${read}${steps}`)
}

/** So many columns are named. */
const most = 12
