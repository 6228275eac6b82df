// Trains a small model for 11,000 updates, counts the arrays made meanwhile, and compares the heap. Run with --expose-gc.
const made = { count: 0 }
for (const name of ['ArrayBuffer', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array', 'Uint32Array']) {
  globalThis[name] = new Proxy(globalThis[name], {
    construct(target, given, self) {
      made.count++
      return Reflect.construct(target, given, self)
    },
  })
}
const { adam, languageModel, lstm, text, train } = await import('unrolled')

const book = text('the quick brown fox jumps over the lazy dog. '.repeat(40))
const model = languageModel(book, { cell: lstm, hidden: 8, layers: 2, dropout: 0.1 })
const heap = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
let early = 0
for await (const event of train(model, book, { batch: 4, unroll: 8, every: 6, steps: 11_000, optimizer: adam() })) {
  if (event.event !== 'step') continue
  if (event.step === 1000) {
    early = heap()
    made.count = 0
  }
  if (event.step === 11_000) {
    console.log(JSON.stringify({ arrays: made.count, grown: heap() - early }))
    break
  }
}
