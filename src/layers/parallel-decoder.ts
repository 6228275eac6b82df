import type { Cell, Sizes } from '../cells/index.ts'
import { isCell } from '../cells/is-cell.ts'
import { broadcast, constant } from '../graph/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber } from '../options.ts'
import { begunStates, bridged, bridgeOf } from './bridge.ts'
import { cellSteps } from './cell-steps.ts'
import { cellFrom, describedCell, type DescribedCell } from './described-cell.ts'
import { checkRate, dropped } from './dropout.ts'
import { defineLayer, prefixed, within, type Json, type Layer, type LayerDescription, type OpenLayer } from './layer.ts'
import { everySequence, vectors } from './port.ts'
import { widthsOf, type Widths } from './widths.ts'

/** The cell, what its states begin from, and how wide everything is. */
export interface ParallelDecoderOptions extends Widths {
  /** The cell of every layer. */
  readonly cell: Cell
  /** Columns of a step's input; in a chain those of what comes before. */
  readonly input: number
  /** Columns of what the states begin from. */
  readonly start: number
  /** Rate of dropout between layers; 0. */
  readonly dropout?: number
}

/**
 * All steps at once, each one step of the cell from the same states: `x` `[time, batch] × input`, which says which step it is, and
 * `start` `[batch] × start`, from which the states begin through tanh(W @ start + b) → `[time, batch] × output`. No step's error is
 * carried into the next (parallel multi-step forecasting; Lin et al. 2023, arXiv:2308.11200).
 * Parameters `layers.0.bridge.weight` and `.bias`, and those of the cell, `layers.0.Wf`.
 */
export function parallelDecoder(options: ParallelDecoderOptions): Layer
/** In a chain, with an input as wide as what comes before gives. */
export function parallelDecoder(options: Omit<ParallelDecoderOptions, 'input'>): OpenLayer
export function parallelDecoder(
  options: Omit<ParallelDecoderOptions, 'input'> & Partial<ParallelDecoderOptions>,
): Layer | OpenLayer {
  checkNames('parallelDecoder', options, ['cell', 'input', 'hidden', 'layers', 'start', 'dropout'], {
    units: 'hidden',
    hidden_size: 'hidden',
    num_layers: 'layers',
  })
  const { input } = options
  if (input !== undefined) return sized({ ...options, input })
  return { kind: 'parallelDecoder', fit: ({ x }) => sized({ ...options, input: x!.columns }) }
}

function sized(options: ParallelDecoderOptions): Layer {
  const { cell } = options
  if (!isCell(cell)) {
    throw new UnrolledError('option', 'parallelDecoder: cell must be a cell: lstm, gru, ... or what defineCell makes')
  }
  const columns = checkNumber('parallelDecoder', 'input', options.input, { from: 1, whole: true })
  const start = checkNumber('parallelDecoder', 'start', options.start, { from: 1, whole: true })
  const rate = checkRate('parallelDecoder', options.dropout ?? 0)
  let width = columns
  const layers = widthsOf('parallelDecoder', options).map((hidden, i) => {
    const sizes: Sizes = { input: width, hidden }
    width = cell.outputSize(sizes)
    return { sizes, prefix: `layers.${i}.`, begun: begunStates(cell.states(sizes)) }
  })
  return defineLayer({
    description: {
      kind: 'parallelDecoder',
      ...(options as unknown as Record<string, Json>),
      cell: describedCell(cell),
    },
    inputs: { x: vectors(columns), start: vectors(start, everySequence) },
    outputs: { output: vectors(width) },
    declared: layers.flatMap(({ sizes, prefix, begun }) =>
      prefixed(prefix, [...bridgeOf(begun, start), ...cell.parameters(sizes)]),
    ),
    build(context, { x, start }) {
      let value = x!
      for (const [i, { sizes, prefix, begun }] of layers.entries()) {
        const inside = within(context, prefix)
        const into = i === 0 ? value : dropped(context, value, rate, `${prefix}dropout`)
        const first = bridged(inside, begun, start!)
        const steps = cellSteps(cell, sizes, inside, 'time')
        const states = steps.states.map(
          ({ name, columns, initial }) => first.get(name) ?? broadcast(constant(initial), { rows: ['batch'], columns }),
        )
        value = steps.step(states, into, steps.noise).output
      }
      return { output: value }
    },
  })
}

/** The layer a description stands for. */
export const parallelDecoderFrom = ({ kind: _, cell, ...options }: LayerDescription): Layer => {
  if (typeof cell !== 'object' || cell === null) throw new UnrolledError('option', 'parallelDecoder: it has no cell')
  return sized({
    ...(options as unknown as Omit<ParallelDecoderOptions, 'cell'>),
    cell: cellFrom(cell as unknown as DescribedCell),
  })
}
