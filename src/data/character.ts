/** What people type for a character their keyboard or editor changed. */
const substitutes: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  "'": '’',
  '–': '-',
  '—': '-',
  '…': '.',
  '\u00a0': ' ',
  '\t': ' ',
  '\r': '\n',
}

/** A character as a message shows it: itself and its code point. */
export function shownCharacter(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return /[\p{C}\p{Z}]/u.test(character) ? `U+${code}` : `'${character}' (U+${code})`
}

/** The known character that could be written in place of another: the plain sign, the letter without accent, the other case. */
export function nearestCharacter(character: string, isKnown: (character: string) => boolean): string | undefined {
  const plain = character.normalize('NFD').replace(/\p{M}+/gu, '')
  const candidates = [substitutes[character], plain, character.toLowerCase(), character.toUpperCase()]
  candidates.push(plain.toLowerCase(), plain.toUpperCase())
  return candidates.find((other) => other !== undefined && other !== character && isKnown(other))
}

/** Where in a text the character at a string index stands, counted from 1. */
export function placeIn(text: string, index: number): string {
  const before = text.slice(0, index).split('\n')
  return `line ${before.length}, column ${[...before[before.length - 1]!].length + 1}`
}
