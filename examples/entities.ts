/*  npm run example examples/entities.ts [epochs] [sentences]
 *
 * Synced: which words of a sentence name people, companies and towns, of names that were never seen: a bidirectional LSTM that reads
 * words and their letters, under a chain of labels.
 */
import { en, Faker } from '@faker-js/faker'
import { adam, evaluate, lstm, predict, spansOf, tagged, tagger, train } from 'unrolled'

const [epochs = 6, sentences = 3000] = process.argv.slice(2).map(Number)
const faker = new Faker({ locale: [en] })
const named = (text: string, type: string) =>
  text.split(/\s+/).map((word, i) => ({ word, tag: `${i === 0 ? 'B' : 'I'}-${type}` }))
const plain = (text: string) => text.split(' ').map((word) => ({ word, tag: 'O' }))
const person = () => named(faker.person.fullName(), 'PER')
const company = () => named(faker.company.name(), 'ORG')
const town = () => named(faker.location.city(), 'LOC')
const forms = [
  () => [...person(), ...plain('joined'), ...company(), ...plain('last year .')],
  () => [...plain('The offices of'), ...company(), ...plain('are in'), ...town(), ...plain('.')],
  () => [...plain('Yesterday'), ...person(), ...plain('left'), ...town(), ...plain('with'), ...person(), ...plain('.')],
  () => [
    ...plain(faker.company.catchPhrase()),
    ...plain(', said'),
    ...person(),
    ...plain('of'),
    ...company(),
    ...plain('.'),
  ],
]
function made(seed: number, count: number) {
  faker.seed(seed)
  return Array.from({ length: count }, (_, i) => {
    const steps = forms[i % forms.length]!()
    return { words: steps.map(({ word }) => word), tags: steps.map(({ tag }) => tag) }
  })
}

const data = tagged(made(1, sentences), { token: 'words', label: 'tags' })
const model = tagger(data, {
  cell: lstm,
  hidden: 48,
  characters: { hidden: 32 },
  transitions: true,
  dropout: 0.3,
  seed: 1,
})
const { loss } = await train(model, data, { epochs, batch: 32, pack: true, optimizer: adam({ lr: 4e-3 }) }).finish()
console.log(`loss ${loss!.toFixed(4)} over ${data.steps} words`)
const held = made(2, 300)
console.log((await evaluate(model, tagged(held, { like: model }))).table().split('\n\naccuracy')[0])
const { words } = held[2]!
const said = await predict(model, words)
for (const { type, from, to } of spansOf(said.map(({ label }) => label))) {
  console.log(`words ${from} to ${to - 1}, ${type}: ${words.slice(from, to).join(' ')}`)
}
