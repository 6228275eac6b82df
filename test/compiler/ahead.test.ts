import { describe, expect, test } from 'vitest'
import { gru, pairs, translator, type TranslatorOptions } from 'unrolled'
import { compile, workedOutAhead } from '../../src/compiler/index.ts'
import {
  add,
  constant,
  final,
  input,
  matmul,
  mul,
  nameOf,
  parameter,
  scan,
  sequence,
  tanh,
} from '../../src/graph/index.ts'
import { layerGraph } from '../../src/layers/index.ts'
import { partedComputation } from '../../src/runtime/graphs.ts'

const data = pairs([{ source: 'abc', target: 'xy' }])

/** The axes of a program's loops. */
const loops = (computation: Parameters<typeof compile>[0]): string[] =>
  compile(computation).program.body.flatMap((it) => (it.kind === 'loop' ? [it.axis] : []))

describe.each<Partial<TranslatorOptions>>([
  { attention: 'additive' },
  { attention: 'general', inputFeeding: true },
  { attention: 'none' },
])('a translator in two parts: %j', (options) => {
  const { layer } = translator(data, { cell: gru, hidden: 4, ...options })
  const graph = layerGraph(layer, { training: false, lengths: false, sourceLengths: true })
  const { inputs, outputs, parameters, states, sourceLengths } = graph
  const from = [inputs['source']!, sourceLengths!]
  const { ahead, rest, kept } = partedComputation('step', { parameters, states, outputs, sums: {} }, from)

  test('the source is read in the first, and no step reads it again', () => {
    expect(loops(ahead)).toEqual(['source'])
    expect(loops(rest)).toEqual(['time'])
    const { regions } = compile(rest).program
    const names = regions.map(({ name }) => name)
    expect(names).not.toContain('source')
    expect(names.filter((name) => name.startsWith('kept.'))).toHaveLength(kept.length)
  })

  test('no product of the source alone is left to the steps', () => {
    const columns = kept.filter(({ rows }) => rows[0] === 'source').map(({ columns }) => columns)
    // Memory and keys; of additive scores too the mask of what there is.
    expect(columns.filter((count) => count === 4)).toHaveLength(options.attention === 'none' ? 0 : 2)
  })
})

describe('parting', () => {
  const x = input('x', { rows: ['time', 'batch'], columns: 2 })
  const y = input('y', { rows: ['batch'], columns: 2 })
  const w = parameter('w', { rows: [2], columns: 2 })

  test('what only parameters make, and what is given, stays where it is read', () => {
    const early = tanh(matmul(w, y))
    const [sum] = [add(add(x, early), y)]
    const { ahead, roots, read } = workedOutAhead([sum, early], [y], (place) => `kept.${place}`)
    expect(ahead).toEqual([early])
    expect(read).toEqual([y])
    expect(nameOf(roots[1]!)).toBe('kept.0')
  })

  test('a loop whose steps are looked at together with what is late is run with that', () => {
    const steps = input('steps', { rows: ['source', 'batch'], columns: 2 })
    const { node } = scan({
      axis: 'source',
      initial: [y],
      steps: [steps],
      step: ([h], [s]) => ({ next: [tanh(add(h!, s!))], outputs: [] }),
    })
    const late = input('late', { rows: ['batch'], columns: 2 })
    const seen = sequence(node, mul(node.attributes.states[0]!.old, late))
    const end = final(node, 0)
    const both = [seen, add(end, constant(1))]
    const { ahead, roots, read } = workedOutAhead(both, [steps, y], (place) => `kept.${place}`)
    // What needs its end alone is worked out ahead all the same.
    expect(ahead).toEqual([both[1]])
    expect(nameOf(roots[1]!)).toBe('kept.0')
    expect(roots[0]!.inputs[0]!.inputs.slice(0, 2)).toEqual([y, steps])
    expect(read).toEqual([steps, y])
  })
})
