import { env } from 'node:process'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { backendFor, engineOf } from '../../src/runtime/index.ts'

const names = ['UNROLLED_BACKEND', 'UNROLLED_KERNELS', 'UNROLLED_THREADS'] as const
const before = names.map((name) => [name, env[name]] as const)
const say = (name: (typeof names)[number], value: string | undefined): void => {
  if (value === undefined) delete env[name]
  else env[name] = value
}

afterEach(() => {
  for (const [name, value] of before) say(name, value)
  vi.restoreAllMocks()
})

describe('backends', () => {
  test('are made once and kept, also where two ask at the same time', async () => {
    const [a, b] = await Promise.all([backendFor({ backend: 'reference' }), backendFor({ backend: 'reference' })])
    expect(a.name).toBe('reference')
    expect(b).toBe(a)
    expect(await backendFor({ backend: 'reference' })).toBe(a)
  })

  test('of other kernels or another number of threads are others', async () => {
    const one = await backendFor({ backend: 'wasm', kernels: 'wasm', threads: 1 })
    expect(one).toMatchObject({ name: 'wasm', kernels: 'wasm', threads: 1 })
    const two = await backendFor({ backend: 'wasm', kernels: 'wasm', threads: 2 })
    expect(two).toMatchObject({ name: 'wasm', kernels: 'wasm', threads: 2 })
    const fused = await backendFor({ backend: 'wasm', kernels: 'wasm-fma', threads: 1 }).catch(() => undefined)
    expect(fused).not.toBe(one)
    expect(await backendFor({ backend: 'wasm', kernels: 'wasm', threads: 1 })).toBe(one)
  })

  test('of one’s own are taken as they are', async () => {
    const own = { ...(await backendFor({ backend: 'reference' })), name: 'own' }
    expect(await backendFor({ backend: own })).toBe(own)
  })

  test('that broke are made anew', async () => {
    const broken = Object.assign(await backendFor({ backend: 'reference', threads: 3 }), { broken: true })
    const next = await backendFor({ backend: 'reference', threads: 3 })
    expect(next).not.toBe(broken)
    expect(await backendFor({ backend: 'reference', threads: 3 })).toBe(next)
  })

  test('that could not be made are tried again', async () => {
    const asked = { backend: 'wasm', kernels: 'wasm', threads: 4 }
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(function () {
      throw new RangeError('no memory at the moment')
    })
    await expect(backendFor(asked)).rejects.toThrow()
    vi.restoreAllMocks()
    expect(await backendFor(asked)).toMatchObject({ name: 'wasm', threads: 4 })
  })
})

describe('the environment', () => {
  test('says what the code does not', async () => {
    say('UNROLLED_BACKEND', 'wasm')
    say('UNROLLED_KERNELS', 'wasm')
    say('UNROLLED_THREADS', '1')
    expect(await backendFor()).toMatchObject({ name: 'wasm', kernels: 'wasm', threads: 1 })
    expect((await backendFor({ threads: 2 })).threads).toBe(2)
    expect((await backendFor({ backend: 'reference' })).name).toBe('reference')
  })

  test('says nothing where it is empty', async () => {
    for (const name of names) say(name, undefined)
    const usual = await backendFor()
    for (const name of names) say(name, '')
    expect(await backendFor()).toBe(usual)
  })

  test.each(['two', '0', '257', '1.5'])('must name a number of threads that there can be: %s', async (threads) => {
    say('UNROLLED_THREADS', threads)
    await expect(backendFor({ backend: 'reference' })).rejects.toMatchObject({
      code: 'option',
      message: expect.stringContaining('whole number, at least 1 and at most 256'),
    })
  })

  test.each(['1', '256'])('may name %s threads', async (threads) => {
    say('UNROLLED_THREADS', threads)
    expect((await backendFor({ backend: 'reference' })).name).toBe('reference')
  })
})

test('the engine’s part of options is what is given of it', () => {
  expect(Object.keys(engineOf({}))).toEqual([])
  const engine = { backend: 'wasm', kernels: 'wasm', threads: 2 }
  expect(engineOf({ ...engine, steps: 3 } as typeof engine)).toEqual(engine)
})
