import { quoted } from '../printable.ts'
import { JsonScanner } from './json-scanner.ts'
import { isUnits } from './units.ts'
import { vocabularyOf, type Vocabulary } from './vocabulary.ts'

/** The vocabulary in a JSON text: units, symbols, and the number of the one that ends lines. No more than `most` symbols are read. */
export function vocabularyFrom(json: string, most: number): Vocabulary {
  const scanner = new JsonScanner(json)
  let units: string | undefined
  let boundary: number | undefined
  const symbols: string[] = []
  const readSymbol = (): void => {
    if (symbols.length === most) throw new Error(`it has more symbols than the embedding, which has ${most}`)
    if (scanner.next() !== '"') throw new Error(`symbol ${symbols.length} is not one of the characters or words`)
    symbols.push(scanner.string())
  }
  if (scanner.next() !== '{') throw new Error('it is not a JSON object')
  scanner.object((name) => {
    if (name === 'units') units = scanner.string()
    else if (name === 'boundary') boundary = Number(scanner.raw(20))
    else if (name !== 'symbols')
      throw new Error(`it has an entry ${quoted(name)}; units, symbols and boundary belong there`)
    else if (scanner.next() !== '[') throw new Error('a vocabulary is a list of 1 or more symbols')
    else scanner.list(readSymbol)
  })
  scanner.end()
  if (!isUnits(units)) throw new Error("units must be 'characters', 'words', 'subwords' or 'tokens'")
  return vocabularyOf(symbols, units, boundary)
}
