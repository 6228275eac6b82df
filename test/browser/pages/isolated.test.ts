import { expect, test } from 'vitest'
import { app, inNode } from './in-node.ts'

test('the page is isolated and may share memory', () => {
  expect(crossOriginIsolated).toBe(true)
  expect(typeof SharedArrayBuffer).toBe('function')
})

for (const threads of [1, 2]) {
  test.each(['wasm', 'wasm-fma'])(
    `an application on ${threads} of the threads has the bits of Node: %s`,
    async (kernels) => {
      const { learn } = await app()
      const { ran, result } = await learn({ kernels, threads })
      expect(ran).toEqual({ backend: 'wasm', kernels, threads })
      expect(result.again).toBe(result.text)
      const wanted = await inNode(kernels)
      if (wanted) expect(result).toEqual(wanted)
    },
  )
}
