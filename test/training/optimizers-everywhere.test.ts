import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  embedding,
  gru,
  languageModel,
  memoryStore,
  network,
  optimizerFrom,
  sequences,
  setParameters,
  tensor,
  text,
  train,
  type LanguageModel,
  type Loss,
} from 'unrolled'
import { concat, constant, mul, sub, sumColumns } from '../../src/graph/index.ts'
import { everyBackend } from '../every-backend.ts'

interface Golden {
  problem: { a: number[]; b: number[]; start: number[] }
  optimizers: { name: string; options: Record<string, never>; losses: number[]; parameters: number[][] }[]
}

const { problem, optimizers }: Golden = JSON.parse(
  readFileSync(new URL('../golden/optimizers.json', import.meta.url), 'utf8'),
)
const { a, b, start } = problem

/** Σ a (p − b)² */
const bowl: Loss = {
  name: 'bowl',
  options: {},
  target: (output) => output,
  build(output, targets) {
    const error = sub(output, targets)
    return sumColumns(mul(concat(a.map(constant)), mul(error, error)))
  },
}

describe.each(everyBackend)('as PyTorch on %s: 20 steps of Σ a (p − b)²', (_, engine) => {
  test.each(optimizers)('$name $options', async ({ name, options, losses, parameters }) => {
    const model = network(embedding({ symbols: 1, size: start.length }), { loss: bowl })
    setParameters(model, { weight: tensor(Float64Array.from(start), [1, start.length]) })
    const data = sequences([{ x: [[0]], target: [b] }])
    const got: number[] = []
    const settings = {
      steps: losses.length,
      clip: false,
      optimizer: optimizerFrom({ name, options }),
      ...engine,
    } as const
    for await (const event of train(model, data, settings)) if (event.event === 'step') got.push(event.loss)
    got.forEach((loss, i) => expect(Math.abs(loss / losses[i]! - 1)).toBeLessThan(2e-5))
    const last = model.parameters['weight']!.data
    parameters.at(-1)!.forEach((p, i) => expect(Math.abs(last[i]! - p)).toBeLessThan(1e-5 * Math.max(1, Math.abs(p))))
  })
})

describe('a run stopped and gone on with has the bits of one that never stopped', () => {
  const book = text('It was a dark and stormy night; the rain fell in torrents. '.repeat(12))
  const bits = ({ parameters }: LanguageModel) =>
    Object.entries(parameters).map(([name, { data }]) => [name, [...data]])
  test.each([
    ['adadelta', { weightDecay: 0.01 }],
    ['adamax', { weightDecay: 0.01 }],
    ['nadam', { weightDecay: 0.01 }],
    ['adam', { amsgrad: true }],
    ['adamW', { amsgrad: true }],
  ])('%s %o', async (name, options) => {
    const run = async (stop: number) => {
      const all = { batch: 4, unroll: 8, steps: 9, optimizer: optimizerFrom({ name, options }) }
      const made = () => languageModel(book, { cell: gru, hidden: 5, seed: 3 })
      const checkpoint = memoryStore()
      for await (const { event, step } of train(made(), book, { ...all, checkpoint }))
        if (event === 'step' && step === stop) break
      const model = made()
      await train(model, book, { ...all, checkpoint, resume: true }).finish()
      return bits(model)
    }
    expect(await run(4)).toEqual(await run(9))
  })
})
