/**
 * The same work in several builds of this package, turn by turn, so that all meet the same disturbances.
 *
 *   node bench/before-after.mjs --package before=/folder/of/a/build --package after=. [--cases lstm-2x128,lstm-1x64] [--rounds 15]
 *     [--backends native,wasm] [--threads 1,2]
 *
 * For each of `train` (a training step) and `step` (a symbol generated, batch 1) and each backend and number of threads: the median
 * time in the first package, and the median over the rounds of how many times as fast each other was in the same round.
 */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { caseTitle, tables } from './cases.mjs'
import { machine, machineText } from './machine.mjs'
import { median } from './statistics.mjs'
import { text, textLength } from './task.mjs'

const turnMs = 500
const cells = { lstm: 'lstm', gru: 'gruResetAfter', rnn: 'rnn' }

/** A child: at each word works for a turn and says how long a step took in it. */
async function serve() {
  const { folder, backend, threads, c } = JSON.parse(process.argv[2])
  const unrolled = await import(pathToFileURL(join(folder, 'dist/src/node.js')).href)
  const length = Math.max(textLength(c), 5000)
  const characters = Array.from(text(length, c.vocabulary), (symbol) => String.fromCharCode(48 + symbol)).join('')
  const data = unrolled.text(characters)
  const { cell, hidden, layers, batch, time } = c
  const model = unrolled.languageModel(data, { cell: unrolled[cells[cell]], hidden, layers, seed: 1 })
  const engine = { backend, threads }
  const steps =
    c.kind === 'train'
      ? unrolled.train(model, data, { batch, unroll: time, epochs: 1e6, optimizer: unrolled.adam(), ...engine })
      : unrolled.generate(model, characters.slice(0, 8), { length: 1e9, seed: 1, ...engine })
  const taken = steps[Symbol.asyncIterator]()
  const step = async () => {
    for (;;) {
      const { value } = await taken.next()
      if (typeof value === 'string' || value.event === 'step') return
    }
  }
  await step()
  process.on('message', async () => {
    const begun = performance.now()
    let count = 0
    for (; performance.now() - begun < turnMs || count < 3; count++) await step()
    process.send((performance.now() - begun) / count)
  })
  process.send('ready')
}

const answer = (child) =>
  new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error('a process ended')))
  })

/** Milliseconds a step, by package and round; each round begins with another package. */
async function measure(packages, work, rounds) {
  const children = []
  for (const { folder } of packages) {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify({ folder, ...work })])
    await answer(child)
    children.push(child)
  }
  const times = packages.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < children.length; turn++) {
      const i = (round + turn) % children.length
      children[i].send('turn')
      times[i].push(await answer(children[i]))
    }
  }
  for (const child of children) {
    child.removeAllListeners('exit')
    child.kill()
    await new Promise((resolve) => child.once('exit', resolve))
  }
  return times
}

async function report() {
  const { values } = parseArgs({
    options: {
      package: { type: 'string', multiple: true, default: [] },
      cases: { type: 'string', default: '' },
      backends: { type: 'string', default: 'native,wasm' },
      threads: { type: 'string', default: `1,${availableParallelism()}` },
      rounds: { type: 'string', default: '15' },
    },
  })
  const packages = values.package.map((named) => {
    const [label, folder] = named.split('=')
    return { label, folder }
  })
  if (packages.length < 2) throw new Error('name two packages or more: --package before=FOLDER --package after=.')
  const wanted = values.cases.split(',')
  const cases = [...tables.train, makeStep(tables.train[0]), ...tables.step].filter(({ name }) =>
    wanted.some((begin) => name.startsWith(begin)),
  )
  console.log(machineText(await machine()))
  for (const c of cases) {
    for (const backend of values.backends.split(',')) {
      for (const threads of values.threads.split(',').map(Number)) {
        const [first, ...others] = await measure(packages, { backend, threads, c }, Number(values.rounds))
        const ratios = others.map((times, i) => {
          const each = times.map((time, round) => first[round] / time)
          return `${packages[i + 1].label} ${median(each).toFixed(3)} ×`
        })
        const unit = `${packages[0].label} ${median(first).toFixed(3)} ms`
        console.log(`${caseTitle(c)}, ${backend}, ${threads} threads: ${unit}; ${ratios.join(', ')}`)
      }
    }
  }
}

const makeStep = (c) => ({ ...c, kind: 'step', batch: 1, time: 1 })

if (process.send) await serve()
else await report()
