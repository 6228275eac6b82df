// Layers of one's own, written from public exports alone.
import { describe, expect, test } from 'vitest'
import {
  backward,
  chain,
  decodeModel,
  defineLayer,
  encodeModel,
  forward,
  gru,
  linear,
  meanSquaredError,
  memoryStore,
  network,
  recurrence,
  recurrent,
  sequences,
  setParameters,
  tensor,
  train,
  vectors,
  type Given,
  type Layer,
  type LayerDescription,
  type Tensor,
} from 'unrolled'
import { add, broadcast, concat, constant, matmul, mul, scan, sigmoid, tanh } from 'unrolled/graph'
import { everyBackend } from '../every-backend.ts'

const some = (shape: readonly number[], phase: number): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1.3 * i + phase)),
    shape,
  )

/** h' = tanh(W @ [h, x] + context) from a given h0: two inputs beside x, one of them optional, and two outputs. */
const conditioned = ({ input, hidden }: { readonly input: number; readonly hidden: number }): Layer =>
  defineLayer({
    description: { kind: 'conditioned', input, hidden },
    inputs: {
      x: vectors(input),
      h0: vectors(hidden, ['batch']),
      context: { ...vectors(hidden, ['batch']), optional: true },
    },
    outputs: { output: vectors(hidden), end: vectors(hidden, ['batch']) },
    declared: [
      {
        name: 'W',
        shape: { rows: [hidden], columns: hidden + input },
        blocks: [{ columns: hidden + input, init: 'glorot' }],
      },
    ],
    build(context, { x, h0, context: given }) {
      const lengths = context.lengths('time')
      const { outputs, final } = scan({
        initial: [h0!],
        steps: [x!],
        ...(lengths && { lengths }),
        step([h], [x]) {
          const sum = matmul(context.parameter('W'), concat([h!, x!]))
          const next = tanh(given ? add(sum, given) : sum)
          return { next: [next], outputs: [next] }
        },
      })
      return { output: outputs[0]!, end: final[0]! }
    },
  })

/** A leaky sum, h' = σ(a) h + x, as a layer with a state of its own. */
const leaky = ({ size }: { readonly size: number }): Layer => {
  const states = [{ name: 'sum', columns: size, initial: 0 }]
  return defineLayer({
    description: { kind: 'leaky', size },
    inputs: { x: vectors(size) },
    outputs: { output: vectors(size) },
    declared: [{ name: 'a', shape: { rows: [], columns: size }, blocks: [{ columns: size, init: 0.5 }] }],
    states,
    build(context, { x }) {
      const keep = sigmoid(context.parameter('a'))
      const { outputs } = recurrence(context, {
        states,
        steps: [x!],
        step([sum], [x]) {
          const next = add(mul(keep, sum!), x!)
          return { next: [next], outputs: [next] }
        },
      })
      return { output: outputs[0]! }
    },
  })
}

const leakyFrom = ({ size }: LayerDescription): Layer => leaky({ size: size as number })

describe('several inputs and outputs', () => {
  const layer = conditioned({ input: 2, hidden: 3 })
  const parameters = layer.parameters({ seed: 1 })
  const inputs = { x: some([4, 2, 2], 0), h0: some([2, 3], 1), context: some([2, 3], 2) }
  const adjoints = { outputs: { output: some([4, 2, 3], 3), end: some([2, 3], 4) } }

  test.each(everyBackend)('forward and backward agree with central differences, on %s', async (name, engine) => {
    const given: Given = { parameters, inputs, lengths: [4, 2] }
    const { outputs, gradients } = await backward(layer, given, adjoints, engine)
    expect(outputs['end']!.shape).toEqual([2, 3])
    const end = [3, 1].flatMap((t, b) => [...outputs['output']!.data.slice((t * 2 + b) * 3, (t * 2 + b) * 3 + 3)])
    expect([...outputs['end']!.data]).toEqual(end)
    const loss = async (changed: Partial<typeof inputs>): Promise<number> => {
      const ran = await forward(layer, { ...given, inputs: { ...inputs, ...changed } }, { backend: 'reference' })
      return Object.entries(adjoints.outputs).reduce(
        (sum, [name, { data }]) => sum + [...data].reduce((s, g, i) => s + g * ran.outputs[name]!.data[i]!, 0),
        0,
      )
    }
    for (const port of ['x', 'h0', 'context'] as const) {
      const { shape, data } = inputs[port]
      for (let i = 0; i < data.length; i++) {
        const [up, down] = await Promise.all(
          [1e-5, -1e-5].map((by) =>
            loss({
              [port]: tensor(
                Float64Array.from(data, (v, j) => (i === j ? v + by : v)),
                shape,
              ),
            }),
          ),
        )
        expect(gradients.inputs[port]!.data[i]).toBeCloseTo((up! - down!) / 2e-5, name === 'reference' ? 7 : 4)
      }
    }
    expect(gradients.x).toBe(gradients.inputs['x'])
  })

  test('an optional input may be left out', async () => {
    const { context, ...rest } = inputs
    const without = await forward(layer, { parameters, inputs: rest })
    const zero = await forward(layer, { parameters, inputs: { ...rest, context: tensor(new Float64Array(6), [2, 3]) } })
    expect([...without.output.data]).toEqual([...zero.output.data])
    expect([...without.output.data]).not.toEqual([...(await forward(layer, { parameters, inputs })).output.data])
    expect(context.shape).toEqual([2, 3])
  })

  test('what does not fit names its port', async () => {
    const said = async (changed: object): Promise<string> =>
      forward(layer, { parameters, inputs: { ...inputs, ...changed } }).then(
        () => 'accepted',
        (error: Error) => error.message,
      )
    expect(await said({ h0: undefined })).toContain('h0 is of type undefined; it must be a tensor')
    expect(await said({ h0: some([3, 3], 0) })).toBe('h0 is [3, 3]; it must be [2, 3]')
    expect(await said({ contxt: some([2, 3], 0) })).toBe('there is no input contxt; did you mean context?')
    await expect(forward(layer, { parameters, x: inputs.x })).rejects.toThrow(/h0 is of type undefined/)
    await expect(backward(layer, { parameters, inputs }, { outputs: { ende: some([2, 3], 0) } })).rejects.toThrow(
      'there is no output ende; did you mean end?',
    )
  })

  test('in a chain, what no neighbour serves goes by the name of its layer', async () => {
    const net = chain({ first: linear({ input: 5, output: 2 }), core: layer, head: linear({ output: 1 }) })
    expect(Object.keys(net.inputs)).toEqual(['x', 'core.h0', 'core.context'])
    expect(Object.keys(net.outputs)).toEqual(['core.end', 'output'])
    const given = { x: some([4, 2, 5], 0), 'core.h0': inputs.h0 }
    const whole = await forward(net, { parameters: net.parameters({ seed: 2 }), inputs: given })
    expect(whole.outputs['core.end']!.shape).toEqual([2, 3])
    expect(whole.output.shape).toEqual([4, 2, 1])
  })
})

/** What a second sequence came to, added to each step of the first: the sum of σ(U @ memory) over the steps of `source`. */
const reading = defineLayer({
  description: { kind: 'reading' },
  inputs: { x: vectors(2), memory: vectors(3, ['source', 'batch']) },
  outputs: { output: vectors(2) },
  declared: [{ name: 'U', shape: { rows: [2], columns: 3 }, blocks: [{ columns: 3, init: 'glorot' }] }],
  build(context, { x, memory }) {
    const lengths = context.lengths('source')
    const { final } = scan({
      axis: 'source',
      initial: [broadcast(constant(0), { rows: ['batch'], columns: 2 })],
      steps: [memory!],
      ...(lengths && { lengths }),
      step([sum], [one]) {
        return { next: [add(sum!, sigmoid(matmul(context.parameter('U'), one!)))], outputs: [] }
      },
    })
    return { output: add(x!, final[0]!) }
  },
})

describe('a second sequence', () => {
  const parameters = reading.parameters({ seed: 1 })
  const inputs = { x: some([4, 2, 2], 0), memory: some([3, 2, 3], 1) }
  test.each(everyBackend)('has its own steps and lengths, forward and backward, on %s', async (_, engine) => {
    const given = { parameters, inputs, lengths: [4, 4], sourceLengths: [3, 1] }
    const adjoint = some([4, 2, 2], 2)
    const whole = await backward(reading, given, { output: adjoint }, engine)
    // The second sequence alone, without what lies past its end.
    const cut = ({ data }: Tensor, rows: number, columns: number, steps: number): Tensor =>
      tensor(
        Float64Array.from(
          Array.from({ length: steps }, (_, t) => [
            ...data.slice((t * rows + 1) * columns, (t * rows + 2) * columns),
          ]).flat(),
        ),
        [steps, 1, columns],
      )
    const own = { x: cut(inputs.x, 2, 2, 4), memory: cut(inputs.memory, 2, 3, 1) }
    const alone = await backward(reading, { parameters, inputs: own }, { output: cut(adjoint, 2, 2, 4) }, engine)
    expect([...cut(whole.output, 2, 2, 4).data]).toEqual([...alone.output.data])
    const memory = whole.gradients.inputs['memory']!
    expect(memory.shape).toEqual([3, 2, 3])
    expect([...cut(memory, 2, 3, 1).data]).toEqual([...alone.gradients.inputs['memory']!.data])
    expect([...cut(memory, 2, 3, 3).data.slice(3)].every((value) => value === 0)).toBe(true)
  })
})

describe('in a network', () => {
  const data = sequences(
    Array.from({ length: 6 }, (_, i) => ({
      x: Array.from({ length: 4 + (i % 3) }, (_, t) => [Math.sin(i + t), Math.cos(2 * i - t)]),
      target: Array.from({ length: 4 + (i % 3) }, (_, t) => [Math.sin(i * t)]),
    })),
  )
  const net = (): Layer =>
    chain({ leak: leaky({ size: 2 }), rnn: recurrent({ cell: gru, hidden: 3 }), head: linear({ output: 1 }) })

  test('it is trained, stored, read and gone on with, to the bit', async () => {
    const options = { batch: 3, unroll: 3, seed: 2 }
    const whole = network(net(), { loss: meanSquaredError(), seed: 1 })
    const before = whole.parameters['leak.a']!.data.join()
    await train(whole, data, { ...options, steps: 10 }).finish()
    expect(whole.parameters['leak.a']!.data.join()).not.toBe(before)
    const checkpoint = memoryStore()
    const first = network(net(), { loss: meanSquaredError(), seed: 1 })
    await train(first, data, { ...options, steps: 5, checkpoint }).finish()
    const rest = network(net(), { loss: meanSquaredError(), seed: 1 })
    await train(rest, data, { ...options, steps: 10, checkpoint, resume: true }).finish()
    expect(rest.parameters).toEqual(whole.parameters)

    const bytes = encodeModel(whole)
    expect(() => decodeModel(bytes)).toThrow(/there is no layer leaky/)
    const back = decodeModel(bytes, 'model', { layers: { leaky: leakyFrom } })
    expect(back.parameters).toEqual(whole.parameters)
    const x = some([5, 1, 2], 0)
    const run = (model: typeof whole) => forward(model.layer, { parameters: model.parameters, x })
    expect(await run(back)).toEqual(await run(whole))
  })

  test('its state is carried from window to window', async () => {
    const layer = leaky({ size: 2 })
    const parameters = layer.parameters()
    const x = some([6, 1, 2], 0)
    const part = (from: number, to: number): Tensor => tensor(x.data.slice(2 * from, 2 * to), [to - from, 1, 2])
    const all = await forward(layer, { parameters, x })
    const first = await forward(layer, { parameters, x: part(0, 4) })
    const rest = await forward(layer, { parameters, x: part(4, 6), state: first.state })
    expect([...first.output.data, ...rest.output.data]).toEqual([...all.output.data])
  })
})

describe('what is no layer is said', () => {
  const parts = leaky({ size: 2 })
  test.each<[string, object, string]>([
    ['no description', { description: undefined }, 'defineLayer: a layer has a description'],
    ['no inputs', { inputs: {} }, 'leaky: it has no inputs'],
    ['no columns', { inputs: { x: { ...vectors(2), columns: 0 } } }, 'leaky: x has 0 columns'],
    ['strange axes', { inputs: { x: vectors(2, ['time'] as never) } }, 'leaky: x has the axes [time]'],
    ['a name that programs use', { inputs: { weights: vectors(2) } }, 'leaky: no port may be called weights'],
    ['one name for both', { outputs: { x: vectors(2) } }, 'leaky: x is an input and an output'],
    ['too many symbols', { inputs: { x: { kind: 'symbols', columns: 1, axes: ['batch'] } } }, 'neither vectors nor'],
  ])('%s', (_, changed, message) => {
    expect(() => defineLayer({ ...parts, ...changed })).toThrow(message)
  })

  test('what it builds is held against what it says', async () => {
    const said = async (changed: object): Promise<string> => {
      const layer = defineLayer({ ...parts, ...changed })
      return forward(layer, { parameters: layer.parameters(), x: some([2, 1, 2], 0) }).then(
        () => 'accepted',
        (error: Error) => error.message,
      )
    }
    expect(await said({ outputs: { output: vectors(3) } })).toBe(
      'leaky: its output output is [time, batch] × 3, but it builds [time, batch] × 2',
    )
    expect(await said({ declared: [] })).toContain('leaky: there is no parameter a; there are none')
    expect(await said({ states: [] })).toContain('leaky: there is no state sum')
    expect(await said({ states: [...parts.states, { name: 'more', columns: 1, initial: 0 }] })).toContain(
      'leaky: there is no final value of the state more',
    )
  })
})

describe('sizes along a chain, and ties', () => {
  test('what is left out follows, and one that cannot is asked for', () => {
    const open = chain({
      a: linear({ input: 4, output: 3 }),
      rnn: recurrent({ cell: gru, hidden: 5 }),
      b: linear({ output: 2 }),
    })
    const said = chain({
      a: linear({ input: 4, output: 3 }),
      rnn: recurrent({ cell: gru, input: 3, hidden: 5 }),
      b: linear({ input: 5, output: 2 }),
    })
    expect(open.description).toEqual(said.description)
    expect(open.declared).toEqual(said.declared)
    expect(() => chain({ b: linear({ output: 2 }) })).toThrow(
      /b comes first, so nothing says what comes into it: linear needs/,
    )
    expect(() => network(linear({ output: 2 }) as never, { loss: meanSquaredError() })).toThrow(
      /its sizes are not known/,
    )
    expect(() => chain({ a: 3 as never })).toThrow('chain: a is no layer')
  })

  test('a tied parameter is the other one, and its gradient the sum of both', async () => {
    const layers = { one: linear({ input: 3, output: 3, bias: false }), two: linear({ output: 3, bias: false }) }
    const tied = chain(layers, { tie: { 'two.weight': 'one.weight' } })
    const free = chain(layers)
    expect(tied.declared.map(({ name }) => name)).toEqual(['one.weight'])
    const { 'one.weight': weight } = tied.parameters({ seed: 1 })
    const x = some([2, 2, 3], 0)
    const output = some([2, 2, 3], 1)
    const exact = { backend: 'reference' }
    const shared = await backward(tied, { parameters: { 'one.weight': weight! }, x }, { output }, exact)
    const both = { 'one.weight': weight!, 'two.weight': weight! }
    const apart = await backward(free, { parameters: both, x }, { output }, exact)
    expect([...shared.output.data]).toEqual([...apart.output.data])
    const { 'one.weight': a, 'two.weight': b } = apart.gradients.parameters
    shared.gradients.parameters['one.weight']!.data.forEach((value, i) =>
      expect(value).toBeCloseTo(a!.data[i]! + b!.data[i]!, 12),
    )
    const model = network(free, { loss: meanSquaredError(), tie: { 'two.weight': 'one.weight' }, seed: 1 })
    setParameters(model, { 'one.weight': weight! })
    const back = decodeModel(encodeModel(model))
    expect(Object.keys(back.parameters)).toEqual(['one.weight'])
    const run = await forward(back.layer, { parameters: back.parameters, x }, exact)
    run.output.data.forEach((value, i) => expect(value).toBeCloseTo(shared.output.data[i]!, 6))
  })

  test('ties that do not fit are refused', () => {
    const layers = { one: linear({ input: 3, output: 2 }), two: linear({ output: 2 }) }
    const said = (tie: Record<string, string>) => (): Layer => chain(layers, { tie })
    expect(said({ 'two.weight': 'one.weight' })).toThrow('two.weight is [2, 2], but one.weight is [2, 3]')
    expect(said({ 'two.bias': 'one.bais' })).toThrow('there is no parameter one.bais; did you mean one.bias?')
    expect(said({ 'two.bias': 'two.bias' })).toThrow('is itself tied')
    expect(() => network(chain(layers), { loss: meanSquaredError(), on: 'last step' } as never)).toThrow(
      /last: last\(\)/,
    )
  })
})
