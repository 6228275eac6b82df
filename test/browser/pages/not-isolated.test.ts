import { expect, test, vi } from 'vitest'
import type * as Unrolled from '../../../src/index.ts'
import { app, inNode } from './in-node.ts'

test('the page is not isolated', () => {
  expect(crossOriginIsolated).toBe(false)
})

test('threads that cannot be had are one thread, a warning that names the headers, and the same results', async () => {
  const warn = vi.fn()
  const original = console.warn
  console.warn = warn
  try {
    const { learn } = await app()
    const { ran, result } = await learn({ kernels: 'wasm', threads: 2 })
    expect(ran).toEqual({ backend: 'wasm', kernels: 'wasm', threads: 1 })
    expect(result).toEqual(await inNode('wasm'))
  } finally {
    console.warn = original
  }
  const told = warn.mock.calls.flat().join('\n')
  expect(told).toContain('Cross-Origin-Opener-Policy')
  expect(told).toContain('Cross-Origin-Embedder-Policy')
})

test('one thread is no reason to warn', async () => {
  const warn = vi.fn()
  const original = console.warn
  console.warn = warn
  try {
    const { learn } = await app()
    await learn({ kernels: 'wasm', threads: 1 })
  } finally {
    console.warn = original
  }
  expect(warn).not.toHaveBeenCalled()
})

test('the page is free while a worker computes, and trains as one thread does', async () => {
  const warn = console.warn
  console.warn = () => undefined
  try {
    const { languageModel, lstm, text, train } = (await import(
      new URL('/dist/unrolled.js', location.href).href
    )) as typeof Unrolled
    const book = text('it was the best of times, it was the worst of times. '.repeat(40))
    const losses = async (engine: { threads?: number }) => {
      const model = languageModel(book, { cell: lstm, hidden: 64, seed: 2 })
      const found: number[] = []
      for await (const event of train(model, book, { batch: 8, unroll: 32, steps: 5, kernels: 'wasm', ...engine }))
        if (event.event === 'step') found.push(event.loss)
      return found
    }
    expect(await losses({})).toEqual(await losses({ threads: 1 }))
  } finally {
    console.warn = warn
  }
})

test("a run kept in the page's database goes on where it stood, and two runs cannot share it", async () => {
  const { decodeModel, indexedDBStore, languageModel, lstm, readStoredModel, text, train } = (await import(
    new URL('/dist/unrolled.js', location.href).href
  )) as typeof Unrolled
  const book = text('it was the best of times, it was the worst of times. '.repeat(40))
  const options = { batch: 8, unroll: 16, threads: 1, kernels: 'wasm' }
  const whole = languageModel(book, { cell: lstm, hidden: 16, seed: 2 })
  await train(whole, book, { ...options, steps: 8 }).finish()
  const name = `test ${Math.random()}`
  const store = () => indexedDBStore(name)
  await train(languageModel(book, { cell: lstm, hidden: 16, seed: 2 }), book, {
    ...options,
    steps: 3,
    checkpoint: store(),
  }).finish()
  const rest = languageModel(book, { cell: lstm, hidden: 16, seed: 2 })
  const run = train(rest, book, { ...options, steps: 8, checkpoint: store(), resume: true })
  const events = run[Symbol.asyncIterator]()
  await events.next()
  const second = train(languageModel(book, { cell: lstm, hidden: 16 }), book, {
    ...options,
    steps: 3,
    checkpoint: store(),
    resume: true,
  })
  await expect(second.finish()).rejects.toThrow(/another run/)
  for (let next = await events.next(); !next.done; next = await events.next());
  const stored = decodeModel((await readStoredModel(name))!)
  for (const [parameter, { data }] of Object.entries(whole.parameters)) {
    expect([...rest.parameters[parameter]!.data]).toEqual([...data])
    expect([...stored.parameters[parameter]!.data]).toEqual([...data])
  }
})
