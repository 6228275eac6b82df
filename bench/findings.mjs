/**
 * What a run of the bench found: the machine, and a row for every contender in every case.
 * @typedef {{ machine: Awaited<ReturnType<typeof import('./machine.mjs').machine>>, options: { rounds: number, seconds: number },
 *   cases: (import('./cases.mjs').Case & { seconds?: number })[], rows: import('./row.mjs').Row[], loadAfter?: number,
 *   resumed?: string[] }} Findings the cases with the seconds they took, and when an interrupted run was gone on with
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

/**
 * The machine's rate of multiply-adds with so many threads: the greatest of the whole run, since a round in which others were at work
 * would give shares that are too good.
 */
export function peakOf(/** @type {Findings} */ { rows }, /** @type {number} */ threads) {
  const rates = rows.filter((row) => row.peer === 'peak' && row.threads === threads && row.fastest > 0)
  return rates.length === 0 ? undefined : Math.max(...rates.map(({ fastest }) => fastest))
}

/** A row's rate as a share of the peak of the threads it used. */
export function shareOfPeak(/** @type {Findings} */ findings, /** @type {import('./row.mjs').Row} */ row) {
  const peak = peakOf(findings, Number(row.about?.threads))
  return peak === undefined || row.gigaflops === undefined ? undefined : row.gigaflops / peak
}

/** Who took part, in which version. */
export function versions(/** @type {Findings} */ { rows }) {
  const found = new Map(
    rows.flatMap(({ peer, about }) => (about?.version === undefined ? [] : [[peer, about.version]])),
  )
  return [...found].map(([peer, version]) => `${peer} ${version}`).join(', ')
}
