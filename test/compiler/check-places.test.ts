/** Programs that are damaged on purpose: each damage is found before anything runs. */

import { describe, expect, test } from 'vitest'
import { backendNames, createBackend } from '#backends'
import { cellsByName, recurrent } from 'unrolled'
import type { Formula, Instruction, Place, Program, RowsInstruction } from '../../src/backends/backend.ts'
import { usesOf } from '../../src/backends/program/instructions.ts'
import { checkPlaces } from '../../src/compiler/check-places.ts'
import { compile, onCompiled, type Compiled } from '../../src/compiler/compile.ts'
import * as g from '../../src/graph/index.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { prove } from '../proven.ts'
import { Runner } from './run.ts'
import { layerGraph } from '../../src/layers/index.ts'

function windowOf(name: string): Compiled {
  const layer = recurrent({ cell: cellsByName.get(name)!, input: 4, hidden: 20, output: 3, projection: 2 })
  const { inputs, outputs, parameters, states } = layerGraph(layer, { training: true, lengths: false })
  const [x, output] = [inputs['x']!, outputs['output']!]
  const graph = { parameters, states, outputs: { output }, sums: {} }
  return compile(windowComputation(name, graph, { outputs: ['output'], inputs: { x } }))
}

/** A compiled program with another body; what its places mean stays as it was. */
const withBody = (compiled: Compiled, body: readonly Instruction[]): Compiled => ({
  ...compiled,
  program: { ...compiled.program, body },
})

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' && value !== null && 'offset' in value && 'pitch' in value

/** The same instructions with every place, counted over the whole body, given to `change`; undefined leaves it as it is. */
function replaced(
  compiled: Compiled,
  change: (place: Place, number: number, instruction: Instruction) => Place | undefined,
): Compiled {
  const places = new Map(compiled.meant.places)
  let number = 0
  const walk = (value: unknown, instruction: Instruction): unknown => {
    if (isPlace(value)) {
      const changed = change(value, number++, instruction)
      if (!changed) return value
      places.set(changed, compiled.meant.places.get(value)!)
      return changed
    }
    if (Array.isArray(value)) return value.map((inner) => walk(inner, instruction))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, instruction)]))
  }
  const body = compiled.program.body.map((it) => walk(it, it) as Instruction)
  return { ...withBody(compiled, body), meant: { ...compiled.meant, places } }
}

const plus = (formula: Formula, factor: number): Formula => [...formula, { factor, axes: [] }]
const countPlaces = (compiled: Compiled): number => {
  let count = 0
  replaced(compiled, () => void count++)
  return count
}
const regionOf = ({ regions }: Program, { region }: Place): string => regions[region]!.name
const found = (compiled: Compiled): string => {
  try {
    checkPlaces(compiled)
  } catch (error) {
    return (error as Error & { code: string }).code + ': ' + (error as Error).message
  }
  return 'nothing'
}

describe.each(['lstm', 'gru', 'lstm-peephole', 'min-gru'])('a window of %s', (name) => {
  const compiled = windowOf(name)
  const { program } = compiled

  test('is in order as it is', () => expect(found(compiled)).toBe('nothing'))

  test.each([16, -16, 1])('with any one place %i floats off', (by) => {
    for (let at = 0; at < countPlaces(compiled); at++) {
      const moved = replaced(compiled, (place, number) =>
        number === at ? { ...place, offset: plus(place.offset, by) } : undefined,
      )
      // What is delivered is read by nobody in the program itself.
      let delivered = false
      replaced(compiled, (place, number) => void (delivered ||= number === at && isDelivery(program, place)))
      if (!delivered) expect(found(moved), `place ${at}`).toMatch(/^misplaced/)
    }
  })

  test('with any one row pitch or stride left out', () => {
    for (const part of ['pitch', 'stride'] as const) {
      for (let at = 0; at < countPlaces(compiled); at++) {
        let counts = false
        const still = replaced(compiled, (place, number, { kind }) => {
          if (number !== at || place[part].length === 0 || isDelivery(program, place)) return undefined
          // One row, or one column, has no second one.
          if (kind === 'gemm-ta' && part === 'stride') return undefined
          counts = true
          return { ...place, [part]: [] }
        })
        if (counts) expect(found(still), `${part} of place ${at}`).toMatch(/^misplaced/)
      }
    }
  })

  test('with any instruction left out whose results are read', () => {
    const { body } = program
    for (const [at, it] of body.entries()) {
      if (it.kind === 'loop' || it.kind === 'end' || it.kind === 'gemm-ta' || it.kind === 'sum-rows') continue
      const isLast = usesOf(it, undefined).every(({ access, place }) => access === 'read' || isDelivery(program, place))
      if (!isLast) expect(found(withBody(compiled, body.toSpliced(at, 1))), `${it.kind} ${at}`).toMatch(/^misplaced/)
    }
  })

  test('with a loop that goes the other way', () => {
    for (const at of program.body.keys()) {
      const it = program.body[at]!
      if (it.kind !== 'loop') continue
      expect(found(withBody(compiled, program.body.with(at, { ...it, reverse: !it.reverse })))).toMatch(/^misplaced/)
    }
  })

  test('with the last instruction first', () => {
    const last = program.body.findLastIndex(({ kind }) => kind === 'gemm-ta')
    const body = [program.body[last]!, ...program.body.toSpliced(last, 1)]
    expect(found(withBody(compiled, body))).toMatch(/^misplaced/)
  })

  test('with pointwise work that goes one column too far', () => {
    for (const [at, it] of program.body.entries()) {
      if (it.kind !== 'rows' || it.columns === 1) continue
      const wider = { ...it, columns: it.columns + 1 }
      expect(found(withBody(compiled, program.body.with(at, wider))), `rows ${at}`).toMatch(/^misplaced/)
    }
  })
})

/** Whether a place lies in a region where results are written for others. */
function isDelivery(program: Program, place: Place): boolean {
  return !['scratch', 'prepared', 'sums', 'finished', 'parameters', 'x'].includes(regionOf(program, place))
}

const vector = (name: string, columns = 16): g.Node => g.input(name, { rows: ['batch'], columns })

test('two arrays that are alive at once in one place are found', () => {
  const [a, b] = [vector('a'), vector('b')]
  const w = g.parameter('W', { rows: [16], columns: 16 })
  const [p, q] = [g.matmul(w, g.tanh(a)), g.matmul(w, g.tanh(b))]
  const compiled = compile({ name: 'both', parameters: [w], outputs: { y: g.tanh(g.mul(p, g.exp(q))) } })
  const { program } = compiled
  const scratch = program.regions.findIndex(({ name }) => name === 'scratch')
  const together = replaced(compiled, (place) => (place.region === scratch ? { ...place, offset: [] } : undefined))
  expect(found(compiled)).toBe('nothing')
  expect(found(together)).toMatch(/is overwritten while it is read/)
})

test('an array that another one has overwritten is found', () => {
  const [a, b] = [vector('a'), vector('b')]
  const w = g.parameter('W', { rows: [16], columns: 16 })
  const p = g.matmul(w, a)
  const compiled = compile({
    name: 'later',
    parameters: [w],
    outputs: { y: g.mul(p, g.sumColumns(g.exp(b))), z: g.matmul(w, p) },
  })
  const scratch = compiled.program.regions.findIndex(({ name }) => name === 'scratch')
  const together = replaced(compiled, (place) => (place.region === scratch ? { ...place, offset: [] } : undefined))
  expect(found(compiled)).toBe('nothing')
  expect(found(together)).toMatch(/is read as .* and is/)
})

test('what nobody has written is found, with its name', () => {
  const compiled = compile({
    name: 'unwritten',
    parameters: [],
    outputs: { y: g.tanh(g.sumColumns(g.exp(vector('a')))) },
  })
  const without = withBody(compiled, compiled.program.body.slice(1))
  expect(found(without)).toMatch(
    /^misplaced: program "unwritten": a reduce-columns at outer index 0: float 0 of "scratch" is read as exp \d+ .* written by nobody$/,
  )
})

test('sums that are not cleared when an update is finished are found', () => {
  const w = g.parameter('W', { rows: [], columns: 16 })
  const total = g.sumRows(g.mul(vector('a'), w), [])
  const compiled = compile({ name: 'sums', parameters: [w], outputs: { y: g.tanh(total) } })
  const { finish } = compiled.program
  expect(found(compiled)).toBe('nothing')
  const left = { ...compiled, program: { ...compiled.program, finish: finish.filter(({ kind }) => kind !== 'fill') } }
  expect(found(left)).toMatch(/"sums" is not cleared/)
})

test('what was proven says nothing of a program that differs in one place, or in what one place means', () => {
  const compiled = windowOf('gru')
  prove(compiled)
  prove(compiled)
  const { inputs } = compiled.program.body.find(({ kind }) => kind === 'rows') as RowsInstruction
  const place = inputs[0]!
  const moved = replaced(compiled, (it) => (it === place ? { ...it, offset: plus(it.offset, 1) } : undefined))
  const { means } = compiled.meant.places.get(place)!
  const others = { means: means.map((meaning) => ({ ...meaning, array: meaning.array + 1 })) }
  const meant = { ...compiled.meant, places: new Map(compiled.meant.places).set(place, others) }
  for (const other of [moved, { ...compiled, meant }]) {
    expect(() => prove(other)).toThrow(expect.objectContaining({ code: 'misplaced' }))
  }
})

test('every program is shown to whoever listens, and to nobody afterwards', () => {
  const seen: string[] = []
  onCompiled(({ program }) => seen.push(program.name))
  try {
    compile({ name: 'heard', parameters: [], outputs: { y: g.tanh(vector('a')) } })
  } finally {
    onCompiled(prove)
  }
  expect(seen).toEqual(['heard'])
})

test.each(backendNames)('two regions are swapped, on %s', async (name) => {
  const backend = await createBackend({ name })
  const [a, b] = [vector('a', 3), vector('b', 3)]
  const computation = { name: 'swap', parameters: [], outputs: { a: b, b: a } }
  const runner = await Runner.create(backend, computation, { batch: 2 })
  const value = (from: number): g.Value => ({
    shape: a.shape,
    extents: [2],
    data: Float64Array.from({ length: 6 }, (_, i) => from + i),
  })
  const results = await runner.run(
    new Map([
      [a, value(1)],
      [b, value(11)],
    ]),
  )
  expect([...results.get('a')!]).toEqual([11, 12, 13, 14, 15, 16])
  expect([...results.get('b')!]).toEqual([1, 2, 3, 4, 5, 6])
})
