/**
 * The machine's own rate of multiply-adds in float32: node peers/peak.mjs '{case}'. Compiles peak.c with the system's compiler
 * and answers each round with GFLOP/s.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { processors } from '../machine.mjs'

const { threads } = JSON.parse(process.argv.at(-1))
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)
const folder = mkdtempSync(join(tmpdir(), 'unrolled-peak-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit())
const program = join(folder, 'peak')
const source = fileURLToPath(new URL('peak.c', import.meta.url))
const compiler = process.env['CC'] ?? 'cc'
const { status, error, stderr } = spawnSync(
  compiler,
  ['-O3', '-march=native', '-ffp-contract=fast', '-pthread', source, '-o', program],
  { encoding: 'utf8' },
)
if (status !== 0) {
  say({ event: 'unable', reason: `no peak without a C compiler: ${error?.message ?? stderr.split('\n')[0]}` })
  process.exit()
}
say({ event: 'ready', threads })
for await (const line of createInterface({ input: process.stdin })) {
  const { run } = JSON.parse(line)
  const { stdout } = spawnSync(program, [threads, 400, ...(processors ?? [])].map(String), { encoding: 'utf8' })
  const [gigaflops, bits] = stdout.split(' ').map(Number)
  say({ event: 'round', turns: run, elapsedMs: 400, losses: [], gigaflops, note: `vectors of ${bits} bits` })
}
process.exit()
