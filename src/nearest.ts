/** Nobody misspells a longer name by hand, and comparing takes the product of the lengths. */
const longest = 64
/** So many names are looked at, so that a list of any length takes no time to speak of. */
const most = 10_000

/**
 * The candidate a misspelt name most likely meant, by edit distance (swaps of neighbours count as one edit, letter case
 * as less than one); undefined where none is close. Names beyond 64 characters and candidates beyond the first ten thousand are
 * not compared.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined
  const small = name.toLowerCase()
  let best: string | undefined
  let least = Infinity
  let seen = 0
  // A name of up to three letters may be one edit away, then one more for every three letters.
  const allowed = Math.max(1, Math.floor(name.length / 3))
  for (const candidate of candidates) {
    if (++seen > most) break
    if (Math.abs(candidate.length - name.length) > allowed) continue
    const other = candidate.toLowerCase()
    const distance = other === small ? 0.5 : editDistance(small, other, Math.min(allowed, least))
    if (distance <= allowed && distance < least && distance < Math.max(name.length, candidate.length)) {
      best = candidate
      least = distance
    }
  }
  return best
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment); infinite where
 * they are seen to be more than `allowed`.
 */
function editDistance(a: string, b: string, allowed: number): number {
  let older: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, older[j - 2]! + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    // A swap reaches over one row, and costs one there.
    if (least > allowed + 1) return Infinity
    older = last
    last = row
  }
  return last[b.length]!
}
