import { describe, expect, test } from 'vitest'
import type { Backend, Memory } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { held, type Held, type Lasting } from '../../src/runtime/index.ts'
import { tensor } from '../../src/tensor.ts'
import { collected } from '../collected.ts'

/** One parameter, so that what is made for it takes a memory. */
const layer = (): Lasting => ({
  declared: [{ name: 'w', shape: { rows: [], columns: 1 } }],
  states: [],
})
const values = { w: tensor([1]) }

/** A backend each of whose memories is said to be of so many floats. */
function of(floats: number): { backend: Backend & { broken: boolean }; kept: Set<Memory> } {
  const kept = new Set<Memory>()
  const backend = {
    ...createReferenceBackend(),
    broken: false,
    allocate() {
      const memory = { floats }
      kept.add(memory)
      return memory
    },
    free(memory: Memory) {
      if (!kept.delete(memory)) throw new Error('it was given back before')
    },
    write: () => undefined,
  }
  return { backend, kept }
}

let made = 0
const make = (one: Lasting, backend: Backend, key = 'a'): Promise<Held<number>> =>
  held(one, backend, key, {}, async (runner) => {
    runner.upload(values)
    return ++made
  })

/** Makes and releases: what is made then is kept for the next. */
async function idle(one: Lasting, backend: Backend, key = 'a'): Promise<number> {
  const { kept, release } = await make(one, backend, key)
  release()
  return kept
}

/** Pushes out all that is idle; the last of it is what remains. */
const pushOut = (): Promise<number> => idle(layer(), of(2 ** 27).backend)

describe('what is made for a layer', () => {
  test('is made once for a layer, a backend and a key, and kept for the next who asks', async () => {
    const [one, other] = [layer(), layer()]
    const { backend } = of(1)
    const [a, b] = await Promise.all([make(one, backend), make(one, backend)])
    expect(b.kept).toBe(a.kept)
    expect(a.layer).toBe(one)
    a.release()
    b.release()
    expect(await idle(one, backend)).toBe(a.kept)
    const others = [await idle(one, backend, 'b'), await idle(other, backend), await idle(one, of(1).backend)]
    expect(new Set([a.kept, ...others]).size).toBe(4)
    expect(await idle(one, backend)).toBe(a.kept)
    await pushOut()
  })

  test('stays while anybody holds it, each for himself', async () => {
    const { backend, kept } = of(1)
    const first = await make(layer(), backend)
    const second = first.again()
    expect(second.kept).toBe(first.kept)
    first.release()
    first.release()
    await pushOut()
    expect(kept.size).toBe(1)
    second.release()
    await pushOut()
    expect(kept.size).toBe(0)
  })

  test('goes at once where it could not be made, and is made anew for the next', async () => {
    const one = layer()
    const { backend, kept } = of(1)
    const failing = (): Promise<Held<never>> =>
      held(one, backend, 'a', {}, async (runner) => {
        runner.upload(values)
        throw new Error('cannot be compiled')
      })
    const both = await Promise.allSettled([failing(), failing()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(kept.size).toBe(0)
    expect(await idle(one, backend)).toBe(made)
    expect(kept.size).toBe(1)
    await pushOut()
  })

  test('is made anew of a layer whose backend broke, and nothing is given back to that', async () => {
    const one = layer()
    const { backend, kept } = of(1)
    const before = await idle(one, backend)
    backend.broken = true
    expect(await idle(one, of(1).backend)).not.toBe(before)
    expect(kept.size).toBe(1)
    backend.broken = false
    expect(await idle(one, backend)).not.toBe(before)
    await pushOut()
  })

  test('is given back when the layer is gone, also where somebody forgot to', async () => {
    const { backend, kept } = of(1)
    await (async () => {
      const one = layer()
      await idle(one, backend)
      await make(one, backend, 'b')
    })()
    expect(kept.size).toBe(2)
    await collected(() => kept.size === 0)
    expect(kept.size).toBe(0)
  })
})

describe('of what nobody uses', () => {
  test('64 programs are kept, and the one unused longest goes first', async () => {
    await pushOut()
    const { backend, kept } = of(1)
    const layers = Array.from({ length: 64 }, layer)
    const numbers: number[] = []
    for (const one of layers) numbers.push(await idle(one, backend))
    // The one that remained of those before went as the 65th.
    expect(kept.size).toBe(64)
    expect(await idle(layers[0]!, backend)).toBe(numbers[0])
    const more = layer()
    await idle(more, backend)
    expect(kept.size).toBe(64)
    expect(await idle(layers[0]!, backend)).toBe(numbers[0])
    expect(await idle(layers[1]!, backend)).not.toBe(numbers[1])
    await pushOut()
    expect(kept.size).toBe(0)
  })

  test('64 million floats are kept, and what was used last in any case', async () => {
    await pushOut()
    const { backend, kept } = of(2 ** 25)
    const [a, b, c] = [layer(), layer(), layer()]
    const first = await idle(a, backend)
    const second = await idle(b, backend)
    expect(kept.size).toBe(2)
    // What is in use counts for nothing.
    const used = await make(c, backend)
    expect(await idle(a, backend)).toBe(first)
    expect(kept.size).toBe(3)
    used.release()
    expect(kept.size).toBe(2)
    expect(await idle(a, backend)).toBe(first)
    expect(await idle(c, backend)).toBe(used.kept)
    expect(await idle(b, backend)).not.toBe(second)
    const large = of(2 ** 27)
    await idle(layer(), large.backend)
    expect([kept.size, large.kept.size]).toEqual([0, 1])
  })
})
