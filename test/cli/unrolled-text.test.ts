import { expect, test } from 'vitest'
import { chain, defineCell, embedding, linear, recurrent, rnn, rnnRelu } from '../../src/index.ts'
import { networkOverSteps, overSteps } from '../../cli/unrolled-text.ts'

const lines = (layer: Parameters<typeof networkOverSteps>[0]): string[] =>
  networkOverSteps(layer, 2)
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' '))

test('a layer that runs backwards takes its old state from the step behind', () => {
  expect(lines(recurrent({ cell: rnn, input: 2, hidden: 3, direction: 'backward' }))).toEqual([
    'step 1',
    'cell x₁ = input₁',
    'h₁ = tanh(W @ [h₂, x₁] + b)',
    'step 2',
    'cell x₂ = input₂',
    'h₂ = tanh(W @ [h₃, x₂] + b)',
    'the same in all steps: {W, b}',
  ])
})

test('two cells are written each in its direction; a head without bias reads their last outputs', () => {
  const core = recurrent({ cell: { forward: rnn, backward: rnnRelu }, input: 2, hidden: 3, gives: 'final output' })
  const layer = chain({ rnn: core, head: linear({ input: 6, output: 2, bias: false }) })
  expect(lines(layer).slice(0, 7)).toEqual([
    'step 1',
    'rnn.layers.0 x₁ = input₁',
    'forward:',
    'h₁ = tanh(W @ [h₀, x₁] + b)',
    'backward:',
    'h₁ = relu(W @ [h₂, x₁] + b)',
    'head y₁ = head.weight @ (the last [h₁ forward, h₁ backward] of rnn.layers.0)',
  ])
})

test('what is tied goes by the name of what it is tied to', () => {
  const parts = { embed: embedding({ symbols: 5, size: 3 }), inner: linear({ output: 5 }), head: linear({ output: 5 }) }
  const layer = chain({ ...parts }, { tie: { 'embed.weight': 'inner.weight', 'head.bias': 'inner.bias' } })
  expect(
    lines(layer)
      .filter((line) => !line.startsWith('step'))
      .slice(0, 3),
  ).toEqual([
    'embed y₁ = inner.weight[input₁]',
    'inner y₁ = inner.weight @ (y₁ of embed) + inner.bias',
    'head y₁ = head.weight @ (y₁ of inner) + inner.bias',
  ])
})

test('a line called as a function is told from the function', () => {
  const cell = defineCell("mean = mean(x)\nh' = h * mean + mean(h)")
  expect(overSteps(cell, 1).split('\n').slice(1, 3)).toEqual(['  mean₁ = mean(x₁)', '  h₁ = h₀ * mean₁ + mean(h₀)'])
})
