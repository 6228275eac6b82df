/** Graphs as large as equations may be: they would take for ever, or all of the stack, if work grew faster than they do. */

import { expect, test } from 'vitest'
import { cellFromText, recurrent } from 'unrolled'
import { compile } from '../../src/compiler/index.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { layerGraph } from '../../src/layers/index.ts'

function compiled(lines: readonly string[]): number {
  const cell = cellFromText(['name: own', 'source: many lines', ...lines].join('\n'))
  const layer = recurrent({ cell, input: 2, hidden: 2 })
  const { inputs, outputs, parameters, states } = layerGraph(layer, { training: true, lengths: true })
  const [x, output] = [inputs['x']!, outputs['output']!]
  const graph = { parameters, states, outputs: { output }, sums: {} }
  return compile(windowComputation('large', graph, { outputs: ['output'], inputs: { x } })).program.body.length
}

const count = 400
const chain = (line: (i: number) => string): string[] => [
  't0 = tanh(U @ [h, x])',
  ...Array.from({ length: count }, (_, i) => `t${i + 1} = ${line(i)}`),
  `h' = t${count}`,
]

test.each([
  ['sums of a sum with itself, which unfold to 2⁴⁰⁰ terms', chain((i) => `t${i} + t${i}`)],
  ['functions of functions', chain((i) => `tanh(t${i}) * h`)],
  ['normalisations of normalisations', chain((i) => `normalize(t${i})`)],
  ['products of products', chain((i) => `tanh(W${i} @ t${i})`)],
  [
    'many values that one sum reads',
    [
      ...Array.from({ length: count / 2 }, (_, i) => `t${i} = tanh(h + b${i})`),
      `h' = tanh(${Array.from({ length: count / 2 }, (_, i) => `t${i}`).join(' + ')} + U @ x)`,
    ],
  ],
])('%s', (_, lines) => {
  expect(compiled(lines)).toBeGreaterThan(0)
})
