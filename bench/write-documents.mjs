import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { documentOf } from './document.mjs'
import { plots } from './plots.mjs'

const page = new URL('../docs/benchmarks.md', import.meta.url)
const folder = new URL('../docs/benchmarks/', import.meta.url)
const [begin, end] = ['<!-- written by the bench: begin -->', '<!-- written by the bench: end -->']

/** Writes what a run found into docs/benchmarks.md, between its marks, and its plots beside it. */
export function writeDocuments(/** @type {import('./findings.mjs').Findings} */ findings) {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no marks ${begin} and ${end}`)
  const drawn = plots(findings)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { file, svg } of drawn) writeFileSync(new URL(file, folder), svg)
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${documentOf(findings, drawn)}\n\n${text.slice(to)}`)
}
