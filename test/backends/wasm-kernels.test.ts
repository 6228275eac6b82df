import { expect, test } from 'vitest'
import { chooseKernels, isFused } from '../../src/backends/wasm/kernels.ts'
import { plainMultiplyAdd } from '../../src/backends/wasm/opcodes.ts'

test('a multiply-add that rounds twice is not taken for a fused one, though the engine knows the instruction', () => {
  expect(isFused(plainMultiplyAdd)).toBe(false)
})

test('"wasm-fma" is chosen, and can be had, where the multiply-add rounds once and nowhere else', () => {
  expect(chooseKernels('wasm')).toBe('wasm')
  if (isFused()) {
    expect(chooseKernels(undefined)).toBe('wasm-fma')
    expect(chooseKernels('wasm-fma')).toBe('wasm-fma')
  } else {
    expect(chooseKernels(undefined)).toBe('wasm')
    expect(() => chooseKernels('wasm-fma')).toThrow(expect.objectContaining({ code: 'kernels-unavailable' }))
  }
})
