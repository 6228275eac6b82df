import { describe, expect, test } from 'vitest'
import {
  chain,
  defineLayer,
  embedding,
  forward,
  gru,
  last,
  linear,
  recurrence,
  recurrent,
  symbolsOf,
  tensor,
  vectors,
  type Layer,
  type Ports,
} from 'unrolled'
import { add, broadcast, concat, constant, mul } from 'unrolled/graph'
import { checkPorts, mainOf, misfit } from '../../src/layers/index.ts'

const exact = { backend: 'reference' }
const x = tensor(
  Float64Array.from({ length: 12 }, (_, i) => i + 1),
  [3, 2, 2],
)

describe('ports', () => {
  const check = (inputs: unknown, outputs: unknown): void => checkPorts('own', inputs as Ports, outputs as Ports)
  const output = { output: vectors(1) }

  test.each<[string, object]>([
    ['one column', vectors(1)],
    ['a row for each sequence', vectors(2, ['batch'])],
    ['a second sequence', vectors(2, ['source', 'batch'])],
    ['one symbol', symbolsOf(1)],
  ])('may have %s', (_, port) => {
    expect(() => check({ x: port, weightsOf: port, state: port }, output)).not.toThrow()
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'x has undefined columns'],
    ['no column', vectors(0), 'x has 0 columns'],
    ['half a column', vectors(1.5), 'x has 1.5 columns'],
    ['no axes', { kind: 'vector', columns: 1 }, 'x has the axes []'],
    ['axes the other way round', vectors(1, ['batch', 'time']), 'x has the axes [batch,time]'],
    ['no symbol', symbolsOf(0), 'x is neither'],
    ['half a symbol', symbolsOf(1.5), 'x is neither'],
    ['symbols in two columns', { ...symbolsOf(3), columns: 2 }, 'x is neither'],
    ['a kind that there is not', { ...symbolsOf(3), kind: 'image' }, 'x is neither'],
  ])('may not have %s', (_, port, message) => {
    expect(() => check({ x: port }, output)).toThrow(`own: ${message}`)
    expect(() => check({ y: vectors(1) }, { x: port })).toThrow(`own: ${message}`)
  })

  test.each(['parameters', 'loss', 'state.h', 'adjoint.x', 'tap.x', 'scalar.seed', 'lengths.source', '__proto__'])(
    'may not be called %s',
    (name) => {
      expect(() => check(Object.fromEntries([[name, vectors(1)]]), output)).toThrow(
        `own: no port may be called ${name}`,
      )
    },
  )

  test.each([[undefined], [null], [{}], ['x']])('are there on both sides: not %j', (none) => {
    expect(() => check(none, output)).toThrow('own: it has no inputs')
    expect(() => check({ x: vectors(1) }, none)).toThrow('own: it has no outputs')
  })

  test('have a main one: by its name, or because no other is needed', () => {
    const optional = { ...vectors(3), optional: true }
    expect(mainOf({ a: vectors(1), x: vectors(2) }, 'x')).toEqual(['x', vectors(2)])
    expect(mainOf({ a: optional, b: vectors(2) }, 'x')).toEqual(['b', vectors(2)])
    expect(() => mainOf({ a: vectors(1), b: vectors(2) }, 'x')).toThrow('a port x is wanted, or one alone; there are a')
    expect(() => mainOf({ a: optional }, 'x')).toThrow('a port x is wanted')
  })

  test('fit where columns, axes and kind are alike, and where no symbol is out of range', () => {
    expect(misfit(vectors(2), vectors(2))).toBeUndefined()
    expect(misfit(vectors(2), vectors(3))).toBe('columns')
    expect(misfit(vectors(2), vectors(2, ['batch']))).toBe('axes')
    expect(misfit(vectors(1), symbolsOf(4))).toBe('kind')
    expect(misfit(symbolsOf(4), vectors(1))).toBe('kind')
    expect(misfit(symbolsOf(4), symbolsOf(4))).toBeUndefined()
    expect(misfit(symbolsOf(3), symbolsOf(4))).toBeUndefined()
    expect(misfit(symbolsOf(5), symbolsOf(4))).toBe('kind')
  })
})

describe('a chain', () => {
  test('says what does not fit', () => {
    const a = linear({ input: 2, output: 3 })
    const fixed = (port: Ports[string]): Layer => ({ ...linear({ input: 1, output: 1 }), inputs: { x: port } })
    const closed = (port: Ports[string]): Layer => {
      const { fit: _, ...rest } = fixed(port)
      return rest
    }
    expect(() => chain({ a, b: closed(vectors(4)) })).toThrow('chain: a gives 3 columns, but b takes 4')
    expect(() => chain({ a, b: closed(vectors(3, ['batch'])) })).toThrow(
      'chain: a gives [time, batch] × 3, but b takes [batch] × 3',
    )
    expect(() => chain({ a: linear({ input: 2, output: 1 }), b: embedding({ symbols: 5, size: 2 }) })).toThrow(
      'chain: a gives [time, batch] × 1, but b takes one of 5 symbols for [time, batch]',
    )
    expect(() => chain({})).toThrow('chain: at least one layer is needed')
    expect(() => chain({ a, b: null as never })).toThrow('chain: b is no layer')
    expect(() => chain({ a, b: { fit: 3 } as never })).toThrow('chain: b is no layer')
  })

  test('names what it holds after its layers, but not after one that begins with _', () => {
    const net = chain({
      in: linear({ input: 2, output: 3 }),
      _core: recurrent({ cell: gru, hidden: 4 }),
      out: linear({ output: 1, bias: false }),
    })
    expect(net.declared.map(({ name }) => name)).toEqual([
      'in.weight',
      'in.bias',
      ...['Wz', 'bz', 'Wr', 'br', 'Wn', 'bn'],
      'out.weight',
    ])
    expect(net.states.map(({ name }) => name)).toEqual(['h'])
    expect(() => chain({ _a: linear({ input: 2, output: 2 }), _b: linear({ output: 2 }) })).toThrow(
      'chain: two parameters are named weight',
    )
    expect(Object.keys(net.description)).toEqual(['kind', 'layers'])
  })

  test('inside a chain follows what comes before it, in sizes and axes', async () => {
    const inner = chain({ a: linear({ input: 2, output: 3 }), b: linear({ output: 1 }) })
    const outer = chain({ last: last({ size: 2 }), inner })
    expect(outer.inputs).toEqual({ x: vectors(2) })
    expect(outer.outputs).toEqual({ output: vectors(1, ['batch']) })
    const parameters = outer.parameters({ seed: 1 })
    const { output } = await forward(outer, { parameters, x }, exact)
    expect(output.shape).toEqual([2, 1])
    const alone = await forward(
      inner,
      {
        parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.slice(6), value])),
        x: tensor(x.data.slice(8), [1, 2, 2]),
      },
      exact,
    )
    expect([...output.data]).toEqual([...alone.output.data])
  })

  test('of layers each with a tie ties through', async () => {
    const square = () => linear({ input: 2, output: 2, bias: false })
    const inner = chain({ a: square(), b: square() }, { tie: { 'b.weight': 'a.weight' } })
    const outer = chain({ inner, c: square() }, { tie: { 'inner.a.weight': 'c.weight' } })
    expect(outer.declared.map(({ name }) => name)).toEqual(['c.weight'])
    const weight = tensor([
      [0, 2],
      [1, 0],
    ])
    const { output } = await forward(outer, { parameters: { 'c.weight': weight }, x }, exact)
    // Three times: (x, y) → (2y, x) → (2x, 2y) → (4y, 2x).
    const expected = [1, 3, 5, 7, 9, 11].flatMap((v) => [4 * (v + 1), 2 * v])
    expect([...output.data]).toEqual(expected)
  })
})

describe('what a layer builds', () => {
  const parts = { description: { kind: 'own' }, inputs: { x: vectors(2) } }

  test('stands in every row that its port has', async () => {
    const layer = defineLayer({
      ...parts,
      outputs: { output: vectors(3), once: vectors(1, ['batch']) },
      declared: [{ name: 'p', shape: { rows: [], columns: 3 }, blocks: [{ columns: 3, init: 4 }] }],
      build: (context) => ({ output: context.parameter('p'), once: constant(7) }),
    })
    const { outputs } = await forward(layer, { parameters: layer.parameters(), x }, exact)
    expect(outputs['output']).toEqual(tensor(new Float64Array(18).fill(4), [3, 2, 3]))
    expect(outputs['once']).toEqual(tensor(new Float64Array(2).fill(7), [2, 1]))
  })

  test.each<[string, Layer['build'], string]>([
    ['nothing', () => ({}), 'nothing'],
    ['more columns', (_, { x }) => ({ output: x! }), '[time, batch] × 2'],
    ['rows of an axis that the port has not', (_, { x }) => ({ output: mul(x!, constant(1)) }), '[time, batch] × 2'],
  ])('is held against its ports: %s', async (_, build, found) => {
    const layer = defineLayer({ ...parts, outputs: { output: vectors(1, ['batch']) }, build })
    await expect(forward(layer, { parameters: {}, x }, exact)).rejects.toThrow(
      `own: its output output is [batch] × 1, but it builds ${found}`,
    )
    const other = defineLayer({
      ...parts,
      outputs: { output: vectors(2, ['batch']) },
      build: (_, { x }) => ({ output: x! }),
    })
    await expect(forward(other, { parameters: {}, x }, exact)).rejects.toThrow(
      'own: its output output is [batch] × 2, but it builds [time, batch] × 2',
    )
  })

  test('is causal unless it says otherwise, and may be a method of a class', () => {
    class Doubling {
      readonly description = { kind: 'doubling' }
      readonly inputs = { x: vectors(2) }
      readonly outputs = { output: vectors(2) }
      readonly factor = 2
      build(_: unknown, { x }: { readonly x?: Parameters<typeof mul>[0] }) {
        return { output: mul(x!, constant(this.factor)) }
      }
      fit(inputs: Ports): Layer {
        return defineLayer({ ...this, inputs, build: this.build.bind(this) })
      }
    }
    const layer = defineLayer(new Doubling() as never)
    expect(layer.causal).toBe(true)
    expect(defineLayer({ ...new Doubling(), causal: false } as never).causal).toBe(false)
    expect([layer.declared, layer.states]).toEqual([[], []])
    const net = chain({ in: linear({ input: 3, output: 2 }), twice: layer })
    expect(net.outputs).toEqual({ output: vectors(2) })
  })
})

test('marks of new sequences are of time, and of no second sequence', async () => {
  /** The sum of the memory's steps, added to x. */
  const states = [{ name: 'sum', columns: 2, initial: 0 }]
  const layer = defineLayer({
    description: { kind: 'summed' },
    inputs: { x: vectors(2), memory: vectors(2, ['source', 'batch']) },
    outputs: { output: vectors(2) },
    build(context, { x, memory }) {
      const { final } = recurrence(context, {
        axis: 'source',
        states,
        steps: [memory!],
        step: ([sum], [one]) => ({ next: [add(sum!, one!)], outputs: [] }),
      })
      return { output: add(x!, broadcast(final[0]!, x!.shape)) }
    },
  })
  const memory = tensor(new Float64Array(8).fill(1), [2, 2, 2])
  const given = { parameters: {}, inputs: { x, memory } }
  const plain = await forward(layer, given, exact)
  expect([...plain.output.data]).toEqual([...x.data].map((v) => v + 2))
  const starts = tensor(new Float64Array(6).fill(1), [3, 2])
  expect(await forward(layer, { ...given, starts }, exact)).toEqual(plain)
})

test.each([false, true])('states that are nobody’s go along with the declared ones, reverse %s', async (reverse) => {
  const states = [{ name: 'sum', columns: 2, initial: 0 }]
  /** Sums, and beside them how many there were, which begins at ten. */
  const layer = defineLayer({
    description: { kind: 'counted' },
    inputs: { x: vectors(2) },
    outputs: { output: vectors(3) },
    states,
    build(context, { x }) {
      const { outputs } = recurrence(context, {
        reverse,
        states,
        inner: [broadcast(constant(10), { rows: ['batch'], columns: 1 })],
        steps: [x!],
        step([sum, count], [x]) {
          const next = [add(sum!, x!), add(count!, constant(1))]
          return { next, outputs: [concat(next)] }
        },
      })
      return { output: outputs[0]! }
    },
  })
  const given = { parameters: {}, x: tensor([[[1, 2]], [[3, 4]], [[5, 6]]]) }
  const all = reverse
    ? [
        [9, 12, 13],
        [8, 10, 12],
        [5, 6, 11],
      ]
    : [
        [1, 2, 11],
        [4, 6, 12],
        [9, 12, 13],
      ]
  const { output, state } = await forward(layer, given, exact)
  expect([...output.data]).toEqual(all.flat())
  expect(Object.keys(state)).toEqual(['sum'])
  // The declared ones begin anew where a sequence does; others belong to the row.
  const starts = tensor([[0], [0], [1]])
  const packed = reverse
    ? [
        [4, 6, 13],
        [3, 4, 12],
        [5, 6, 11],
      ]
    : [
        [1, 2, 11],
        [4, 6, 12],
        [5, 6, 13],
      ]
  expect([...(await forward(layer, { ...given, starts }, exact)).output.data]).toEqual(packed.flat())
})
