/**
 * Models of several topologies beside the same ones in PyTorch, turn by turn, as a table for docs/benchmarks.md.
 *
 *   node bench/topologies.mjs [--rounds 5] [--seconds 1] [--only translator,tagger,predict,forecast]
 *
 * A translator's update of 64 pairs of 20 symbols with each kind of attention and without; the words a second at which a tagger of words and
 * letters trains; how long 10,000 short texts take a classifier, and a thousand forecasts a recurrence that sees what it said. `npm run bench` installs the packages of this folder, or `npm install --prefix
 * bench`; PyTorch is looked for as bench/README.md says.
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine, machineText } from './machine.mjs'
import { Peer } from './peer.mjs'
import { pythons } from './pythons.mjs'
import { median } from './statistics.mjs'
import { duration, significant, tableMarkdown } from './table.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string', default: 'translator,tagger,predict,forecast' },
  },
})
const cores = availableParallelism()
const path = (/** @type {string} */ name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url))

const translator = { kind: 'translator', hidden: 256, layers: 2, batch: 64, steps: 20, symbols: 100 }
const attentions = [
  ['none', false],
  ['dot', false],
  ['general', false],
  ['additive', false],
  ['additive', true],
]
const cases = [
  ...attentions.map(([attention, inputFeeding]) => ({ ...translator, attention, inputFeeding })),
  { kind: 'tagger', hidden: 150, embedding: 100, characters: 100, batch: 32, batches: 25, words: 10_000, labels: 12 },
  { kind: 'predict', hidden: 64, texts: 10_000 },
  { kind: 'forecast', hidden: 64, layers: 2, context: 96, horizon: 24, origins: 1000 },
].filter(({ kind }) => values.only.split(',').includes(kind))

const contenders = [
  ['unrolled', process.execPath, [path('topologies.mjs')]],
  ...pythons().map(({ command, version }) => [`PyTorch ${version}`, command, [path('pytorch_topologies.py')]]),
]

/** Medians of milliseconds a turn, by contender. */
async function measure(/** @type {object} */ given) {
  const runs = []
  for (const [name, command, start] of contenders) {
    const peer = new Peer({ command, arguments: [...start, JSON.stringify({ ...given, threads: cores })] })
    const ready = await peer.answer()
    if (ready.event !== 'ready') throw new Error(`${name}: ${ready.reason}`)
    const { elapsedMs } = await peer.run(1)
    const again = await peer.run(1)
    const turnMs = Math.min(Number(elapsedMs), Number(again.elapsedMs))
    const turns = Math.max(1, Math.round((Number(values.seconds) * 1000) / turnMs))
    runs.push({ name, peer, turns, of: Number(ready.characters), times: [] })
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(round + i) % runs.length]
      const { elapsedMs, reason } = await run.peer.run(run.turns)
      if (reason) throw new Error(`${run.name}: ${reason}`)
      run.times.push(Number(elapsedMs) / run.turns)
    }
  }
  for (const { peer } of runs) peer.stop()
  return runs.map(({ name, of, times }) => ({ name, of, ms: median(times) }))
}

const titles = {
  translator: ({ attention, inputFeeding }) =>
    `translator 2×256, attention ${attention}${inputFeeding ? ', fed back' : ''}: an update`,
  tagger: () => 'tagger of words and letters: words a second in training',
  predict: ({ texts }) => `classifier: ${texts.toLocaleString('en')} short texts`,
  forecast: ({ hidden, context, horizon, origins }) =>
    `forecaster 2×${hidden}, context ${context}: ${horizon} steps from each of ${origins.toLocaleString('en')} origins`,
}
const figures = {
  translator: ({ ms }, plain) =>
    duration(ms) + (plain && plain.ms !== ms ? ` (${significant(ms / plain.ms)} × without)` : ''),
  tagger: ({ ms, of }) => significant((of / ms) * 1000),
  predict: ({ ms }) => duration(ms),
  forecast: ({ ms }) => duration(ms),
}

const lines = []
let plain
for (const given of cases) {
  const found = await measure(given)
  if (given.attention === 'none') plain = found
  const [ours, ...others] = found
  lines.push([
    titles[given.kind](given),
    figures[given.kind](ours, plain?.[0]),
    ...others.flatMap((other, i) => [
      figures[given.kind](other, plain?.[i + 1]),
      `${significant(other.ms / ours.ms)} ×`,
    ]),
  ])
  console.error(lines.at(-1).join(' | '))
}
console.log(machineText(await machine()))
console.log(`\nMedians of ${values.rounds} interleaved rounds, ${cores} threads.\n`)
const head = ['work', 'ours', ...contenders.slice(1).flatMap(([name]) => [name, 'its time ÷ ours'])]
console.log(tableMarkdown({ head, lines }))
