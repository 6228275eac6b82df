import type { Tensor } from '../tensor.ts'
import type { Origin, Source } from './pytorch-cells.ts'
import type { Run } from './pytorch-modules.ts'
import { emptyLike, type StateDictReader } from './state-dict.ts'

/** The parameters of one layer and direction, by our names. */
export function readRun(reader: StateDictReader, prefix: string, run: Run): Map<string, Tensor> {
  const { module, names, suffix, hidden, state } = run
  const rows = module.gates * hidden
  const matrix = (source: Source): Tensor =>
    reader.take(`${prefix}weight_${source}${suffix}`, [source === 'hr' ? state : rows, columnsOf(run, source)])
  const matrices = new Map<Source, Tensor>([
    ['ih', matrix('ih')],
    ['hh', matrix('hh')],
  ])
  if (module.matrices.some(({ from }) => from.includes('hr'))) matrices.set('hr', matrix('hr'))
  const like = matrices.get('ih')!
  const bias = (source: Source): Tensor => {
    const name = `${prefix}bias_${source}${suffix}`
    const other = `${prefix}bias_${source === 'ih' ? 'hh' : 'ih'}${suffix}`
    return reader.has(other) ? reader.take(name, [rows]) : reader.takeBias(name, rows, like)
  }
  const biases = new Map<Source, Tensor>([
    ['ih', bias('ih')],
    ['hh', bias('hh')],
  ])
  const result = new Map<string, Tensor>()
  for (const origin of module.matrices) result.set(names[origin.parameter]!, sideBySide(run, origin, matrices))
  for (const origin of module.vectors) result.set(names[origin.parameter]!, summed(run, origin, biases))
  return result
}

function sideBySide(run: Run, origin: Origin, sources: ReadonlyMap<Source, Tensor>): Tensor {
  const { first, rows } = rowsOf(run, origin)
  const columns = origin.from.reduce((sum, source) => sum + columnsOf(run, source), 0)
  const data = emptyLike(sources.get(origin.from[0]!)!, rows * columns)
  let at = 0
  for (const source of origin.from) {
    const from = sources.get(source)!.data
    const wide = columnsOf(run, source)
    for (let row = 0; row < rows; row++) {
      data.set(from.subarray((first + row) * wide, (first + row + 1) * wide), row * columns + at)
    }
    at += wide
  }
  return { shape: [rows, columns], data }
}

function summed(run: Run, origin: Origin, sources: ReadonlyMap<Source, Tensor>): Tensor {
  const { first, rows } = rowsOf(run, origin)
  const data = emptyLike(sources.get('ih')!, rows)
  for (const source of origin.from) {
    const from = sources.get(source)!.data
    for (let row = 0; row < rows; row++) data[row]! += from[first + row]!
  }
  return { shape: [rows], data }
}

/** The reverse of `readRun`: the arrays of one layer and direction, by PyTorch's names. */
export function writeRun(run: Run, parameter: (name: string) => Tensor): Map<string, Tensor> {
  const into = new Map<string, Tensor>()
  const { module, names, suffix, hidden, state } = run
  const like = parameter(names[module.matrices[0]!.parameter]!)
  const make = (name: string, shape: readonly number[]): Tensor['data'] => {
    const data = emptyLike(
      like,
      shape.reduce((a, b) => a * b, 1),
    )
    into.set(name + suffix, { shape, data })
    return data
  }
  const rows = module.gates * hidden
  const projected = module.matrices.some(({ from }) => from.includes('hr'))
  const matrices: Partial<Record<Source, Tensor['data']>> = {
    ih: make('weight_ih', [rows, columnsOf(run, 'ih')]),
    hh: make('weight_hh', [rows, columnsOf(run, 'hh')]),
  }
  const biases: Partial<Record<Source, Tensor['data']>> = { ih: make('bias_ih', [rows]), hh: make('bias_hh', [rows]) }
  if (projected) matrices.hr = make('weight_hr', [state, hidden])
  for (const origin of module.matrices) {
    const { first, rows } = rowsOf(run, origin)
    const { shape, data } = parameter(names[origin.parameter]!)
    const columns = shape[1]!
    let at = 0
    for (const source of origin.from) {
      const wide = columnsOf(run, source)
      for (let row = 0; row < rows; row++) {
        const begin = row * columns + at
        matrices[source]!.set(data.subarray(begin, begin + wide), (first + row) * wide)
      }
      at += wide
    }
  }
  for (const origin of module.vectors) {
    biases[origin.from[0]!]!.set(parameter(names[origin.parameter]!).data, rowsOf(run, origin).first)
  }
  return into
}

const columnsOf = ({ input, state, hidden }: Run, source: Source): number =>
  ({ ih: input, hh: state, hr: hidden })[source]

/** Rows of a gate in a source, and how many there are. */
const rowsOf = ({ hidden, state }: Run, { gate }: Origin): { first: number; rows: number } =>
  gate === undefined ? { first: 0, rows: state } : { first: gate * hidden, rows: hidden }
