/**
 * What a text is cut into. `subwords` are pieces of words that byte-pair encoding makes of texts; `tokens` are what stands between
 * blanks, as phonemes are written.
 */
export type Units = 'characters' | 'words' | 'subwords' | 'tokens'

/** What texts are cut into so that the pieces put together again are the text. */
export const textUnits = ['characters', 'words', 'subwords'] as const
/** What a text may be cut into: units that put together again are the text. */
export type TextUnits = (typeof textUnits)[number]

export const isTextUnits = (units: unknown): units is TextUnits => (textUnits as readonly unknown[]).includes(units)
export const isUnits = (units: unknown): units is Units => units === 'tokens' || isTextUnits(units)

/** Whether they are whole words, of which new ones may come up any time. */
export const isOfWords = (units: Units): units is 'words' | 'tokens' => units === 'words' || units === 'tokens'

/** The symbol of all that a vocabulary leaves out. No text is cut into it, except that words read it where it is written. */
export const unknownSymbol = '<unk>'

/** What a word is. */
export const wordPattern = / ?<unk>| ?[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*| ?[^\s\p{L}\p{M}\p{N}]|\s/gu

/**
 * Cuts a text into its symbols; put together again they are the text. Characters are code points. Words are runs of
 * letters and digits with apostrophes inside, each other sign is a word of its own, and the space before a word belongs
 * to it: `Call me, Ishmael.` is `Call`, ` me`, `,`, ` Ishmael`, `.`. A line's end and any further blank are words too. Of tokens
 * alone the blanks between are left out.
 */
export function* tokens(text: string, units: Exclude<Units, 'subwords'>): Generator<string, void> {
  if (units === 'characters') yield* text
  else for (const [token] of text.matchAll(units === 'words' ? wordPattern : /\S+/g)) yield token
}

const run = / ?[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*| ?[^\s\p{L}\p{M}\p{N}]+|\s/gu

/** No subword is longer than this, so that a run without blanks takes no more time than a text. */
const longest = 64

/** Cuts a text into what subwords never reach beyond: words, other signs in a row, blanks. Put together again they are the text. */
export function* subwordRuns(text: string): Generator<string, void> {
  for (const [whole] of text.matchAll(run)) {
    if (whole.length <= longest) yield whole
    else {
      const characters = [...whole]
      for (let at = 0; at < characters.length; at += longest) yield characters.slice(at, at + longest).join('')
    }
  }
}
