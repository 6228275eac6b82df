import { createColors } from 'picocolors'
import { predict, printable, type Translation, type Translator } from 'unrolled'
import { engineOf, number, on, whole, type Given } from '../command.ts'
import { csvLine } from '../csv-line.ts'
import { given } from '../given.ts'
import { interruptible } from '../interruptible.ts'
import { fitting } from '../live-line.ts'
import { lessLikely, rankedCells, rankedHead } from '../ranked.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import { alignmentText } from './alignment.ts'
import { askedSources } from './asked-sources.ts'

/** Shows what is written of a source. */
type Show = (source: string, found: Translation) => void

/** Sources between one look at the screen and the next. */
const together = 128

/** Writes of all sources what a model most likely writes. */
export async function writeOf(
  model: Translator,
  files: readonly string[],
  { terminal, options }: Given,
): Promise<ExitCode> {
  const sources = await askedSources(model, (options['text'] ?? []) as string[], files, { terminal, options })
  const search = given({ beam: number(options, 'beam') ?? number(options, 'nBest') })
  const show = wayOf(model, terminal, options)
  return interruptible(terminal, async (signal, line) => {
    for (let from = 0; from < sources.length; from += together) {
      const some = sources.slice(from, from + together)
      const all = { ...search, ...(on(options, 'copy') && { copy: true }), signal, ...engineOf(options) }
      const found = await predict(model, some, all)
      line.clear()
      some.forEach((source, i) => show(source, found[i]!))
      if (from + together < sources.length) {
        line.show(() => fitting(terminal, `writing  ${Math.floor((100 * (from + together)) / sources.length)} %`))
      }
    }
    return exitCodes.done
  })
}

function wayOf(model: Translator, terminal: Terminal, options: Given['options']): Show {
  const best = whole(options, 'nBest', 1)
  if (on(options, 'json')) {
    return (source, found) => terminal.out(`${JSON.stringify({ event: 'prediction', source, ...found })}\n`)
  }
  if (on(options, 'csv')) {
    const names = ['text', 'score']
    terminal.out(csvLine(['source', ...rankedHead(names, best)]))
    return (source, found) => {
      const ranks = [found, ...found.alternatives].map(({ text, score }) => [text, score])
      terminal.out(csvLine([source, ...rankedCells<unknown>(ranks, names, best)]))
    }
  }
  const { dim } = createColors(terminal.colour)
  return (source, found) => {
    terminal.out(`${printable(found.text)}\n`)
    for (const { text, score } of found.alternatives.slice(0, best - 1)) {
      terminal.out(`  ${printable(text)} ${dim(lessLikely(score - found.score))}\n`)
    }
    if (on(options, 'alignment')) terminal.out(`${drawn(model, source, found)}\n`)
  }
}

function drawn({ sourceVocabulary, targetVocabulary }: Translator, source: string, found: Translation): string {
  const symbols = ({ encode, symbols: all }: Translator['targetVocabulary'], text: string): string[] =>
    Array.from(encode(text), (id) => printable(all[id]!))
  return alignmentText(found, symbols(sourceVocabulary!, source), symbols(targetVocabulary, found.text))
}
