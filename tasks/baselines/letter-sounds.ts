/** A word and the sounds it is said with. */
export interface Spoken {
  readonly word: string
  readonly sounds: readonly string[]
}

/** Most sounds that one letter stands for. */
const most = 2

/** How often each letter, alone and between its neighbours, stands for which sounds. */
type Counts = Map<string, Map<string, number>>

function count(counts: Counts, key: string, sounds: string, times = 1): void {
  const known = counts.get(key) ?? new Map<string, number>()
  counts.set(key, known.set(sounds, (known.get(sounds) ?? 0) + times))
}

/**
 * Says of each letter what it most often stood for between the same two neighbours, or by itself where they were never met. Letters of
 * words for training are laid along their sounds, none to two for each, as is likeliest by how often they were so before (Viterbi training,
 * four rounds; the first lays them along the diagonal).
 */
export function letterSounds(training: readonly Spoken[]): (word: string) => string[] {
  const some = training.filter(({ word, sounds }) => sounds.length <= most * word.length)
  let letters: Counts = new Map()
  for (const { word, sounds } of some) {
    ;[...word].forEach((letter, i) => {
      const [from, to] = [i, i + 1].map((at) => Math.round((at * sounds.length) / word.length))
      count(letters, letter, sounds.slice(from, Math.min(to!, from! + most)).join(' '))
    })
  }
  let contexts: Counts = new Map()
  for (let round = 0; round < 4; round++) {
    const cost = costs(letters)
    letters = new Map()
    contexts = new Map()
    for (const { word, sounds } of some) {
      laid(word, sounds, cost).forEach((said, i) => {
        count(letters, word[i]!, said)
        count(contexts, between(word, i), said)
      })
    }
  }
  const likeliest = (counts: Counts): Map<string, string> =>
    new Map(Array.from(counts, ([key, said]) => [key, [...said].sort(([, a], [, b]) => b - a)[0]![0]]))
  const [alone, inContext] = [likeliest(letters), likeliest(contexts)]
  return (word) =>
    [...word].flatMap((letter, i) => {
      const said = inContext.get(between(word, i)) ?? alone.get(letter) ?? ''
      return said === '' ? [] : said.split(' ')
    })
}

const between = (word: string, i: number): string => `${word[i - 1] ?? '^'}${word[i]!}${word[i + 1] ?? '$'}`

/** −log of how often a letter stands for sounds; what it was never met with is not impossible. */
function costs(counts: Counts): (letter: string, said: string) => number {
  const totals = new Map(
    Array.from(counts, ([letter, said]) => [letter, [...said.values()].reduce((a, b) => a + b, 1)]),
  )
  return (letter, said) => -Math.log(((counts.get(letter)?.get(said) ?? 0) + 0.1) / (totals.get(letter) ?? 1))
}

/** The sounds of each letter, all together those of the word, as is likeliest. */
function laid(word: string, sounds: readonly string[], cost: (letter: string, said: string) => number): string[] {
  const width = sounds.length + 1
  const best = new Float64Array((word.length + 1) * width).fill(Infinity)
  const taken = new Uint8Array(best.length)
  best[0] = 0
  for (let i = 0; i < word.length; i++) {
    for (let j = 0; j < width; j++) {
      if (best[i * width + j] === Infinity) continue
      for (let n = 0; n <= most && j + n < width; n++) {
        const all = best[i * width + j]! + cost(word[i]!, sounds.slice(j, j + n).join(' '))
        const at = (i + 1) * width + j + n
        if (all < best[at]!) [best[at], taken[at]] = [all, n]
      }
    }
  }
  const found: string[] = []
  for (let i = word.length, j = sounds.length; i > 0; i--) {
    const n = taken[i * width + j]!
    found.push(sounds.slice(j - n, j).join(' '))
    j -= n
  }
  return found.reverse()
}
