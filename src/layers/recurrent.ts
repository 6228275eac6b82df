import { applyModifiers, cellFromText, type Cell, type Sizes } from '../cells/index.ts'
import { add, broadcast, concat, scan, type Node } from '../graph/index.ts'
import { UnrolledError } from '../error.ts'
import { checkBoolean, checkNames, checkNumber } from '../options.ts'
import { checkRate, dropped } from './dropout.ts'
import { layer, prefixed, within, type BuildContext, type Json, type Layer, type LayerDescription } from './layer.ts'

export interface RecurrentOptions {
  readonly cell: Cell
  /** Columns of a step's input. */
  readonly input: number
  /** Columns of the states; an array gives each layer its own width. */
  readonly hidden: number | readonly number[]
  /** How many layers lie on each other. Absent, there is one, and its names have no prefix. */
  readonly layers?: number
  /** Runs over time both ways and puts the outputs side by side, so that the output is twice as wide. */
  readonly bidirectional?: boolean
  /** Adds a layer's input to its output where both are as wide. */
  readonly residual?: boolean
  /** Rate of dropout between layers. */
  readonly dropout?: number
  /** Of a cell that has a projected state: its columns. */
  readonly projection?: number
  /** Of a cell with outputs of their own width: their columns. */
  readonly output?: number
}

/**
 * A cell run over time: `[time, batch] × input` → `[time, batch] × output`.
 * One layer has the cell's own names for parameters and states (`Wf`, `h`). Several have `layers.0.forward.Wf`, and
 * `layers.0.backward.Wf` where bidirectional.
 */
export function recurrent(options: RecurrentOptions): Layer {
  checkNames('recurrent', options, names, synonyms)
  const { cell } = options
  if (typeof cell !== 'object' || typeof cell?.step !== 'function') {
    throw new UnrolledError('option', 'recurrent: cell must be a cell: lstm, gru, ... or what defineCell makes')
  }
  const widths = widthsOf(options)
  const bidirectional = checkBoolean('recurrent', 'bidirectional', options.bidirectional ?? false)
  const residual = checkBoolean('recurrent', 'residual', options.residual ?? false)
  const rate = checkRate('recurrent', options.dropout ?? 0)
  const input = checkNumber('recurrent', 'input', options.input, { from: 1, whole: true })
  const plain = options.layers === undefined && !Array.isArray(options.hidden) && !bidirectional
  let width = input
  const runs = widths.map((hidden, i) => {
    const sizes: Sizes = {
      input: width,
      hidden,
      ...(options.projection !== undefined && { projection: options.projection }),
      ...(options.output !== undefined && { output: options.output }),
    }
    const one = cell.outputSize(sizes)
    const result = { sizes, prefix: plain ? '' : `layers.${i}.`, input: width, output: bidirectional ? 2 * one : one }
    width = result.output
    return result
  })
  const directions = bidirectional ? ['forward.', 'backward.'] : plain ? [''] : ['forward.']
  const places = runs.flatMap((run) => directions.map((direction) => ({ ...run, prefix: run.prefix + direction })))
  return layer({
    description: describe(options, plain),
    input,
    output: width,
    declared: places.flatMap(({ prefix, sizes }) => prefixed(prefix, cell.parameters(sizes))),
    states: places.flatMap(({ prefix, sizes }) => prefixed(prefix, cell.states(sizes))),
    build(context, x) {
      let value = x
      for (const [i, run] of runs.entries()) {
        const into = i === 0 ? value : dropped(context, value, rate, `${run.prefix}dropout`)
        const outputs = directions.map((direction) =>
          overTime(cell, run.sizes, within(context, run.prefix + direction), into, direction === 'backward.'),
        )
        const output = concat(outputs)
        value = residual && run.input === run.output ? add(value, output) : output
      }
      return value
    },
  })
}

/** One cell over one sequence, in one direction. */
function overTime(cell: Cell, sizes: Sizes, context: BuildContext, x: Node, reverse: boolean): Node {
  const parameters = Object.fromEntries(cell.parameters(sizes).map(({ name }) => [name, context.parameter(name)]))
  const states = cell.states(sizes).map(({ name }) => name)
  const noise = cell.noise(sizes)
  const { outputs, final } = scan({
    reverse,
    initial: states.map((name) => context.initial(name)),
    steps: [x, ...noise.map(({ name, columns }) => context.random(name, { rows: ['time', 'batch'], columns }))],
    ...(context.lengths && { lengths: context.lengths }),
    step(old, [x, ...drawn]) {
      const made = cell.step(sizes, {
        x: x!,
        states: Object.fromEntries(states.map((name, i) => [name, old[i]!])),
        parameters,
        noise: Object.fromEntries(noise.map(({ name }, i) => [name, drawn[i]!])),
        random: (name, shape) => context.random(name, shape),
        training: context.training,
      })
      // An output that no sequence has a part in is the same for all.
      const output = broadcast(made.output, { rows: ['batch'], columns: cell.outputSize(sizes) })
      return { next: states.map((name) => made.states[name]!), outputs: [output] }
    },
  })
  states.forEach((name, i) => context.final(name, final[i]!))
  return outputs[0]!
}

const names = ['cell', 'input', 'hidden', 'layers', 'bidirectional', 'residual', 'dropout', 'projection', 'output']
const synonyms = {
  units: 'hidden',
  hidden_size: 'hidden',
  hiddenSize: 'hidden',
  input_size: 'input',
  inputSize: 'input',
  num_layers: 'layers',
  numLayers: 'layers',
  proj_size: 'projection',
}

/** A thousand times what anybody trains; as many as a model file may have. */
const mostLayers = 4096

function widthsOf({ hidden, layers }: RecurrentOptions): readonly number[] {
  if (Array.isArray(hidden)) {
    if (layers !== undefined && layers !== hidden.length) {
      throw new UnrolledError('option', `recurrent: layers is ${layers}, but hidden gives ${hidden.length} widths`)
    }
    if (hidden.length === 0) throw new UnrolledError('option', 'recurrent: hidden gives no width')
    return (hidden as readonly number[]).map((width) =>
      checkNumber('recurrent', 'hidden', width, { from: 1, whole: true }),
    )
  }
  const count = checkNumber('recurrent', 'layers', layers ?? 1, { from: 1, to: mostLayers, whole: true })
  const width = checkNumber('recurrent', 'hidden', hidden as number, { from: 1, whole: true })
  return new Array<number>(count).fill(width)
}

function describe(options: RecurrentOptions, plain: boolean): LayerDescription {
  const { cell, ...rest } = options
  const widths = widthsOf(options)
  return {
    kind: 'recurrent',
    ...(rest as Record<string, Json>),
    ...(!plain && { layers: widths.length }),
    cell: { text: cell.text(), modifiers: cell.modifiers as unknown as Json },
  }
}

/** The layer a description stands for. The cell comes from its equations, which are data: parsed, never run. */
export function recurrentFrom({ kind: _, cell, ...rest }: LayerDescription): Layer {
  const { text, modifiers } = cell as unknown as { text: string; modifiers: Parameters<typeof applyModifiers>[1] }
  return recurrent({
    ...(rest as unknown as Omit<RecurrentOptions, 'cell'>),
    cell: applyModifiers(cellFromText(text), modifiers),
  })
}

/** A recurrent layer run both ways; the output is twice as wide. */
export function bidirectional(layer: Layer): Layer {
  if (layer.description.kind !== 'recurrent') {
    throw new UnrolledError('option', `bidirectional: a recurrent layer was expected, not ${layer.description.kind}`)
  }
  return recurrentFrom({ ...layer.description, bidirectional: true })
}
