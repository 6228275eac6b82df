import { existsSync } from 'node:fs'
import {
  describeProgram,
  languageModel,
  text,
  UnrolledError,
  type Cell,
  type LanguageModel,
  type Layer,
  type Model,
} from 'unrolled'
import { loadModel } from 'unrolled/node'
import { takesProjection } from '../build-run.ts'
import { cellOf } from '../cells.ts'
import { engineOf, engineOptions, number, on, whole, type Command, type Given, type Options } from '../command.ts'
import { grouped } from '../numbers.ts'
import { plain } from '../plain.ts'
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
  const isModel = name!.endsWith('.safetensors') || (existsSync(name!) && !name!.endsWith('.cell'))
  if (isModel) await showModel(terminal, await loadModel(name!), options)
  else await showCell(terminal, await cellOf(name!), options)
  return exitCodes.done
}

async function showModel(terminal: Terminal, model: Model, options: Options): Promise<void> {
  const parameters = [...model.parameters].map(([name, { shape, data }]) => ({ name, shape, count: data.length }))
  const total = parameters.reduce((sum, { count }) => sum + count, 0)
  const extents = extentsOf(options)
  const program = await describeProgram(model, extents, engineOf(options))
  const positions = extents.time * extents.batch
  if (on(options, 'json')) {
    const { operations, bytes } = program
    const cells = cellsOf(model.layer.description).map((cell) => ({ text: cell.text(), latex: cell.latex() }))
    const about = { kind: model.kind, layers: model.layer.description, cells, parameters, total, record: model.record }
    terminal.out(`${JSON.stringify({ event: 'done', ...about, operations, bytes })}\n`)
    return
  }
  if (on(options, 'latex')) return latex(terminal, cellsOf(model.layer.description))
  terminal.out(`${plain(model.kind)}\n${plain(tree(model.layer.description, '  '))}\n\nparameters\n`)
  const width = Math.max(...parameters.map(({ name }) => name.length))
  for (const { name, shape, count } of parameters) {
    terminal.out(`  ${plain(name).padEnd(width)}  ${shape.join(' × ').padEnd(12)} ${grouped(count).padStart(12)}\n`)
  }
  terminal.out(`  ${'all'.padEnd(width)}  ${''.padEnd(12)} ${grouped(total).padStart(12)}\n`)
  const { vocabulary } = model as Partial<LanguageModel>
  if (vocabulary)
    terminal.out(
      `\n${vocabulary.size} ${vocabulary.units}: ${plain(JSON.stringify(vocabulary.symbols.slice(0, 40).join('')))} …\n`,
    )
  if (Object.keys(model.record).length > 0)
    terminal.out(`\ntraining record\n  ${plain(JSON.stringify(model.record))}\n`)
  for (const cell of cellsOf(model.layer.description)) {
    terminal.out('\n')
    equations(terminal, cell)
  }
  const steps = stepsOf(options)
  if (steps !== undefined) terminal.out(`\n${networkOverSteps(model.layer, steps)}\n`)
  terminal.out(
    `\ntraining, forward and backward: ${grouped(program.operations / positions)} operations and ` +
      `${grouped(program.bytes / positions)} bytes a step of a sequence\n`,
  )
  if (on(options, 'program')) terminal.out(`\n${program.text}\n`)
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
  terminal.out(cells.map((cell) => `${plain(cell.latex())}\n`).join('\n'))

function equations(terminal: Terminal, cell: Cell): void {
  terminal.out(`${plain(cell.text().trimEnd())}\n`)
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

/** Layers, one a line, those inside others further in. */
function tree(description: Description, indent: string): string {
  const { kind, layers, cell, ...rest } = description as Description & { cell?: Description }
  const own = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  const name = cell
    ? [
        `cell ${cellsOfDescription(description)
          .map(({ name }) => name)
          .join(' and ')}`,
      ]
    : []
  if (!Array.isArray(layers)) {
    const count = layers === undefined ? [] : [`layers ${JSON.stringify(layers)}`]
    return `${indent}${kind}: ${[...name, ...count, ...own].join(', ')}`
  }
  return (layers as unknown as [string, Description][])
    .map(([name, inner]) => `${indent}${name.replace(/^_/, '')}\n${tree(inner, `${indent}  `)}`)
    .join('\n')
}

function cellsOf(description: Description): Cell[] {
  const { layers, cell } = description
  if (cell) return cellsOfDescription(description)
  return Array.isArray(layers)
    ? (layers as unknown as [string, Description][]).flatMap(([, inner]) => cellsOf(inner))
    : []
}
