// npm run mutate -- FOLDER [--count 40] [--seed 1] [--limit 120] [--tests test/a,test/b] [--only PATH:LINE] [--json FILE]
// Puts seeded mistakes into src/FOLDER, one at a time, and asks the tests that reach the file whether they notice; with --tests
// only those in these folders, which is quicker and kills no more.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mutantsOf } from './mutants.mjs'
import { filesBelow, reaching } from './reach.mjs'

const root = join(import.meta.dirname, '../..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    limit: { type: 'string', default: '120' },
    workers: { type: 'string', default: `${availableParallelism()}` },
    tests: { type: 'string', default: 'test' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
})
const [folder] = positionals
if (!folder) {
  console.error('npm run mutate -- FOLDER: name a folder of src, such as gradient')
  process.exit(1)
}
const limitMs = 1000 * Number(values.limit)
const asked = values.tests.split(',')

/** The tests that reach a file and are asked, in the order in which they are. */
const testsOf = (path, seconds) =>
  reaching(root, path, seconds).filter(({ test }) =>
    asked.some((folder) => test === folder || test.startsWith(`${folder}/`)),
  )

/** As many mutants as asked for, drawn without repetition; the same seed draws the same from the same text. */
function drawn() {
  const all = filesBelow(root, `src/${folder}`, '.ts').flatMap((path) =>
    mutantsOf(readFileSync(join(root, path), 'utf8')).map((mutant) => ({ path, mutant })),
  )
  if (values.only) return all.filter(({ path, mutant }) => `${path}:${mutant.line}`.endsWith(values.only))
  const random = randomFrom(Number(values.seed))
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[all[i], all[j]] = [all[j], all[i]]
  }
  return all.slice(0, Number(values.count))
}

/** mulberry32 */
function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** The test that noticed; a file that no longer loads is named itself. */
function firstFailure(report) {
  if (!existsSync(report)) return 'the run itself'
  for (const { name, status, assertionResults } of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    const failed = assertionResults.find((one) => one.status === 'failed')
    if (failed || status === 'failed')
      return [name.slice(root.length + 1), failed?.fullName].filter(Boolean).join(' › ')
  }
  return 'the run itself'
}

/** Runs test files until one fails: outcome 'failed', 'passed', or 'time' where they did not end in time. */
function runTests(change, tests, timeMs) {
  const scratch = mkdtempSync(join(tmpdir(), 'mutant-'))
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'test/mutation/vitest.config.mjs',
      '--bail',
      '1',
      '--maxWorkers',
      '1',
      '--reporter',
      'json',
      '--outputFile',
      join(scratch, 'report.json'),
      ...tests,
    ],
    { cwd: root, detached: true, stdio: 'ignore', env: { ...process.env, UNROLLED_MUTANT: JSON.stringify(change) } },
  )
  return new Promise((resolve) => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      process.kill(-child.pid, 'SIGKILL')
    }, timeMs)
    child.on('close', (code) => {
      clearTimeout(timer)
      const by = late || code === 0 ? undefined : firstFailure(join(scratch, 'report.json'))
      rmSync(scratch, { recursive: true, force: true })
      resolve({ outcome: late ? 'time' : code === 0 ? 'passed' : 'failed', by })
    })
  })
}

/** What a measured time depends on: the sources, and all that tests share. */
function stateOfTree() {
  const shared = filesBelow(root, 'test', '.ts').filter((path) => !path.endsWith('.test.ts'))
  return hashOf([...filesBelow(root, 'src', '.ts'), ...shared])
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

/** How long each test file takes without a mistake, and which fail without one; measured again where it or the tree changed. */
async function secondsByTest(tests) {
  const cache = join(root, 'node_modules/.mutation-seconds.json')
  const state = stateOfTree()
  const earlier = existsSync(cache) ? JSON.parse(readFileSync(cache, 'utf8')) : {}
  const known = earlier.state === state ? earlier.known : {}
  const hashes = Object.fromEntries(tests.map((test) => [test, hashOf([test])]))
  const unknown = tests.filter((test) => known[test]?.hash !== hashes[test])
  if (unknown.length > 0) {
    for (const [test, seconds] of Object.entries(await measured(unknown))) known[test] = { hash: hashes[test], seconds }
  }
  writeFileSync(cache, JSON.stringify({ state, known }))
  const seconds = Object.fromEntries(tests.map((test) => [test, known[test]?.seconds]))
  const broken = tests.filter((test) => seconds[test] === null)
  if (broken.length > 0) console.log(`left out, for they fail without a mistake: ${broken.join(', ')}`)
  return { broken: new Set(broken), seconds }
}

/** Seconds by test file; null where it fails. */
async function measured(tests) {
  const scratch = mkdtempSync(join(tmpdir(), 'mutation-'))
  const report = join(scratch, 'report.json')
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--maxWorkers',
      values.workers,
      '--reporter',
      'json',
      '--outputFile',
      report,
      ...tests,
    ],
    { cwd: root, stdio: 'ignore' },
  )
  await new Promise((resolve) => child.on('close', resolve))
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  rmSync(scratch, { recursive: true, force: true })
  return Object.fromEntries(
    testResults.map(({ name, status, startTime, endTime }) => [
      name.slice(root.length + 1),
      status === 'failed' ? null : (endTime - startTime) / 1000,
    ]),
  )
}

/** Tests about the file first, in one go; then the others, until the time is up. */
async function judge(change, { broken, seconds }) {
  const tests = testsOf(change.path, seconds).filter(({ test }) => !broken.has(test))
  const near = tests.filter(({ distance }) => distance === 0).map(({ test }) => test)
  const far = tests.filter(({ distance }) => distance > 0).map(({ test }) => test)
  const begun = Date.now()
  for (const group of [near, far]) {
    if (group.length === 0) continue
    const usual = 1000 * group.reduce((sum, test) => sum + (seconds[test] ?? 5), 0)
    const left = limitMs - (Date.now() - begun)
    if (left <= 0) return { verdict: 'survived (time)' }
    const most = Math.min(left, 20_000 + 4 * usual)
    const { outcome, by } = await runTests(change, group, most)
    if (outcome === 'failed') return { verdict: 'killed', by }
    // Tests that end without the mistake and not with it were stopped by it; tests that were too many for the limit, or for a
    // busy machine, were not.
    if (outcome === 'time') {
      const stopped = usual * 2 < most && (await runTests({ path: change.path }, group, most)).outcome === 'passed'
      return { verdict: stopped ? 'killed (hang)' : 'survived (time)' }
    }
  }
  return { verdict: 'survived' }
}

const changes = drawn()
const wanted = [...new Set(changes.flatMap(({ path }) => testsOf(path, {}).map(({ test }) => test)))]
console.log(`${changes.length} mistakes in src/${folder}, seed ${values.seed}; ${wanted.length} test files reach them`)
const known = await secondsByTest(wanted)
const results = []
const pending = [...changes]
async function work() {
  for (let change = pending.shift(); change; change = pending.shift()) {
    const { verdict, by } = await judge(change, known)
    results.push({ ...change, verdict, by })
    const { path, mutant } = change
    const before = readFileSync(join(root, path), 'utf8').slice(mutant.start, mutant.end).replace(/\s+/g, ' ')
    const what = `${before.slice(0, 60)} → ${mutant.replacement.replace(/\s+/g, ' ').slice(0, 60)}`
    console.log(
      `${String(results.length).padStart(3)} ${verdict.padEnd(15)} ${path}:${mutant.line} ${mutant.kind}: ${what}`,
    )
  }
}
await Promise.all(Array.from({ length: Number(values.workers) }, work))
const killed = results.filter(({ verdict }) => verdict.startsWith('killed')).length
console.log(`src/${folder}: ${killed} of ${results.length} killed, ${((100 * killed) / results.length).toFixed(1)} %`)
if (values.json)
  writeFileSync(values.json, JSON.stringify({ folder, seed: Number(values.seed), results }, undefined, 1))
