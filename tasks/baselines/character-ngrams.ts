import { bagOf, type Bag } from './naive-bayes.ts'

/** How often a name has each run of one to `longest` letters; its two ends are letters too. */
export function characterNgrams(name: string, longest: number): Bag {
  const letters = [...`^${name}$`]
  const runs = letters.flatMap((_, from) =>
    Array.from({ length: Math.min(longest, letters.length - from) }, (_, n) =>
      letters.slice(from, from + n + 1).join(''),
    ),
  )
  return bagOf(runs)
}
