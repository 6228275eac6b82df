import { layerNorm, projection, recurrentDropout, UnrolledError, weightDrop, zoneout, type Cell } from 'unrolled'
import { cellOf } from './cells.ts'
import { number, on, string, type Options } from './command.ts'
import { given } from './given.ts'
import { grouped } from './numbers.ts'

/** Widths of the layers that the options describe: one for all, or one each. */
export const widthsOf = (options: Options, usual: number): number[] =>
  widthsIn('hidden', string(options, 'hidden') ?? String(usual))

/** Linear layers that each step goes through first, where the options describe some. */
export function encoderOf(options: Options): { readonly encoder?: number[] } {
  const widths = string(options, 'encoder')
  return widths === undefined ? {} : { encoder: widthsIn('encoder', widths) }
}

const widthsIn = (option: string, widths: string): number[] =>
  widths.split(',').map((part) => {
    const width = Number(part)
    if (Number.isInteger(width) && width >= 1) return width
    throw new UnrolledError('usage', `--${option} ${widths}: ${part} is no width; a width is a whole number from 1`)
  })

/** Recurrent layers as all models take them. */
export interface RecurrentParts {
  readonly cell: Cell
  readonly hidden: number | number[]
  readonly layers?: number
  readonly embedding?: number
  readonly dropout?: number
  readonly residual?: true
  readonly projection?: number
}

/** The recurrent layers that the options describe. */
export async function recurrentParts(
  options: Options,
  usual: { readonly hidden: number; readonly layers: number },
): Promise<RecurrentParts> {
  const widths = widthsOf(options, usual.hidden)
  const each = widths.length > 1
  const layers = number(options, 'layers') ?? (each ? undefined : usual.layers)
  const { cell, sizes } = modified(await cellOf(string(options, 'cell') ?? 'lstm'), options)
  checkRoom(cell, each ? widths : new Array<number>(Math.min(layers ?? 1, 1e6)).fill(widths[0]!), sizes)
  return {
    cell,
    hidden: each ? widths : widths[0]!,
    ...given({ layers, embedding: number(options, 'embedding'), dropout: number(options, 'dropout') }),
    ...sizes,
    ...(on(options, 'residual') && { residual: true }),
  }
}

/** Sizes a cell names in its header. */
type NamedSizes = { readonly projection?: number }

function modified(cell: Cell, options: Options): { cell: Cell; sizes: NamedSizes } {
  let result = cell
  const rate = (name: string, apply: (cell: Cell, rate: number) => Cell): void => {
    const value = number(options, name)
    if (value !== undefined && value !== 0) result = apply(result, value)
  }
  if (on(options, 'layerNorm')) result = layerNorm(result)
  rate('weightDrop', (cell, rate) => weightDrop(cell, { rate }))
  rate('recurrentDropout', (cell, rate) => recurrentDropout(cell, { rate }))
  rate('zoneout', (cell, rate) => zoneout(cell, rate))
  const size = number(options, 'projection')
  if (size === undefined) return { cell: result, sizes: {} }
  // A cell with a projection of its own is told its size; any other gets one.
  return takesProjection(cell)
    ? { cell: result, sizes: { projection: size } }
    : { cell: projection(result, { size }), sizes: {} }
}

/** Whether a cell's equations name the size `projection`. */
export function takesProjection(cell: Cell): boolean {
  const [one, two] = [1, 2].map((projection) => {
    const sizes = { input: 1, hidden: 1, output: 1, projection }
    return JSON.stringify([cell.parameters(sizes), cell.states(sizes)])
  })
  return one !== two
}

/** More cannot be trained in the 4 GiB a program has: values, gradients and packed copies of each parameter. */
const mostParameters = 250e6

/** Says that a model is too large before hours are spent on its first values. */
function checkRoom(cell: Cell, widths: readonly number[], sizes: NamedSizes): void {
  let count = 0
  let input = widths[0] ?? 0
  for (const hidden of widths) {
    const all = { input, hidden, output: hidden, ...sizes }
    for (const { shape } of cell.parameters(all)) count += (Number(shape.rows[0] ?? 1) || 1) * shape.columns
    input = cell.outputSize(all)
    if (count > mostParameters) break
  }
  if (count <= mostParameters) return
  throw new UnrolledError(
    'usage',
    `a model of more than ${grouped(mostParameters)} parameters is too large for memory; make hidden or layers smaller`,
  )
}
