import { UnrolledError } from '../error.ts'
import { countOf, leavesOf, prefixOf, type Axis, type Layer, type LayerDescription } from '../layers/index.ts'
import { outputOf, type Model } from './model.ts'

/** One layer of a summary. */
export interface LayerSummary {
  /** Its name, after those of the chains around it: `encoder.embed`. */
  readonly name: string
  /** What it is: `recurrent gru, hidden 128, layers 2`. */
  readonly layer: string
  /** The shape of its output: `['time', 'batch', 128]`, or `['batch', 128]` where there is one row for a sequence. */
  readonly output: readonly (Axis | number)[]
  /** How many numbers are trained in it; those that are another layer's are counted there. */
  readonly parameters: number
  /** Numbers that it carries from step to step for each sequence. */
  readonly states: number
}

/** What a model consists of. */
export interface Summary {
  /** In the order in which they stand in chains; at the end the loss, where it has parameters. */
  readonly layers: readonly LayerSummary[]
  /** How many numbers are trained, each counted once. */
  readonly parameters: number
  /** Bytes of the parameters in float32. */
  readonly bytes: number
  /** The same as a table. */
  readonly text: string
}

/**
 * Says of a model or layer what layers it has, the shapes that come out of them, and where its parameters are.
 *
 * @throws UnrolledError `option` where it is neither.
 */
export function summary(target: Model | Layer): Summary {
  const model = (target as Partial<Model>)?.layer ? (target as Model) : undefined
  const layer = model ? model.layer : (target as Layer)
  if (typeof layer?.build !== 'function') throw new UnrolledError('option', 'summary: a model or a layer is needed')
  const own = new Set(layer.declared.map(({ name }) => name))
  const inside = leavesOf(layer).map(({ path, layer: leaf }) => {
    const { axes, columns } = outputOf(leaf)
    return {
      name: path.map((name) => name.replace(/^_/, '')).join('.'),
      layer: shownLayer(leaf.description),
      output: [...axes, columns],
      parameters: countOf(leaf.declared.filter(({ name }) => own.has(prefixOf(path) + name))),
      states: leaf.states.reduce((sum, { columns }) => sum + columns, 0),
    }
  })
  const layers = [...inside, ...(model ? lossOf(model) : [])]
  const parameters = countOf((model ?? layer).declared)
  return { layers, parameters, bytes: 4 * parameters, text: table(layers, parameters) }
}

/** A loss that has parameters, as what stands behind the layers. */
function lossOf(model: Model): LayerSummary[] {
  const { layer, loss, declared } = model
  const parameters = countOf(declared.slice(layer.declared.length))
  if (parameters === 0) return []
  // Only now: a loss that is not known here cannot say its targets.
  const { targets } = model
  const { name: kind, options } = loss
  const output = [...targets.targets.axes, 1]
  return [{ name: 'loss', layer: shownLayer({ ...options, kind }), output, parameters, states: 0 }]
}

/** Kind and options; a cell goes by its name, or by two where each direction has its own. */
function shownLayer({ kind, cell, ...options }: LayerDescription): string {
  type Described = { readonly text?: string; readonly forward?: Described; readonly backward?: Described }
  const nameOf = ({ text, forward, backward }: Described): string | undefined =>
    forward && backward
      ? `${nameOf(forward) ?? 'cell'} and ${nameOf(backward) ?? 'cell'}`
      : /^\s*name:\s*(\S+)/m.exec(text ?? '')?.[1]
  const name = nameOf((cell ?? {}) as Described)
  const shown = Object.entries(options)
    .filter(([, value]) => value !== false && value !== null)
    .map(([option, value]) =>
      value === true ? option : `${option} ${Array.isArray(value) ? value.join('–') : String(value)}`,
    )
  return [name === undefined ? kind : `${kind} ${name}`, ...shown].join(', ')
}

function table(layers: readonly LayerSummary[], total: number): string {
  const grouped = (value: number): string => value.toLocaleString('en-US')
  const rows = [
    ['name', 'layer', 'output', 'parameters'],
    ...layers.map(({ name, layer, output, parameters }) => [
      name,
      layer,
      `[${output.join(', ')}]`,
      grouped(parameters),
    ]),
    ['', '', 'all', grouped(total)],
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd()
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  const [head, ...body] = rows.map(line)
  const bytes = 4 * total
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB']
  return [head, rule, ...body.slice(0, -1), rule, body.at(-1), `${size.toFixed(1)} ${unit} in float32`].join('\n')
}
