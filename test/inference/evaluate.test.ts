import { describe, expect, test, vi } from 'vitest'
import { gruResetAfter, lstm } from '../../src/cells/index.ts'
import { lines, text, type Text } from '../../src/data/index.ts'
import { evaluate } from '../../src/inference/evaluate.ts'
import { forward } from '../../src/inference/forward.ts'
import { languageModel, type LanguageModel } from '../../src/models/index.ts'
import { backendFor } from '../../src/runtime/index.ts'
import { tensor } from '../../src/tensor.ts'

const book = text('Call me Ishmael. Some years ago, never mind how long precisely. '.repeat(4))
const model = languageModel(book, { cell: lstm, hidden: [12, 20], seed: 2 })

/** −log softmax of each next symbol, the ids read as one stream. */
async function losses({ layer, parameters }: LanguageModel, ids: ArrayLike<number>): Promise<number[]> {
  const x = tensor(Float64Array.from(ids).slice(0, -1), [ids.length - 1, 1, 1])
  const { output } = await forward(layer, { parameters: parameters, x }, { backend: 'reference' })
  const size = layer.outputs['output']!.columns
  return Array.from({ length: ids.length - 1 }, (_, t) => {
    const logits = [...output.data.subarray(t * size, (t + 1) * size)]
    const highest = Math.max(...logits)
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)
    return Math.log(total) + highest - logits[ids[t + 1]!]!
  })
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length

describe('evaluate', () => {
  test('counts every symbol but the first once, in one stream', async () => {
    const { loss, bits, perplexity, units } = await evaluate(model, book, { backend: 'reference' })
    expect(units).toBe(book.ids.length - 1)
    expect(Math.abs(loss - mean(await losses(model, book.ids)))).toBeLessThan(1e-6)
    expect(bits).toBeCloseTo(loss / Math.log(2), 12)
    expect(perplexity).toBeCloseTo(Math.exp(loss), 12)
  })

  test.each([2, 3, 7, 50, 254])('in %i streams', async (batch) => {
    const steps = Math.ceil((book.ids.length - 1) / batch)
    const all: number[] = []
    for (let at = 0; at < book.ids.length - 1; at += steps) {
      all.push(...(await losses(model, book.ids.subarray(at, at + steps + 1))))
    }
    const { loss, units } = await evaluate(model, book, { batch })
    expect(units).toBe(book.ids.length - 1)
    expect(all).toHaveLength(units)
    expect(Math.abs(loss - mean(all))).toBeLessThan(1e-5)
  })

  test('reads a text with the symbols of the model', async () => {
    const [, part] = book.split(0.5)
    const other: Text = text(part.string)
    expect(other.vocabulary.size).toBe(book.vocabulary.size - 0)
    const found = await evaluate(model, part.string)
    expect(await evaluate(model, part)).toEqual(found)
    expect(await evaluate(model, other)).toEqual(found)
    await expect(evaluate(model, 'Çall me')).rejects.toThrow(/'Ç'.*write 'C'/)
    await expect(evaluate(model, 'C')).rejects.toThrow(/at least 2/)
    await expect(evaluate(model, '')).rejects.toThrow(/empty/)
  })

  test('numbers the symbols of a text as the model does, whatever numbers these had', async () => {
    const other = text('zebra call')
    const part = text('Call me')
    expect(part.vocabulary.size).toBeLessThan(book.vocabulary.size)
    expect(await evaluate(model, part)).toEqual(await evaluate(model, 'Call me'))
    await expect(evaluate(model, other)).rejects.toThrow(/'z'/)
  })

  test('of lines predicts each symbol and each end, from the line’s beginning', async () => {
    const poem = lines('ab\nba\naab\n')
    const verse = languageModel(poem, { cell: lstm, hidden: 4, seed: 1 })
    const ids = ['\nab\n', '\nba\n', '\naab\n'].map((line) =>
      Int32Array.from(line, (symbol) => poem.vocabulary.symbols.indexOf(symbol)),
    )
    const all = (await Promise.all(ids.map((line) => losses(verse, line)))).flat()
    for (const given of [poem, 'ab\nba\naab\n', text('ab\nba\naab\n')]) {
      const { loss, units } = await evaluate(verse, given, { backend: 'reference' })
      expect(units).toBe(all.length)
      expect(loss).toBeCloseTo(mean(all), 6)
    }
  })

  test('counts what the model does not know', async () => {
    const known = text('one two one two one', { units: 'words', minCount: 2 })
    const wordy = languageModel(known, { cell: lstm, hidden: 4 })
    const { units, unknown } = await evaluate(wordy, 'one three two four five one')
    const read = text('one three two four five one', { vocabulary: known.vocabulary })
    const strange = [...read.ids.subarray(1)].filter((id) => id === known.vocabulary.unknown).length
    expect(units).toBe(read.ids.length - 1)
    expect(unknown).toBe(strange)
    expect(strange).toBeGreaterThanOrEqual(3)
    expect((await evaluate(model, book)).unknown).toBe(0)
  })

  test('measures what other formats of the weights cost', async () => {
    const losses = await Promise.all(
      (['float32', 'float16', 'int8'] as const).map(async (weights) => (await evaluate(model, book, { weights })).loss),
    )
    expect(new Set(losses).size).toBe(3)
    expect((await evaluate(model, book)).loss).toBe(losses[0])
    await expect(evaluate(model, book, { weights: 'int4' as never })).rejects.toThrow(/evaluate: weights is 'int4'/)
  })

  test('tells how far it is, and stops at a signal', async () => {
    const shares: number[] = []
    await evaluate(model, book, { progress: (share) => shares.push(share) })
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(evaluate(model, book, { signal })).rejects.toThrow('enough')
  })

  test('refuses what it cannot do', async () => {
    await expect(evaluate(model, book, { batch: 0 })).rejects.toThrow(/batch is 0/)
    await expect(evaluate(model, book, { batchSize: 3 } as never)).rejects.toThrow(/did you mean batch/)
    await expect(evaluate({} as never, book)).rejects.toThrow(/must be a model/)
  })

  test('an untrained model is about as unsure as there are symbols', async () => {
    const flat = languageModel(book, { cell: gruResetAfter, hidden: 8 })
    const { perplexity } = await evaluate(flat, book)
    expect(perplexity).toBeGreaterThan(book.vocabulary.size / 2)
    expect(perplexity).toBeLessThan(book.vocabulary.size * 2)
  })
})

describe('evaluated again', () => {
  const engine = { backend: 'wasm', threads: 1 } as const
  const fresh = () => languageModel(book, { cell: lstm, hidden: [12, 20], seed: 2 })

  test('a model is compiled once, and measured with the parameters it has now', async () => {
    const again = fresh()
    const before = await evaluate(again, book, engine)
    const compile = vi.spyOn(await backendFor(engine), 'compile')
    const other = languageModel(book, { cell: lstm, hidden: [12, 20], seed: 3 })
    again.parameters = other.parameters
    const after = await evaluate(again, book, engine)
    expect(compile).not.toHaveBeenCalled()
    compile.mockRestore()
    expect(after).toEqual(await evaluate(other, book, engine))
    expect(after).not.toEqual(before)
  })

  test('side by side, each finds what it finds alone', async () => {
    const shared = fresh()
    const some = [book.string, book.string.slice(0, 100), book.string.slice(7, 210)]
    const alone = []
    for (const one of some) alone.push(await evaluate(fresh(), one, { ...engine, batch: 2 }))
    expect(await Promise.all(some.map((one) => evaluate(shared, one, { ...engine, batch: 2 })))).toEqual(alone)
  })

  test('one that was stopped leaves nothing to the next', async () => {
    const shared = fresh()
    const stop = new AbortController()
    const stopped = evaluate(shared, book, { ...engine, batch: 1, signal: stop.signal, progress: () => stop.abort() })
    await expect(stopped).rejects.toThrow()
    expect(await evaluate(shared, book, engine)).toEqual(await evaluate(fresh(), book, engine))
  })
})
