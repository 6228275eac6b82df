/** What sums of products fold into. */

import { expect, test } from 'vitest'
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
