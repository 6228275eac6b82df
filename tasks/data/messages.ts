import { readFileSync } from 'node:fs'
import ts from 'typescript'
import type { Pair } from 'unrolled'
import { chance } from './chance.ts'
import { packageFile } from './package-file.ts'

/** What the compiler calls a message, by which its translations are found: not in its types. */
interface Diagnostic {
  readonly key: string
  readonly message: string
}

/** The share of all their words that two messages of one family have in common. */
const alike = 0.5

/**
 * Messages of the TypeScript compiler in English and in another language. Messages that have half of their words in common, alone
 * or by others between them, are of one family, and a family is trained on or is test, never both: else the test would be of
 * sentences that are known but for a word. A tenth of the families is the test.
 */
export function messages(language: string, share: number): readonly [training: Pair[], test: Pair[]] {
  const file = packageFile(`typescript/lib/${language}/diagnosticMessages.generated.json`)
  const translated = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>
  const { Diagnostics } = ts as unknown as { readonly Diagnostics: Readonly<Record<string, Diagnostic>> }
  const all = Object.values(Diagnostics).flatMap(({ key, message }) => {
    const target = translated[key]
    return target === undefined ? [] : [{ source: message, target }]
  })
  const every = Math.round(1 / share)
  const pairs = all.filter((_, i) => i % every === 0)
  const both: [Pair[], Pair[]] = [[], []]
  const families = familiesOf(pairs.map(({ source }) => source))
  pairs.forEach((pair, i) => both[chance(7, families[i]!) < 0.1 ? 1 : 0].push(pair))
  return both
}

/** The number of the family of each message. */
function familiesOf(messages: readonly string[]): number[] {
  const words = messages.map((message) => new Set(message.toLowerCase().match(/\p{L}+|\{\d\}|[^\s\p{L}]/gu)))
  const first = messages.map((_, i) => i)
  const familyOf = (i: number): number => (first[i] === i ? i : (first[i] = familyOf(first[i]!)))
  for (let i = 0; i < messages.length; i++) {
    for (let j = 0; j < i; j++) {
      let both = 0
      for (const word of words[i]!) if (words[j]!.has(word)) both++
      if (both < alike * (words[i]!.size + words[j]!.size - both)) continue
      const [a, b] = [familyOf(i), familyOf(j)]
      first[Math.max(a, b)] = Math.min(a, b)
    }
  }
  return messages.map((_, i) => familyOf(i))
}
