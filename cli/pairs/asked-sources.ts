import { UnrolledError, type Model } from 'unrolled'
import { readText } from 'unrolled/node'
import type { Given } from '../command.ts'
import { readRows } from '../tables/read-rows.ts'
import { isTableFile } from '../tables/table-file.ts'
import { linesIn } from '../lines-in.ts'
import { columnsOf, textsIn } from './columns.ts'

/** What a model is to write of: texts of the command line, a column of tables, lines of files or of standard input. */
export async function askedSources(
  model: Model,
  texts: readonly string[],
  files: readonly string[],
  { terminal, options }: Pick<Given, 'terminal' | 'options'>,
): Promise<readonly string[]> {
  if (texts.length > 0) {
    if (files.length > 0) throw new UnrolledError('usage', '--text or files, not both')
    return texts
  }
  if (files.length > 0 && files.every(isTableFile)) {
    const { source } = columnsOf(model)
    return textsIn(await readRows(files, { texts: [source] }, options), source)
  }
  if (files.length > 0 && files[0] !== '-') return linesIn((await readText(files)).string)
  if (terminal.asks && files.length === 0) {
    throw new UnrolledError('usage', "what of? Name files, or say --text 'some text'; - reads standard input")
  }
  return linesIn((await terminal.input()).replace(/^\uFEFF/, ''))
}
