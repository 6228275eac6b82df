import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rowBase } from './row.mjs'
import { median } from './statistics.mjs'

const ways = [
  { label: 'with install scripts', option: '--ignore-scripts=false' },
  { label: 'without install scripts', option: '--ignore-scripts' },
]

/**
 * How long `npm install` of the packed package takes in an empty folder, with its install scripts, after which the native backend is
 * ready, and without. The first installation of each fills npm's cache and does not count.
 * @param {import('./cases.mjs').Case} c
 * @param {{ rounds: number }} options
 * @returns {import('./row.mjs').Row[]}
 */
export function installTimes(c, { rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-install-'))
  const base = (way) => rowBase(c, { peer: 'npm install', label: way.label, ours: way === ways[0], threads: 1 })
  try {
    const packed = pack(folder)
    const times = ways.map(() => [])
    const found = []
    for (let round = 0; round <= rounds; round++) {
      ways.forEach((way, i) => {
        const { ms, ...rest } = install(packed, way.option, folder)
        if (round > 0) times[i].push(ms)
        found[i] = rest
      })
    }
    return ways.map((way, i) => {
      const { missing, bytes } = found[i]
      if (way === ways[0] && missing) return { ...base(way), reason: `native is not ready after it: ${missing}` }
      const range = { fastestMs: Math.min(...times[i]), slowestMs: Math.max(...times[i]) }
      const about = { packed: statSync(packed).size, bytes }
      return { ...base(way), about, msPerTurn: median(times[i]), ...range, times: times[i], rounds }
    })
  } catch (error) {
    return ways.map((way) => ({ ...base(way), reason: /** @type {Error} */ (error).message }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function pack(/** @type {string} */ folder) {
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], fileURLToPath(new URL('..', import.meta.url)))
  const name = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  return join(folder, name)
}

function install(/** @type {string} */ packed, /** @type {string} */ option, /** @type {string} */ folder) {
  const empty = mkdtempSync(join(folder, 'empty-'))
  writeFileSync(join(empty, 'package.json'), '{ "private": true }')
  const start = performance.now()
  npm(['install', packed, option, '--prefer-offline', '--no-audit', '--no-fund'], empty)
  const ms = performance.now() - start
  const found = { ms, missing: whyNotNative(empty), bytes: bytesIn(join(empty, 'node_modules')) }
  rmSync(empty, { recursive: true })
  return found
}

/** Asks the package that was installed; nothing where native is ready. */
function whyNotNative(/** @type {string} */ folder) {
  const ask = `import { nativeStatus } from 'unrolled/node'; console.log(JSON.stringify(await nativeStatus()))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', ask], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (!stdout.startsWith('{')) return stderr.trim().split('\n').at(-1)
  const { available, why } = JSON.parse(stdout)
  return available ? undefined : `${why}${compiler() ? '' : `; there is no C compiler (${compilers.join(', ')})`}`
}

/** Those that the native build looks for. */
const compilers = process.env['CC'] ? [process.env['CC']] : ['cc', 'gcc', 'clang']
const compiler = () => compilers.some((name) => spawnSync(name, ['--version']).status === 0)

function npm(/** @type {string[]} */ words, /** @type {string} */ folder) {
  const { status, stderr, error } = spawnSync('npm', words, {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm ${words[0]} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`)
}

const bytesIn = (/** @type {string} */ folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => statSync(join(folder, String(name))))
    .reduce((sum, { size }) => sum + size, 0)
