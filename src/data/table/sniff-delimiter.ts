/** Signs that are found out; others can be given. Of those that fit alike, the first is taken: a comma may also stand in numbers. */
const candidates = ['\t', ';', '|', ','] as const

/** So much of a text is looked at. */
const mostSigns = 2 ** 20
const mostRecords = 1000

/** The sign around cells: `'` where no cell begins with `"` and all that begin with `'` end with it. */
export function sniffQuote(text: string): string {
  const sample = text.slice(0, mostSigns)
  if (/(?:^|[\t;|,\r\n])"/.test(sample)) return '"'
  const begun = sample.match(/(?:^|[\t;|,\r\n])'/g)?.length ?? 0
  const whole = sample.match(/(?<=^|[\t;|,\r\n])'(?:[^']|'')*'(?=[\t;|,\r\n]|$)/g)?.length ?? 0
  return begun > 0 && begun === whole ? "'" : '"'
}

/** The sign between cells: the one that stands equally often in the most records; undefined where there is one column. */
export function sniffDelimiter(text: string, quote: string): string | undefined {
  const counts = signsByRecord(text.slice(0, mostSigns), quote, text.length > mostSigns)
  let best: string | undefined
  let most = 0.5
  for (const [i, candidate] of candidates.entries()) {
    const usual = new Map<number, number>()
    for (const record of counts) usual.set(record[i]!, (usual.get(record[i]!) ?? 0) + 1)
    const [signs, records] = [...usual].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])
    if (signs > 0 && records / counts.length > most) {
      best = candidate
      most = records / counts.length
    }
  }
  return best
}

/** How often each candidate stands in each record, outside of quotes. */
function signsByRecord(text: string, quote: string, cut: boolean): number[][] {
  const records: number[][] = []
  let record = candidates.map(() => 0)
  let begun = false
  let quoted = false
  let atStart = true
  for (let i = 0; i < text.length && records.length < mostRecords; i++) {
    const sign = text[i]!
    if (quoted) {
      quoted = sign !== quote
      continue
    }
    if (sign === '\n' || sign === '\r') {
      if (begun) records.push(record)
      record = candidates.map(() => 0)
      begun = false
      atStart = true
      continue
    }
    begun = true
    const which = candidates.indexOf(sign as (typeof candidates)[number])
    if (which >= 0) record[which]!++
    // A doubled quote ends and begins.
    if (sign === quote && (atStart || text[i - 1] === quote)) quoted = true
    atStart = which >= 0
  }
  if (begun && (!cut || records.length === 0)) records.push(record)
  return records
}
