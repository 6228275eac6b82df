import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { checkBuilt } from '../built.ts'

beforeAll(checkBuilt)

const megabyte = 2 ** 20

test.each([
  ['of a text', 'text', 1000, 11_000],
  ['that read what the model would have written', 'pairs', 200, 1200],
])('updates %s make no array, and the heap is within 1 MB of where it was', async (_, subject, first, last) => {
  const script = join(import.meta.dirname, 'steady.mjs')
  const given = ['--expose-gc', script, subject, String(first), String(last)]
  const { stdout } = await promisify(execFile)(process.execPath, given)
  const { arrays, grown } = JSON.parse(stdout) as { arrays: number; grown: number }
  expect(arrays).toBe(0)
  expect(Math.abs(grown)).toBeLessThan(megabyte)
})
