import { expect, test } from 'vitest'
import { app, inNode } from './in-node.ts'

test('the policy is there: no code comes from strings', () => {
  // eslint-disable-next-line no-new-func -- that it fails is the point
  expect(() => new Function('return 1')).toThrow(EvalError)
})

test.each([1, 2])(
  "script-src 'self' 'wasm-unsafe-eval' and worker-src blob: are enough: threads %s",
  async (threads) => {
    const { learn } = await app()
    const { ran, result } = await learn({ kernels: 'wasm', threads })
    expect(ran).toEqual({ backend: 'wasm', kernels: 'wasm', threads })
    expect(result).toEqual(await inNode('wasm'))
  },
)
