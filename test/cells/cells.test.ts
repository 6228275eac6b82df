import { describe, expect, expectTypeOf, test } from 'vitest'
import * as cells from '../../src/cells/index.ts'
import { constant, input, parameter } from '../../src/graph/index.ts'
import { less, product, quotient, relu, run, sigmoid, sum, tanh, times, type Matrix, type Vector } from './plain.ts'

const sizes = { input: 2, hidden: 3, projection: 2 }

interface Step {
  readonly x: Vector
  readonly m: Record<string, Matrix>
  readonly v: Record<string, Vector>
  readonly s: Record<string, Vector>
}
type Result = Record<string, Vector> & { output: Vector }

/** A gate before its activation: W [h, x] + b. */
const gate = ({ x, m, v, s }: Step, name: string, state = 'h'): Vector =>
  sum(times(m[`W${name}`]!, [...s[state]!, ...x]), v[`b${name}`]!)

const elman =
  (f: (v: Vector) => Vector) =>
  ({ x, m, v, s }: Step): Result => {
    const h = f(sum(times(m['W']!, [...s['h']!, ...x]), v['b']!))
    return { h, output: h }
  }

const lstmEnd = (s: Step['s'], i: Vector, f: Vector, g: Vector, o: (c: Vector) => Vector): Result => {
  const c = sum(product(f, s['c']!), product(i, g))
  const h = product(o(c), tanh(c))
  return { c, h, output: h }
}

/** Every cell from its paper, in plain numbers. */
const papers: Record<string, (step: Step) => Result> = {
  rnn: elman(tanh),
  'rnn-relu': elman(relu),
  'rnn-sigmoid': elman(sigmoid),
  jordan: (step) => {
    const h = tanh(gate(step, 'h', 'y'))
    const y = tanh(sum(times(step.m['Wy']!, h), step.v['by']!))
    return { y, output: y }
  },
  lecture: ({ x, m, s: { s: old } }) => {
    const s = tanh(sum(times(m['U']!, x), times(m['W']!, old!)))
    return { s, output: tanh(times(m['V']!, s)) }
  },
  lstm: (step) =>
    lstmEnd(step.s, sigmoid(gate(step, 'i')), sigmoid(gate(step, 'f')), tanh(gate(step, 'g')), () =>
      sigmoid(gate(step, 'o')),
    ),
  'lstm-peephole': (step) => {
    const { v, s } = step
    const i = sigmoid(sum(gate(step, 'i'), product(v['pi']!, s['c']!)))
    const f = sigmoid(sum(gate(step, 'f'), product(v['pf']!, s['c']!)))
    return lstmEnd(s, i, f, tanh(gate(step, 'g')), (c) => sigmoid(sum(gate(step, 'o'), product(v['po']!, c))))
  },
  'lstm-coupled': (step) => {
    const i = sigmoid(gate(step, 'i'))
    return lstmEnd(step.s, i, less(i), tanh(gate(step, 'g')), () => sigmoid(gate(step, 'o')))
  },
  'lstm-projected': (step) => {
    const { c, h: m } = lstmEnd(step.s, sigmoid(gate(step, 'i')), sigmoid(gate(step, 'f')), tanh(gate(step, 'g')), () =>
      sigmoid(gate(step, 'o')),
    )
    const h = times(step.m['Wh']!, m!)
    return { c: c!, h, output: h }
  },
  gru: (step) => {
    const { x, m, v, s } = step
    const z = sigmoid(gate(step, 'z'))
    const r = sigmoid(gate(step, 'r'))
    const n = tanh(sum(times(m['Wn']!, [...product(r, s['h']!), ...x]), v['bn']!))
    const h = sum(product(less(z), s['h']!), product(z, n))
    return { h, output: h }
  },
  'gru-reset-after': (step) => {
    const { x, m, v, s } = step
    const z = sigmoid(gate(step, 'z'))
    const r = sigmoid(gate(step, 'r'))
    const n = tanh(sum(times(m['Wn']!, x), v['bn']!, product(r, sum(times(m['Un']!, s['h']!), v['bu']!))))
    const h = sum(product(less(z), n), product(z, s['h']!))
    return { h, output: h }
  },
  ugrnn: (step) => {
    const g = sigmoid(gate(step, 'g'))
    const h = sum(product(g, step.s['h']!), product(less(g), tanh(gate(step, 'c'))))
    return { h, output: h }
  },
  mgu: (step) => {
    const { x, m, v, s } = step
    const f = sigmoid(gate(step, 'f'))
    const n = tanh(sum(times(m['Wh']!, [...product(f, s['h']!), ...x]), v['bh']!))
    const h = sum(product(less(f), s['h']!), product(f, n))
    return { h, output: h }
  },
  sru: ({ x, m, v, s }) => {
    const f = sigmoid(sum(times(m['Wf']!, x), product(v['vf']!, s['c']!), v['bf']!))
    const r = sigmoid(sum(times(m['Wr']!, x), product(v['vr']!, s['c']!), v['br']!))
    const c = sum(product(f, s['c']!), product(less(f), times(m['W']!, x)))
    return { c, output: sum(product(r, c), product(less(r), times(m['Wx']!, x))) }
  },
  indrnn: ({ x, m, v, s }) => {
    const h = relu(sum(times(m['W']!, x), product(v['u']!, s['h']!), v['b']!))
    return { h, output: h }
  },
  'min-gru': ({ x, m, v, s }) => {
    const z = sigmoid(sum(times(m['Wz']!, x), v['bz']!))
    const h = sum(product(less(z), s['h']!), product(z, sum(times(m['Wh']!, x), v['bh']!)))
    return { h, output: h }
  },
  'min-lstm': ({ x, m, v, s }) => {
    const f = sigmoid(sum(times(m['Wf']!, x), v['bf']!))
    const i = sigmoid(sum(times(m['Wi']!, x), v['bi']!))
    const candidate = sum(times(m['Wh']!, x), v['bh']!)
    const h = sum(product(quotient(f, sum(f, i)), s['h']!), product(quotient(i, sum(f, i)), candidate))
    return { h, output: h }
  },
  slstm: (step) => {
    const { s } = step
    const i = gate(step, 'i')
    const logF = sigmoid(gate(step, 'f')).map(Math.log)
    const m = i.map((value, k) => Math.max(logF[k]! + s['m']![k]!, value))
    const input = i.map((value, k) => Math.exp(value - m[k]!))
    const forget = logF.map((value, k) => Math.exp(value + s['m']![k]! - m[k]!))
    const c = sum(product(forget, s['c']!), product(input, tanh(gate(step, 'z'))))
    const n = sum(product(forget, s['n']!), input)
    const h = product(sigmoid(gate(step, 'o')), quotient(c, n))
    return { m, c, n, h, output: h }
  },
}

test('every cell has a formula here, and every cell is named after its file', () => {
  expect([...cells.cellsByName.keys()].sort()).toEqual(Object.keys(papers).sort())
})

describe.each([...cells.cellsByName.values()].map((cell) => [cell.name, cell] as const))('%s', (name, cell) => {
  test.each([1, 2, 3])('is what its paper says (numbers %i)', (seed) => {
    const ran = run(cell, sizes, { seed })
    ran.x.forEach((x, row) => {
      const s = Object.fromEntries(Object.entries(ran.old).map(([name, rows]) => [name, rows[row]!]))
      const { output, ...states } = papers[name]!({ x, m: ran.matrices, v: ran.vectors, s })
      expect(Object.keys(ran.states).sort()).toEqual(Object.keys(states).sort())
      for (const [name, expected] of Object.entries(states)) close(ran.states[name]![row]!, expected)
      close(ran.output[row]!, output)
    })
  })

  test('comes back from its text, and says its source', () => {
    const again = cells.cellFromText(cell.text())
    expect(again.text()).toBe(cell.text())
    expect(again.latex()).toBe(cell.latex())
    expect(again.parameters(sizes)).toEqual(cell.parameters(sizes))
    expect(cell.source).toMatch(/\d{4}|lecture/)
  })

  test('declares blocks that add up', () => {
    for (const { shape, blocks } of cell.parameters({ input: 5, hidden: 7, projection: 4 })) {
      expect(blocks.reduce((sum, { columns }) => sum + columns, 0)).toBe(shape.columns)
    }
  })
})

function close(a: Vector, b: Vector): void {
  expect(a.length).toBe(b.length)
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 12))
}

test('sLSTM from its initial states: the stabiliser drops out and h is o z', () => {
  const { states, values, output } = run(cells.slstm, sizes, { initial: true })
  output.forEach((h, row) => close(h, product(values['o']![row]!, values['z']![row]!)))
  expect(states['m']).toEqual(values['i'])
})

test('forget biases begin at one by header', () => {
  const bias = (cell: cells.Cell, name: string) =>
    cell.parameters(sizes).find((parameter) => parameter.name === name)!.blocks[0]!.init
  expect(bias(cells.lstm, 'bf')).toBe(1)
  expect(bias(cells.lstm, 'bi')).toBe(0)
  expect(bias(cells.lstmCoupled, 'bi')).toBe(-1)
  expect(bias(cells.indrnn, 'u')).toEqual({ uniform: [0, 1] })
})

test('names of states and parameters are known to the type checker', () => {
  const shapes = cells.gru.shapes({ input: 10, hidden: 20 })
  expectTypeOf(cells.gru).toEqualTypeOf<cells.Cell<'h', 'Wz' | 'bz' | 'Wr' | 'br' | 'Wn' | 'bn'>>()
  expectTypeOf(cells.lecture).toEqualTypeOf<cells.Cell<'s', 'U' | 'V' | 'W'>>()
  expectTypeOf(cells.lstmPeephole.states(sizes)[0]!.name).toEqualTypeOf<'h' | 'c'>()
  expectTypeOf(cells.sru).toEqualTypeOf<cells.Cell<'c', 'Wf' | 'bf' | 'vf' | 'Wr' | 'br' | 'vr' | 'W' | 'Wx'>>()
  expectTypeOf(cells.indrnn).toEqualTypeOf<cells.Cell<'h', 'W' | 'u' | 'b'>>()
  expectTypeOf(cells.cellFromText(cells.gru.text())).toEqualTypeOf<cells.Cell>()
  expectTypeOf(cells.lstm).toExtend<cells.Cell>()
  expect(shapes.parameters.Wz).toEqual({ rows: [20], columns: 30 })
  expect(shapes.states.h).toEqual({ rows: ['batch'], columns: 20 })
  // @ts-expect-error there is no such parameter
  expect(shapes.parameters.Wq).toBeUndefined()

  const mgu = cells.defineCell(`
    # signs, comments, tabs, capitals as states and as lines
    name: mine
    param: p, q = hidden
	B  = σ(Wf·[H, x]−bf)⊙Q   # the line B is no parameter
    h~ = tanh(Wh@[p*H,q*x2])
    x2 = where(B<P, B, Q)
    y = 2 * H′
    H' = (1-B)*H+B*h~
  `)
  expectTypeOf(mgu).toEqualTypeOf<cells.Cell<'H', 'Wf' | 'bf' | 'P' | 'Q' | 'Wh' | 'p' | 'q'>>()
})

test('a size that is needed and missing is asked for', () => {
  expect(() => cells.lstmProjected.parameters({ input: 2, hidden: 3 })).toThrow(
    'lstm-projected needs the size projection',
  )
  expect(() => cells.gru.parameters({ input: 2, hidden: 0 })).toThrow('the size hidden of gru is 0')
})

test('a state of parameters alone has no rows of its own, so that its gradient is one sum however a window is cut', () => {
  const cell = cells.defineCell("name: fixed\nh' = W @ b")
  const sizes = { input: 2, hidden: 3 }
  const parameters = Object.fromEntries(cell.parameters(sizes).map(({ name, shape }) => [name, parameter(name, shape)]))
  const made = cell.step(sizes, {
    x: input('x', { rows: ['batch'], columns: 2 }),
    states: { h: input('h', { rows: ['batch'], columns: 3 }) },
    parameters,
    noise: {},
    random: () => constant(0),
    training: false,
  })
  expect(made.states['h']!.shape).toEqual({ rows: [], columns: 3 })
  expect(made.output.shape).toEqual({ rows: [], columns: 3 })
})
