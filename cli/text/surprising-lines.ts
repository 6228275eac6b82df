import { lines, masked, text, type DataSet, type LanguageModel, type TextSurprise } from 'unrolled'
import { readText } from 'unrolled/node'
import { grouped } from '../numbers.ts'
import type { Piece, Scored } from '../material.ts'
import { cutFor } from './read-text-data.ts'

/** A line of a file. */
interface Line {
  readonly place: string
  readonly text: string
}

/** Lines of texts, each by itself, or in running text as they follow each other. */
export async function surprisingLines(model: LanguageModel, files: readonly string[]): Promise<Scored> {
  const read = await Promise.all(files.map(async (file) => linesOf(file, (await readText(file)).string)))
  const { asLines, mask, ...cut } = cutFor(model)
  const all = read.flat()
  const known = all.map((line) => knownPart(model, mask ? masked(line.text) : line.text))
  const unknown = known.reduce((sum, { leftOut }) => sum + leftOut, 0)
  const about = [
    ...(mask ? ['times, ids and numbers are masked, as in training'] : []),
    ...(unknown > 0 ? [`characters unknown to the model and left out: ${grouped(unknown)}`] : []),
  ]
  const data: DataSet = asLines
    ? lines(
        known.map(({ kept }) => kept),
        cut,
      )
    : text(known.map(({ kept }) => `${kept}\n`).join(''), cut)
  // What is empty is no line to a model of lines.
  const own = all.filter((_, i) => known[i]!.kept !== '')
  return {
    data,
    about,
    pieces: (found) =>
      asLines
        ? found.map((surprise, i) => ({ ...surprise, ...own[i]! }))
        : cutUp(found[0] as TextSurprise, all, known[0]!.kept === '' ? 1 : 0),
  }
}

const linesOf = (file: string, string: string): Line[] =>
  string
    .split(/\r\n|\r|\n/)
    .map((text, i) => ({ place: `${file}:${i + 1}`, text }))
    .filter(({ text }, i, all) => text !== '' || i < all.length - 1)

/** A line without what a vocabulary of characters has no number for. */
function knownPart({ vocabulary }: LanguageModel, line: string): { readonly kept: string; readonly leftOut: number } {
  if (vocabulary.units === 'words' || vocabulary.unknown !== undefined) return { kept: line, leftOut: 0 }
  const symbols = new Set(vocabulary.symbols)
  const characters = [...line]
  const kept = characters.filter((character) => symbols.has(character))
  return { kept: kept.join(''), leftOut: characters.length - kept.length }
}

/** The lines of a running text from one on: its very first symbol is not predicted. */
function cutUp({ steps, symbols }: TextSurprise, lines: readonly Line[], first: number): Piece[] {
  const found: Piece[] = []
  let [from, line] = [0, first]
  symbols.forEach((symbol, i) => {
    const ends = symbol.split('\n').length - 1
    if (ends === 0 && i < symbols.length - 1) return
    const own = steps.subarray(from, i + 1)
    const total = own.reduce((sum, step) => sum + step, 0)
    found.push({ total, mean: total / own.length, steps: own, symbols: symbols.slice(from, i + 1), ...lines[line]! })
    from = i + 1
    line += ends
  })
  return found
}
