import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { linesOf, sheetOf, type Format, type Sheet } from './sheet.ts'

/** FASTA: a line `>name description`, and lines of letters below it; `-` is a gap, `*` the end of a translation. */
export const fastaFormat: Format = { sniff: (text) => /^\s*>\S/.test(text), sheet: read }

function read(text: string, name: string): Sheet {
  const names: string[] = []
  const descriptions: (string | undefined)[] = []
  const sequences: string[][] = []
  const lines: number[] = []
  const checkLast = (): void => {
    if (sequences.at(-1)?.length === 0) {
      throw new UnrolledError('data', `${name}, line ${lines.at(-1)!}: ${shown(names.at(-1))} has no letters below it`)
    }
  }
  for (const [line, number] of linesOf(text)) {
    if (line.trim() === '') continue
    if (line.startsWith('>')) {
      checkLast()
      const [, called, description] = /^>\s*(\S*)\s*(.*?)\s*$/.exec(line)!
      names.push(called!)
      descriptions.push(description === '' ? undefined : description)
      sequences.push([])
      lines.push(number)
      continue
    }
    const letters = line.trim()
    const wrong = /[^A-Za-z*-]/.exec(letters)
    if (wrong) {
      const where = `${name}, line ${number}, place ${line.indexOf(letters) + wrong.index + 1}`
      throw new UnrolledError('data', `${where}: ${shown(wrong[0])} is no letter of a sequence; letters, - and * are`)
    }
    const last = sequences.at(-1)
    if (last === undefined)
      throw new UnrolledError(
        'data',
        `${name}, line ${number}: a line that begins with > and names the sequence must come first`,
      )
    last.push(letters)
  }
  checkLast()
  return sheetOf(
    name,
    { name: names, description: descriptions, sequence: sequences.map((parts) => parts.join('')) },
    lines,
    {
      said: ['FASTA'],
      types: { name: 'string', description: 'string', sequence: 'string' },
    },
  )
}
