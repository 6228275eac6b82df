/**
 * A build of this package in a process of its own: see turns.mjs, which starts it. At each word it works for a turn, and says how
 * many milliseconds a step took in it: a training step, or where the case is a `step` a symbol generated.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { asCharacters, text, textLength } from './task.mjs'

const cells = { lstm: 'lstm', gru: 'gruResetAfter', rnn: 'rnn' }

/** @type {import('./turns.mjs').Work & { turnMs: number }} */
const { folder, backend, threads, c, turnMs } = JSON.parse(process.argv[2])
const unrolled = await import(pathToFileURL(join(folder, 'dist/src/node.js')).href)
const characters = asCharacters(text(Math.max(textLength(c), 5000), c.vocabulary))
const data = unrolled.text(characters)
const { cell, hidden, layers, batch, time } = c
const model = unrolled.languageModel(data, { cell: unrolled[cells[cell]], hidden, layers, seed: 1 })
const engine = { backend, threads }
const steps =
  c.kind === 'train'
    ? unrolled.train(model, data, { batch, unroll: time, epochs: 1e6, optimizer: unrolled.adam(), ...engine })
    : unrolled.generate(model, characters.slice(0, 8), { length: 1e9, seed: 1, ...engine })
const taken = steps[Symbol.asyncIterator]()

async function step() {
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
