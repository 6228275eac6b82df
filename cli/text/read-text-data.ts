import { lines, type Lines, type Text, type TextOptions, type Vocabulary } from 'unrolled'
import { bundledText, readLines, readText } from 'unrolled/node'
import { grouped } from '../numbers.ts'

/** What a language model is trained or measured on. */
export type Data = Text | Lines

/** Reads texts, or the one that comes with the package, as one or as separate lines. */
export async function readData(files: readonly string[], options: TextOptions, asLines: boolean): Promise<Data> {
  if (files.length > 0) return asLines ? readLines(files, options) : readText(files, options)
  return asLines ? lines((await bundledText()).string, options) : bundledText(options)
}

/** Reads texts as a model numbers them; characters that it does not know are left out, and counted. */
export const readFor = (vocabulary: Vocabulary, files: readonly string[]): Promise<Data> =>
  readData(files, { vocabulary, unknown: 'skip' }, vocabulary.boundary !== undefined)

/** Symbols that data has; of lines, their ends among them. */
export const symbolsOf = (data: Data): number => (data.kind === 'text' ? data.ids.length : data.steps)

/** Says what was left out of a text, if something was. */
export function leftOutInWords(data: Data): string | undefined {
  const { leftOut, units } = data
  if (leftOut === 0) return undefined
  const all = grouped(symbolsOf(data) + leftOut)
  return `${grouped(leftOut)} of ${all} ${units} ${leftOut === 1 ? 'is' : 'are'} unknown to the model and left out`
}
