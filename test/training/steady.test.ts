import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const megabyte = 2 ** 20

test('10,000 updates make no array, and the heap is within 1 MB of where it was', async () => {
  const script = join(import.meta.dirname, 'steady.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script])
  const { arrays, grown } = JSON.parse(stdout) as { arrays: number; grown: number }
  expect(arrays).toBe(0)
  expect(Math.abs(grown)).toBeLessThan(megabyte)
})
