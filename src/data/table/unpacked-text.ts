import { UnrolledError } from '../../error.ts'
import { decodeText } from '../decode-text.ts'
import { gunzipped } from '../unpack.ts'

/** What people also keep tables in. */
const others = [
  { begins: 'PK\x03\x04', advice: 'a zip archive or an Excel workbook; unpack it, or save the sheet as CSV' },
  { begins: '\xd0\xcf\x11\xe0', advice: 'an old Excel workbook; save the sheet as CSV' },
  { begins: 'PAR1', advice: 'a Parquet file, which readTable of unrolled/node reads' },
  { begins: 'SQLite format 3', advice: 'an SQLite database; write the table as CSV' },
]

/** What most tables are that are no UTF-8. */
const otherwise = "save it as UTF-8, or say encoding: 'windows-1252' where it was written so"

/** The text of bytes: unpacked where they are gzip's, without a byte order mark, which also tells UTF-16. */
export async function unpackedText(bytes: Uint8Array, name: string, encoding?: string): Promise<string> {
  const plain = await gunzipped(bytes, name)
  const other = others.find(({ begins }) => [...begins].every((sign, i) => plain[i] === sign.charCodeAt(0)))
  if (other !== undefined) throw new UnrolledError('data', `${name} is ${other.advice}`)
  const known = encoding ?? markedAs(plain)
  if (known === undefined) return decodeText(plain, name, otherwise)
  try {
    return new TextDecoder(known, { fatal: true }).decode(plain)
  } catch (cause) {
    throw new UnrolledError('data', `${name} is not ${known}; encoding says how its characters are written`, { cause })
  }
}

function markedAs([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}
