import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** @returns {import('./findings.mjs').Findings} */
export const readFindings = (/** @type {string} */ file) => JSON.parse(readFileSync(file, 'utf8'))

/** As a whole or not at all: whoever interrupts the bench loses the case it is at, and nothing else. */
export function writeFindings(/** @type {string} */ file, /** @type {import('./findings.mjs').Findings} */ findings) {
  writeFileSync(`${file}.part`, JSON.stringify(findings))
  renameSync(`${file}.part`, file)
}

/**
 * What an interrupted run left, to go on with; or `fresh` where it left nothing.
 * @throws where that was measured on another machine, or with other rounds
 */
export function resumed(/** @type {string} */ file, /** @type {import('./findings.mjs').Findings} */ fresh) {
  if (!existsSync(file)) return fresh
  const old = readFindings(file)
  const { machine, options } = fresh
  const other =
    ['cpu', 'cores', 'usable', 'memoryGiB', 'system', 'node'].find((part) => old.machine[part] !== machine[part]) ??
    ['rounds', 'seconds'].find((part) => old.options[part] !== options[part])
  if (other !== undefined) throw new Error(`${file} cannot be gone on with: its ${other} is another`)
  return { ...old, resumed: [...(old.resumed ?? []), machine.date] }
}
