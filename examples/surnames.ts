/*  npm run example examples/surnames.ts [epochs] [names]
 *
 * Many to one: from which country a surname is, read letter by letter from both ends.
 */
import { allLocales } from '@faker-js/faker'
import { adam, classifier, evaluate, gru, labelled, predict, splitTable, table, train } from 'unrolled'

const [epochs = 12, most = 400] = process.argv.slice(2).map(Number)
const countries = { Poland: 'pl', Italy: 'it', Germany: 'de', Turkey: 'tr', Sweden: 'sv' } as const
const rows = Object.entries(countries).flatMap(([country, locale]) => {
  const names = Object.values(allLocales[locale].person?.last_name ?? {}).flatMap((list) => list ?? [])
  return [...new Set(names)].slice(0, most).map((name) => ({ name: name.toLowerCase(), country }))
})
const [training, held] = splitTable(await table(rows), { share: 0.2, by: { class: 'country' }, seed: 1 })

const data = labelled(training, { text: 'name', label: 'country', units: 'characters', minCount: 2 })
const model = classifier(data, { cell: gru, hidden: 64, bidirectional: true, pooling: 'max', dropout: 0.4, seed: 1 })
const { loss } = await train(model, data, { epochs, batch: 16, optimizer: adam({ lr: 3e-3 }) }).finish()
console.log(`loss ${loss!.toFixed(3)} after ${epochs} epochs over ${data.count} names`)
console.log((await evaluate(model, labelled(held, { like: model }))).table())
for (const name of ['wiśniewski', 'bernardini', 'lindqvist']) {
  const { label, probability } = await predict(model, name)
  console.log(`${name}: ${label} (${(100 * probability).toFixed(0)} %)`)
}
