/**
 * What a run of the bench found: the machine, and a row for every contender in every case.
 * @typedef {{ machine: Awaited<ReturnType<typeof import('./machine.mjs').machine>>, options: { rounds: number, seconds: number },
 *   cases: import('./cases.mjs').Case[], rows: import('./row.mjs').Row[], loadAfter?: number }} Findings
 */

/** The rows of a case. */
export const rowsOf = (
  /** @type {Findings} */ { rows },
  /** @type {{ series: string, name: string }} */ { series, name },
) => rows.filter((row) => row.series === series && row.case === name)

export const measured = (/** @type {import('./row.mjs').Row} */ row) => row.msPerTurn !== undefined

/** The fastest of some rows. */
export const fastest = (/** @type {import('./row.mjs').Row[]} */ rows) =>
  rows.filter(measured).toSorted((a, b) => a.msPerTurn - b.msPerTurn)[0]

/** The machine's rate of multiply-adds with so many threads, from the same case where it was measured there. */
export function peakOf(
  /** @type {Findings} */ findings,
  /** @type {{ case?: string, series?: string }} */ row,
  threads,
) {
  const peaks = findings.rows.filter(
    ({ peer, threads: of, gigaflops }) => peer === 'peak' && of === threads && gigaflops !== undefined,
  )
  return (peaks.find((peak) => peak.case === row.case && peak.series === row.series) ?? peaks[0])?.gigaflops
}

/** A row's rate as a share of the peak of the threads it used. */
export function shareOfPeak(/** @type {Findings} */ findings, /** @type {import('./row.mjs').Row} */ row) {
  const peak = peakOf(findings, row, row.about?.threads)
  return peak === undefined || row.gigaflops === undefined ? undefined : row.gigaflops / peak
}

/** Who took part, in which version. */
export function versions(/** @type {Findings} */ { rows }) {
  const found = new Map(
    rows.flatMap(({ peer, about }) => (about?.version === undefined ? [] : [[peer, about.version]])),
  )
  return [...found].map(([peer, version]) => `${peer} ${version}`).join(', ')
}
