import type { Cell, Sizes } from '../cells/index.ts'
import { isCell } from '../cells/is-cell.ts'
import { add, broadcast, concat, constant, slice, type Node } from '../graph/index.ts'
import { UnrolledError } from '../error.ts'
import { checkBoolean, checkNames, checkNumber, shown, wrongOption } from '../options.ts'
import { cellSteps } from './cell-steps.ts'
import { cellFrom, describedCell, type DescribedCell } from './described-cell.ts'
import { checkRate, dropped } from './dropout.ts'
import {
  defineLayer,
  prefixed,
  within,
  type BuildContext,
  type Json,
  type Layer,
  type LayerDescription,
  type OpenLayer,
} from './layer.ts'
import { everySequence, vectors } from './port.ts'
import { recurrence } from './recurrence.ts'
import { widthsOf } from './widths.ts'

/** Which way a layer runs over time. */
export type Direction = 'forward' | 'backward' | 'both'

/** The cell, how wide and how deep it is, and which way it runs. */
export interface RecurrentOptions {
  /** One cell, or one for each direction, which then run both ways. */
  readonly cell: Cell | { readonly forward: Cell; readonly backward: Cell }
  /** Columns of a step's input; in a chain those of what comes before. */
  readonly input: number
  /** Columns of the states; an array gives each layer its own width. */
  readonly hidden: number | readonly number[]
  /**
   * How many layers lie on each other; 1, or as many as `hidden` has widths. Where nothing says how many, and there is one way,
   * names have no prefix.
   */
  readonly layers?: number
  /** `both` puts the outputs of both ways side by side, so that the output is twice as wide; 'forward'. */
  readonly direction?: Direction
  /** The same as `direction: 'both'`; false. */
  readonly bidirectional?: boolean
  /**
   * What the last layer gives: its output at every step, or one for the whole sequence, `[batch] × output`, that after all steps,
   * whichever way it ran; so that both halves have seen the whole sequence; or both, the second as a port `final`. 'every step'.
   */
  readonly gives?: Gives
  /** Adds a layer's input to its output where both are as wide; false. */
  readonly residual?: boolean
  /** Rate of dropout between layers; 0. */
  readonly dropout?: number
  /** Of a cell that has a projected state, which needs it: its columns. */
  readonly projection?: number
  /** Of a cell with outputs of their own width, which needs it: their columns. */
  readonly output?: number
  /**
   * What it runs along: 'time', or 'source', a second sequence, which is there whole in every window of the first; so that it is
   * run over again in each, and carries no state on; 'time'. In a chain what comes before tells.
   */
  readonly axis?: 'time' | 'source'
}

/** What the last of recurrent layers gives: a row for each step, one for the whole sequence, or both. */
export type Gives = 'every step' | 'final output' | 'both'

/** One way over time: its cell, and what its names begin with. */
interface Way {
  readonly cell: Cell
  readonly prefix: string
  readonly reverse: boolean
}

/**
 * A cell run over time: `[time, batch] × input` → `[time, batch] × output`, or `[batch] × output` of a final output.
 * One layer that runs one way has the cell's own names for parameters and states (`Wf`, `h`). Others have `layers.0.forward.Wf`,
 * and `layers.0.backward.Wf` of what runs backwards.
 */
export function recurrent(options: RecurrentOptions): Layer
/** In a chain, with an input as wide as what comes before gives, and along its axis. */
export function recurrent(options: Omit<RecurrentOptions, 'input'>): OpenLayer
export function recurrent(options: Omit<RecurrentOptions, 'input'> & Partial<RecurrentOptions>): Layer | OpenLayer {
  checkNames('recurrent', options, names, synonyms)
  return options.input === undefined
    ? {
        kind: 'recurrent',
        fit: ({ x }) => sized({ ...options, ...(x!.axes[0] === 'source' && { axis: 'source' }), input: x!.columns }),
      }
    : sized(options as RecurrentOptions)
}

function sized(options: RecurrentOptions): Layer {
  const widths = widthsOf('recurrent', options)
  const ways = waysOf(options)
  const plain = options.layers === undefined && !Array.isArray(options.hidden) && ways.length === 1
  const residual = checkBoolean('recurrent', 'residual', options.residual ?? false)
  const axis = axisOf(options)
  const gives = checkGives(options.gives ?? 'every step', residual)
  const rate = checkRate('recurrent', options.dropout ?? 0)
  if (rate > 0 && widths.length === 1) {
    throw new UnrolledError(
      'option',
      `recurrent: dropout is ${rate}, but it acts between layers, and there is one; put dropout({ size, rate }) into a chain`,
    )
  }
  const input = checkNumber('recurrent', 'input', options.input, { from: 1, whole: true })
  let width = input
  const runs = widths.map((hidden, i) => {
    const sizes: Sizes = {
      input: width,
      hidden,
      ...(options.projection !== undefined && { projection: options.projection }),
      ...(options.output !== undefined && { output: options.output }),
    }
    const layerPrefix = plain ? '' : `layers.${i}.`
    const directions = ways.map((way) => ({ ...way, prefix: plain ? '' : layerPrefix + way.prefix }))
    const output = ways.reduce((sum, { cell }) => sum + cell.outputSize(sizes), 0)
    const result = { sizes, prefix: layerPrefix, directions, input: width, output }
    width = output
    return result
  })
  const places = runs.flatMap(({ sizes, directions }) =>
    directions.map(({ cell, prefix }) => ({ sizes, cell, prefix })),
  )
  const everyOne = vectors(width, [axis, 'batch'])
  const atTheEnd = vectors(width, everySequence)
  return defineLayer({
    description: describe(options, plain),
    inputs: { x: vectors(input, [axis, 'batch']) },
    outputs: { output: gives === 'final output' ? atTheEnd : everyOne, ...(gives === 'both' && { final: atTheEnd }) },
    // A second sequence lies before every step of the first.
    causal: axis === 'source' || (ways.every(({ reverse }) => !reverse) && gives === 'every step'),
    declared: places.flatMap(({ prefix, cell, sizes }) => prefixed(prefix, cell.parameters(sizes))),
    states: axis === 'source' ? [] : places.flatMap(({ prefix, cell, sizes }) => prefixed(prefix, cell.states(sizes))),
    build(context, { x }) {
      let value = x!
      let final: Node | undefined
      for (const [i, run] of runs.entries()) {
        const into = i === 0 ? value : dropped(context, value, rate, `${run.prefix}dropout`)
        const skips = residual && run.input === run.output
        const given = i === runs.length - 1 ? gives : 'every step'
        let from = 0
        const outputs = run.directions.map((way) => {
          const skip = skips ? slice(value, from, (from += way.cell.outputSize(run.sizes))) : undefined
          return overSteps(way, run.sizes, within(context, way.prefix), { axis, x: into, skip, gives: given })
        })
        if (given !== 'every step') final = concat(outputs.map(({ final }) => final!))
        if (given !== 'final output') value = concat(outputs.map(({ every }) => every!))
      }
      if (gives === 'final output') return { output: final! }
      return { output: value, ...(final && { final }) }
    },
  })
}

interface OverSteps {
  readonly axis: 'time' | 'source'
  readonly x: Node
  /** Added to the output at each step: there, so that lengths choose among whole sums and change no order of additions. */
  readonly skip: Node | undefined
  readonly gives: Gives
}

/** One cell over one sequence, one way: its output at every step, and that after all of them, as wanted. */
function overSteps(
  { cell, reverse }: Way,
  sizes: Sizes,
  context: BuildContext,
  { axis, x, skip, gives }: OverSteps,
): { readonly every: Node | undefined; readonly final: Node | undefined } {
  const final = gives !== 'every step'
  const steps = cellSteps(cell, sizes, context, axis)
  const count = steps.states.length
  const shape = { rows: ['batch'], columns: cell.outputSize(sizes) }
  const result = recurrence(context, {
    axis,
    reverse,
    states: steps.states,
    // The last output is carried along, since it need not be a state.
    inner: final ? [broadcast(constant(0), shape)] : [],
    steps: [x, ...steps.noise, ...(skip ? [skip] : [])],
    step(old, [x, ...given]) {
      const made = steps.step(old.slice(0, count), x!, given)
      // An output that no sequence has a part in is the same for all.
      const output = broadcast(skip ? add(given.at(-1)!, made.output) : made.output, shape)
      return { next: final ? [...made.next, output] : made.next, outputs: gives === 'final output' ? [] : [output] }
    },
  })
  steps.offer((node) => result.at(node))
  return { every: result.outputs[0], final: result.final[count] }
}

/** The ways a layer runs, forward first. */
function waysOf({ cell, direction, bidirectional }: RecurrentOptions): Way[] {
  if (bidirectional !== undefined) checkBoolean('recurrent', 'bidirectional', bidirectional)
  if (direction !== undefined && direction !== 'forward' && direction !== 'backward' && direction !== 'both') {
    throw wrongOption('recurrent', 'direction', direction, "'forward', 'backward' or 'both'")
  }
  const pair = typeof cell === 'object' && cell !== null && !isCell(cell)
  const forward: unknown = pair ? cell.forward : cell
  const backward: unknown = pair ? cell.backward : cell
  if (!isCell(forward) || !isCell(backward)) {
    throw new UnrolledError(
      'option',
      'recurrent: cell must be a cell: lstm, gru, ... or what defineCell makes; or { forward, backward }, a cell each',
    )
  }
  const both = bidirectional ?? (pair || direction === 'both')
  if ((direction !== undefined && both !== (direction === 'both')) || (pair && !both)) {
    const said = [
      direction && `direction is '${direction}'`,
      bidirectional !== undefined && `bidirectional is ${bidirectional}`,
    ]
    throw new UnrolledError(
      'option',
      `recurrent: ${said.filter(Boolean).join(' and ')}${pair ? ', but there is a cell for each direction' : ''}; ` +
        "both ways is direction: 'both'",
    )
  }
  const ways = [
    { cell: forward, prefix: 'forward.', reverse: false },
    { cell: backward, prefix: 'backward.', reverse: true },
  ]
  return both ? ways : ways.filter(({ reverse }) => reverse === (direction === 'backward'))
}

function axisOf({ axis = 'time' }: RecurrentOptions): 'time' | 'source' {
  if (axis === 'time' || axis === 'source') return axis
  throw wrongOption('recurrent', 'axis', axis, "'time' or 'source'")
}

function checkGives(gives: Gives, residual: boolean): Gives {
  if (gives !== 'every step' && gives !== 'final output' && gives !== 'both') {
    throw wrongOption('recurrent', 'gives', gives, "'every step', 'final output' or 'both'")
  }
  if (gives !== 'every step' && residual) {
    throw new UnrolledError(
      'option',
      'recurrent: a final output has no step whose input could be added to it; leave out residual',
    )
  }
  return gives
}

const names = [
  'cell',
  'input',
  'hidden',
  'layers',
  'direction',
  'bidirectional',
  'gives',
  'residual',
  'dropout',
  'projection',
  'output',
  'axis',
]
const synonyms = {
  units: 'hidden',
  hidden_size: 'hidden',
  hiddenSize: 'hidden',
  input_size: 'input',
  inputSize: 'input',
  num_layers: 'layers',
  numLayers: 'layers',
  proj_size: 'projection',
  go_backwards: 'direction',
  goBackwards: 'direction',
  return_sequences: 'gives',
  returnSequences: 'gives',
}

function describe(options: RecurrentOptions, plain: boolean): LayerDescription {
  const { cell, input, hidden, direction, axis, dropout, ...rest } = options
  return {
    kind: 'recurrent',
    // In one order, so that what is read of a file is written as it was.
    input,
    hidden,
    ...(rest as Record<string, Json>),
    ...(dropout !== undefined && { dropout }),
    ...(axis === 'source' && { axis }),
    ...(direction === 'backward' && { direction }),
    ...((direction === 'both' || !isCell(cell)) && { bidirectional: true }),
    ...(!plain && { layers: widthsOf('recurrent', options).length }),
    cell: isCell(cell)
      ? describedCell(cell)
      : { forward: describedCell(cell.forward), backward: describedCell(cell.backward) },
  }
}

/** The layer a description stands for. */
export function recurrentFrom({ kind: _, cell, dropout, ...rest }: LayerDescription): Layer {
  if (typeof cell !== 'object' || cell === null) throw new UnrolledError('option', 'recurrent: it has no cell')
  const described = cell as unknown as
    DescribedCell | { readonly forward: DescribedCell; readonly backward: DescribedCell }
  const options = rest as unknown as Omit<RecurrentOptions, 'cell'>
  // Files of version 0.1.0 may have a dropout that has no place to act.
  const several = widthsOf('recurrent', options as RecurrentOptions).length > 1
  return recurrent({
    ...options,
    ...(several && dropout !== undefined && { dropout: dropout as number }),
    cell:
      'text' in described
        ? cellFrom(described)
        : { forward: cellFrom(described.forward), backward: cellFrom(described.backward) },
  })
}

/** A recurrent layer run both ways; the output is twice as wide. */
export function bidirectional(layer: Layer): Layer
/** In a chain, of a layer whose input follows from what comes before. */
export function bidirectional(layer: OpenLayer): OpenLayer
export function bidirectional(layer: Layer | OpenLayer): Layer | OpenLayer {
  const given = Object(layer) as Layer | OpenLayer
  const { kind } = 'build' in given ? given.description : given
  if (kind !== 'recurrent') {
    throw new UnrolledError('option', `bidirectional: a recurrent layer was expected, not ${kind ?? shown(layer)}`)
  }
  if (!('build' in layer)) return { kind, fit: (inputs) => bidirectional(layer.fit(inputs)) }
  const { direction: _, ...description } = layer.description
  return recurrentFrom({ ...description, bidirectional: true })
}
