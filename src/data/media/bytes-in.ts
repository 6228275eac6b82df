import { UnrolledError } from '../../error.ts'
import { bytesOf, type Bytes } from '../bytes.ts'

/** The bytes of a file that is called `name`; what is none is an error with code `data`. */
export const bytesIn = (given: Bytes, name: string): Uint8Array =>
  bytesOf(given, 'readFile of node:fs/promises', (what) => new UnrolledError('data', `${name}: ${what}`))
