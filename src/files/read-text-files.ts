import { constants } from 'node:buffer'
import { decodeText } from '../data/decode-text.ts'
import { UnrolledError } from '../error.ts'
import { expandFiles } from './expand.ts'
import { readBytes } from './read-bytes.ts'

/**
 * The text of all files that the patterns mean, one after the other, each ending a line; see `expandFiles` for patterns,
 * `-` is standard input, gzip is unpacked, all else must be UTF-8. More than a string may hold is an error with code `data`.
 */
export async function readTextFiles(patterns: string | readonly string[]): Promise<string> {
  const texts: string[] = []
  for (const file of await expandFiles(typeof patterns === 'string' ? [patterns] : patterns)) {
    texts.push(decodeText(await readBytes(file), file === '-' ? 'standard input' : file))
  }
  const characters = texts.reduce((sum, { length }) => sum + length + 1, 0)
  const most = constants.MAX_STRING_LENGTH
  if (texts.length > 1 && characters > most) {
    const [found, held] = [characters, most].map((count) => count.toLocaleString('en-US'))
    throw new UnrolledError(
      'data',
      `the ${texts.length} files have ${found} characters together, and a string may hold ${held}: give fewer`,
    )
  }
  return texts
    .map((text, i) => (i < texts.length - 1 && text !== '' && !text.endsWith('\n') ? `${text}\n` : text))
    .join('')
}
