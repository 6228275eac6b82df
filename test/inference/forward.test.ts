import { describe, expect, test } from 'vitest'
import {
  backward,
  bidirectional,
  chain,
  embedding,
  forward,
  generate,
  gru,
  languageModel,
  linear,
  network,
  meanSquaredError,
  recurrent,
  setParameters,
  tensor,
  text,
  UnrolledError,
  type Backend,
  type Given,
  type Layer,
  type Tensor,
} from 'unrolled'
import { backendFor } from '../../src/runtime/index.ts'
import { everyBackend } from '../every-backend.ts'
import { collected } from '../collected.ts'

const layer = recurrent({ cell: gru, input: 3, hidden: 2 })
const parameters = layer.parameters({ seed: 1 })
const x = tensor(
  Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)),
  [4, 2, 3],
)
const words = chain({ embed: embedding({ symbols: 10, size: 2 }), head: linear({ input: 2, output: 1 }) })

async function refused(work: () => Promise<unknown>): Promise<string> {
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(UnrolledError)
  return (error as UnrolledError).message
}

/** A tensor whose data is not what its shape says. */
const lying = (shape: readonly number[], length: number): Tensor => ({ shape, data: new Float32Array(length) })

describe.each(['reference', 'wasm', 'native'])(
  'what does not fit a layer is refused before it is computed on %s',
  (backend) => {
    test.each<[string, object, string]>([
      ['x of other columns', { x: tensor([[[1, 2]]]) }, 'x is [1, 1, 2]; it must be [1, 1, 3]'],
      ['x without a batch', { x: tensor([1, 2, 3]) }, 'x is [3]; it must be [3, batch, 3]'],
      [
        'x as arrays',
        { x: [[[1, 2, 3]]] },
        'x is an array of 1; it must be a tensor: tensor(numbers, [time, batch, 3])',
      ],
      ['no x', { x: undefined }, 'x is of type undefined'],
      [
        'x with too little data',
        { x: lying([4, 2, 3], 23) },
        'x is [4, 2, 3], which is 24 numbers, but its data holds 23',
      ],
      ['x with too much data', { x: lying([4, 2, 3], 25) }, 'its data holds 25'],
      ['x of negative sizes', { x: lying([-1, -1, 3], 3) }, 'x is [-1, -1, 3]'],
      [
        'x of whole numbers',
        { x: { shape: [1, 1, 3], data: new Int32Array(3) } },
        'x has no shape and data of typed floats',
      ],
      [
        'a parameter with too little data',
        { parameters: { ...parameters, bz: lying([2], 1) } },
        'the parameter bz is [2], which is 2 numbers, but its data holds 1',
      ],
      ['a parameter with too much data', { parameters: { ...parameters, bz: lying([2], 3) } }, 'its data holds 3'],
      [
        'a parameter of another shape',
        { parameters: { ...parameters, bz: tensor([1]) } },
        'the parameter bz is [1]; it must be [2]',
      ],
      ['a parameter as an array', { parameters: { ...parameters, bz: [1, 2] } }, 'the parameter bz is an array of 2'],
      ['no parameters', { parameters: undefined }, 'parameters are tensors by name'],
      ['a parameter too many', { parameters: { ...parameters, bx: tensor([1, 2]) } }, 'there is no parameter bx'],
      ['a state with too little data', { state: { h: lying([2, 2], 3) } }, 'state h is [2, 2], which is 4 numbers'],
      ['a state of another batch', { state: { h: tensor([[1, 2]]) } }, 'state h is [1, 2]; it must be [2, 2]'],
      ['a state that there is not', { state: { c: tensor([[1, 2]]) } }, 'there is no state c'],
      ['lengths of another batch', { lengths: [1] }, 'lengths are 2 whole numbers from 0 to 4'],
      ['a length past the end', { lengths: [1, 5] }, 'lengths are 2 whole numbers from 0 to 4'],
    ])('%s', async (_, changed, message) => {
      const given = { parameters, x, ...changed } as Given
      expect(await refused(() => forward(layer, given, { backend }))).toContain(message)
      expect(await refused(() => backward(layer, given, {}, { backend }))).toContain(message)
    })

    test.each<[string, object, string]>([
      [
        'an output with too little data',
        { output: lying([4, 2, 2], 15) },
        'the adjoint of the output is [4, 2, 2], which is 16 numbers',
      ],
      [
        'an output of other columns',
        { output: lying([4, 2, 3], 24) },
        'the adjoint of the output is [4, 2, 3]; it must be [4, 2, 2]',
      ],
      ['a state with too much data', { state: { h: lying([2, 2], 5) } }, 'the adjoint of state h is [2, 2]'],
      ['a state that there is not', { state: { c: lying([2, 2], 4) } }, 'there is no state c'],
    ])('adjoints: %s', async (_, adjoints, message) => {
      expect(await refused(() => backward(layer, { parameters, x }, adjoints, { backend }))).toContain(message)
    })

    test.each([-1, 0.5, 10, 1077, 1e9, NaN])('symbol %d of 10', async (id) => {
      const given = {
        parameters: words.parameters(),
        x: tensor([
          [1, 2],
          [3, id],
        ]),
      }
      const message = `x holds the symbol ${id} at step 1, sequence 1; the embedding has 10 symbols, from 0`
      expect(await refused(() => forward(words, given, { backend }))).toBe(message)
      expect(await refused(() => backward(words, given, {}, { backend }))).toBe(message)
    })
  },
)

test('a model in the place of a layer', async () => {
  const model = network(layer, { loss: meanSquaredError() })
  expect(await refused(() => forward(model as unknown as Layer, { parameters, x }))).toContain(
    'of a model, model.layer',
  )
})

test('parameters are a record, as those of a model; a map says how it becomes one', async () => {
  const map = new Map(Object.entries(parameters)) as never
  expect(await refused(() => forward(layer, { parameters: map, x }))).toContain('Object.fromEntries(map)')
})

test.each(everyBackend)('no steps and no sequences are as good as some, on %s', async (_, options) => {
  const run = async (time: number, batch: number) => {
    const none = { parameters, x: tensor(new Float64Array(0), [time, batch, 3]) }
    return backward(layer, none, { state: { h: tensor(new Float64Array(2 * batch).fill(1), [batch, 2]) } }, options)
  }
  const steps = await run(0, 2)
  expect(steps.output.shape).toEqual([0, 2, 2])
  expect([...steps.state['h']!.data]).toEqual([0, 0, 0, 0])
  expect([...steps.gradients.state['h']!.data]).toEqual([1, 1, 1, 1])
  const sequences = await run(3, 0)
  expect(sequences.output.shape).toEqual([3, 0, 2])
  expect(sequences.state['h']!.shape).toEqual([0, 2])
  expect([...sequences.gradients.parameters['bz']!.data]).toEqual([0, 0])
})

test('what is not finite in x goes through: NaN in, NaN out', async () => {
  const { output } = await forward(layer, { parameters, x: tensor([[[1, NaN, 2]]]) })
  expect([...output.data]).toEqual([NaN, NaN])
})

test('setParameters holds data against its shape', () => {
  const model = network(layer, { loss: meanSquaredError() })
  for (const length of [1, 3]) {
    const set = (): void => setParameters(model, { bz: lying([2], length) })
    expect(set).toThrow(`the parameter bz is [2], which is 2 numbers, but its data holds ${length}`)
  }
  expect(() => setParameters(model, { bz: [1, 2] as unknown as Tensor })).toThrow('the parameter bz is an array of 2')
  expect(() => setParameters(Promise.resolve(model) as never, {})).toThrow('it is a promise: await it')
  expect(() => setParameters(layer as never, {})).toThrow('setParameters: the first argument must be a model')
})

type Counting = Backend & { floats: number; programs: number; compiled: number }

/** A backend that tells how much of it is in use. */
async function counting(name: string): Promise<Counting> {
  const backend = await backendFor({ backend: name })
  const counted: Counting = {
    name: backend.name,
    kernels: backend.kernels,
    threads: backend.threads,
    floats: 0,
    programs: 0,
    compiled: 0,
    allocate(floats) {
      this.floats += floats
      return backend.allocate(floats)
    },
    free(memory) {
      this.floats -= memory.floats
      backend.free(memory)
    },
    write: (memory, at, values) => backend.write(memory, at, values),
    copy: (...given) => backend.copy(...given),
    read: (memory, at, into) => backend.read(memory, at, into),
    async compile(program, options) {
      const made = await backend.compile(program, options)
      this.programs++
      this.compiled++
      return {
        bind: (regions) => made.bind(regions),
        prepare: (extents) => made.prepare(extents),
        run: (extents, scalars) => made.run(extents, scalars),
        finish: (extents, scalars) => made.finish(extents, scalars),
        dispose: () => {
          this.programs--
          made.dispose()
        },
      }
    },
  }
  return counted
}

describe('memory goes back', () => {
  test('400 new layers on wasm take no more than some', async () => {
    const backend = await counting('wasm')
    const wide = tensor(new Float32Array(200 * 20 * 16), [200, 20, 16])
    let most = 0
    for (let i = 0; i < 400; i++) {
      const one = linear({ input: 16, output: 16 })
      await forward(one, { parameters: one.parameters(), x: wide }, { backend })
      most = Math.max(most, backend.floats)
    }
    expect(backend.programs).toBeLessThanOrEqual(64)
    // Each holds its input and output at least.
    expect(most).toBeLessThan(70 * 3 * wide.data.length)
    expect(backend.compiled).toBe(400)
  })

  test('what is of a layer that nobody holds any more goes with it', async () => {
    const backend = await counting('wasm')
    await (async () => {
      const one = linear({ input: 3, output: 1 })
      await forward(one, { parameters: one.parameters(), x }, { backend })
      await backward(one, { parameters: one.parameters(), x }, {}, { backend })
      await generate(languageModel(text('abcabc'), { cell: gru, hidden: 2 }), 'a', { length: 1, backend }).next()
    })()
    await collected(() => backend.programs === 0)
    expect([backend.compiled, backend.programs, backend.floats]).toEqual([3, 0, 0])
  })

  test('large ones go sooner', async () => {
    const backend = await counting('wasm')
    const wide = tensor(new Float32Array(2 ** 22), [2 ** 18, 1, 16])
    for (let i = 0; i < 16; i++) {
      const one = linear({ input: 16, output: 1 })
      await forward(one, { parameters: one.parameters(), x: wide }, { backend })
    }
    expect(backend.programs).toBeLessThan(16)
    expect(backend.floats).toBeLessThanOrEqual(2 ** 26)
  })

  test('a layer used again is compiled once', async () => {
    const backend = await counting('wasm')
    await Promise.all([1, 2, 3].map(() => forward(layer, { parameters, x }, { backend })))
    await forward(layer, { parameters, x }, { backend })
    expect(backend.compiled).toBe(1)
  })

  test('models that generated give theirs back too, but not while they generate', async () => {
    const backend = await counting('wasm')
    const data = text('abcabc')
    const made = (seed: number) => languageModel(data, { cell: gru, hidden: 2, seed })
    const alone: string[] = []
    for await (const piece of generate(made(0), 'a', { length: 6, seed: 1 })) alone.push(piece)
    const first = generate(made(0), 'a', { length: 6, seed: 1, backend })
    const pieces = [(await first.next()).value]
    for (let i = 1; i <= 70; i++) for await (const _ of generate(made(i), 'a', { length: 1, backend })) void _
    for await (const piece of first) pieces.push(piece)
    expect(pieces).toEqual(alone)
    expect(backend.programs).toBeLessThanOrEqual(65)
  })
})

test('each backend object has a program of its own, also under one name', async () => {
  const [one, other] = [await counting('wasm'), await counting('wasm')]
  const layer = bidirectional(recurrent({ cell: gru, input: 3, hidden: 2 }))
  const given = { parameters: layer.parameters(), x }
  const first = await forward(layer, given, { backend: one })
  expect(await forward(layer, given, { backend: other })).toEqual(first)
  expect([one.compiled, other.compiled]).toEqual([1, 1])
})

test('what was compiled for a backend that broke is dropped, and the next backend serves', async () => {
  const one = await counting('wasm')
  const layer = recurrent({ cell: gru, input: 3, hidden: 2 })
  const first = await forward(layer, { parameters, x }, { backend: one })
  const broken = Object.assign(one, { broken: true })
  const next = await counting('wasm')
  expect(await forward(layer, { parameters, x }, { backend: next })).toEqual(first)
  expect(next.compiled).toBe(1)
  // Its memory is lost as a whole; nothing is asked of it any more.
  expect(broken.programs).toBe(1)
  await forward(layer, { parameters, x }, { backend: broken })
  expect(broken.compiled).toBe(2)
})

test.each(['wasm', 'reference'])('where memory ran out the same layer runs on with less of it: %s', async (name) => {
  const backend = await backendFor({ backend: name })
  let left = Infinity
  const tight: Backend = {
    ...backend,
    allocate(floats) {
      if (left-- <= 0) throw new UnrolledError('out-of-memory', 'no more')
      return backend.allocate(floats)
    },
  }
  const given = { parameters, x }
  const longer = { parameters, x: tensor(new Float64Array(3 * 64 * 2), [64, 2, 3]) }
  const expected = await forward(layer, given, { backend })
  for (let grants = 0; grants < 3; grants++) {
    const twin = recurrent({ cell: gru, input: 3, hidden: 2 })
    left = Infinity
    await forward(twin, given, { backend: tight })
    left = grants
    await expect(forward(twin, longer, { backend: tight })).rejects.toMatchObject({ code: 'out-of-memory' })
    expect(await forward(twin, given, { backend: tight })).toEqual(expected)
  }
})

test('names that a layer is not given by are refused, and were not heard', async () => {
  const given = { parameters, x }
  expect(await refused(() => forward(layer, { ...given, train: true } as never))).toContain('did you mean training?')
  expect(await refused(() => forward(layer, { ...given, h0: x } as never))).toContain('did you mean state: { h }?')
  expect(await refused(() => forward(layer, { ...given, taps: 'z' } as never))).toBe(
    "forward: taps is 'z'; it must be a list of names, as ['rnn.z']",
  )
  const adjoint = tensor(new Float64Array(16), [4, 2, 2])
  expect(await refused(() => backward(layer, given, adjoint as never))).toBe(
    'backward: adjoints: there is no option shape; the options are output, outputs, state',
  )
})

test.each(everyBackend)(
  'what is no list of lengths, no states and no starts is refused, and computed nothing, on %s',
  async (_, options) => {
    const given = { parameters, x }
    const { output } = await forward(layer, given, options)
    const wrong: [object, string][] = [
      [{ lengths: 5 }, 'lengths are 2 whole numbers from 0 to 4, one a sequence; 5 was given'],
      // Nothing was written for a program with lengths: its output was zero.
      [{ lengths: null }, 'one a sequence; null was given'],
      [{ starts: null }, 'starts is null'],
      [{ starts: 0 }, 'starts is'],
      [{ state: null }, 'state is null; it must be tensors by the names of states'],
      [{ state: true }, 'state is true'],
      [{ training: 'yes' }, "training is 'yes'; it must be true or false"],
      [{ seed: 1.5 }, 'seed is 1.5; it must be a whole number'],
      [{ taps: [undefined] }, 'it must be a list of names'],
    ]
    for (const [more, message] of wrong) {
      expect(await refused(() => forward(layer, { ...given, ...more }, options))).toContain(message)
    }
    expect(await refused(() => backward(layer, given, { outputs: true } as never, options))).toContain(
      'backward: adjoints: outputs is true',
    )
    expect((await forward(layer, given, options)).output).toEqual(output)
  },
)

test('an engine that is none is refused, and the next one serves', async () => {
  const given = { parameters, x }
  const engines: [unknown, string][] = [
    [null, 'engine: options are an object, not null'],
    ['wasm', "engine: options are an object, not 'wasm'"],
    [{ thread: 2 }, 'engine: there is no option thread; did you mean threads?'],
    // It was kept among the layer's programs, where all that came after it fell over it.
    [{ backend: null }, 'engine: backend is null; it must be one of'],
    [{ backend: {} }, "or a backend of one's own"],
    [{ kernels: 5 }, 'engine: kernels is 5'],
    [{ threads: true }, 'engine: threads is true; it must be a whole number'],
  ]
  for (const [engine, message] of engines) {
    expect(await refused(() => forward(layer, given, engine as object))).toContain(message)
  }
  expect((await forward(layer, given)).output.shape).toEqual([4, 2, 2])
})
