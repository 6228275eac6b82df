import { tokens, type TextUnits } from './units.ts'

/** What texts are cut into where nothing says so: words where most have more than three, else characters. */
export function usualUnits(texts: readonly string[]): TextUnits {
  const long = texts.filter((text) => {
    let words = 0
    for (const token of tokens(text.slice(0, 200), 'words')) if (token.trim() !== '') words++
    return words > 3
  })
  return 2 * long.length > texts.length ? 'words' : 'characters'
}
