import { expect, test } from 'vitest'
import { trainingOptions } from '../../cli/build-run.ts'

const pace = { batch: 4, validateEvery: 10, validation: 0.1 }

test.each([
  ['sgd', 'sgd', 1],
  ['rmsprop', 'rmsprop', 2e-3],
  ['adagrad', 'adagrad', 2e-3],
  ['adadelta', 'adadelta', 1],
  ['adam', 'adam', 2e-3],
  ['adam-w', 'adamW', 2e-3],
  ['adamax', 'adamax', 2e-3],
  ['nadam', 'nadam', 2e-3],
])('--optimizer %s is %s, at its usual rate and at that of --lr, with its decay', (name, expected, rate) => {
  const { optimizer } = trainingOptions({ optimizer: name, weightDecay: 0.25 }, pace)
  expect(optimizer!.name).toBe(expected)
  expect(optimizer!.lr.lr(1, 0, 10)).toBe(rate)
  expect(optimizer!.options['weightDecay']).toBe(0.25)
  expect(trainingOptions({ optimizer: name, lr: 0.5 }, pace).optimizer!.lr.lr(1, 0, 10)).toBe(0.5)
})
