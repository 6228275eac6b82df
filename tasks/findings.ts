import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './finding.ts'

const docs = join(import.meta.dirname, '..', 'docs')
const fileOf = (name: string): string => join(docs, 'tasks', `${name}.json`)

/** What the last run of a task found. */
export function readFinding(name: string): Finding | undefined {
  return existsSync(fileOf(name)) ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as Finding) : undefined
}

export function writeFinding(finding: Finding): void {
  mkdirSync(join(docs, 'tasks'), { recursive: true })
  writeFileSync(fileOf(finding.task), `${JSON.stringify(finding, undefined, 2)}\n`)
}

export const documentFile = join(docs, 'tasks.md')
