import { conlluFormat } from './conllu-format.ts'
import { csvFormat } from './csv-format.ts'
import { fastaFormat } from './fasta-format.ts'
import { jsonFormat, jsonLinesFormat } from './json-format.ts'
import type { TableOptions } from './options.ts'
import type { Format } from './sheet.ts'
import { taggedColumnsFormat } from './tagged-columns-format.ts'
import { tsFormat } from './ts-format.ts'

/** By what `format` calls them; the first that a text looks like is taken, and to anything the last. */
export const formats: Readonly<Record<NonNullable<TableOptions['format']>, Format>> = {
  json: jsonFormat,
  'json lines': jsonLinesFormat,
  conllu: conlluFormat,
  fasta: fastaFormat,
  ts: tsFormat,
  'tagged columns': taggedColumnsFormat,
  csv: csvFormat,
}
