/**
 * How a training step fares where others want the processors too: with so many threads, on a quiet machine, with a busy loop on
 * every core, and with a quota of one core. What is compared takes turns, so that everything meets the same disturbances.
 *
 *   node bench/under-load.mjs [--backend native] [--rounds 5] [--package label=/folder/of/a/build ...]
 *
 * Each `--package` is a built package to compare; this one, if none is named. Figures are milliseconds a step, the median of the
 * rounds, and in brackets the speed as a share of the same package's with one thread in the same place.
 */
import { execFileSync, fork, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { text, textLength } from './task.mjs'

const shapes = {
  '1 × 64, batch 16, time 32': { hidden: 64, layers: 1, batch: 16, time: 32 },
  '2 × 128, batch 50, time 50': { hidden: 128, layers: 2, batch: 50, time: 50 },
}
const vocabulary = 65
const turnMs = 1200
const here = fileURLToPath(import.meta.url)

/** A child: trains, and at each word says how long a step took in this turn. */
async function serve() {
  const { folder, backend, threads, shape } = JSON.parse(process.argv[2])
  const unrolled = await import(pathToFileURL(join(folder, 'dist/src/node.js')).href)
  const characters = (length) => Array.from(text(length, vocabulary), (s) => String.fromCharCode(48 + s)).join('')
  const data = unrolled.text(characters(textLength(shape)))
  const { hidden, layers, batch, time } = shape
  const model = unrolled.languageModel(data, { cell: unrolled.lstm, hidden, layers, seed: 1 })
  const events = unrolled
    .train(model, data, { batch, unroll: time, epochs: 1e6, optimizer: unrolled.adam({ lr: 1e-3 }), backend, threads })
    [Symbol.asyncIterator]()
  const step = async () => {
    while ((await events.next()).value.event !== 'step');
  }
  await step()
  process.on('message', async () => {
    const begun = performance.now()
    let steps = 0
    for (; performance.now() - begun < turnMs || steps < 3; steps++) await step()
    process.send((performance.now() - begun) / steps)
  })
  process.send('ready')
}

const answer = (child) =>
  new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error('a process ended')))
  })

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

async function measure(rows, rounds, confine) {
  const children = []
  for (const row of rows) {
    const child = fork(here, [JSON.stringify(row)])
    confine?.(child.pid)
    await answer(child)
    children.push(child)
  }
  const times = rows.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, child] of children.entries()) {
      child.send('turn')
      times[i].push(await answer(child))
    }
  }
  for (const child of children) {
    child.removeAllListeners('exit')
    child.kill()
    await new Promise((resolve) => child.once('exit', resolve))
  }
  return times.map((list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)])
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
  const named = values.package.length > 0 ? values.package : [`this=${join(dirname(here), '..')}`]
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
  for (const [name, shape] of Object.entries(shapes)) {
    for (const place of places) {
      const rows = packages.flatMap(([label, folder]) =>
        place.threads.map((threads) => ({ label, folder, backend: values.backend, threads, shape })),
      )
      const loops = place.busy ? busy() : []
      const times = await measure(rows, Number(values.rounds), place.confine)
      for (const loop of loops) loop.kill('SIGKILL')
      const cells = rows.map(({ label, threads }, i) => {
        const one = times[rows.findIndex((row) => row.label === label && row.threads === 1)]
        return `${label} ${threads}: ${times[i].toFixed(2)} (${(one / times[i]).toFixed(2)})`
      })
      console.log(`${name}, ${place.name}: ${cells.join('   ')}`)
    }
  }
  quota?.remove()
}

if (process.send) await serve()
else await report()
