import { isSpeaking, predict, printable, UnrolledError, type Speaking, type Table } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { aligned } from '../aligned.ts'
import { engineOf, engineOptions, on, type Command, type Given } from '../command.ts'
import { csvLine } from '../csv-line.ts'
import { fitting, LiveLine } from '../live-line.ts'
import { modelFile } from '../model-file.ts'
import { askedRows, type AskedRows } from '../tables/asked-rows.ts'
import { rowInWords } from '../tables/row-in-words.ts'
import { missingOption } from '../tables/whole-rows.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'

export const predictCommand: Command = {
  name: 'predict',
  says: 'say of texts or rows what a trained model tells of them',
  takes: ['<model>', '[files...]'],
  options: [
    { name: 'text', value: '<text>', type: 'texts', says: 'a text to say it of; may be given several times' },
    { name: 'csv', type: 'switch', says: 'all columns of the rows, and what is said of them, with commas between' },
    missingOption,
    ...engineOptions,
  ],
  examples: [
    "unrolled predict runs/mails/model.safetensors --text 'You have won a prize'",
    'unrolled predict mails.safetensors new-mails.csv --csv > told.csv',
    'cat names.txt | unrolled predict names.safetensors -',
  ],
  run,
}

/** Sequences between one look at the screen and the next. */
const together = 256

async function run({ terminal, takes: [path, ...files], options }: Given): Promise<ExitCode> {
  const model = await loadModel(modelFile(path!))
  if (!isSpeaking(model)) {
    throw new UnrolledError(
      'file',
      `${path} holds a ${model.kind}; predict asks models that unrolled train made of a table`,
    )
  }
  const asked = await askedRows(model, (options['text'] ?? []) as string[], files, { terminal, options })
  const way = on(options, 'json') ? asJson : on(options, 'csv') ? asCsv : asTable
  let stopped: ExitCode | undefined
  const release = terminal.onInterrupt((code) => (stopped = code))
  const line = new LiveLine(terminal, terminal.err, performance.now())
  try {
    const show = way(terminal, model, asked)
    for (let from = 0; from < asked.groups.length; from += together) {
      const groups = asked.groups.slice(from, from + together)
      const said = await predict<object, string>(model, asked.table.select(groups.flat()), engineOf(options))
      if (stopped !== undefined) return stopped
      line.clear()
      show(groups, said)
      if (from + together < asked.groups.length) {
        line.show(() =>
          fitting(terminal, `predicting  ${Math.floor((100 * (from + together)) / asked.groups.length)} %`),
        )
      }
    }
    return exitCodes.done
  } finally {
    line.clear()
    release()
  }
}

/** Shows what is said of some sequences. */
type Show = (groups: readonly (readonly number[])[], said: readonly object[]) => void
type Way = (terminal: Terminal, model: Speaking<object>, asked: AskedRows) => Show

/** What is said as cells of a table: names and numbers, those of several targets by their names. */
const cellsOf = (said: object): (readonly [string, string | number | boolean])[] =>
  Object.entries(said).flatMap(([name, value]: [string, unknown]) =>
    typeof value !== 'object'
      ? [[name, value as string | number | boolean] as const]
      : name === 'values'
        ? Object.entries(value as Record<string, number>)
        : [],
  )

const asJson: Way =
  (terminal, { roles: { sequence } }, { table }) =>
  (groups, said) =>
    groups.forEach(([row], i) => {
      const about = {
        place: table.place(row!),
        ...(sequence !== undefined && { [sequence]: table.row(row!)[sequence] }),
      }
      terminal.out(`${JSON.stringify({ event: 'prediction', ...about, ...said[i] })}\n`)
    })

/** All columns of a row, or what names a sequence, then what is said. */
function asCsv(terminal: Terminal, { roles: { sequence } }: Speaking<object>, { table }: AskedRows): Show {
  const columns = sequence === undefined ? [...table.columns.keys()] : [sequence]
  let begun = false
  return (groups, said) =>
    groups.forEach(([row], i) => {
      const cells = cellsOf(said[i]!)
      if (!begun) terminal.out(csvLine([...columns, ...cells.map(([name]) => `predicted ${name}`)]))
      begun = true
      const values = table.row(row!)
      terminal.out(
        csvLine([...columns.map((name) => csvCell(table, name, values[name])), ...cells.map(([, value]) => value)]),
      )
    })
}

function csvCell(table: Table, name: string, value: unknown): unknown {
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return ''
    return table.column(name).type === 'date' ? new Date(value).toISOString() : value
  }
  return typeof value === 'object' && value !== null && 'data' in value
    ? JSON.stringify([...(value.data as Float64Array)])
    : value
}

/** What is said, how sure it is, and of what. */
function asTable(terminal: Terminal, { roles }: Speaking<object>, { table }: AskedRows): Show {
  let begun = false
  return (groups, said) => {
    const rows = groups.map(([row], i) => [
      ...cellsOf(said[i]!).map(([name, value]) => shownCell(name, value)),
      printable(rowInWords(table, roles, row!)),
    ])
    const head = [...cellsOf(said[0]!).map(([name]) => name), roles.text ?? roles.sequence ?? 'row']
    const lines = aligned([head, ...rows], () => false).map((line) => fitting(terminal, line))
    terminal.out(
      lines
        .slice(begun ? 1 : 0)
        .map((line) => `${line}\n`)
        .join(''),
    )
    begun = true
  }
}

const shownCell = (name: string, value: unknown): string =>
  typeof value !== 'number'
    ? String(value)
    : name === 'probability'
      ? `${(100 * value).toFixed(1)} %`
      : String(Number(value.toPrecision(6)))
