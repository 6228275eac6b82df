/** A server that renders pages, an edge runtime, a test in jsdom: the entry of pages without a page. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { createBackend } from '../../src/backends/available.ts'
import { trained } from '../backends/trained.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('without what a page has', () => {
  test.each([['navigator'], ['crossOriginIsolated'], ['Worker'], ['MessageChannel']])('no %s', async (name) => {
    vi.stubGlobal(name, undefined)
    const backend = await createBackend({ kernels: 'wasm' })
    expect(backend).toMatchObject({ name: 'wasm', threads: 1 })
    expect(await trained(backend, 7)).toEqual(await trained(await createWasmBackend({ kernels: 'wasm' }), 7))
  })

  test('workers that a policy forbids, where the engine says so at once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    vi.stubGlobal(
      'Worker',
      class {
        constructor() {
          throw new DOMException('Access to the script is denied by the Content Security Policy', 'SecurityError')
        }
      },
    )
    try {
      const backend = await createBackend({ kernels: 'wasm', threads: 2 })
      expect(backend).toMatchObject({ name: 'wasm', threads: 1 })
      expect(backend.readSync).toBeDefined()
    } finally {
      warn.mockRestore()
    }
  })

  test('no MessageChannel: the event loop still has its turns', async () => {
    vi.stubGlobal('MessageChannel', undefined)
    vi.stubGlobal('setImmediate', undefined)
    vi.resetModules()
    const { Turns } = await import('../../src/runtime/turn.ts')
    let taken = false
    const turns = new Turns()
    const long = performance.now() + 50
    while (performance.now() < long);
    setTimeout(() => (taken = true))
    await turns.take()
    expect(taken).toBe(true)
  })
})
