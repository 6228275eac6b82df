import {
  lines,
  masked,
  text,
  type LanguageModel,
  type Lines,
  type Text,
  type TextOptions,
  type TextUnits,
} from 'unrolled'
import { bundledText, readLines, readText } from 'unrolled/node'
import { grouped } from '../numbers.ts'

/** What a language model is trained or measured on. */
export type Data = Text | Lines

/** How texts are cut up. */
export interface Cut extends TextOptions {
  /** Whether each line is a text of its own. */
  readonly asLines: boolean
  /** Whether numbers, times and ids are masked. */
  readonly mask: boolean
}

/** Reads texts, or the one that comes with the package, as one or as separate lines. */
export async function readData(files: readonly string[], cut: Cut): Promise<Data> {
  const { asLines, mask, ...options } = cut
  if (files.length > 0 && !mask) return asLines ? readLines(files, options) : readText(files, options)
  if (files.length === 0 && !mask && !asLines) return bundledText(options)
  return cutUp(await readString(files), cut)
}

/** The same as a string, for who cuts it up twice: what comes on standard input can be read once. */
export const readString = async (files: readonly string[]): Promise<string> =>
  (await (files.length > 0 ? readText(files) : bundledText())).string

export const cutUp = (string: string, { asLines, mask, ...options }: Cut): Data =>
  (asLines ? lines : text)(mask ? masked(string) : string, options)

/** How texts are cut as a model's were, into symbols of their own. */
export const cutAs = ({ vocabulary, units, record }: LanguageModel): Cut => ({
  units: units as TextUnits,
  asLines: vocabulary.boundary !== undefined,
  mask: record['mask'] === true,
})

/** How texts are read that a model is trained or measured on; characters that it does not know are left out, and counted. */
export const cutFor = (model: LanguageModel): Cut => ({
  ...cutAs(model),
  vocabulary: model.vocabulary,
  unknown: 'skip',
})

/** Symbols that data has; of lines, their ends among them. */
export const symbolsOf = (data: Data): number => (data.kind === 'text' ? data.ids.length : data.steps)

/** Says what was left out of a text, if something was. */
export function leftOutInWords(data: Data): string | undefined {
  const { leftOut, units } = data
  if (leftOut === 0) return undefined
  const all = grouped(symbolsOf(data) + leftOut)
  return `${grouped(leftOut)} of ${all} ${units} ${leftOut === 1 ? 'is' : 'are'} unknown to the model and left out`
}
