/** What sums of products fold into. */

import { expect, test } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { accumulate, isProduct, linksOf, startOf } from '../../src/compiler/product.ts'
import * as g from '../../src/graph/index.ts'

test('a sum of products begins at all its biases; its products follow the order of their parameters', () => {
  const x = g.input('x', { rows: ['batch'], columns: 3 })
  const [A, B] = ['A', 'B'].map((name) => g.parameter(name, { rows: [3], columns: 3 })) as [g.Node, g.Node]
  const [b, c] = ['b', 'c'].map((name) => g.parameter(name, { rows: [], columns: 3 })) as [g.Node, g.Node]
  const sum = g.add(g.add(g.matmul(B, x), b), g.add(g.matmul(A, x), c))
  const [folded] = accumulate([sum], [A, B, b, c])
  if (!isProduct(folded!)) throw new Error('a product was expected')
  expect(linksOf(folded).map(({ w }) => w)).toEqual([A, B])
  expect(startOf(folded)).toMatchObject({ operation: g.addOperation, inputs: [b, c] })
})

test('a product that is delivered elsewhere than the array it begins at has that array copied there first', () => {
  const rows = ['batch']
  const [ids, x] = [g.input('ids', { rows, columns: 1 }), g.input('x', { rows, columns: 3 })]
  const [T, W] = [g.parameter('T', { rows: [5], columns: 3 }), g.parameter('W', { rows: [3], columns: 3 })]
  const outputs = { sum: g.add(g.gather(T, ids), g.matmul(W, x)) }
  const { body } = compile({ name: 'begun', parameters: [T, W], outputs }).program
  expect(body.map(({ kind }) => kind)).toEqual(['gather', 'rows', 'gemm'])
  const [gather, copy, product] = body
  expect(copy).toMatchObject({
    operations: [],
    outputs: [{ place: { region: product!.kind === 'gemm' && product.dest.region } }],
  })
  expect(gather!.kind === 'gather' && gather.dest.region).not.toBe(product!.kind === 'gemm' && product.dest.region)
})
