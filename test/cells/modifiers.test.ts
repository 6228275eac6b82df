import { describe, expect, expectTypeOf, test } from 'vitest'
import * as cells from '../../src/cells/index.ts'
import { UnrolledError } from '../../src/error.ts'
import { matmulOperation, type Node } from '../../src/graph/index.ts'
import { less, product, run, sigmoid, sum, tanh, times, type Matrix, type Ran, type Vector } from './plain.ts'

const { gru, layerNorm, lecture, lstm, projection, recurrentDropout, rnn, weightDrop, zoneout } = cells
const sizes = { input: 2, hidden: 3, projection: 2 }

function close(a: Vector, b: Vector): void {
  expect(a.length).toBe(b.length)
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 12))
}

/** GRU by hand, with the pieces that modifiers change left open. */
function gruByHand(
  ran: Ran,
  row: number,
  change: {
    times?: (name: string, block: number, m: Matrix, v: Vector) => Vector
    old?: (h: Vector) => Vector
  } = {},
): Vector {
  const apply = change.times ?? ((_name, _block, m, v) => times(m, v))
  const x = ran.x[row]!
  const h = ran.old['h']![row]!
  const inProducts = change.old?.(h) ?? h
  const affine = (name: string, vector: Vector): Vector => {
    const matrix = ran.matrices[`W${name}`]!
    const split = matrix[0]!.length - x.length
    return sum(
      apply(
        `W${name}`,
        0,
        matrix.map((line) => line.slice(0, split)),
        vector,
      ),
      apply(
        `W${name}`,
        1,
        matrix.map((line) => line.slice(split)),
        x,
      ),
      ran.vectors[`b${name}`]!,
    )
  }
  const z = sigmoid(affine('z', inProducts))
  const r = sigmoid(affine('r', inProducts))
  const n = tanh(affine('n', product(r, inProducts)))
  return sum(product(less(z), h), product(z, n))
}

const scale = (v: Vector, by: number): Vector => v.map((a) => a * by)

describe('layer norm', () => {
  test('normalises what each product gives, with gains and a bias', () => {
    const ran = run(layerNorm(gru), sizes)
    const norm = (v: Vector): Vector => {
      const mean = v.reduce((a, b) => a + b, 0) / v.length
      const variance = v.reduce((a, b) => a + (b - mean) ** 2, 0) / v.length
      return v.map((a) => (a - mean) / Math.sqrt(variance + 1e-5))
    }
    ran.output.forEach((output, row) => {
      const expected = gruByHand(ran, row, {
        times: (name, block, m, v) => {
          const scaled = product(norm(times(m, v)), ran.vectors[`layerNorm.${name}.gain.${block}`]!)
          return block === 0 ? sum(scaled, ran.vectors[`layerNorm.${name}.bias`]!) : scaled
        },
      })
      close(output, expected)
    })
  })

  test('declares gains from 1 and biases from 0', () => {
    const added = layerNorm(gru).parameters(sizes).slice(6)
    expect(added.map(({ name, blocks }) => [name, blocks[0]!.init])).toEqual([
      ['layerNorm.Wz.gain.0', 1],
      ['layerNorm.Wz.bias', 0],
      ['layerNorm.Wz.gain.1', 1],
      ['layerNorm.Wr.gain.0', 1],
      ['layerNorm.Wr.bias', 0],
      ['layerNorm.Wr.gain.1', 1],
      ['layerNorm.Wn.gain.0', 1],
      ['layerNorm.Wn.bias', 0],
      ['layerNorm.Wn.gain.1', 1],
    ])
  })
})

describe('weight drop', () => {
  // Every third weight is dropped.
  const random = (_: string, i: number): number => (i % 3 === 0 ? 0.1 : 0.9)

  test('masks recurrent blocks, and only those, in training', () => {
    const ran = run(weightDrop(gru, { rate: 0.25 }), sizes, { training: true, random })
    expect(Object.keys(ran.drawn).sort()).toEqual(['weightDrop.Wn.0', 'weightDrop.Wr.0', 'weightDrop.Wz.0'])
    ran.output.forEach((output, row) => {
      const expected = gruByHand(ran, row, {
        times: (_, block, m, v) =>
          times(block === 1 ? m : m.map((line, i) => line.map((w, j) => ((i * 3 + j) % 3 === 0 ? 0 : w / 0.75))), v),
      })
      close(output, expected)
    })
  })

  test('does nothing in evaluation', () => {
    const ran = run(weightDrop(gru, { rate: 0.25 }), sizes, { random })
    expect(ran.output).toEqual(run(gru, sizes).output)
    expect(ran.drawn).toEqual({})
  })

  test('leaves an output matrix alone', () => {
    expect(Object.keys(run(weightDrop(lecture, { rate: 0.5 }), sizes, { training: true }).drawn)).toEqual([
      'weightDrop.W.0',
    ])
    expect(
      Object.keys(run(weightDrop(cells.lstmProjected, { rate: 0.5 }), sizes, { training: true }).drawn),
    ).not.toContain('weightDrop.Wh.0')
  })
})

describe('recurrent dropout', () => {
  const random = (_: string, i: number): number => (i % 2 === 0 ? 0.1 : 0.9)

  test('masks the state under matrices, not where it is read element by element', () => {
    const ran = run(recurrentDropout(gru, { rate: 0.2 }), sizes, { training: true, random })
    expect(Object.keys(ran.drawn)).toEqual(['recurrentDropout.h'])
    ran.output.forEach((output, row) => {
      const old = (h: Vector): Vector => h.map((a, i) => ((row * 3 + i) % 2 === 0 ? 0 : a / 0.8))
      close(output, gruByHand(ran, row, { old }))
    })
  })

  test('does nothing in evaluation', () => {
    expect(run(recurrentDropout(gru, { rate: 0.2 }), sizes).output).toEqual(run(gru, sizes).output)
  })

  test('shares what does not see the state directly: as many products as before', () => {
    const count = (cell: cells.Cell): number => {
      let products = 0
      const seen = new Set<Node>()
      const visit = (node: Node): void => {
        if (seen.has(node)) return
        seen.add(node)
        if (node.operation === matmulOperation) products++
        node.inputs.forEach(visit)
      }
      visit(stepOf(cell).output)
      return products
    }
    expect(count(recurrentDropout(gru, { rate: 0.2 }))).toBe(count(gru))
    expect(count(projection(lstm, { size: 2 }))).toBe(count(lstm) + 2)
  })
})

/** A step of leaves, to look at its graph. */
function stepOf(cell: cells.Cell): cells.StepOutputs {
  const leaf = (shape: { rows: readonly (string | number)[]; columns: number }): Node => ({
    id: 0,
    operation: { name: 'leaf', kind: 'given', evaluate: () => expect.unreachable() },
    inputs: [],
    attributes: undefined,
    shape,
  })
  const shapes = cell.shapes(sizes)
  const leaves = (of: Readonly<Record<string, { rows: readonly (string | number)[]; columns: number }>>) =>
    Object.fromEntries(Object.entries(of).map(([name, shape]) => [name, leaf(shape)]))
  return cell.step(sizes, {
    x: leaf(shapes.input),
    states: leaves(shapes.states),
    parameters: leaves(shapes.parameters),
    noise: Object.fromEntries(cell.noise(sizes).map(({ name, columns }) => [name, leaf({ rows: ['batch'], columns })])),
    random: (_, shape) => leaf(shape),
    training: true,
  })
}

describe('zoneout', () => {
  const random = (_: string, i: number): number => (i % 2 === 0 ? 0.05 : 0.9)

  test('keeps old elements in training, in what is carried and put out but not inside the step', () => {
    const cell = zoneout(lstm, { c: 0.5, h: 0.1 })
    expect(cell.noise(sizes)).toEqual([
      { name: 'zoneout.c', columns: 3 },
      { name: 'zoneout.h', columns: 3 },
    ])
    const ran = run(cell, sizes, { training: true, random })
    const plain = run(lstm, sizes)
    for (const name of ['c', 'h']) {
      ran.states[name]!.forEach((state, row) => {
        const expected = state.map((_, i) =>
          (row * 3 + i) % 2 === 0 ? ran.old[name]![row]![i]! : plain.states[name]![row]![i]!,
        )
        close(state, expected)
      })
    }
    expect(ran.output).toEqual(ran.states['h'])
    expect(ran.values["h'"]).toEqual(plain.values["h'"])
  })

  test('takes the expectation in evaluation', () => {
    const ran = run(zoneout(gru, 0.25), sizes)
    const plain = run(gru, sizes)
    ran.output.forEach((output, row) =>
      close(output, sum(scale(ran.old['h']![row]!, 0.25), scale(plain.output[row]!, 0.75))),
    )
  })

  test('an output that is not a state reads the new value', () => {
    const ran = run(zoneout(lecture, 0.5), sizes)
    expect(ran.output).toEqual(run(lecture, sizes).output)
    expect(ran.states).not.toEqual(run(lecture, sizes).states)
  })

  test('names states', () => {
    expect(zoneout(lstm, 0.1).modifiers).toEqual([{ name: 'zoneout', options: { h: 0.1, c: 0.1 } }])
    // @ts-expect-error there is no such state
    expect(() => zoneout(lstm, { C: 0.1 })).toThrow('zoneout: lstm has no state C; did you mean c?')
    expect(() => zoneout(lstm, {})).toThrow('no state is given a rate')
    expect(() => zoneout(lstm, { h: 1 })).toThrow('zoneout: the rate of h is 1; it should be at least 0 and below 1')
  })
})

describe('projection', () => {
  test('stands under recurrent matrices and at the output', () => {
    const cell = projection(gru, { size: 2 })
    expect(cell.outputSize(sizes)).toBe(2)
    expect(cell.shapes(sizes).parameters.Wz).toEqual({ rows: [3], columns: 4 })
    expect(cell.shapes(sizes).parameters['projection.h']).toEqual({ rows: [2], columns: 3 })
    expect(cell.shapes(sizes).states.h.columns).toBe(3)
    const ran = run(cell, sizes)
    const p = ran.matrices['projection.h']!
    ran.output.forEach((output, row) => {
      const h = gruByHand(ran, row, { times: (_, block, m, v) => times(m, block === 0 ? times(p, v) : v) })
      close(ran.states['h']![row]!, h)
      close(output, times(p, h))
    })
  })

  test('gives an LSTM the matrices of the projected LSTM', () => {
    const a = run(projection(lstm, { size: 2 }), sizes, { initial: true })
    const b = run(cells.lstmProjected, sizes, { initial: true })
    expect(b.states['h']![0]!.length).toBe(2)
    expect(a.output[0]!.length).toBe(2)
    expect(a.matrices['Wi']![0]!.length).toBe(b.matrices['Wi']![0]!.length)
  })

  test('wants a size, and a vector that is one state', () => {
    expect(() => projection(gru, { size: 0.5 })).toThrow('projection: size is 0.5')
    const mixed = cells.defineCell("name: mixed\nsize: W = 4\nh' = tanh(V @ (W @ (h + c)))\nc' = c + x1\nx1 = U @ x")
    expect(() => projection(mixed, { size: 2 })).toThrow('W is applied to a mixture')
  })

  test('narrows the block of a state that stands side by side with others under another name', () => {
    const named = projection(cells.defineCell("name: named\nt = [x, h]\nv = t\nh' = tanh(W @ v)"), { size: 2 })
    expect(named.shapes({ input: 4, hidden: 3 }).parameters['W']!.columns).toBe(6)
  })

  test('wants a matrix that sees states to see nothing else with the same columns', () => {
    const twice = cells.defineCell("name: twice\nh' = tanh(W @ h) + W @ b")
    expect(() => projection(twice, { size: 2 })).toThrow('W is applied to h and elsewhere to what is no old state')
    const apart = cells.defineCell("name: apart\nh' = tanh(W @ [h, b]) + W @ [c, b]\nc' = W @ [h, x1]\nx1 = U @ x")
    expect(projection(apart, { size: 2 }).shapes({ input: 1, hidden: 3 }).parameters['W']!.columns).toBe(5)
  })
})

describe('LaTeX says what modifiers do', () => {
  const rows = (cell: cells.Cell): string[] =>
    cell
      .latex()
      .split('\n')
      .slice(1, -1)
      .map((row) => row.replace(/ \\\\$/, ''))

  test('layer norm: each block by itself, with its gain; one bias a matrix', () => {
    expect(rows(layerNorm(rnn))).toEqual([
      'h_t &= \\tanh(\\gamma_{W,0} \\odot \\operatorname{normalize}(W_0 h_{t-1}) + \\beta_{W} + ' +
        '\\gamma_{W,1} \\odot \\operatorname{normalize}(W_1 x_t) + b)',
    ])
  })

  test('weight drop: on recurrent blocks alone, and what its sign means', () => {
    const [s, y, legend, ...more] = rows(weightDrop(lecture, { rate: 0.25 }))
    expect(s).toBe('s_t &= \\tanh(U x_t + \\operatorname{drop}_{0.25}(W) s_{t-1})')
    expect(y).toBe('y_t &= \\tanh(V s_t)')
    expect(legend).toMatch(/^\\operatorname\{drop\}_p\(v\) &= .*Bernoulli\}\(1 - p\)/)
    expect(more).toEqual([])
  })

  test('recurrent dropout: what products see wears a háček, through lines too', () => {
    const lines = recurrentDropout(cells.defineCell("a = 2 * h\nq = [a, x]\nc = a\nh' = a + c + W @ q"), { rate: 0.2 })
    expect(rows(lines).slice(0, 7)).toEqual([
      '\\check{h}_{t-1} &= \\operatorname{drop}_{0.2}(h_{t-1})',
      '\\check{a}_t &= 2 \\, \\check{h}_{t-1}',
      'a_t &= 2 \\, h_{t-1}',
      '\\check{q}_t &= [\\check{a}_t, x_t]',
      'q_t &= [a_t, x_t]',
      'c_t &= a_t',
      'h_t &= a_t + c_t + W \\check{q}_t',
    ])
  })

  test('zoneout: the new value inside the step wears a hat; what is carried is a mixture', () => {
    expect(rows(zoneout(lecture, 0.1)).slice(0, 3)).toEqual([
      '\\hat{s}_t &= \\tanh(U x_t + W s_{t-1})',
      'y_t &= \\tanh(V \\hat{s}_t)',
      's_t &= \\operatorname{zoneout}_{0.1}(s_{t-1}, \\hat{s}_t)',
    ])
    expect(rows(zoneout(lstm, { c: 0.1 }))).toContain('h_t &= o_t \\odot \\tanh(\\hat{c}_t)')
  })

  test('projection: under recurrent blocks and at the output', () => {
    const all = rows(projection(gru, { size: 2 }))
    expect(all[2]).toBe('n_t &= \\tanh(W_{n,0} P_h (r_t \\odot h_{t-1}) + W_{n,1} x_t + b_n)')
    expect(all.at(-1)).toBe('y_t &= P_h h_t')
  })

  test('all at once', () => {
    const modified = projection(
      zoneout(weightDrop(layerNorm(recurrentDropout(rnn, { rate: 0.2 })), { rate: 0.3 }), 0.1),
      {
        size: 2,
      },
    )
    expect(rows(modified).slice(0, 4)).toEqual([
      '\\check{h}_{t-1} &= \\operatorname{drop}_{0.2}(h_{t-1})',
      '\\hat{h}_t &= \\tanh(\\gamma_{W,0} \\odot \\operatorname{normalize}(\\operatorname{drop}_{0.3}(W_0) P_h \\check{h}_{t-1}) + ' +
        '\\beta_{W} + \\gamma_{W,1} \\odot \\operatorname{normalize}(W_1 x_t) + b)',
      'h_t &= \\operatorname{zoneout}_{0.1}(h_{t-1}, \\hat{h}_t)',
      'y_t &= P_h h_t',
    ])
    // Both kinds of dropout share one sign.
    expect(rows(modified)).toHaveLength(6)
  })
})

test('a modifier without a place is an error', () => {
  const error = (f: () => unknown): UnrolledError => {
    try {
      f()
    } catch (error) {
      return error as UnrolledError
    }
    return expect.unreachable()
  }
  expect(error(() => weightDrop(cells.minGru, { rate: 0.1 }))).toMatchObject({
    code: 'modifier',
    message: 'weightDrop has no place to act in min-gru: no matrix sees an old state',
  })
  expect(error(() => recurrentDropout(cells.sru, { rate: 0.1 })).message).toContain('no place to act in sru')
  expect(error(() => layerNorm(cells.defineCell("h' = h + x1\nx1 = b"))).message).toContain('it has no matrix')
  expect(error(() => weightDrop(gru, { rate: 1 })).message).toContain('at least 0 and below 1')
  expect(error(() => weightDrop(gru, undefined as never))).toMatchObject({ code: 'modifier' })
  expect(error(() => layerNorm(layerNorm(gru))).message).toBe('gru has layerNorm already')
  const none = "the first argument is 'gru'; it must be a cell: lstm, gru, ... or what defineCell makes"
  expect(error(() => layerNorm('gru' as never)).message).toBe(`layerNorm: ${none}`)
  expect(error(() => zoneout('gru' as never, 0.1)).message).toBe(`zoneout: ${none}`)
})

describe('several modifiers', () => {
  const random = (name: string, i: number): number => ((name.length + i) % 3) / 3
  const all: readonly ((cell: cells.Cell) => cells.Cell)[] = [
    layerNorm,
    (cell) => weightDrop(cell, { rate: 0.4 }),
    (cell) => recurrentDropout(cell, { rate: 0.4 }),
    (cell) => zoneout(cell, 0.4),
    (cell) => projection(cell, { size: 2 }),
  ]
  const orders = [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [2, 4, 0, 3, 1],
  ]

  test.each([...cells.cellsByName.values()].filter((cell) => works(cell)).map((cell) => [cell.name, cell] as const))(
    '%s: the order they are applied in does not matter',
    (_, cell) => {
      const results = orders.map((order) => {
        const modified = order.reduce((cell, i) => all[i]!(cell), cell)
        // The same numbers for the same names, whatever the order of declaration.
        const sorted = Object.assign(Object.create(modified) as cells.Cell, {
          parameters: (sizes: cells.Sizes) =>
            [...modified.parameters(sizes)].sort((a, b) => (a.name < b.name ? -1 : 1)),
          noise: (sizes: cells.Sizes) => modified.noise(sizes),
          step: (sizes: cells.Sizes, given: cells.StepInputs) => modified.step(sizes, given),
          states: (sizes: cells.Sizes) => modified.states(sizes),
        })
        const { states, output } = run(sorted, sizes, { training: true, random })
        return { states, output }
      })
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
      expect(JSON.stringify(results[0])).not.toContain('null')
    },
  )

  function works(cell: cells.Cell): boolean {
    try {
      all.reduce((cell, modify) => modify(cell), cell)
      return true
    } catch {
      return false
    }
  }

  test('come back from their descriptions', () => {
    const cell = all.reduce((cell, modify) => modify(cell), lstm as cells.Cell)
    const stored = JSON.parse(JSON.stringify(cell.modifiers)) as cells.ModifierDescription[]
    const again = cells.applyModifiers(cells.cellFromText(cell.text()), stored)
    expect(again.modifiers).toEqual(cell.modifiers)
    expect(again.parameters(sizes)).toEqual(cell.parameters(sizes))
    expect(run(again, sizes, { training: true, random })).toEqual(run(cell, sizes, { training: true, random }))
  })

  test('a description that is none is an error', () => {
    expect(() => cells.applyModifiers(rnn, [{ name: 'layernorm', options: {} }])).toThrow(
      'there is no modifier layernorm; did you mean layerNorm?',
    )
    expect(() => cells.applyModifiers(rnn, [{ name: 'weightDrop', options: {} }])).toThrow('rate is undefined')
    expect(() => cells.applyModifiers(rnn, [{ name: 'projection', options: { size: -1 } }])).toThrow('size is -1')
    expect(() => cells.applyModifiers(rnn, [{ name: 'zoneout', options: { h: 2 } }])).toThrow('the rate of h is 2')
    expect(() => cells.applyModifiers(rnn, [{ name: 'zoneout', options: null } as never])).toThrow(
      'an object was expected',
    )
    expect(() => cells.applyModifiers(rnn, [null as never])).toThrow(UnrolledError)
  })

  test('keep the names in the type', () => {
    expectTypeOf(zoneout(weightDrop(rnn, { rate: 0.1 }), { h: 0.1 })).toEqualTypeOf<cells.Cell<'h', 'W' | 'b'>>()
    expectTypeOf(layerNorm(rnn)).toEqualTypeOf<cells.Cell<'h', 'W' | 'b' | `layerNorm.${string}`>>()
    expectTypeOf(projection(rnn, { size: 2 })).toEqualTypeOf<cells.Cell<'h', 'W' | 'b' | 'projection.h'>>()
  })
})
