import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { Memories } from '../../src/runtime/memories.ts'
import { padRows, unpadRows } from '../../src/runtime/rows.ts'
import { keeping } from './kept.ts'

const floats = async (memories: Memories, region: string): Promise<number[]> => {
  const all = new Float64Array(memories.of(region).floats)
  await memories.read(region, 0, all)
  return [...all]
}

describe('regions', () => {
  test('grow and never shrink; one that grows begins anew, with zeros, and what it had is given back', async () => {
    const { backend, kept } = keeping()
    const memories = new Memories(backend)
    const wanted = (a: number, b: number): boolean =>
      memories.reserve(
        new Map([
          ['a', a],
          ['b', b],
        ]),
      )
    expect(wanted(2, 3)).toBe(true)
    memories.put('a', Float64Array.of(1, 2))
    memories.put('b', Float64Array.of(3, 4, 5))
    expect(wanted(2, 3)).toBe(false)
    expect(wanted(1, 0)).toBe(false)
    expect(await floats(memories, 'a')).toEqual([1, 2])
    expect(memories.floats).toBe(5)
    const a = memories.of('a')
    expect(wanted(1, 4)).toBe(true)
    expect(memories.of('a')).toBe(a)
    expect(await floats(memories, 'b')).toEqual([0, 0, 0, 0])
    expect(kept.size).toBe(2)
    expect(memories.floats).toBe(6)
  })

  test('of no float are there too', () => {
    const memories = new Memories(createReferenceBackend())
    expect(memories.has('none')).toBe(false)
    expect(() => memories.of('none')).toThrow('the region none has no memory yet')
    expect(memories.reserve(new Map([['none', 0]]))).toBe(true)
    expect(memories.has('none')).toBe(true)
    expect(memories.of('none').floats).toBe(0)
  })

  test('that not all find room stay as they were, all of them', async () => {
    const { backend, kept } = keeping()
    const memories = new Memories({
      ...backend,
      allocate(floats) {
        if (floats > 100) throw new Error('full')
        return backend.allocate(floats)
      },
    })
    memories.reserve(new Map([['a', 2]]))
    memories.put('a', Float64Array.of(1, 2))
    const wanted = new Map([
      ['a', 4],
      ['b', 5],
      ['c', 101],
    ])
    expect(() => memories.reserve(wanted)).toThrow('full')
    expect(kept.size).toBe(1)
    expect([memories.has('b'), memories.has('c')]).toEqual([false, false])
    expect(await floats(memories, 'a')).toEqual([1, 2])
  })

  test('that nobody reads take nothing', () => {
    const memories = new Memories(createReferenceBackend())
    memories.put('a', Float64Array.of(1))
    memories.putRows('a', [1, 2], 2)
    expect(memories.has('a')).toBe(false)
  })
})

test('what was asked for beside regions is given back once, by hand or in the end', () => {
  const { backend, kept } = keeping()
  const memories = new Memories(backend)
  memories.reserve(new Map([['a', 2]]))
  const [one, other] = [memories.allocate(3), memories.allocate(4)]
  expect([one.floats, other.floats]).toEqual([3, 4])
  memories.free(one)
  memories.free(one)
  // What a region has is not for anybody to give back.
  memories.free(memories.of('a'))
  expect([...kept]).toEqual([memories.of('a'), other])
  memories.dispose()
  expect(kept.size).toBe(0)
  expect(memories.has('a')).toBe(false)
  expect(memories.floats).toBe(0)
  memories.dispose()
})

describe('rows', () => {
  test.each([
    [1, [1, 2, 3], [1, 2, 3]],
    [2, [1, 2, 3, 4], [1, 2, ...Array<number>(14).fill(0), 3, 4, ...Array<number>(14).fill(0)]],
    [16, [...Array(32).keys()], [...Array(32).keys()]],
    [17, [...Array(17).keys()], [...Array(17).keys(), ...Array<number>(15).fill(0)]],
  ])('of %i columns lie padded', async (columns, rows, padded) => {
    const memories = new Memories(createReferenceBackend())
    memories.reserve(new Map([['a', padded.length]]))
    memories.putRows('a', rows, columns)
    expect(await floats(memories, 'a')).toEqual(padded)
    const shape = [rows.length / columns, columns]
    expect(await memories.rows('a', shape)).toEqual({ shape, data: Float64Array.from(rows) })
    const into = new Float32Array(rows.length)
    unpadRows(padded, columns, into)
    expect([...into]).toEqual(rows)
    const pads = new Float64Array(padded.length).fill(-1)
    padRows(rows, columns, pads)
    expect([...pads]).toEqual(padded.map((value, i) => (i % (padded.length / shape[0]!) < columns ? value : -1)))
  })

  test('are read from the start of a region, as many as are asked for', async () => {
    const memories = new Memories(createReferenceBackend())
    memories.reserve(new Map([['a', 64]]))
    memories.putRows('a', [1, 2, 3, 4, 5, 6], 2)
    expect(await memories.rows('a', [1, 2, 2])).toEqual({ shape: [1, 2, 2], data: Float64Array.of(1, 2, 3, 4) })
    expect(await memories.rows('a', [0, 2])).toEqual({ shape: [0, 2], data: new Float64Array(0) })
  })
})

test('numbers are as precise as the backend computes', () => {
  const backend: Backend = createReferenceBackend()
  expect(new Memories(backend).numbers(3)).toEqual(new Float64Array(3))
  expect(new Memories({ ...backend, kernels: 'wasm' }).numbers(3)).toEqual(new Float32Array(3))
})
