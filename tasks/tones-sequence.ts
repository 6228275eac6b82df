/** Which keys of a telephone are pressed in a noisy recording, learnt without being told when. */
import {
  activation,
  adam,
  chain,
  cosine,
  ctc,
  evaluate,
  gru,
  linear,
  network,
  train,
  transcribed,
  transcriber,
} from 'unrolled'
import { bands, tones } from './data/tones.ts'
import type { Task } from './task.ts'

export const keysInOrder: Task = {
  name: 'tones-sequence',
  title: 'tones: the keys in their order, without alignment',
  topology: 'many to many',
  data: 'the recordings of `tones`, 1,000 and 200 more as test, with the 5 to 10 keys of each, but not when they are down',
  model: 'transcriber, bidirectional GRU of 64, a beam of 16',
  metric: 'sequences right',
  goal: { atLeast: 0.98 },
  baseline: 'the same loss and beam on frames one by one: a layer of 64 without recurrence',

  async run({ share, limits, watch }) {
    const columns = { x: 'frames', label: 'pressed', scale: 'columns' } as const
    const data = transcribed(await tones(0, Math.round(1000 * share)), columns)
    const held = transcribed(await tones(1_000_000, Math.round(200 * share)), { like: data })
    const options = { epochs: 20, batch: 16, validation: 0.1, ...limits }

    const model = transcriber(data, { cell: gru, hidden: 64, seed: 1 })
    const trained = await watch(train(model, data, { ...options, optimizer: adam({ lr: cosine({ from: 5e-3 }) }) }))
    const { exact, exactInterval } = await evaluate(model, held)

    const blank = data.targetVocabulary.size
    const layers = chain({
      wide: linear({ input: bands, output: 64 }),
      relu: activation({ name: 'relu' }),
      key: linear({ output: blank + 1 }),
    })
    const alone = network(layers, { loss: ctc({ longest: data.room, blank }), seed: 1 })
    await watch(train(alone, data, { ...options, optimizer: adam({ lr: cosine({ from: 5e-3 }) }) }))
    const { metrics } = await evaluate(alone, held)

    return { ours: exact, interval: exactInterval, baseline: metrics['exact']!, trained }
  },
}
