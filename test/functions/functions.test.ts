import { describe, expect, test } from 'vitest'
import { binary, unary, type Backend } from '../../src/backends/backend.ts'
import { findAddon } from '../../src/backends/native/addon.ts'
import { createNativeBackend } from '../../src/backends/native/native-backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { isFused } from '../../src/backends/wasm/kernels.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { functions } from '../../src/equations/functions.ts'
import { build, understand } from '../../src/equations/index.ts'
import { pullback } from '../../src/gradient/index.ts'
import * as graph from '../../src/graph/index.ts'
import { evaluate, input, type Node, type Value } from '../../src/graph/index.ts'
import { numbers } from '../cells/plain.ts'
import { Runner } from '../compiler/run.ts'
import { formulas, type Formula } from './table.ts'

/** They cross the vectors of every machine: 4, 8 and 16 floats. */
const widths = [1, 15, 16, 17, 33]
const names = ['p', 'q', 'r'] as const

/** Kinks and ties, both zeros, what overflows an exponential, what is lost beside 1, and what is no number. */
const points = [
  ...[0, -0, 1, -1, 0.5, -0.5, 0.1, -0.1, 2.5, -2.5, 3, -3, 7, -7, 20, -20, 87, -87, 104, -104, 1e4, -1e4],
  ...[1e-6, -1e-6, Infinity, -Infinity, NaN],
]
const fewer = [0, -0, 1, -1, 0.5, -2, 3, 1e4, -1e-6, Infinity, -Infinity, NaN]
const fewest = [0, -0, 1, -1, 2.5, Infinity, NaN]

/** Every combination of points, one of each input. */
function combinations(inputs: number): number[][] {
  const list = [points, fewer, fewest][inputs - 1]!
  return Array.from({ length: inputs }).reduce<number[][]>(
    (all) => all.flatMap((some) => list.map((point) => [...some, point])),
    [[]],
  )
}

const next = numbers(7)
const anyNumber = Array.from({ length: 1000 }, () => Math.fround(3 * next()))

/** Rows for functions that look at all columns: the number at a column. */
const rowsToReduce: readonly ((column: number) => number)[] = [
  ...[0, 1, 2, 3].map((row) => (column: number) => anyNumber[100 * row + column]!),
  // In the thousands no exponential is finite.
  ...[1, -1].map((sign) => (column: number) => Math.fround(sign * (1000 + 300 * anyNumber[column]!))),
  () => 0.5,
  () => -0,
  (column) => (column === 0 ? NaN : anyNumber[column]!),
  (column) => (column === 0 ? Infinity : anyNumber[column]!),
  (column) => (column === 0 ? -Infinity : anyNumber[column]!),
]

interface Subject {
  readonly formula: Formula
  readonly columns: number
  readonly rows: number
  readonly inputs: readonly Node[]
  readonly adjoint: Node
  readonly outputs: Readonly<Record<string, Node>>
  readonly given: ReadonlyMap<Node, Value>
}

/** The graph of one formula at one width, its gradient, and the numbers that go into it. */
function subject(formula: Formula, columns: number): Subject {
  const cases = formula.pointwise ? combinations(formula.inputs) : undefined
  const rows = cases?.length ?? rowsToReduce.length
  const shape = { rows: ['batch'], columns }
  const inputs = names.slice(0, formula.inputs).map((name) => input(`${name}.${columns}`, shape))
  const result = nodeOf(formula, inputs)
  const adjoint = input(`g.${columns}`, result.shape)
  const adjoints = pullback(new Map([[result, adjoint]]), inputs)
  const outputs: Record<string, Node> = { [`value.${columns}`]: result }
  inputs.forEach((node, i) => {
    const found = adjoints.get(node)
    if (found) outputs[`d${names[i]!}.${columns}`] = found
  })
  const filled = (node: Node, at: (row: number, column: number) => number): [Node, Value] => {
    const data = Float64Array.from({ length: rows * node.shape.columns }, (_, i) =>
      Math.fround(at(Math.floor(i / node.shape.columns), i % node.shape.columns)),
    )
    return [node, { shape: node.shape, extents: [rows], data }]
  }
  const given = new Map([
    // Each column begins elsewhere, so that every point meets every lane of a vector.
    ...inputs.map((node, i) =>
      filled(node, (row, column) => (cases ? cases[(row + 5 * column) % rows]![i]! : rowsToReduce[row]!(column))),
    ),
    filled(adjoint, (row, column) => anyNumber[(37 * row + column) % 1000]! + 4),
  ])
  return { formula, columns, rows, inputs, adjoint, outputs, given }
}

const builders = graph as unknown as Readonly<Record<string, (a: Node) => Node>>

function nodeOf({ text }: Formula, inputs: readonly Node[]): Node {
  if ((unary as readonly string[]).includes(text)) return builders[text]!(inputs[0]!)
  const parameters = Object.fromEntries(inputs.map((node, i) => [names[i]!, node]))
  const meaning = understand(`param: ${Object.keys(parameters).join(', ')}\ny = ${text}`)
  return build(meaning, { x: inputs[0]!, states: {}, parameters }).get('y')!
}

/** Holds what came out against the table; where inputs are not finite, gradients against those of `oracle`. */
function check(one: Subject, got: ReadonlyMap<string, Float64Array>, single: boolean, oracle = got): void {
  const { formula, columns, rows, inputs, adjoint, given } = one
  const width = one.outputs[`value.${columns}`]!.shape.columns
  const rowOf = (data: Float64Array, columns: number, row: number): number[] => [
    ...data.subarray(row * columns, (row + 1) * columns),
  ]
  for (let row = 0; row < rows; row++) {
    const given_ = inputs.map((node) => rowOf(given.get(node)!.data, columns, row))
    const g = rowOf(given.get(adjoint)!.data, width, row)
    const say = (what: string, column: number): string =>
      `${what} of ${formula.text} at ${given_.map((values) => values[Math.min(column, values.length - 1)]).join(', ')}, ` +
      `column ${column} of ${columns}`
    same(rowOf(got.get(`value.${columns}`)!, width, row), formula.value(given_), formula, single, (c) =>
      say('value', c),
    )
    const gradients = formula.gradient(given_, g)
    inputs.forEach((_, i) => {
      const name = `d${names[i]!}.${columns}`
      const found = got.get(name)
      const actual = found ? rowOf(found, columns, row) : new Array<number>(columns).fill(0)
      const finite = (column: number): boolean =>
        given_.every((values) => (formula.pointwise ? Number.isFinite(values[column]!) : values.every(Number.isFinite)))
      const expected = gradients[i]!.map((value, column) =>
        finite(column) || !found ? value : oracle.get(name)![row * columns + column]!,
      )
      same(actual, expected, formula, single, (c) => say(`d${names[i]!}`, c))
    })
  }
}

function same(
  actual: readonly number[],
  expected: readonly number[],
  { pointwise }: Formula,
  single: boolean,
  say: (column: number) => string,
): void {
  const scale = pointwise ? 0 : Math.max(0, ...expected.map(Math.abs).filter(Number.isFinite))
  expected.forEach((exact, column) => {
    const wanted = single ? Math.fround(exact) : exact
    const found = actual[column]!
    if (Object.is(found, wanted) || found === wanted) return
    const [relative, absolute] = single ? [1e-5, pointwise ? 1e-6 : 1e-4] : [1e-9, 1e-9]
    if (Math.abs(found - wanted) <= relative * (Math.abs(wanted) + scale) + absolute) return
    expect(found, say(column)).toBe(wanted)
  })
}

const addon = findAddon()
type Made = readonly [name: string, make: () => Backend | Promise<Backend>]
const backends: readonly Made[] = [
  ['reference', createReferenceBackend],
  ['wasm', () => createWasmBackend({ kernels: 'wasm' })],
  ...(isFused() ? [['wasm-fma', () => createWasmBackend({ kernels: 'wasm-fma' })] as Made] : []),
  ...('addon' in addon ? addon.addon.kernels() : []).map((kernels): Made => [
    `native ${kernels}`,
    () => createNativeBackend({ kernels, threads: 1 }),
  ]),
]

test('the table has every function, every sign and every pointwise operation of backends', () => {
  const texts = formulas.map(({ text }) => text)
  const has = (name: string): boolean => texts.some((text) => text === name || text.startsWith(`${name}(`))
  for (const [name, { numbers }] of functions) {
    expect(has(name), name).toBe(true)
    // With each count of numbers it takes.
    numbers.forEach((_, i) => {
      const count = (text: string): number => text.match(/-?\d+(\.\d+)?/g)?.length ?? 0
      expect(
        texts.some((text) => text.startsWith(`${name}(`) && count(text) === i + 1),
        `${name}, ${i + 1}`,
      ).toBe(true)
    })
  }
  const signs: Record<string, string> = {
    neg: '-p',
    add: 'p + q',
    sub: 'p - q',
    mul: 'p * q',
    div: 'p / q',
    less: 'p < q',
  }
  for (const name of [...unary, ...binary]) expect(has(signs[name] ?? name), name).toBe(true)
})

describe.each(formulas.map((formula) => [formula.text, formula] as const))('%s', (_, formula) => {
  const subjects = widths.map((columns) => subject(formula, columns))
  const oracle = new Map<string, Float64Array>()
  for (const { outputs, given, rows } of subjects) {
    const results = evaluate(Object.values(outputs), new Map(given), { extents: { batch: rows }, scalars: {} })
    Object.keys(outputs).forEach((name, i) => oracle.set(name, results[i]!.data))
  }

  test('value and gradient of the graph in float64', () => {
    for (const one of subjects) check(one, oracle, false)
  })

  test.each(backends)('%s', async (name, make) => {
    const backend = await make()
    const outputs = Object.assign({}, ...subjects.map(({ outputs }) => outputs)) as Record<string, Node>
    const computation = { name: formula.text, parameters: [], outputs }
    const runner = await Runner.create(backend, computation, { batch: subjects[0]!.rows })
    const results = await runner.run(new Map(subjects.flatMap(({ given }) => [...given])))
    for (const one of subjects) check(one, results as Map<string, Float64Array>, name !== 'reference', oracle)
  })
})

if ('missing' in addon) test.skip(`native: ${addon.missing}`)
if (!isFused()) test.skip('wasm-fma: this engine has no multiply-add that rounds once')
