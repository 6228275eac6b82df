// Trains a small model, of text or of pairs, counts the arrays that updates make after the first ones, and compares the heap. Run with --expose-gc.
const made = { count: 0 }
for (const name of ['ArrayBuffer', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array', 'Uint32Array']) {
  globalThis[name] = new Proxy(globalThis[name], {
    construct(target, given, self) {
      made.count++
      return Reflect.construct(target, given, self)
    },
  })
}
const { adam, gru, languageModel, lstm, pairs, text, train, translator } = await import('unrolled')

const [subject, first, last] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const book = text('the quick brown fox jumps over the lazy dog. '.repeat(40))
// One pass is longer than the run: whoever begins one makes arrays.
const long = pairs(['abc', 'bca'].map((source) => ({ source, target: source.repeat(2000) })))
const subjects = {
  text: () => ({
    model: languageModel(book, { cell: lstm, hidden: 8, layers: 2, dropout: 0.1 }),
    data: book,
    options: { batch: 4, unroll: 8, every: 6 },
  }),
  pairs: () => ({
    model: translator(long, { cell: gru, hidden: 8, dropout: 0.1 }),
    data: long,
    options: { batch: 2, unroll: 4, scheduledSampling: 0.5 },
  }),
}
const { model, data, options } = subjects[subject]()
const heap = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
let early = 0
for await (const event of train(model, data, { ...options, steps: last, optimizer: adam() })) {
  if (event.event !== 'step') continue
  if (event.step === first) {
    early = heap()
    made.count = 0
  }
  if (event.step === last) {
    console.log(JSON.stringify({ arrays: made.count, grown: heap() - early }))
    break
  }
}
