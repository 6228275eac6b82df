/**
 * How a training step fares where others want the processors too: with so many threads, on a quiet machine, with a busy loop on
 * every core, and with a quota of one core. What is compared takes turns, so that everything meets the same disturbances.
 *
 *   node bench/under-load.mjs [--backend native] [--rounds 5] [--package label=/folder/of/a/build ...]
 *
 * Each `--package` is a built package to compare; this one, if none is named. Figures are milliseconds a step, the median of the
 * rounds, and in brackets the speed as a share of the same package's with one thread in the same place.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { caseTitle, tables } from './cases.mjs'
import { median } from './statistics.mjs'
import { takeTurns } from './turns.mjs'

const cases = tables.train.filter(({ name }) => ['lstm-1x64', 'lstm-2x128'].includes(name))
const turnMs = 1200

/** A group of processes with a quota of one core, if this user may make one. */
function quotaOfOne() {
  const name = `unrolled-${process.pid}`
  for (const [root, file, value] of [
    ['/sys/fs/cgroup/cpu', 'cpu.cfs_quota_us', '100000'],
    ['/sys/fs/cgroup', 'cpu.max', '100000 100000'],
  ]) {
    const folder = join(root, name)
    try {
      if (!existsSync(root)) continue
      mkdirSync(folder)
      writeFileSync(join(folder, file), value)
      return { folder, remove: () => rmdirSync(folder) }
    } catch {
      try {
        rmdirSync(folder)
      } catch {
        continue
      }
    }
  }
  return undefined
}

async function report() {
  const { values } = parseArgs({
    options: {
      backend: { type: 'string', default: 'native' },
      rounds: { type: 'string', default: '5' },
      package: { type: 'string', multiple: true, default: [] },
      only: { type: 'string', default: '' },
    },
  })
  const cores = availableParallelism()
  const named = values.package.length > 0 ? values.package : [`this=${fileURLToPath(new URL('..', import.meta.url))}`]
  const packages = named.map((it) => it.split('='))
  const busy = () =>
    Array.from({ length: cores }, (_, core) => {
      const loop = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
      try {
        execFileSync('taskset', ['-pc', String(core), String(loop.pid)], { stdio: 'ignore' })
      } catch {
        // Without taskset there are as many loops as cores all the same.
      }
      return loop
    })
  const quota = quotaOfOne()
  const confine = quota
    ? (pid) => writeFileSync(join(quota.folder, 'cgroup.procs'), String(pid))
    : (pid) => execFileSync('taskset', ['-apc', '0', String(pid)], { stdio: 'ignore' })
  const places = [
    { name: 'quiet', threads: [1, cores] },
    { name: `a busy loop on each of ${cores} cores`, threads: [1, cores], busy: true },
    { name: quota ? 'a quota of one core' : 'on one core (no right to set a quota)', threads: [1, cores, 8], confine },
  ].filter(({ name }) => name.includes(values.only))
  console.log(
    `Node ${process.version}, ${values.backend}, ${cores} cores, ms a step, median of ${values.rounds} rounds`,
  )
  for (const c of cases) {
    for (const place of places) {
      const rows = packages.flatMap(([label, folder]) =>
        place.threads.map((threads) => ({ label, folder, backend: values.backend, threads, c })),
      )
      const loops = place.busy ? busy() : []
      const options = { rounds: Number(values.rounds), turnMs, begun: place.confine }
      const times = (await takeTurns(rows, options)).map(median)
      for (const loop of loops) loop.kill('SIGKILL')
      const cells = rows.map(({ label, threads }, i) => {
        const one = times[rows.findIndex((row) => row.label === label && row.threads === 1)]
        return `${label} ${threads}: ${times[i].toFixed(2)} (${(one / times[i]).toFixed(2)})`
      })
      console.log(`${caseTitle(c)}, ${place.name}: ${cells.join('   ')}`)
    }
  }
  quota?.remove()
}

await report()
