/** Messages of a compiler, from English into German: two thousand sentences are little to learn a language from. */
import { adam, clipByNorm, cosine, evaluate, gru, pairs, train, translator } from 'unrolled'
import { messages } from './data/messages.ts'
import type { Task } from './task.ts'

export const messagesIntoGerman: Task = {
  name: 'messages',
  title: 'English → German',
  topology: 'many to many',
  data: 'messages of the TypeScript compiler (`typescript`), 2,122 with their translations; messages that share half of their words, alone or by others between them, are one family, and a tenth of the families is the test: none of it differs from what was trained on by a word alone',
  model:
    'translator of 1,200 subwords for both languages, bidirectional GRU of 128 and GRU of 128, additive attention, dropout 0.4, smoothed labels; a beam of 5',
  metric: 'BLEU',
  baseline: 'the English message as it stands',

  async run({ share, limits, watch }) {
    const [training, test] = messages('de', share)
    const data = pairs(training, { units: 'subwords', vocabulary: 1200, shared: true })
    const model = translator(data, {
      cell: gru,
      hidden: 128,
      embedding: 96,
      bidirectional: true,
      shared: true,
      dropout: 0.4,
      labelSmoothing: 0.1,
      seed: 1,
    })
    const optimizer = adam({ lr: cosine({ from: 3e-3 }) })
    const trained = await watch(
      train(model, data, { epochs: 40, batch: 32, optimizer, clip: clipByNorm(1), ...limits }),
    )
    const report = await evaluate(model, pairs(test, { like: data }), { beam: 5, lengthPenalty: 1 })
    const { bleu: ours, bleuInterval: interval, exact, copied } = report
    return { ours, interval, baseline: copied!.bleu, also: { exact }, trained }
  },
}
