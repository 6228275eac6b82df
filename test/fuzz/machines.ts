import type { Backend } from '../../src/backends/backend.ts'
import { findAddon } from '../../src/backends/native/addon.ts'
import { createNativeBackend } from '../../src/backends/native/native-backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { isFused } from '../../src/backends/wasm/kernels.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { startThread } from '../backends/threads.ts'

/** A backend with certain kernels on one thread, and the same on several that share however little there is to do. */
export interface Machine {
  readonly name: string
  readonly backend: Backend
  readonly crews: readonly Backend[]
}

/** Everything that computes here: the reference, and each kernel path of native and wasm. */
export async function machines(): Promise<{ reference: Backend; fast: readonly Machine[]; missing: string[] }> {
  const fast: Machine[] = []
  const missing: string[] = []
  const found = findAddon()
  if ('missing' in found) missing.push(`native: ${found.missing}`)
  else {
    for (const kernels of found.addon.kernels()) {
      const crews = [2, 3].map((threads) => createNativeBackend({ kernels, threads, small: 0 }))
      fast.push({ name: `native ${kernels}`, backend: createNativeBackend({ kernels, threads: 1 }), crews })
    }
  }
  for (const kernels of ['wasm', 'wasm-fma'] as const) {
    if (kernels === 'wasm-fma' && !isFused()) {
      missing.push('wasm-fma: this engine has no relaxed multiply-add')
      continue
    }
    const crews = await Promise.all(
      [2, 3].map((threads) => createWasmBackend({ kernels, crew: { threads, start: startThread }, small: 0 })),
    )
    fast.push({ name: kernels, backend: await createWasmBackend({ kernels }), crews })
  }
  return { reference: createReferenceBackend(), fast, missing }
}
