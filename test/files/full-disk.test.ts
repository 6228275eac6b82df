import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type * as promises from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { lockFile, writeSafely } from '../../src/files/index.ts'

/** A disk that takes half of a file. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>()
  return {
    ...real,
    async open(path: string, flags: string) {
      const file = await real.open(path, flags)
      file.writeFile = async (bytes) => {
        await file.write(Buffer.from(bytes as Uint8Array | string).subarray(0, 2))
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      }
      return file
    },
  }
})

test('a full disk is named, leaves the old file as it was and nothing beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-'))
  const path = join(folder, 'model.safetensors')
  writeFileSync(path, 'old')
  const error: unknown = await writeSafely(path, new Uint8Array(9)).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UnrolledError)
  expect(error).toMatchObject({
    code: 'write',
    message: `cannot write ${path}: the disk is full (ENOSPC); a file that was there before is unharmed`,
  })
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['model.safetensors'])
  rmSync(folder, { recursive: true })
})

test('a full disk is named by who wants a lock, and nothing is left of that', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-'))
  const path = join(folder, 'model.lock')
  const error: unknown = await lockFile(path).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'write', message: `cannot lock ${path}: the disk is full (ENOSPC)` })
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})
