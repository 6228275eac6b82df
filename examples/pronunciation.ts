/*  npm run example examples/pronunciation.ts [epochs] [words]
 *
 * Many to many: how a word is said, from how it is written, and which letters the model looked at for each sound.
 */
import { dictionary } from 'cmu-pronouncing-dictionary'
import { adam, lstm, pairs, predict, train, translator } from 'unrolled'

const [epochs = 4, most = 12000] = process.argv.slice(2).map(Number)
const all = Object.entries(dictionary).filter(([word]) => /^[a-z]{3,10}$/.test(word))
const every = Math.ceil(all.length / most)
const rows = all
  .filter((_, i) => i % every === 0)
  .map(([word, sounds]) => ({ source: word, target: sounds.replace(/\d/g, '') }))
const held = rows.filter((_, i) => i % 20 === 0)
const read = { source: { units: 'characters' }, target: { units: 'words' } } as const
const data = pairs(
  rows.filter((_, i) => i % 20 !== 0),
  read,
)
const model = translator(data, { cell: lstm, hidden: 128, bidirectional: true, attention: 'general', seed: 1 })
for await (const event of train(model, data, { epochs, batch: 64, validation: 0.05, optimizer: adam({ lr: 3e-3 }) })) {
  if (event.event === 'validation')
    console.log(`epoch ${event.epoch.toFixed(1)}: loss ${event.validationLoss.toFixed(3)}`)
}
const said = await predict(
  model,
  held.map(({ source }) => source),
  { beam: 4 },
)
const right = said.filter(({ text }, i) => text === held[i]!.target).length
console.log(`${right} of ${held.length} words that were not trained on are said as the dictionary says`)
for (const { text, score } of said.slice(0, 5)) console.log(`${text} (${score.toFixed(2)} nats)`)
