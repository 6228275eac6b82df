/** In which order a graph is computed, and what becomes one kernel. */

import { expect, test } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { accumulate, ranking } from '../../src/compiler/product.ts'
import { unitsOf, type Unit } from '../../src/compiler/units.ts'
import * as g from '../../src/graph/index.ts'

const x = (rows: readonly g.RowAxis[], columns: number): g.Node =>
  g.input(`x ${rows.join()} ${columns}`, { rows, columns })
const W = (name: string): g.Node => g.parameter(name, { rows: [3], columns: 3 })

const told = (unit: Unit): string =>
  unit.kind === 'kernel'
    ? `${unit.phase} ${unit.nodes.map(({ operation }) => operation.name).join(' ')} ${g.shapeText(unit.nodes[0]!.shape)}`
    : unit.kind === 'loop'
      ? `${unit.phase} loop`
      : `${unit.phase} ${unit.node.operation.name}${unit.sum ? ', a sum' : ''}`

const unitsIn = (roots: readonly g.Node[], parameters: readonly g.Node[] = []): string[] =>
  unitsOf(roots, ranking(parameters)).map(told)

test('at a level: what stands alone, then kernels, over fewer rows first, one column before many', () => {
  const shapes: readonly g.Shape[] = [
    { rows: ['time', 'batch'], columns: 3 },
    { rows: ['time', 'batch'], columns: 1 },
    { rows: ['batch'], columns: 3 },
    { rows: ['batch'], columns: 1 },
    { rows: [], columns: 3 },
  ]
  const wanted = [
    'body exp 3',
    'body exp [batch] × 1',
    'body exp [batch] × 3',
    'body exp [time, batch] × 1',
    'body exp [time, batch] × 3',
  ]
  const roots = shapes.map(({ rows, columns }) => g.exp(x(rows, columns)))
  expect(unitsIn(roots)).toEqual(wanted)
  expect(unitsIn(roots.toReversed())).toEqual(wanted)
  const product = g.matmul(W('V'), x(['batch'], 3))
  expect(unitsIn([g.neg(product), g.exp(g.matmul(W('W'), roots[2]!))])).toEqual([
    'body exp [batch] × 3',
    'body matmul',
    'body matmul',
    'body exp neg [batch] × 3',
  ])
})

test('what nothing separates is one kernel; a product, a reduction or some columns of a kernel separate', () => {
  const a = x(['batch'], 3)
  const first = g.exp(a)
  expect(unitsIn([g.tanh(g.mul(first, first))])).toEqual(['body exp mul tanh [batch] × 3'])
  const product = g.matmul(W('W'), first)
  expect(unitsIn([g.tanh(product)])).toEqual(['body exp [batch] × 3', 'body matmul', 'body tanh [batch] × 3'])
  expect(unitsIn([g.sub(first, g.maxColumns(first))])).toEqual([
    'body exp [batch] × 3',
    'body maxColumns',
    'body sub [batch] × 3',
  ])
  expect(unitsIn([g.neg(g.slice(first, 1, 2))])).toEqual(['body exp [batch] × 3', 'body neg [batch] × 1'])
  expect(unitsIn([g.add(g.slice(a, 1, 2), g.slice(a, 0, 1))])).toEqual(['body add [batch] × 1'])
})

test('a value that only a later kernel reads is computed there', () => {
  const [a, b] = [x(['batch'], 3), g.input('b', { rows: ['batch'], columns: 3 })]
  const early = g.exp(a)
  const late = g.matmul(W('W'), b)
  expect(unitsIn([g.mul(late, early)])).toEqual(['body matmul', 'body exp mul [batch] × 3'])
  // What is asked for, or read elsewhere too, is not.
  expect(unitsIn([g.mul(late, early), early])).toEqual(['body exp [batch] × 3', 'body matmul', 'body mul [batch] × 3'])
})

test('products of one operand stand together, in the order of their parameters', () => {
  const [a, b] = [x(['batch'], 3), g.input('b', { rows: ['batch'], columns: 3 })]
  const parameters = ['A', 'B', 'C', 'D'].map(W)
  const [A, B, C, D] = parameters as [g.Node, g.Node, g.Node, g.Node]
  const products = [g.matmul(D, a), g.matmul(B, b), g.matmul(C, a), g.matmul(A, b)]
  const units = unitsOf(accumulate(products, parameters), ranking(parameters))
  expect(units.map((unit) => unit.kind === 'single' && unit.node.inputs)).toEqual([
    [C, a],
    [D, a],
    [A, b],
    [B, b],
  ])
})

test('products with which a program begins are all computed, beside each other where one kernel reads them', () => {
  const a = x(['batch'], 3)
  const [A, B] = [W('A'), W('B')]
  const products = [g.matmul(A, a), g.matmul(B, a)] as const
  const bodyOf = (outputs: Readonly<Record<string, g.Node>>) =>
    compile({ name: 'two', parameters: [A, B], outputs }).program.body
  expect(bodyOf({ a: products[0], b: products[1] }).map(({ kind }) => kind)).toEqual(['gemm', 'gemm'])
  const together = bodyOf({ c: g.mul(...products) })
  expect(together.map(({ kind }) => kind)).toEqual(['gemm', 'rows'])
  expect(together[0]).toMatchObject({ k: 3, n: 32 })
})

test('phases: of parameters alone before, of sums over windows behind', () => {
  const w = W('W')
  const prepared = g.exp(w)
  const a = x(['batch'], 3)
  const sum = g.sumRows(g.matmul(prepared, a))
  expect(unitsIn([g.exp(sum)])).toEqual(['prepare exp [3] × 3', 'body matmul', 'body sumRows, a sum', 'finish exp 3'])
  // Rows of the window depend on the sum again: it is the window's own.
  expect(unitsIn([g.mul(a, sum)])).toEqual([
    'prepare exp [3] × 3',
    'body matmul',
    'body sumRows',
    'body mul [batch] × 3',
  ])
})

test('a loop is one unit, with those of its step', () => {
  const h0 = g.input('h0', { rows: ['batch'], columns: 3 })
  const { final } = g.scan({
    initial: [h0],
    steps: [x(['time', 'batch'], 3)],
    step: ([h], [x]) => ({ next: [g.tanh(g.add(g.matmul(W('W'), h!), x!))], outputs: [] }),
  })
  const units = unitsOf(final, ranking([]))
  expect(units.map(told)).toEqual(['body loop'])
  const inside = units.flatMap((unit) => (unit.kind === 'loop' ? unit.units : []))
  expect(inside.map(told)).toEqual(['body matmul', 'body add tanh [batch] × 3'])
})
