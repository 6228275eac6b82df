import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { findAddon } from '../../src/backends/native/addon.ts'
import { checkBuilt } from '../built.ts'

beforeAll(checkBuilt)

// WebAssembly takes minutes for it; the regions of memory are the same there.
test.skipIf('missing' in findAddon())(
  'full backpropagation through 10,000 steps of 2 × 128, batch 10, takes less than 40 MB',
  async () => {
    const script = join(import.meta.dirname, 'long-window.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [script])
    const { most, backend, loss } = JSON.parse(stdout) as { most: number; backend: string; loss: number }
    // What the native backend computes on are arrays too, so nothing is left out.
    expect(backend).toBe('native')
    expect(most).toBeLessThan(40e6)
    expect(loss).toBeGreaterThan(4)
    expect(loss).toBeLessThan(5)
  },
  300_000,
)
