// One update by full backpropagation through 10,000 steps, LSTM 2 × 128, batch 10; prints the most memory arrays had meanwhile.
const { languageModel, lstm, text, train } = await import('unrolled')
const { bundledText } = await import('unrolled/node')

const [steps, batch] = [10_000, 10]
const { string } = await bundledText()
const book = text(string.slice(0, steps * batch + batch))
const model = languageModel(book, { cell: lstm, hidden: 128, layers: 2, seed: 1 })
let most = 0
const sample = () => (most = Math.max(most, process.memoryUsage().arrayBuffers))
const timer = setInterval(sample, 20)
const done = await train(model, book, { batch, unroll: steps, steps: 1 }).finish()
sample()
clearInterval(timer)
console.log(JSON.stringify({ most, backend: done.backend, loss: done.loss, characters: done.unitsPerSecond }))
