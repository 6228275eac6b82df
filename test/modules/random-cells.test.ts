// Random cells as modules: all functions, states, modifiers and surroundings that a cell may have, held against the library to the bit.
import { expect, test } from 'vitest'
import { compileModel, forward, meanSquaredError, network, open, setParameters, tensor, type Model } from 'unrolled'
import { layerOf } from '../fuzz/cell-case.ts'
import { Draws } from '../fuzz/draws.ts'
import { generateCell } from '../fuzz/generate-cell.ts'

const engine = { backend: 'wasm', kernels: 'wasm', threads: 1 } as const

interface Said {
  readonly output: Float32Array
  readonly steps: readonly Said[]
}
interface Session {
  push(x: readonly number[]): Said
}
interface Loaded {
  open(): Session
  predict(sequence: readonly (readonly number[])[]): Said
}

async function loaded(model: Model): Promise<Loaded> {
  const { 'index.js': code, 'model.wasm': bytes } = await compileModel(model)
  const { load } = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as {
    load(bytes: Uint8Array): Promise<Loaded>
  }
  return load(bytes)
}

const numbers = (draws: Draws, count: number, reach: number): number[] =>
  Array.from({ length: count }, () => (draws.below(20001) / 10000 - 1) * reach)

/** A network of the cell of some draws, with parameters far from the first ones. */
function networkOf(seed: number, draws: Draws): Model | undefined {
  const one = generateCell(new Draws(seed))
  if (!one) return undefined
  const model = network(layerOf(one), { loss: meanSquaredError() })
  const values = Object.entries(model.parameters).map(
    ([name, { data, shape }]) => [name, tensor(Float32Array.from(numbers(draws, data.length, 0.8)), shape)] as const,
  )
  setParameters(model, Object.fromEntries(values))
  return model
}

/** Seed 6 is of two layers of a cell that never reads x: nothing may be written where its rows are not. */
const seeds = Array.from({ length: 24 }, (_, i) => i + 1)

test('what random cells say as modules is what they say in the library, sessions under way in between', async () => {
  let [tried, stepped] = [0, 0]
  for (const seed of seeds) {
    const draws = new Draws(1000 + seed)
    const model = networkOf(seed, draws)
    if (!model) continue
    const { layer, parameters } = model
    const columns = layer.inputs['x']!.columns
    const module = await loaded(model)
    const streams = layer.causal !== false
    const [here, there] = streams ? [module.open(), await open(model, engine)] : []
    // Longer and shorter ones in turn: what a long one leaves in the memory must not be seen by a short one.
    for (const steps of [3, 70, 1, 9, 2]) {
      const x = Array.from({ length: steps }, () => numbers(draws, columns, 1.5))
      const { output } = await forward(layer, { parameters, x: tensor(x.map((row) => [row])) }, engine)
      const said = module.predict(x).steps.flatMap((step) => [...step.output])
      expect(said, `seed ${seed}, ${steps} steps`).toEqual([...output.data])
      const pushed = [...(here?.push(x[0]!).output ?? [])]
      expect(pushed, `seed ${seed}, a step`).toEqual([...(there?.pushSync(x[0]!).output.data ?? [])])
    }
    there?.end()
    tried++
    if (streams) stepped++
  }
  expect(tried).toBeGreaterThan(15)
  expect(stepped).toBeGreaterThan(10)
  expect(stepped).toBeLessThan(tried)
})
