import { writeFile } from 'node:fs/promises'
import { UnrolledError, type Forecast } from 'unrolled'
import { on, string, type OptionRule, type Options } from '../command.ts'
import { csvLine } from '../csv-line.ts'
import type { Terminal } from '../terminal.ts'
import { plot } from './plot.ts'
import { pngOf } from './png.ts'

/** How forecasts are told. */
export const tellingOptions: readonly OptionRule[] = [
  { name: 'of', value: '<name>', type: 'text', says: 'of several series, the one that is told of (all)' },
  { name: 'plot', type: 'switch', says: 'draw it with its past (in a terminal, always)' },
  { name: 'svg', value: '<file>', type: 'text', says: 'draw it into a file, as SVG' },
  { name: 'png', value: '<file>', type: 'text', says: 'draw it into a file, as PNG, by the package @resvg/resvg-js' },
  { name: 'csv', type: 'switch', says: 'time, forecast and quantiles, with commas between, and nothing else' },
]

/** Series that are told of one after the other; nobody reads more. */
const mostTold = 6

/** Refuses ways that do not go together, before anything is computed. */
export function checkTelling(options: Options): void {
  if (on(options, 'csv') && on(options, 'json')) {
    throw new UnrolledError('usage', '--csv and --json are two ways to print it: leave one away')
  }
}

/** Those that are asked for by `--of`, or all. */
export function askedFor<Named extends { readonly name: string }>(
  all: readonly Named[],
  options: Options,
): readonly Named[] {
  const of = string(options, 'of')
  if (of === undefined) return all
  const found = all.filter(({ name }) => name === of)
  if (found.length > 0) return found
  const names = all.slice(0, 12).map(({ name }) => name)
  throw new UnrolledError(
    'option',
    `--of ${of}: there is no such series; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}${all.length > 12 ? `, … ${all.length} in all` : ''}`,
  )
}

/** A picture shows one series: said before anything is computed. */
export function checkPictures(asked: readonly { readonly name: string }[], options: Options): void {
  if (asked.length < 2 || (options['svg'] ?? options['png']) === undefined) return
  throw new UnrolledError(
    'usage',
    `a picture is of one series, and there are ${asked.length}: say which, --of '${asked[0]!.name}'`,
  )
}

/** Prints forecasts as options say, and draws them into files. `facts` are told beside each where machines read. */
export async function tell(
  terminal: Terminal,
  forecasts: readonly Forecast[],
  options: Options,
  facts: object = {},
): Promise<void> {
  await draw(terminal, forecasts, options)
  if (on(options, 'csv')) return terminal.out(csvOf(forecasts))
  if (on(options, 'json')) {
    for (const one of forecasts) terminal.out(`${JSON.stringify({ event: 'forecast', ...facts, ...one.json() })}\n`)
    return
  }
  for (const [i, one] of forecasts.slice(0, mostTold).entries()) {
    const drawn = on(options, 'plot') || terminal.live ? `${plot(one, terminal)}\n\n` : ''
    terminal.out(`${i > 0 ? '\n' : ''}${drawn}${one.table()}\n`)
  }
  const [more] = forecasts.slice(mostTold)
  if (more) {
    terminal.out(`\nand ${forecasts.length - mostTold} more: --of '${more.name}' tells of one, --csv of all\n`)
  }
}

/** Each one's own lines; where there are several, in front of them whose they are. */
function csvOf(forecasts: readonly Forecast[]): string {
  if (forecasts.length === 1) return forecasts[0]!.csv()
  const lines = forecasts.flatMap((one, i) => {
    const [head, ...rows] = one.csv().trimEnd().split('\n')
    const whose = csvLine([one.name]).trimEnd()
    return [...(i === 0 ? [`series,${head}`] : []), ...rows.map((row) => `${whose},${row}`)]
  })
  return `${lines.join('\n')}\n`
}

async function draw(terminal: Terminal, forecasts: readonly Forecast[], options: Options): Promise<void> {
  const [svg, png] = [string(options, 'svg'), string(options, 'png')]
  if (svg === undefined && png === undefined) return
  const [one] = forecasts
  const picture = one!.svg()
  if (svg !== undefined) await write(svg, picture)
  if (png === undefined) return
  const { bytes, note } = await pngOf(picture)
  await write(png, bytes)
  if (note !== undefined) terminal.err(`${png}: ${note}\n`)
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content)
  } catch (cause) {
    throw new UnrolledError('write', `cannot write ${path}: ${(cause as Error).message.replace(/, \w+ '.*$/, '')}`, {
      cause,
    })
  }
}
