/** Symbols in a row, up to this many, are counted. */
const longest = 4

/** What BLEU is made of, for one text; those of many are added up. */
export type BleuCounts = Float64Array

/** Symbols of what was written and of what it should be, then for each length runs that are in both, and runs at all. */
const places = 2 + 2 * longest

/** Counts of one text beside what it should be. */
export function bleuCounts(is: readonly string[], said: readonly string[]): BleuCounts {
  const counts = new Float64Array(places)
  counts[0] = said.length
  counts[1] = is.length
  for (let length = 1; length <= longest; length++) {
    const left = runs(is, length)
    const own = runs(said, length)
    let both = 0
    for (const [run, count] of own) both += Math.min(count, left.get(run) ?? 0)
    counts[2 * length] = both
    counts[2 * length + 1] = Math.max(0, said.length - length + 1)
  }
  return counts
}

/** How often each run of so many symbols is there. */
function runs(symbols: readonly string[], length: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let at = 0; at + length <= symbols.length; at++) {
    const run = symbols.slice(at, at + length).join('\n')
    counts.set(run, (counts.get(run) ?? 0) + 1)
  }
  return counts
}

/**
 * BLEU of some texts together (Papineni et al. 2002), from 0 to 1: the geometric mean of the shares of runs of one to four symbols
 * that are right, and exp(1 − wanted ÷ written) where less was written than wanted. Nothing is smoothed; a length that no text
 * reaches is left out.
 */
export function bleu(all: readonly BleuCounts[], chosen: ArrayLike<number> = everyOne(all)): number {
  const sums = new Float64Array(places)
  for (let i = 0; i < chosen.length; i++) {
    const counts = all[chosen[i]!]!
    for (let place = 0; place < places; place++) sums[place]! += counts[place]!
  }
  const [written, wanted] = sums as unknown as [number, number]
  let logs = 0
  let lengths = 0
  for (let length = 1; length <= longest; length++) {
    const [both, own] = [sums[2 * length]!, sums[2 * length + 1]!]
    if (own === 0) continue
    logs += Math.log(both / own)
    lengths++
  }
  if (lengths === 0) return wanted === 0 ? 1 : 0
  return Math.exp(logs / lengths + Math.min(0, 1 - wanted / written))
}

const everyOne = (all: readonly unknown[]): Uint32Array => Uint32Array.from(all, (_, i) => i)
