import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { codeOf, failure } from './failure.ts'

/** Strings end at half a GiB in V8, so a text can be no longer; without a limit a small file could fill the memory. */
const longestUnzipped = 2 ** 29

/**
 * The bytes of a file; of standard input for `-`; unpacked where they are gzip's. Fails with code `file`, naming the
 * nearest file where there is none of that name.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = path === '-' ? await readStandardInput() : await readWhole(path)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (path.endsWith('.gz')) throw new UnrolledError('file', `${path}: it is not gzip, though its name ends in .gz`)
    return bytes
  }
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: longestUnzipped })
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE') {
      throw new UnrolledError('file', `${path}: unpacked it has more than ${longestUnzipped} bytes`, { cause })
    }
    throw new UnrolledError('file', `${path}: the gzip file is damaged or was cut off: ${(cause as Error).message}`, {
      cause,
    })
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const similar = codeOf(cause) === 'ENOENT' ? nearest(basename(path), await namesBeside(path)) : undefined
    const advice = similar === undefined ? '' : `; did you mean ${join(dirname(path), similar)}?`
    throw failure('file', `cannot read ${path}`, cause, advice)
  }
}

const namesBeside = (path: string): Promise<string[]> => readdir(dirname(path)).catch(() => [])

async function readStandardInput(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  try {
    for await (const piece of process.stdin)
      pieces.push(typeof piece === 'string' ? Buffer.from(piece) : (piece as Uint8Array))
  } catch (cause) {
    throw failure('file', 'cannot read standard input', cause)
  }
  return Buffer.concat(pieces)
}
