/** Which digit it is, read pixel by pixel: 784 steps, most of them white. */
import { adam, classifier, cosine, defineCell, evaluate, feedforward, labelled, train } from 'unrolled'
import { digits, digitsData } from './data/digits.ts'
import type { Task } from './task.ts'

/**
 * A gated recurrent unit that begins with long memories: without an input to tell otherwise it keeps its state for up to e⁵, about
 * 150, steps (chrono initialisation: Tallec & Ollivier 2018, arXiv:1804.11188).
 */
const longGru = defineCell(`
  name: long-gru
  init: bk = uniform(0, 5)
  k  = sigmoid(Wk @ [h, x] + bk)
  r  = sigmoid(Wr @ [h, x] + br)
  n  = tanh(Wn @ [r * h, x] + bn)
  h' = k * h + (1 - k) * n
`)

export const digitsByPixels: Task = {
  name: 'digits-by-pixels',
  title: 'digits pixel by pixel',
  topology: 'many to one',
  data: digitsData,
  model: 'classifier, GRU of 128 whose gates begin with memories of up to 150 steps, the mean of all its states',
  metric: 'accuracy',
  goal: { atLeast: 0.93 },
  baseline: 'feedforward over the mean of all pixels: their order is lost',
  published: '97 % (Le et al. 2015, IRNN, trained on 60,000)',

  async run({ share, limits, watch }) {
    const [training, test] = await digits(share)
    const data = labelled(training, { x: 'pixels', steps: 784, label: 'digit' })
    const held = labelled(test, { like: data })

    const model = classifier(data, { cell: longGru, hidden: 128, pooling: 'mean', seed: 1 })
    const optimizer = adam({ lr: cosine({ from: 4e-3, warmup: 50 }) })
    const trained = await watch(train(model, data, { epochs: 10, batch: 32, optimizer, validation: 0.1, ...limits }))
    const { accuracy, accuracyInterval } = await evaluate(model, held)

    const orderless = feedforward(data, { hidden: 32, seed: 1 })
    await watch(train(orderless, data, { epochs: 3, batch: 64, ...limits }))
    const { accuracy: baseline } = await evaluate(orderless, held)

    return { ours: accuracy, interval: accuracyInterval, baseline, trained }
  },
}
