/** Which digit it is, read row by row from the top: 28 steps of 28 pixels. */
import { adam, classifier, cosine, evaluate, feedforward, labelled, lstm, train } from 'unrolled'
import { digits, digitsData } from './data/digits.ts'
import type { Task } from './task.ts'

export const digitsByRows: Task = {
  name: 'digits-by-rows',
  title: 'digits row by row',
  topology: 'many to one',
  data: digitsData,
  model: 'classifier, LSTM of 128, dropout 0.2',
  metric: 'accuracy',
  goal: { atLeast: 0.97 },
  baseline: 'feedforward over the mean of all rows: their order is lost',

  async run({ share, limits, watch }) {
    const [training, test] = await digits(share)
    const data = labelled(training, { x: 'pixels', steps: 28, label: 'digit' })
    const held = labelled(test, { like: data })
    const options = { epochs: 20, batch: 64, validation: 0.1, patience: 5, ...limits }

    const model = classifier(data, { cell: lstm, hidden: 128, dropout: 0.2, seed: 1 })
    const optimizer = adam({ lr: cosine({ from: 3e-3, warmup: 50 }) })
    const trained = await watch(train(model, data, { ...options, optimizer }))
    const { accuracy, accuracyInterval } = await evaluate(model, held)

    const orderless = feedforward(data, { hidden: 128, dropout: 0.2, seed: 1 })
    await watch(train(orderless, data, { ...options, optimizer: adam({ lr: cosine({ from: 3e-3 }) }) }))
    const { accuracy: baseline } = await evaluate(orderless, held)

    return { ours: accuracy, interval: accuracyInterval, baseline, trained }
  },
}
