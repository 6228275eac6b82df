import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { busyText, machine, machineText } from './machine.mjs'
import { median } from './statistics.mjs'
import { duration, tableText } from './table.mjs'

/**
 * How long `npm install` of the packed package takes in an empty folder, with its install scripts (the native build, where there
 * is one) and without. The first installation of each fills npm's cache and does not count.
 */
export async function installTimes(/** @type {{ rounds: number }} */ { rounds }) {
  const on = await machine()
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-install-'))
  try {
    const root = fileURLToPath(new URL('..', import.meta.url))
    npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)
    const packed = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.tgz')),
    )
    const ways = [
      { name: 'with install scripts', option: '--ignore-scripts=false', times: [] },
      { name: 'without install scripts', option: '--ignore-scripts', times: [] },
    ]
    for (let round = 0; round <= rounds; round++) {
      for (const way of ways) {
        const empty = mkdtempSync(join(folder, 'empty-'))
        writeFileSync(join(empty, 'package.json'), '{ "private": true }')
        const start = performance.now()
        npm(['install', packed, way.option, '--prefer-offline', '--no-audit', '--no-fund'], empty)
        if (round > 0) way.times.push(performance.now() - start)
        way.bytes = bytesIn(join(empty, 'node_modules'))
        rmSync(empty, { recursive: true })
      }
    }
    const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
    return [
      machineText(on),
      busyText(on),
      '',
      `npm install of the packed package, ${mebibytes(statSync(packed).size)}, into an empty folder, npm's cache filled`,
      tableText({
        head: ['way', 'median', 'from – to', 'rounds', 'node_modules'],
        lines: ways.map(({ name, times, bytes }) => [
          name,
          duration(median(times)),
          `${duration(Math.min(...times))} – ${duration(Math.max(...times))}`,
          String(times.length),
          mebibytes(bytes),
        ]),
      }),
    ].join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function npm(/** @type {string[]} */ words, /** @type {string} */ folder) {
  const { status, stderr } = spawnSync('npm', words, {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm ${words[0]} failed: ${stderr.trim().split('\n').at(-1)}`)
}

const bytesIn = (/** @type {string} */ folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => statSync(join(folder, String(name))))
    .reduce((sum, { size }) => sum + size, 0)
