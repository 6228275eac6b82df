/*  npm run example examples/digits.ts [epochs] [share of the data]
 *
 * One to one: which digit a picture of 28 × 28 pixels shows. A feedforward network, the one that has no recurrence, is what all
 * others are measured by.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { adam, evaluate, feedforward, labelled, predict, splitTable, table, train } from 'unrolled'

const [epochs = 8, share = 1] = process.argv.slice(2).map(Number)
const file = createRequire(import.meta.url).resolve
const rows = Array.from({ length: 10 }, (_, digit) => {
  const { data } = JSON.parse(readFileSync(file(`mnist/src/digits/${digit}.json`), 'utf8')) as { data: number[] }
  const count = Math.floor((share * data.length) / 784)
  return Array.from({ length: count }, (_, i) => ({ digit, pixels: data.slice(784 * i, 784 * (i + 1)) }))
}).flat()
const [training, held] = splitTable(await table(rows, { name: 'digits' }), {
  share: 0.2,
  by: { class: 'digit' },
  seed: 1,
})

const data = labelled(training, { x: 'pixels', label: 'digit', steps: 1 })
const model = feedforward(data, { hidden: 128, dropout: 0.2, seed: 1 })
const test = labelled(held, { like: model })
for await (const event of train(model, data, { epochs, batch: 50, validation: 0.1, optimizer: adam({ lr: 2e-3 }) })) {
  if (event.event === 'validation')
    console.log(`epoch ${event.epoch.toFixed(1)}: loss ${event.validationLoss.toFixed(3)}`)
}
const report = await evaluate(model, test)
console.log(report.table())
const { label, probability } = await predict(model, { pixels: rows[0]!.pixels })
console.log(`the first picture shows ${String(label)} (${(100 * probability).toFixed(1)} %)`)
