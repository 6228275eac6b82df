import type { Cell, StateDeclaration } from '../cells/index.ts'
import { isCell } from '../cells/is-cell.ts'
import { UnrolledError } from '../error.ts'
import { broadcast, concat, constant, less, select, type Node } from '../graph/index.ts'
import { checkBoolean, checkNames, checkNumber } from '../options.ts'
import { attending, attentionOf, declaredBy, shown, type AttentionScore } from './attention.ts'
import { begunStates, bridged, bridgeOf } from './bridge.ts'
import { cellFrom, describedCell, type DescribedCell } from './described-cell.ts'
import { inputFeeding } from './input-feeding.ts'
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
import { recurrent } from './recurrent.ts'
import { widthsOf } from './widths.ts'

/** The recurrence, what it begins from, and what it looks at. */
export interface DecoderOptions {
  /** The cell of every layer. */
  readonly cell: Cell
  /** Columns of a step's input; in a chain those of what comes before. */
  readonly input: number
  /** Columns of the states; an array gives each layer its own width. */
  readonly hidden: number | readonly number[]
  /** How many layers lie on each other; 1, or as many as `hidden` has widths. */
  readonly layers?: number
  /** Columns of what the states begin from. */
  readonly start: number
  /** Whether what the states begin from is offered at every step too, beside its input (Cho et al. 2014); false. */
  readonly offersStart?: boolean
  /** Columns of the memory, which attention needs; without attention there is none. */
  readonly memory?: number
  /** How the memory is attended to; it is not. */
  readonly attention?: AttentionScore
  /** Whether what attention gave at a step is part of the next step's input (Luong et al. 2015, section 3.3); false. */
  readonly inputFeeding?: boolean
  /** Rate of dropout between layers; 0. */
  readonly dropout?: number
}

/**
 * A recurrence that tells what it was given: its states begin from `start`, `[batch] × start`, through tanh(W @ start + b), and
 * each step may see that `start` beside its input, or attend to a `memory`, `[source, batch] × memory`, read whole before: `x` `[time, batch] × input` → `[time, batch] ×
 * output`, which is what attention gives, or without it the last layer's output. States that are declared to begin from something other
 * than zero do so. It holds over windows, segments and streams: a state, `begun`, tells whether there were steps before.
 * Parameters `bridge.weight` and `bridge.bias`, those of `recurrent` under `core.` (`core.layers.0.forward.Wf`), and those of
 * `attention` under `attend.`; the tap `attend.weights` shows where it looks.
 */
export function decoder(options: DecoderOptions): Layer
/** In a chain, with an input as wide as what comes before gives. */
export function decoder(options: Omit<DecoderOptions, 'input'>): OpenLayer
export function decoder(options: Omit<DecoderOptions, 'input'> & Partial<DecoderOptions>): Layer | OpenLayer {
  checkNames(
    'decoder',
    options,
    ['cell', 'input', 'hidden', 'layers', 'start', 'offersStart', 'memory', 'attention', 'inputFeeding', 'dropout'],
    { units: 'hidden', hidden_size: 'hidden', num_layers: 'layers', input_feed: 'inputFeeding', peek: 'offersStart' },
  )
  const { input } = options
  if (input !== undefined) return sized({ ...options, input })
  return { kind: 'decoder', fit: ({ x }) => sized({ ...options, input: x!.columns }) }
}

function sized(options: DecoderOptions): Layer {
  const { cell, attention, memory, input } = options
  if (!isCell(cell)) {
    throw new UnrolledError('option', 'decoder: cell must be a cell: lstm, gru, ... or what defineCell makes')
  }
  const feeding = checkBoolean('decoder', 'inputFeeding', options.inputFeeding ?? false)
  if (attention === undefined && (feeding || memory !== undefined)) {
    throw new UnrolledError(
      'option',
      `decoder: ${feeding ? 'inputFeeding' : 'memory'} is for attention, and there is none`,
    )
  }
  const columns = checkNumber('decoder', 'input', input, { from: 1, whole: true })
  const start = checkNumber('decoder', 'start', options.start, { from: 1, whole: true })
  const offers = checkBoolean('decoder', 'offersStart', options.offersStart ?? false)
  const seen = columns + (offers ? start : 0)
  const widths = widthsOf('decoder', options)
  const top = cell.outputSize({ input: seen, hidden: widths.at(-1)! })
  const attend =
    attention === undefined
      ? undefined
      : attentionOf('decoder', { score: attention, input: top, memory: memory! }, 'attention')
  const core = recurrent({
    cell,
    input: feeding ? seen + top : seen,
    hidden: widths,
    ...(options.dropout !== undefined && widths.length > 1 && { dropout: options.dropout }),
  })
  const fed = { name: 'fed', columns: top, initial: 0 }
  const carried = prefixed('core.', core.states)
  const begun = begunStates(carried)
  return defineLayer({
    description: { kind: 'decoder', ...(options as unknown as Record<string, Json>), cell: describedCell(cell) },
    inputs: {
      x: vectors(columns),
      start: vectors(start, everySequence),
      ...(attend && { memory: vectors(attend.memory, ['source', 'batch']) }),
    },
    outputs: { output: vectors(top) },
    declared: [
      ...bridgeOf(begun, start),
      ...prefixed('core.', core.declared),
      ...(attend ? prefixed('attend.', declaredBy(attend)) : []),
    ],
    states: [...carried, ...(feeding ? [fed] : []), { name: 'begun', columns: 1, initial: 0 }],
    build(context, { x: own, start, memory }) {
      const inside = started(context, begun, start!)
      const x = offers ? concat([own!, start!]) : own!
      if (!attend) return core.build(within(inside, 'core.'), { x })
      const looking = within(inside, 'attend.')
      const look = attending(looking, attend, memory!)
      const layers = feeding ? stackOf(cell, widths, seen + top) : undefined
      const { output, weights } = layers
        ? inputFeeding(inside, x, { layers, rate: options.dropout ?? 0, attend: look, fed })
        : behind(look(core.build(within(inside, 'core.'), { x })['output']!))
      looking.tap('weights', () => shown(context, weights()))
      return { output }
    },
  })
}

const behind = ({ output, weights }: { readonly output: Node; readonly weights: Node }) => ({
  output,
  weights: (): Node => weights,
})

/** The cells of the core, each with the beginning of its names. */
const stackOf = (cell: Cell, widths: readonly number[], input: number) =>
  widths.map((hidden, i) => ({
    cell,
    sizes: { input: i === 0 ? input : cell.outputSize({ input, hidden: widths[i - 1]! }), hidden },
    prefix: `core.layers.${i}.forward.`,
  }))

/** The context in which states begin from what was given, where there were no steps before. */
function started(context: BuildContext, states: readonly StateDeclaration[], start: Node): BuildContext {
  if (context.starts) {
    throw new UnrolledError(
      'option',
      'decoder: a row has one start and one memory; several sequences cannot begin inside it',
    )
  }
  const before = less(constant(0), context.initial('begun'))
  context.final('begun', broadcast(constant(1), { rows: ['batch'], columns: 1 }))
  const begun = new Map(
    [...bridged(context, states, start)].map(([name, first]) => [name, select(before, context.initial(name), first)]),
  )
  return { ...context, initial: (name) => begun.get(name) ?? context.initial(name) }
}

/** The layer a description stands for. */
export const decoderFrom = ({ kind: _, cell, ...options }: LayerDescription): Layer => {
  if (typeof cell !== 'object' || cell === null) throw new UnrolledError('option', 'decoder: it has no cell')
  return sized({
    ...(options as unknown as Omit<DecoderOptions, 'cell'>),
    cell: cellFrom(cell as unknown as DescribedCell),
  })
}
