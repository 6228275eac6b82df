import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { codeOf, failure } from './failure.ts'

/** Strings end at half a GiB in V8, so a text can be no longer; without a limit a small file could fill the memory. */
const longestUnzipped = 2 ** 29

/** How much may be read at once, and what to do where there is more. */
export interface SizeLimit {
  readonly bytes: number
  readonly advice: string
}

/**
 * The bytes of a file; of standard input for `-`; unpacked where they are gzip's. Fails with code `file`, naming the
 * nearest file where there is none of that name, and where there is more than `limit` allows, packed or unpacked.
 */
export async function readBytes(path: string, limit?: SizeLimit): Promise<Uint8Array> {
  const bytes = path === '-' ? await readStandardInput(limit) : await readWhole(path, limit)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (path.endsWith('.gz')) throw new UnrolledError('file', `${path}: it is not gzip, though its name ends in .gz`)
    return bytes
  }
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: limit?.bytes ?? longestUnzipped })
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE') {
      if (limit !== undefined) throw tooLarge(`${path}, unpacked,`, undefined, limit)
      throw new UnrolledError('file', `${path}: unpacked it has more than ${longestUnzipped} bytes`, { cause })
    }
    throw new UnrolledError('file', `${path}: the gzip file is damaged or was cut off: ${(cause as Error).message}`, {
      cause,
    })
  }
}

export function tooLarge(what: string, size: number | undefined, { bytes, advice }: SizeLimit): UnrolledError {
  const [found, most] = [size, bytes].map((count) => count?.toLocaleString('en-US'))
  return new UnrolledError(
    'file',
    `${what} has ${found ?? `more than ${most}`} bytes; at most ${most} are read at once; ${advice}`,
  )
}

async function readWhole(path: string, limit: SizeLimit | undefined): Promise<Uint8Array> {
  try {
    const size = limit === undefined ? 0 : (await stat(path)).size
    if (limit !== undefined && size > limit.bytes) throw tooLarge(path, size, limit)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof UnrolledError) throw cause
    const similar = codeOf(cause) === 'ENOENT' ? nearest(basename(path), await namesBeside(path)) : undefined
    const advice = similar === undefined ? '' : `; did you mean ${join(dirname(path), similar)}?`
    throw failure('file', `cannot read ${path}`, cause, advice)
  }
}

const namesBeside = (path: string): Promise<string[]> => readdir(dirname(path)).catch(() => [])

async function readStandardInput(limit: SizeLimit | undefined): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for await (const given of process.stdin) {
      const piece = typeof given === 'string' ? Buffer.from(given) : (given as Uint8Array)
      pieces.push(piece)
      size += piece.length
      if (limit !== undefined && size > limit.bytes) throw tooLarge('standard input', undefined, limit)
    }
  } catch (cause) {
    if (cause instanceof UnrolledError) throw cause
    throw failure('file', 'cannot read standard input', cause)
  }
  return Buffer.concat(pieces)
}
