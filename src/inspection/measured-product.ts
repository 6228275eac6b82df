import { input, matmul, parameter } from '../graph/index.ts'
import { backendFor, engineOf, Runner, type EngineOptions } from '../runtime/index.ts'

/** A matrix product's size and for how long it is repeated. */
export interface ProductRateOptions extends EngineOptions {
  /** Rows of the input and of the product; 64. */
  readonly rows?: number
  /** Columns of the input, which are summed over; 256. */
  readonly k?: number
  /** Columns of the product; 1024. */
  readonly n?: number
  /** For how long it is repeated; 200. */
  readonly milliseconds?: number
}

/** What `productRate` does. */
export async function measuredProduct(options: ProductRateOptions): Promise<number> {
  const { rows = 64, k = 256, n = 1024, milliseconds = 200 } = options
  const backend = await backendFor(engineOf(options))
  const shape = { rows: [n], columns: k }
  const runner = new Runner(backend, { declared: [{ name: 'w', shape }], states: [] })
  try {
    const w = parameter('w', shape)
    const x = input('x', { rows: ['batch'], columns: k })
    const task = await runner.load(() => ({ name: 'product', parameters: [w], outputs: { y: matmul(w, x) } }))
    const extents = { batch: rows }
    const one = new Float32Array(1)
    // Weights are laid out with the first run.
    task.run(extents, {})
    const operations = 2 * rows * k * n
    const stretch = Math.max(1, Math.round(1e8 / operations))
    let best = 0
    for (const end = performance.now() + milliseconds; performance.now() < end;) {
      const begun = performance.now()
      for (let i = 0; i < stretch; i++) task.run(extents, {})
      await runner.read('y', 0, one)
      best = Math.max(best, (stretch * operations) / (performance.now() - begun) / 1e6)
    }
    return best
  } finally {
    runner.dispose()
  }
}
