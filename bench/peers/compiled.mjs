import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Compiles a C file of this folder for this very machine; the program is there until this process ends.
 * @throws where there is no compiler
 */
export function compiled(/** @type {string} */ name) {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-compiled-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit())
  const program = join(folder, 'program')
  const source = fileURLToPath(new URL(name, import.meta.url))
  const { status, error, stderr } = spawnSync(
    process.env['CC'] ?? 'cc',
    ['-O3', '-march=native', '-ffp-contract=fast', '-pthread', source, '-o', program],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`not without a C compiler: ${error?.message ?? stderr.split('\n')[0]}`)
  /** What it prints: numbers. */
  return (/** @type {(string | number)[]} */ ...words) =>
    spawnSync(program, words.map(String), { encoding: 'utf8' }).stdout.split(' ').map(Number)
}
