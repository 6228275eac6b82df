import { mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import type * as promises from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { lockFile } from '../../src/files/index.ts'

let gone = 0

/** A folder that another run takes away once, as soon as it is made. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>()
  return {
    ...real,
    async mkdir(path: string, options: object) {
      const made = await real.mkdir(path, options)
      if (gone++ === 0) rmdirSync(path)
      return made
    },
  }
})

test('a folder that is taken away by the run before is made again for its lock', async () => {
  const root = mkdtempSync(join(tmpdir(), 'unrolled-'))
  const release = await lockFile(join(root, 'run', 'model.lock'))
  expect(readdirSync(join(root, 'run'))).toEqual(['model.lock'])
  await release()
  expect(readdirSync(root)).toEqual([])
  rmSync(root, { recursive: true })
})
