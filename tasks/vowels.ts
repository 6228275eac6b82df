/** Who speaks: nine men say the same two vowels, in 7 to 29 steps of 12 coefficients. */
import { adam, classifier, cosine, evaluate, feedforward, gru, labelled, train } from 'unrolled'
import { vowelFiles, vowels } from './data/vowels.ts'
import type { Task } from './task.ts'

export const speakerByVowel: Task = {
  name: 'vowels',
  title: 'speaker by vowel',
  topology: 'many to one',
  data: 'Japanese Vowels (Kudo et al. 1999), 270 utterances of nine speakers for training and 370 as test, as published',
  model:
    'classifier, bidirectional GRU of 128, the mean of all its states, dropout 0.5; what it is was chosen by threefold cross-validation of the training part',
  metric: 'accuracy',
  goal: { atLeast: 0.97 },
  baseline: 'feedforward over the mean of all steps: their order is lost',
  published: '94.1 % (Kudo et al. 1999)',
  needs: vowelFiles,

  async run({ share, limits, watch }) {
    const data = labelled(await vowels('TRAIN', share), { x: 'x', label: 'class', scale: 'columns' })
    const held = labelled(await vowels('TEST', share), { like: data })
    const options = { epochs: 60, batch: 16, validation: 0.1, ...limits }

    const model = classifier(data, {
      cell: gru,
      hidden: 128,
      bidirectional: true,
      pooling: 'mean',
      dropout: 0.5,
      seed: 1,
    })
    const optimizer = adam({ lr: cosine({ from: 5e-3 }) })
    const trained = await watch(train(model, data, { ...options, optimizer }))
    const { accuracy, accuracyInterval } = await evaluate(model, held)

    const orderless = feedforward(data, { hidden: 64, dropout: 0.3, seed: 1 })
    await watch(train(orderless, data, { ...options, optimizer: adam({ lr: cosine({ from: 5e-3 }) }) }))
    const { accuracy: baseline } = await evaluate(orderless, held)

    return { ours: accuracy, interval: accuracyInterval, baseline, trained }
  },
}
