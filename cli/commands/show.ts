import { existsSync } from 'node:fs'
import {
  cellsByName,
  describeProgram,
  languageModel,
  printable,
  summary,
  text,
  UnrolledError,
  type Cell,
  type LanguageModel,
  type Layer,
  type Model,
  type ProgramDescription,
} from 'unrolled'
import { loadModel } from 'unrolled/node'
import { takesProjection } from '../model-parts.ts'
import { cellOf } from '../cells.ts'
import { engineOf, engineOptions, number, on, whole, type Command, type Given, type Options } from '../command.ts'
import { modelFile } from '../model-file.ts'
import { grouped } from '../numbers.ts'
import { outline } from '../outline.ts'
import { ending } from '../run-files.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import { cellsOfDescription, networkOverSteps, overSteps } from '../unrolled-text.ts'

export const showCommand: Command = {
  name: 'show',
  says: 'look inside a model, a cell, or a cell of your own',
  takes: ['<model|cell>'],
  options: [
    { name: 'latex', type: 'switch', says: 'the equations as LaTeX, and nothing else' },
    { name: 'unroll', value: '<steps>', type: 'number', says: 'write the network out over so many steps' },
    { name: 'program', type: 'switch', says: 'print the instructions of a training window' },
    { name: 'input', value: '<n>', type: 'number', says: "a cell's input width (128)" },
    { name: 'hidden', value: '<n>', type: 'number', says: "a cell's width (128)" },
    { name: 'batch', value: '<n>', type: 'number', says: 'sequences side by side, for operations and bytes (50)' },
    { name: 'time', value: '<n>', type: 'number', says: 'steps of a window, for operations and bytes (50)' },
    ...engineOptions,
  ],
  examples: [
    'unrolled show lstm --latex',
    'unrolled show lecture --unroll 3',
    'unrolled show my.cell',
    'unrolled show runs/moby-dick/model.safetensors --program',
  ],
  run,
}

async function run({ terminal, takes: [name], options }: Given): Promise<ExitCode> {
  // The name of a cell is no model's whose ending is left out.
  const isThere = existsSync(name!) || (!cellsByName.has(name!) && existsSync(modelFile(name!)))
  const isModel = name!.endsWith(ending) || (isThere && !name!.endsWith('.cell'))
  if (isModel) await showModel(terminal, await loadModel(modelFile(name!)), options)
  else await showCell(terminal, await cellOf(name!), options)
  return exitCodes.done
}

async function showModel(terminal: Terminal, model: Model, options: Options): Promise<void> {
  const cells = cellsOf(model.layer.description)
  if (on(options, 'latex') && !on(options, 'json')) return latex(terminal, cells)
  const parameters = Object.entries(model.parameters).map(([name, { shape, data }]) => ({
    name,
    shape,
    count: data.length,
  }))
  const cost = await costOf(model, options)
  if (on(options, 'json')) {
    const about = {
      kind: model.kind,
      layers: model.layer.description,
      cells: cells.map((cell) => ({ text: cell.text(), latex: cell.latex() })),
      parameters,
      total: summary(model).parameters,
      content: model.content(),
      record: model.record,
    }
    const program = cost.program && { operations: cost.program.operations, bytes: cost.program.bytes }
    terminal.out(`${JSON.stringify({ event: 'done', ...about, ...program })}\n`)
    return
  }
  const kept = outline(model.content()).map((line) => `${line}\n`)
  terminal.out(
    printable(
      `${model.kind}\n\n${summary(model).text}\n\n${kept.join('')}${kept.length > 0 ? '\n' : ''}parameters, by name\n`,
    ),
  )
  const width = Math.max(...parameters.map(({ name }) => name.length))
  for (const { name, shape } of parameters) {
    terminal.out(`  ${printable(name).padEnd(width)}  ${shape.join(' × ')}\n`)
  }
  const { vocabulary } = model as Partial<LanguageModel>
  if (vocabulary)
    terminal.out(
      `\n${vocabulary.size} ${vocabulary.units}: ${printable(JSON.stringify(vocabulary.symbols.slice(0, 40).join('')))} …\n`,
    )
  if (Object.keys(model.record).length > 0)
    terminal.out(`\ntraining record\n  ${printable(JSON.stringify(model.record))}\n`)
  for (const cell of cells) {
    terminal.out('\n')
    equations(terminal, cell)
  }
  const steps = stepsOf(options)
  if (steps !== undefined) terminal.out(`\n${networkOverSteps(model.layer, steps)}\n`)
  terminal.out(`\n${cost.said}\n`)
  if (on(options, 'program') && cost.program) terminal.out(`\n${cost.program.text}\n`)
}

/** What training a model costs, in words too; a model whose loss is not known here has no such program. */
async function costOf(
  model: Model,
  options: Options,
): Promise<{ readonly said: string; readonly program?: ProgramDescription }> {
  const extents = extentsOf(options)
  try {
    const program = await describeProgram(model, extents, engineOf(options))
    const positions = extents.time * extents.batch
    const each = `${grouped(program.operations / positions)} operations and ${grouped(program.bytes / positions)} bytes`
    return { said: `training, forward and backward: ${each} a step of a sequence`, program }
  } catch (error) {
    if (!(error instanceof UnrolledError) || error.code !== 'loss') throw error
    return { said: `no program of training is shown: ${error.message}` }
  }
}

async function showCell(terminal: Terminal, cell: Cell, options: Options): Promise<void> {
  const hidden = whole(options, 'hidden', 128)
  const input = whole(options, 'input', hidden)
  const sizes = { input, hidden, output: hidden, projection: Math.max(1, Math.floor(hidden / 2)) }
  const shapes = cell.parameters(sizes).map(({ name, shape }) => ({ name, shape: [...shape.rows, shape.columns] }))
  if (on(options, 'json')) {
    const states = cell.states(sizes)
    const about = { name: cell.name, source: cell.source, text: cell.text(), latex: cell.latex() }
    terminal.out(`${JSON.stringify({ event: 'done', ...about, states, parameters: shapes })}\n`)
    return
  }
  if (on(options, 'latex')) return latex(terminal, [cell])
  equations(terminal, cell)
  const steps = stepsOf(options)
  if (steps !== undefined) terminal.out(`\n${overSteps(cell, steps)}\n`)
  terminal.out(`\nat input ${input}, hidden ${hidden}\n`)
  for (const { name, shape } of shapes) terminal.out(`  ${name.padEnd(8)} ${shape.join(' × ')}\n`)
  // A model of two symbols costs what its cell costs, but for a little.
  const model = languageModel(text('ab'.repeat(4)), {
    cell,
    hidden,
    embedding: input,
    ...(takesProjection(cell) && { projection: sizes.projection }),
  })
  const extents = extentsOf(options)
  const program = await describeProgram(model, extents, engineOf(options))
  const positions = extents.time * extents.batch
  terminal.out(
    `\ntraining on symbols, forward and backward: about ${grouped(program.operations / positions)} operations and ` +
      `${grouped(program.bytes / positions)} bytes a step of a sequence\n`,
  )
  if (on(options, 'program')) terminal.out(`\n${program.text}\n`)
}

/** Equations and nothing else, so that they can be piped into a document. */
const latex = (terminal: Terminal, cells: readonly Cell[]): void =>
  terminal.out(cells.map((cell) => `${printable(cell.latex())}\n`).join('\n'))

function equations(terminal: Terminal, cell: Cell): void {
  terminal.out(`${printable(cell.text().trimEnd())}\n`)
  for (const { name, options: rates } of cell.modifiers) terminal.out(`modified by ${name} ${JSON.stringify(rates)}\n`)
}

/** Steps the network is to be written out over, if it is. */
const stepsOf = (options: Options): number | undefined =>
  number(options, 'unroll') === undefined ? undefined : atMost('unroll', whole(options, 'unroll', 1), mostSteps)

/** More than this nobody reads. */
const mostSteps = 1000

function atMost(name: string, value: number, most: number): number {
  if (value <= most) return value
  throw new UnrolledError('usage', `--${name} is ${grouped(value)}; it must be at most ${grouped(most)}`)
}

const extentsOf = (options: Options): { time: number; batch: number } => ({
  time: whole(options, 'time', 50),
  batch: whole(options, 'batch', 50),
})

type Description = Layer['description']

function cellsOf(description: Description): Cell[] {
  const { layers, cell } = description
  if (cell) return cellsOfDescription(description)
  return Array.isArray(layers)
    ? (layers as unknown as [string, Description][]).flatMap(([, inner]) => cellsOf(inner))
    : []
}
