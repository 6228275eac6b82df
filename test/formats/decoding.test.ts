import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const scripts = join(import.meta.dirname, '../../scripts/typescript.mjs')

// A file of half precision took 17 times its size, headers of its making up to 51 times.
test.each([
  ['half precision', 'read'],
  ['lists in lists', 'file'],
  ['empty objects', 'file'],
  ['a shape of many sizes', 'file'],
  ['one long name', 'file'],
  ['much metadata', 'file'],
  ['many tensors', 'file'],
])('a file takes no more than four times its size while it is decoded: %s', async (what, outcome) => {
  const sources = ['--expose-gc', '--conditions=source', '--import', scripts]
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...sources,
    join(import.meta.dirname, 'decoding.mjs'),
    what,
  ])
  const { said, times } = JSON.parse(stdout) as { said: string; times: number }
  expect(said).toBe(outcome)
  expect(times).toBeLessThan(4)
})
