import { expect, test } from 'vitest'
import { chain, dropout, linear } from '../../src/layers/index.ts'
import { forward } from '../../src/inference/forward.ts'
import { tensor } from '../../src/tensor.ts'

test('dropout acts where a call says training, whatever the calls before it said', async () => {
  const layer = chain({ drop: dropout({ size: 8, rate: 0.5 }), head: linear({ input: 8, output: 8 }) })
  const given = { parameters: layer.parameters({ seed: 1 }), x: tensor([[[1, 2, 3, 4, 5, 6, 7, 8]]]), seed: 3 }
  const run = async (training?: boolean): Promise<number[]> => {
    const { output } = await forward(layer, { ...given, ...(training !== undefined && { training }) })
    return [...output.data]
  }
  const plain = await run()
  const dropped = await run(true)
  expect(dropped).not.toEqual(plain)
  expect(await run(false)).toEqual(plain)
  expect(await run(true)).toEqual(dropped)
})
