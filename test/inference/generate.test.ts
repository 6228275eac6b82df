import { describe, expect, test, vi } from 'vitest'
import { keeping } from '../runtime/kept.ts'
import { gru, lstm, minGru, slstm } from '../../src/cells/index.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { lines, text } from '../../src/data/index.ts'
import { UnrolledError } from '../../src/error.ts'
import { forward } from '../../src/inference/forward.ts'
import { generate, type GenerationOptions } from '../../src/inference/generate.ts'
import { Sampler } from '../../src/inference/sampler.ts'
import { samplingFrom } from '../../src/inference/sampling.ts'
import { languageModel, setParameters, type LanguageModel } from '../../src/models/index.ts'
import { tensor } from '../../src/tensor.ts'
import { turnAfterNow } from '../event-loop.ts'

const book = text('Call me Ishmael. Some years ago, never mind how long precisely,\nI thought I would sail.')
const model = languageModel(book, { cell: lstm, hidden: [24, 20], seed: 3 })

async function all(of: LanguageModel, prompt: string, options: GenerationOptions = {}): Promise<string> {
  let whole = ''
  for await (const piece of generate(of, prompt, options)) whole += piece
  return whole
}

/** The same text, each symbol from a run over everything before it. */
async function fromScratch(of: LanguageModel, prompt: string, length: number, seed: number, backend: string) {
  const { vocabulary, layer, parameters } = of
  const sampler = new Sampler(vocabulary.size, samplingFrom(vocabulary.size, { seed }))
  const ids = [...vocabulary.encode(prompt)]
  const from = ids.length
  for (let n = 0; n < length; n++) {
    const x = tensor(Float32Array.from(ids), [ids.length, 1, 1])
    const { output } = await forward(layer, { parameters: parameters, x }, { backend })
    const logits = Float32Array.from(output.data.subarray(-vocabulary.size))
    ids.push(sampler.draw(logits, n))
  }
  return vocabulary.decode(ids.slice(from))
}

const refusal = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof UnrolledError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('it was accepted')
}

describe('generate', () => {
  test.each(['wasm', 'reference'])('gives what running over the whole text each time gives, on %s', async (backend) => {
    expect(await all(model, 'Call me ', { length: 30, seed: 5, backend })).toBe(
      await fromScratch(model, 'Call me ', 30, 5, backend),
    )
  })

  test.each([gru, minGru, slstm])('with $name', async (cell) => {
    const other = languageModel(book, { cell, hidden: 17, layers: 2, residual: true, seed: 1 })
    const options = { length: 20, seed: 9, backend: 'wasm' }
    expect(await all(other, 'Some', options)).toBe(await fromScratch(other, 'Some', 20, 9, 'wasm'))
  })

  test('reads a long prompt as if step by step', async () => {
    const prompt = book.string.repeat(3).slice(0, 200)
    expect(await all(model, prompt, { length: 5, seed: 1 })).toBe(await fromScratch(model, prompt, 5, 1, 'wasm'))
  })

  test('is the same with the same seed, and another with another', async () => {
    const once = await all(model, 'I', { seed: 7 })
    expect([...once]).toHaveLength(400)
    expect(await all(model, 'I', { seed: 7 })).toBe(once)
    expect(await all(model, 'I', { seed: 8 })).not.toBe(once)
  })

  test('takes sampling options', async () => {
    const greedy = await all(model, 'I', { length: 40, temperature: 0 })
    expect(await all(model, 'I', { length: 40, topK: 1, seed: 3 })).toBe(greedy)
    expect(await all(model, 'I', { length: 40, topP: 1e-9, seed: 4 })).toBe(greedy)
  })

  test('several at once on one model do not disturb each other', async () => {
    const alone = await Promise.all(['Call', 'me', 'I'].map((prompt, seed) => all(model, prompt, { length: 25, seed })))
    const runs = ['Call', 'me', 'I'].map((prompt, seed) => generate(model, prompt, { length: 25, seed }))
    const found = runs.map(() => '')
    for (let n = 0; n < 25; n++) {
      for (const [i, run] of runs.entries()) found[i] += (await run.next()).value as string
    }
    expect(found).toEqual(alone)
  })

  test('sees parameters that changed, and keeps those it began with', async () => {
    const changing = languageModel(book, { cell: gru, hidden: 12, seed: 1 })
    const before = await all(changing, 'I', { length: 30 })
    const running = generate(changing, 'I', { length: 30 })
    let kept = (await running.next()).value as string
    setParameters(changing, languageModel(book, { cell: gru, hidden: 12, seed: 2 }).parameters)
    const after = await all(changing, 'I', { length: 30 })
    expect(after).not.toBe(before)
    for await (const piece of running) kept += piece
    expect(kept).toBe(before)
  })

  test('ends before the first stop string', async () => {
    const whole = await all(model, 'I', { length: 200, seed: 2 })
    const stop = whole.slice(60, 64)
    expect(await all(model, 'I', { length: 200, seed: 2, stop })).toBe(whole.slice(0, whole.indexOf(stop)))
    const later = whole.slice(90, 95)
    expect(await all(model, 'I', { length: 200, seed: 2, stop: [later, stop, 'never there'] })).toBe(
      whole.slice(0, Math.min(whole.indexOf(stop), whole.indexOf(later))),
    )
    // What was held back in case a stop string followed comes at the end.
    const almost = `${whole.slice(195, 200)}§`
    expect(await all(model, 'I', { length: 200, seed: 2, stop: almost })).toBe(whole)
  })

  test('takes an empty prompt for a line', async () => {
    expect(await all(model, '', { length: 20, seed: 6 })).toBe(await all(model, '\n', { length: 20, seed: 6 }))
    const flat = languageModel(text('abcabc'), { cell: gru, hidden: 4 })
    expect(await all(flat, '', { length: 20 })).toBe(await all(flat, 'a', { length: 20 }))
    expect(await all(model, 'I', { length: 0 })).toBe('')
    // Of words without a line's end the first that is known.
    const wordy = languageModel(text('one two one two', { units: 'words', minCount: 1 }), { cell: gru, hidden: 4 })
    expect(wordy.vocabulary.symbols[0]).toBe('<unk>')
    const [first] = wordy.vocabulary.symbols.slice(1)
    expect(await all(wordy, '', { length: 20 })).toBe(await all(wordy, first!, { length: 20 }))
  })

  test('of lines begins each where the last line of the prompt does, and ends where the model ends it', async () => {
    const poem = lines('ab\nba\naab\n')
    const verse = languageModel(poem, { cell: gru, hidden: 4, seed: 1 })
    const options = { length: 30, seed: 4 }
    const whole = await all(verse, '', options)
    expect(whole).not.toContain('\n')
    expect(await all(verse, 'a', options)).toBe(await all(verse, 'bb\na', options))
    expect(await all(verse, 'bb\n', options)).toBe(whole)
    const bias = Float32Array.from(verse.parameters['output.bias']!.data)
    bias[verse.vocabulary.boundary!] = 50
    setParameters(verse, { 'output.bias': tensor(bias, [bias.length]) })
    expect(await all(verse, 'a', options)).toBe('')
  })

  test('puts words together as they were, and never writes <unk>', async () => {
    const words = text('Call me, Ishmael. Call me, or call him: call me, him.', { units: 'words', minCount: 2 })
    const wordy = languageModel(words, { cell: gru, hidden: 8 })
    const bias = Float32Array.from(wordy.parameters['output.bias']!.data)
    bias[words.vocabulary.unknown!] = 50
    setParameters(wordy, { 'output.bias': tensor(bias, [bias.length]) })
    const said = await all(wordy, 'Call the', { length: 50 })
    expect(said).not.toMatch(/<unk>/)
    expect(said).toMatch(/^(,|\.| me| him| [Cc]all|[Cc]all)+$/)
  })

  test('stops at a signal', async () => {
    const stop = new AbortController()
    const run = generate(model, 'I', { signal: stop.signal })
    await run.next()
    stop.abort(new Error('enough'))
    await expect(run.next()).rejects.toThrow('enough')
  })

  test('stops at a signal before anything is done, and inside of a long prompt', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(generate(model, 'I', { length: 0, signal }).next()).rejects.toThrow('enough')
    // A prompt goes through in pieces of 64 symbols; at the third it is enough.
    let asked = 0
    const third = {
      throwIfAborted() {
        if (++asked === 4) throw new Error('enough')
      },
    } as AbortSignal
    const prompt = book.string.repeat(10).slice(0, 64 * 5)
    await expect(generate(model, prompt, { signal: third }).next()).rejects.toThrow('enough')
    expect(asked).toBe(4)
  })

  test('a model that was left in the middle holds nothing', async () => {
    const { backend, kept } = keeping()
    const options = { length: 9, backend }
    const [one, other] = [generate(model, 'I', options), generate(model, 'me', options)]
    await one.next()
    const alone = kept.size
    await other.next()
    // Where the first stands is kept while the second goes on.
    expect(kept.size).toBe(alone + 1)
    await one.return()
    expect(kept.size).toBe(alone)
    await other.return()
  })

  test('lets the event loop have its turn in a long prompt', async () => {
    await all(model, 'I', { length: 1 })
    let clock = 0
    vi.stubGlobal('performance', { now: () => (clock += 1000) })
    try {
      const backend = createReferenceBackend()
      let reads = 0
      let turn: { readonly taken: boolean } | undefined
      const told: boolean[] = []
      const read = (...given: Parameters<NonNullable<typeof backend.readSync>>): void => {
        if (++reads === 1) turn = turnAfterNow()
        else told.push(turn!.taken)
        backend.readSync!(...given)
      }
      const prompt = book.string.repeat(10).slice(0, 64 * 8)
      await all(model, prompt, { length: 1, backend: { ...backend, readSync: read } })
      expect(told.at(-1)).toBe(true)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('lets the event loop have its turn', async () => {
    // On a clock by which every symbol takes long, however fast the machine is.
    let clock = 0
    vi.stubGlobal('performance', { now: () => (clock += 1000) })
    let turn: { readonly taken: boolean } | undefined
    try {
      const written = generate(model, 'I', { length: 100 })
      // After the first piece everything is compiled, which takes turns of its own.
      for await (const piece of written) if (piece) turn ??= turnAfterNow()
    } finally {
      vi.unstubAllGlobals()
    }
    expect(turn?.taken).toBe(true)
  })

  test('refuses what it cannot do, at once', () => {
    const options = (given: object) => refusal(() => generate(model, 'I', given as GenerationOptions))
    expect(refusal(() => generate(model, 'I © 1851'))).toMatch(/^data: the prompt has at line 1, column 3 .*'©'/)
    expect(options({ prime: 'I' })).toMatch(/second argument/)
    expect(options({ temprature: 1 })).toMatch(/did you mean temperature/)
    expect(options({ top_p: 0.5 })).toMatch(/did you mean topP/)
    expect(options({ length: -1 })).toMatch(/length is -1/)
    expect(options({ temperature: -1 })).toMatch(/temperature is -1/)
    expect(options({ stop: '' })).toMatch(/stop is ''/)
    expect(options({ stop: [1] })).toMatch(/stop is \[1\]/)
    expect(refusal(() => generate(undefined as never))).toMatch(/language model/)
    expect(refusal(() => generate(model, 1 as never))).toMatch(/must be a string/)
  })

  test('says where weights are no numbers', async () => {
    const broken = languageModel(book, { cell: gru, hidden: 4 })
    const size = book.vocabulary.size
    setParameters(broken, { 'output.bias': tensor(new Float32Array(size).fill(NaN), [size]) })
    await expect(all(broken, 'I')).rejects.toThrow(/logit 0 is NaN/)
  })
})
