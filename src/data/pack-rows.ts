/**
 * Puts sequences into as few rows as are found, none longer than the longest of them: the longest first, each where the first row
 * has room (first-fit decreasing; Johnson 1973). Gives the numbers of the sequences in each row, in order.
 */
export function packRows(lengths: readonly number[]): number[][] {
  const room = lengths.reduce((a, b) => Math.max(a, b), 0)
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b)
  const rows: { left: number; members: number[] }[] = []
  for (const i of order) {
    let row = rows.find(({ left }) => left >= lengths[i]!)
    if (!row) rows.push((row = { left: room, members: [] }))
    row.left -= lengths[i]!
    row.members.push(i)
  }
  return rows.map(({ members }) => members)
}
