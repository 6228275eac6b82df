import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { checkBuilt } from '../built.ts'

beforeAll(checkBuilt)

test('a stream of a week, a symbol a second, makes no array and leaves memory where it was', async () => {
  const script = join(import.meta.dirname, 'week.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script])
  const { seconds, arrays, grown, different } = JSON.parse(stdout) as {
    seconds: number
    arrays: number
    grown: Record<string, number>
    different: number
  }
  expect(seconds).toBe(7 * 24 * 3600)
  expect(arrays).toBe(0)
  for (const [name, bytes] of Object.entries(grown)) expect(bytes, name).toBeLessThan(2 ** 19)
  // With states that are no numbers it would have ended, and an untrained model writes everything it knows.
  expect(different).toBeGreaterThan(20)
})
