/**
 * The same work in several builds of this package, turn by turn, so that all meet the same disturbances.
 *
 *   node bench/before-after.mjs --package before=/folder/of/a/build --package after=. [--cases lstm-2x128,lstm-1x64] [--rounds 15]
 *     [--backends native,wasm] [--threads 1,2]
 *
 * For each of `train` (a training step) and `step` (a symbol generated, batch 1) and each backend and number of threads: the median
 * time in the first package, and the median over the rounds of how many times as fast each other was in the same round.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { caseTitle, tables } from './cases.mjs'
import { machine, machineText } from './machine.mjs'
import { median } from './statistics.mjs'
import { takeTurns } from './turns.mjs'

const turnMs = 500

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
        const works = packages.map(({ folder }) => ({ folder, backend, threads, c }))
        const [first, ...others] = await takeTurns(works, { rounds: Number(values.rounds), turnMs })
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

await report()
