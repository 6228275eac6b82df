import { expect, test, vi } from 'vitest'
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
