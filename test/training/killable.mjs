// Trains, or goes on training, in the folder given, saving after every update; prints a line at the end.
import { adam, bundledText, directory, languageModel, lstm, text, train } from 'unrolled/node'

const [folder] = process.argv.slice(2)
const { string } = await bundledText()
const book = text(string.slice(0, 4000))
const model = languageModel(book, { cell: lstm, hidden: 24, layers: 2, dropout: 0.1, seed: 2 })
const done = await train(model, book, {
  batch: 8,
  unroll: 20,
  every: 15,
  steps: 300,
  validation: 0.1,
  validateEvery: 20,
  optimizer: adam(),
  checkpoint: directory(folder),
  checkpointEveryMs: 0,
  resume: true,
}).finish()
console.log(done.loss)
