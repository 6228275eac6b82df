/** How many symbols must be put in, left out or replaced to make one sequence of another (Levenshtein 1966). */
export function edits(from: readonly string[], to: readonly string[]): number {
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let [a, b] = [from.length, to.length]
  while (a > start && b > start && from[a - 1] === to[b - 1]) [a, b] = [a - 1, b - 1]
  // Of each beginning of `to`, what it takes from the beginning of `from` that is looked at.
  const row = Uint32Array.from({ length: b - start + 1 }, (_, i) => i)
  for (let i = start; i < a; i++) {
    let before = row[0]!
    row[0] = i - start + 1
    for (let j = start; j < b; j++) {
      const at = j - start + 1
      const replaced = before + (from[i] === to[j] ? 0 : 1)
      before = row[at]!
      row[at] = Math.min(replaced, before + 1, row[at - 1]! + 1)
    }
  }
  return row[b - start]!
}
