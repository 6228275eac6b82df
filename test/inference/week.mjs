// A symbol a second for a week, in one stream; compares the heap of the first hours with that at the end, and counts the arrays
// made in between. Run with --expose-gc.
const made = { count: 0 }
for (const name of ['ArrayBuffer', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array', 'Uint32Array']) {
  globalThis[name] = new Proxy(globalThis[name], {
    construct(target, given, self) {
      made.count++
      return Reflect.construct(target, given, self)
    },
  })
}
const { generate, gru, languageModel, text } = await import('unrolled')

const week = 7 * 24 * 3600
const model = languageModel(text('the quick brown fox jumps over the lazy dog. '), { cell: gru, hidden: 16, seed: 1 })
const memory = () => {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return { heapUsed, external, arrayBuffers }
}
let seconds = 0
let early
const different = new Set()
for await (const piece of generate(model, 'the ', { length: week, seed: 1 })) {
  if (++seconds === 20_000) {
    early = memory()
    made.count = 0
  }
  different.add(piece)
}
const late = memory()
const grown = Object.fromEntries(Object.entries(late).map(([name, bytes]) => [name, bytes - early[name]]))
console.log(JSON.stringify({ seconds, arrays: made.count, grown, different: different.size }))
