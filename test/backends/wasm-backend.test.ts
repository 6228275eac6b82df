import { describe, expect, test, vi } from 'vitest'
import type { Program } from '../../src/backends/backend.ts'
import { isFused } from '../../src/backends/wasm/kernels.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { noise, place, span } from './wasm-harness.ts'

const axis = (factor: number, ...axes: string[]) => [{ factor, axes }]

/** A loop with a product and a pointwise operation, then a contraction: sizes follow `time` and `batch`. */
const program: Program = {
  name: 'small',
  regions: [
    { name: 'parameters', size: axis(32 * 16) },
    { name: 'data', size: [{ factor: 48, axes: ['time', 'batch'] }] },
  ],
  packs: 1,
  prepare: [
    {
      kind: 'pack',
      pack: 0,
      k: 16,
      n: 16,
      blocks: [{ source: place(0, 0, 16), atK: 0, atN: 0, k: 16, n: 16, transposed: false }],
    },
  ],
  body: [
    { kind: 'loop', axis: 'time', reverse: false },
    {
      kind: 'gemm',
      outer: axis(1),
      rows: axis(1, 'batch'),
      a: { region: 1, offset: [], stride: axis(16, 'batch'), pitch: axis(16), broadcast: false },
      k: 16,
      pack: 0,
      n: 16,
      dest: {
        region: 1,
        offset: axis(16, 'time', 'batch'),
        stride: axis(16, 'batch'),
        pitch: axis(16),
        broadcast: false,
      },
      start: 'zero',
    },
    { kind: 'end' },
    {
      kind: 'gemm-ta',
      outer: axis(1, 'time'),
      rows: axis(1, 'batch'),
      g: { region: 1, offset: [], stride: axis(16, 'batch'), pitch: axis(16), broadcast: false },
      m: 16,
      a: { region: 1, offset: axis(16, 'time', 'batch'), stride: axis(16, 'batch'), pitch: axis(16), broadcast: false },
      n: 16,
      dest: { ...place(256, 0, 16) },
      chunk: 4,
    },
    { kind: 'random', ...span(1, 1), site: 1, perStep: false, columns: 16, dest: { ...place(0), region: 1 }, pad: 0 },
  ],
  finish: [{ kind: 'fill', ...span(1, 1), value: 3, columns: 4, dest: place(0) }],
}

describe('wasm backend', () => {
  test('memory is zero, aligned by use, and reused', async () => {
    const backend = await createWasmBackend()
    const a = backend.allocate(1000)
    const b = backend.allocate(3)
    backend.write(a, 0, new Float32Array(1000).fill(1))
    backend.write(b, 1, new Float64Array([1.5, 2.5]))
    const three = new Float64Array(3)
    await backend.read(b, 0, three)
    expect([...three]).toEqual([0, 1.5, 2.5])
    backend.free(a)
    const c = backend.allocate(900)
    const zeros = new Float32Array(900).fill(9)
    await backend.read(c, 0, zeros)
    expect(zeros.every((value) => value === 0)).toBe(true)
    expect(() => backend.free(a)).toThrow(expect.objectContaining({ code: 'already-freed' }))
    expect(() => backend.write(b, 2, three)).toThrow(expect.objectContaining({ code: 'out-of-range' }))
  })

  test('allocations grow the memory and keep what is there; freed neighbours join', async () => {
    const backend = await createWasmBackend()
    const kept = backend.allocate(4)
    backend.write(kept, 0, new Float32Array([1, 2, 3, 4]))
    for (let round = 0; round < 20; round++) {
      const blocks = [1_000_000, 500_000, 2_000_000].map((floats) => backend.allocate(floats))
      for (const block of [blocks[1], blocks[0], blocks[2]]) if (block !== undefined) backend.free(block)
    }
    const four = new Float32Array(4)
    await backend.read(kept, 0, four)
    expect([...four]).toEqual([1, 2, 3, 4])
    expect(() => backend.allocate(2 ** 31)).toThrow(expect.objectContaining({ code: 'out-of-memory' }))
  })

  test('kernels can be chosen, and say so when the engine lacks them', async () => {
    expect((await createWasmBackend({ kernels: 'wasm' })).kernels).toBe('wasm')
    expect((await createWasmBackend()).kernels).toBe(isFused() ? 'wasm-fma' : 'wasm')
    if (!isFused())
      await expect(createWasmBackend({ kernels: 'wasm-fma' })).rejects.toMatchObject({ code: 'kernels-unavailable' })
  })

  test('a program runs at changing extents, binds anew, and complains about what is missing', async () => {
    const backend = await createWasmBackend()
    const executable = await backend.compile(program)
    const scalars = { seed: 1, step: 0, sequence: 0 }
    expect(() => executable.run({ time: 2, batch: 2 }, scalars)).toThrow(expect.objectContaining({ code: 'not-bound' }))
    const parameters = backend.allocate(512)
    const data = backend.allocate(48 * 12)
    backend.write(parameters, 0, noise(256))
    executable.bind([parameters, data])
    executable.prepare({})
    expect(() => executable.run({ time: 2 }, scalars)).toThrow(expect.objectContaining({ code: 'bad-extent' }))
    expect(() => executable.run({ time: 2, batch: 2 }, {})).toThrow(expect.objectContaining({ code: 'missing-scalar' }))
    expect(() => executable.run({ time: 5, batch: 3 }, scalars)).toThrow(
      expect.objectContaining({ code: 'region-too-small' }),
    )
    const outputs = async (time: number, batch: number): Promise<Float32Array> => {
      backend.write(data, 0, noise(48 * 12))
      executable.run({ time, batch }, scalars)
      const into = new Float32Array(16)
      await backend.read(data, 16 * time * batch, into)
      return into
    }
    const first = await outputs(2, 2)
    expect(await outputs(4, 3)).toEqual(first)
    expect(await outputs(1, 1)).toEqual(first)
    executable.finish({ batch: 1 }, scalars)
    const filled = new Float32Array(5)
    await backend.read(parameters, 0, filled)
    expect([...filled.subarray(0, 4)]).toEqual([3, 3, 3, 3])
    expect(() => executable.bind([parameters])).toThrow(expect.objectContaining({ code: 'bad-binding' }))
    executable.dispose()
    expect(() => executable.run({ time: 1, batch: 1 }, scalars)).toThrow(expect.objectContaining({ code: 'disposed' }))
  })

  test('makes no array in steady state', async () => {
    const backend = await createWasmBackend()
    const executable = await backend.compile(program)
    const parameters = backend.allocate(512)
    const data = backend.allocate(48 * 12)
    const input = noise(48 * 12)
    const output = new Float32Array(100)
    executable.bind([parameters, data])
    const step = (time: number, batch: number): void => {
      backend.write(data, 0, input)
      executable.prepare({})
      executable.run({ time, batch }, { seed: 1, step: 0, sequence: 0 })
      backend.readSync?.(data, 5, output)
    }
    step(4, 3)
    const names = ['ArrayBuffer', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array', 'DataView'] as const
    const spies = names.map((name) => {
      const original = globalThis[name] as unknown as new (...values: unknown[]) => object
      const spy = vi.fn()
      const counted = new Proxy(original, {
        construct: (target, values, newTarget) => {
          spy()
          return Reflect.construct(target, values, newTarget) as object
        },
      })
      vi.stubGlobal(name, counted)
      return spy
    })
    for (let i = 0; i < 5; i++) {
      step(4, 3)
      step(2, 1)
    }
    vi.unstubAllGlobals()
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})

test.each([
  // Chromium, Firefox, Safari, and V8 in a place without code of its own making.
  "WebAssembly.compile(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script",
  'call to WebAssembly.compile() blocked by CSP',
  "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
  'WebAssembly.compile(): Wasm code generation disallowed by embedder',
])('a policy that forbids WebAssembly is named, with what would allow it: %s', async (message) => {
  const compile = vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError(message))
  try {
    const made = createWasmBackend()
    await expect(made).rejects.toMatchObject({ name: 'UnrolledError', code: 'policy' })
    await expect(made).rejects.toThrow(/Content-Security-Policy has to allow script-src 'wasm-unsafe-eval'/)
  } finally {
    compile.mockRestore()
  }
})

test('a policy that forbids WebAssembly is named where the engine is first asked for its multiply-add', async () => {
  const forbidden = vi.spyOn(WebAssembly, 'Module').mockImplementation(function () {
    throw new WebAssembly.CompileError('WebAssembly.Module(): Wasm code generation disallowed by embedder')
  })
  // As an engine does that knows relaxed SIMD.
  const known = vi.spyOn(WebAssembly, 'validate').mockReturnValue(true)
  try {
    await expect(createWasmBackend()).rejects.toMatchObject({ name: 'UnrolledError', code: 'policy' })
  } finally {
    forbidden.mockRestore()
    known.mockRestore()
  }
})

test('another failure to compile is told as it is', async () => {
  const compile = vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new RangeError('out of memory'))
  await expect(createWasmBackend()).rejects.toThrow(RangeError)
  compile.mockRestore()
})
