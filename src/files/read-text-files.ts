import { decodeText } from '../data/decode-text.ts'
import { expandFiles } from './expand.ts'
import { readBytes } from './read-bytes.ts'

/**
 * The text of all files that the patterns mean, one after the other, each ending a line; see `expandFiles` for patterns,
 * `-` is standard input, gzip is unpacked, all else must be UTF-8.
 */
export async function readTextFiles(patterns: string | readonly string[]): Promise<string> {
  const texts: string[] = []
  for (const file of await expandFiles(typeof patterns === 'string' ? [patterns] : patterns)) {
    texts.push(decodeText(await readBytes(file), file === '-' ? 'standard input' : file))
  }
  return texts
    .map((text, i) => (i < texts.length - 1 && text !== '' && !text.endsWith('\n') ? `${text}\n` : text))
    .join('')
}
