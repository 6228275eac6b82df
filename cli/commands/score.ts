import { createColors } from 'picocolors'
import { printable, score, UnrolledError } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { aligned } from '../aligned.ts'
import {
  engineOf,
  engineOptions,
  number,
  on,
  string,
  weightsOf,
  weightsOption,
  whole,
  type Command,
  type Given,
} from '../command.ts'
import { csvLine } from '../csv-line.ts'
import { interruptible } from '../interruptible.ts'
import { fitting, saying } from '../live-line.ts'
import type { Piece } from '../material.ts'
import { materialOf } from '../materials.ts'
import { modelFile } from '../model-file.ts'
import { grouped } from '../numbers.ts'
import { readOption } from '../read-option.ts'
import { missingOption } from '../tables/whole-rows.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'

const orders = ['mean', 'total'] as const

export const scoreCommand: Command = {
  name: 'score',
  says: 'find what surprises a model most: lines of logs and texts, rows of a table',
  takes: ['<model>', '<files...>'],
  options: [
    { name: 'top', value: '<n>', type: 'number', says: 'so many of the most surprising; 0 for all (20)' },
    {
      name: 'by',
      value: '<mean|total>',
      type: 'text',
      says: 'order by the surprise of a step, or of all together (mean)',
    },
    { name: 'csv', type: 'switch', says: 'place, surprise and text, with commas between' },
    { name: 'batch', value: '<n>', type: 'number', says: 'lines or rows that are read at once (32)' },
    missingOption,
    readOption,
    weightsOption,
    ...engineOptions,
  ],
  examples: [
    'unrolled train app.log --lines --mask',
    'unrolled score runs/app today.log --top 10',
    'unrolled score book.safetensors other-book.txt --csv > lines.csv',
  ],
  run,
}

async function run({ terminal, takes: [path, ...files], options }: Given): Promise<ExitCode> {
  const top = whole(options, 'top', 20, 0)
  const by = string(options, 'by') ?? 'mean'
  const order = orders.find((name) => name === by)
  if (order === undefined) throw new UnrolledError('usage', `--by ${by}: it is ${orders.join(' or ')}`)
  const json = on(options, 'json')
  const quiet = json || on(options, 'csv')
  const model = await loadModel(modelFile(path!))
  const reading = materialOf(model, path!).readScored(model, files, options)
  const { data, about, pieces } = quiet ? await reading : await saying(terminal, 'reading …', reading)
  return interruptible(terminal, async (signal, line) => {
    const batch = number(options, 'batch')
    const found = await score(model, data, {
      ...(batch !== undefined && { batch }),
      ...weightsOf(options),
      ...engineOf(options),
      signal,
      ...(!quiet && {
        progress: (share: number) => line.show(() => fitting(terminal, `scoring  ${Math.floor(100 * share)} %`)),
      }),
    })
    line.clear()
    const all = pieces(found)
    // Of equals the first stays first.
    const ranked = [...all].sort((a, b) => b[order] - a[order]).slice(0, top === 0 ? Infinity : top)
    const way = json ? asJson : on(options, 'csv') ? asCsv : asTable
    way(terminal, ranked, all, about)
    return exitCodes.done
  })
}

/** Shows the most surprising pieces of all. */
type Way = (terminal: Terminal, ranked: readonly Piece[], all: readonly Piece[], about: readonly string[]) => void

function asJson(terminal: Terminal, ranked: readonly Piece[], all: readonly Piece[], about: readonly string[]): void {
  for (const { steps, symbols, ...piece } of ranked) {
    const each = { steps: [...steps], ...(symbols && { symbols }) }
    terminal.out(`${JSON.stringify({ event: 'surprise', ...piece, ...each })}\n`)
  }
  terminal.out(`${JSON.stringify({ event: 'done', pieces: all.length, ...sumOf(all), about })}\n`)
}

const asCsv: Way = (terminal, ranked) => {
  terminal.out(csvLine(['place', 'mean', 'total', 'text']))
  for (const { place, mean, total, text } of ranked) terminal.out(csvLine([place, mean, total, text]))
}

const asTable: Way = (terminal, ranked, all, about) => {
  for (const said of about) terminal.out(`${said}\n`)
  const { steps, loss } = sumOf(all)
  terminal.out(
    `${grouped(all.length)} read, ${grouped(steps)} steps: a step surprises by ${loss.toFixed(4)} on average\n`,
  )
  const rows = ranked.map(({ place, mean, total }) => [mean.toFixed(3), total.toFixed(2), printable(place)])
  const lines = aligned([['a step', 'all', 'where'], ...rows], (column) => column < 2)
  const wide = Math.max(...lines.map(({ length }) => length))
  terminal.out(`${lines[0]!}\n`)
  ranked.forEach((piece, i) => {
    const room = Math.max(20, terminal.columns - wide - 3)
    terminal.out(`${lines[i + 1]!.padEnd(wide)}  ${drawn(piece, room, terminal)}\n`)
  })
}

/** All that was measured together. */
function sumOf(all: readonly Piece[]): { readonly steps: number; readonly loss: number } {
  const steps = all.reduce((sum, { steps }) => sum + steps.length, 0)
  return { steps, loss: all.reduce((sum, { total }) => sum + total, 0) / Math.max(1, steps) }
}

/** From so many nats on a symbol is one that nearly nothing spoke for: e⁻³ is 5 %, e⁻⁶ a quarter of a percent. */
const levels = { some: 3, much: 6 }

/** A piece as a line; on a screen with colours symbols are the redder the more they surprise. */
function drawn({ text, symbols, steps }: Piece, room: number, { colour }: Terminal): string {
  if (!colour || !symbols) return printable(text.replaceAll(/\s+/g, ' ')).slice(0, room)
  const { bgRed, black, dim, yellow } = createColors(true)
  let left = room
  return symbols
    .map((symbol, i) => {
      const shown = printable(symbol.replaceAll(/\s+/g, ' ')).slice(0, left)
      left -= shown.length
      if (shown === '') return ''
      const surprise = steps[i]!
      return surprise >= levels.much ? bgRed(black(shown)) : surprise >= levels.some ? yellow(shown) : dim(shown)
    })
    .join('')
}
