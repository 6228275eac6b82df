/** What a text is cut into; `tokens` are what stands between blanks, as phonemes are written. */
export type Units = 'characters' | 'words' | 'tokens'

/** The symbol of all that a vocabulary leaves out. No text is cut into it, except that words read it where it is written. */
export const unknownSymbol = '<unk>'

const word = / ?<unk>| ?[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*| ?[^\s\p{L}\p{M}\p{N}]|\s/gu

/**
 * Cuts a text into its symbols; put together again they are the text. Characters are code points. Words are runs of
 * letters and digits with apostrophes inside, each other sign is a word of its own, and the space before a word belongs
 * to it: `Call me, Ishmael.` is `Call`, ` me`, `,`, ` Ishmael`, `.`. A line's end and any further blank are words too. Of tokens
 * alone the blanks between are left out.
 */
export function* tokens(text: string, units: Units): Generator<string, void> {
  if (units === 'characters') yield* text
  else for (const [token] of text.matchAll(units === 'words' ? word : /\S+/g)) yield token
}
