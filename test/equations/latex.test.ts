import { expect, test } from 'vitest'
import { latex, symbol, understand, type LatexChanges, type LatexProduct } from '../../src/equations/index.ts'

const rows = (text: string, changes?: LatexChanges): string[] =>
  latex(understand(text), changes)
    .split('\n')
    .slice(1, -1)
    .map((row) => row.replace(/ \\\\$/, ''))

test('an aligned block', () => {
  expect(latex(understand("s' = tanh(U @ x + W @ s)\ny = tanh(V @ s')"))).toBe(
    '\\begin{aligned}\n' + 's_t &= \\tanh(U x_t + W s_{t-1}) \\\\\n' + 'y_t &= \\tanh(V s_t)\n' + '\\end{aligned}',
  )
})

test.each([
  [
    "h' = (1 - z) * h + z * h~\nh~ = b\nz = sigmoid(Wz @ [h, x] + bz)",
    'h_t &= (1 - z_t) \\odot h_{t-1} + z_t \\odot \\tilde{h}_t',
  ],
  ["h' = -h + 2 * h", 'h_t &= -h_{t-1} + 2 \\, h_{t-1}'],
  ["h' = (h + 1) / (abs(h) + sqrt(h))", 'h_t &= \\frac{h_{t-1} + 1}{\\left|h_{t-1}\\right| + \\sqrt{h_{t-1}}}'],
  ["h' = tanh(h / 2)", 'h_t &= \\tanh\\left(\\frac{h_{t-1}}{2}\\right)'],
  ["h' = W_in @ (h * h) * -h", 'h_t &= W_{in} (h_{t-1} \\odot h_{t-1}) \\odot (-h_{t-1})'],
  [
    "h' = max(h, 1e-8) + exp(h) + leaky_relu(h)",
    'h_t &= \\max(h_{t-1}, 10^{-8}) + \\exp(h_{t-1}) + \\operatorname{leaky\\_relu}(h_{t-1})',
  ],
  ["α' = Ω * α + b₁", '\\alpha_t &= \\Omega \\odot \\alpha_{t-1} + b_1'],
  ["memory' = memory + Wmz @ x", '\\mathrm{memory}_t &= \\mathrm{memory}_{t-1} + W_{mz} x_t'],
  [
    "h' = (h < b + 1) * h + where(h > 0, x1, b / 2)\nx1 = U @ x",
    'h_t &= [h_{t-1} < b + 1] \\odot h_{t-1} + ' +
      '\\left(\\begin{cases}x_{1,t} & \\text{if } h_{t-1} > 0 \\\\ \\frac{b}{2} & \\text{else}\\end{cases}\\right)',
  ],
  [
    "h' = where(h, elu(h, 0.5), sin(h) * rms(h))",
    'h_t &= \\begin{cases}\\operatorname{elu}(h_{t-1}, 0.5) & \\text{if } h_{t-1} \\neq 0 \\\\ ' +
      '\\sin(h_{t-1}) \\odot \\operatorname{rms}(h_{t-1}) & \\text{else}\\end{cases}',
  ],
  ["h2' = h2", 'h_{2,t} &= h_{2,t-1}'],
])('%j', (text, expected) => {
  expect(rows(text)[0]).toBe(expected)
})

test.each([
  // a letter and its index
  ['h', 'h_t'],
  ['Wz', 'W_{z,t}'],
  ['Wmz', 'W_{mz,t}'],
  ['W_in', 'W_{in,t}'],
  ['W_forget', 'W_{forget,t}'],
  ['h2', 'h_{2,t}'],
  ['b₁', 'b_{1,t}'],
  ['hz', 'h_{z,t}'],
  ['α_1', '\\alpha_{1,t}'],
  // a word
  ['forget_gate', '\\mathrm{forget\\_gate}_t'],
  ['gate', '\\mathrm{gate}_t'],
  ['new', '\\mathrm{new}_t'],
  ['gate2', '\\mathrm{gate}_{2,t}'],
  ['Gate', '\\mathrm{Gate}_t'],
  ['in_2', '\\mathrm{in\\_}_{2,t}'],
  // signs over and under
  ['h~', '\\tilde{h}_t'],
  ['gate~', '\\tilde{\\mathrm{gate}}_t'],
  ['_', '\\__t'],
])('the name %s', (name, expected) => {
  expect(symbol(name, 't')).toBe(expected)
})

test('what products see changed stands in rows of its own, through lines, but not behind another product', () => {
  const changes = { stateInProducts: (name: string, old: string) => (name === 'h' ? `d \\odot ${old}` : undefined) }
  const text = "a = [h, x]\nu0 = U @ h\nh' = tanh(W @ a + V @ u0 + P @ c + h)\nc' = h"
  expect(latex(understand(text), changes).split(' \\\\\n')).toEqual([
    '\\begin{aligned}\n\\check{h}_{t-1} &= d \\odot h_{t-1}',
    '\\check{a}_t &= [\\check{h}_{t-1}, x_t]',
    'a_t &= [h_{t-1}, x_t]',
    'u_{0,t} &= U \\check{h}_{t-1}',
    'h_t &= \\tanh(W \\check{a}_t + V u_{0,t} + P c_{t-1} + h_{t-1})',
    'c_t &= h_{t-1}\n\\end{aligned}',
  ])
})

test('what is carried of a state is told from its new value by a hat, and rows follow for the output and for signs', () => {
  expect(
    latex(understand("h' = tanh(W @ h)\ny = 2 * h'"), {
      carried: (_, old, next) => `m \\odot ${old} + (1 - m) \\odot ${next}`,
      output: 'P h_t',
      legend: ['m &\\sim B'],
    }).split(' \\\\\n'),
  ).toEqual([
    '\\begin{aligned}\n\\hat{h}_t &= \\tanh(W h_{t-1})',
    'y_t &= 2 \\, \\hat{h}_t',
    'h_t &= m \\odot h_{t-1} + (1 - m) \\odot \\hat{h}_t',
    'y_t &= P h_t',
    'm &\\sim B\n\\end{aligned}',
  ])
})

test('a changed product is written block by block, in brackets where it is a sum', () => {
  const changes = {
    product: ({ matrix, block, states }: LatexProduct, weight: string, vector: string) =>
      `N_{${matrix}${block}${states.join('')}}(${weight} ${vector})`,
  }
  expect(rows("a = [h, x]\nh' = x1 * W @ a\nx1 = V @ x", changes)).toEqual([
    'a_t &= [h_{t-1}, x_t]',
    'h_t &= x_{1,t} \\odot (N_{W0h}(W_0 h_{t-1}) + N_{W1}(W_1 x_t))',
    'x_{1,t} &= N_{V0}(V x_t)',
  ])
})

test('what stands side by side under a product is seen changed too', () => {
  const changes = { stateInProducts: (_: string, old: string) => `d \\odot ${old}` }
  expect(rows("h' = tanh(W @ [2 * h, x])", changes)).toEqual([
    '\\check{h}_{t-1} &= d \\odot h_{t-1}',
    'h_t &= \\tanh(W [2 \\, \\check{h}_{t-1}, x_t])',
  ])
})
