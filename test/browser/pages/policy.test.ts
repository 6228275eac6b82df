import { expect, test } from 'vitest'
import { app, inNode } from './in-node.ts'

test('the policy is there: no code comes from strings', () => {
  // eslint-disable-next-line no-new-func -- that it fails is the point
  expect(() => new Function('return 1')).toThrow(EvalError)
})

interface Module {
  load(source?: Promise<Response> | WebAssembly.Module): Promise<{ predict(text: string): { output: Float32Array } }>
}

test('a model as a module is found beside its loader, needs no more, and says what it says in Node', async () => {
  const { load } = (await import(new URL('/module/index.js', location.href).href)) as Module
  const said = (await (await fetch('/module/said.json')).json()) as number[]
  const compiled = await WebAssembly.compileStreaming(fetch('/module/model.wasm'))
  for (const source of [undefined, fetch('/module/model.wasm'), compiled]) {
    expect([...(await load(source)).predict('me call').output]).toEqual(said)
  }
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
