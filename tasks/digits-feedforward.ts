/** Which digit it is, from all pixels at once: no recurrence, the topology one to one. */
import { adam, cosine, crossEntropy, evaluate, feedforward, labelled, linear, network, train } from 'unrolled'
import { digits, digitsData } from './data/digits.ts'
import type { Task } from './task.ts'

export const digitsFeedforward: Task = {
  name: 'digits-feedforward',
  title: 'digits at once',
  topology: 'one to one',
  data: digitsData,
  model: 'feedforward, one layer of 512, dropout 0.2',
  metric: 'accuracy',
  goal: { atLeast: 0.955 },
  baseline: 'linear layer and softmax (logistic regression)',
  published: '95.3 % (LeCun et al. 1998, one layer of 300, trained on 60,000)',

  async run({ share, limits, watch }) {
    const [training, test] = await digits(share)
    const data = labelled(training, { x: 'pixels', steps: 1, label: 'digit' })
    const held = labelled(test, { like: data })
    const options = { epochs: 20, batch: 64, validation: 0.1, patience: 4, ...limits }

    const model = feedforward(data, { hidden: 512, dropout: 0.2, seed: 1 })
    const trained = await watch(train(model, data, { ...options, optimizer: adam({ lr: cosine({ from: 1e-3 }) }) }))
    const { accuracy, accuracyInterval } = await evaluate(model, held)

    const plain = network(linear({ input: 28 * 28, output: 10 }), { loss: crossEntropy(), seed: 1 })
    await watch(train(plain, data, { ...options, optimizer: adam({ lr: cosine({ from: 1e-3 }) }) }))
    const { metrics } = await evaluate(plain, held)

    return { ours: accuracy, interval: accuracyInterval, baseline: metrics['accuracy']!, trained }
  },
}
