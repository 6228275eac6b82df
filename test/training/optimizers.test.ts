import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { input } from '../../src/graph/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  adamW,
  adamax,
  nadam,
  optimizerFrom,
  rmsprop,
  sgd,
  type Optimizer,
} from '../../src/training/optimizers/index.ts'
import { cosine } from '../../src/training/schedules/index.ts'
import { running } from './apply.ts'

interface Golden {
  problem: { a: number[]; b: number[]; start: number[] }
  optimizers: { name: string; options: Record<string, never>; losses: number[]; parameters: number[][] }[]
}

const { problem, optimizers }: Golden = JSON.parse(
  readFileSync(new URL('../golden/optimizers.json', import.meta.url), 'utf8'),
)

describe('as PyTorch: 20 steps of Σ a (p − b)²', () => {
  const { a, b, start } = problem
  test.each(optimizers)('$name $options', ({ name, options, losses, parameters }) => {
    const run = running(optimizerFrom({ name, options }), start)
    for (const [step, expected] of parameters.entries()) {
      const loss = a.reduce((sum, a, i) => sum + a * (run.parameter[i]! - b[i]!) ** 2, 0)
      expect(Math.abs(loss / losses[step]! - 1)).toBeLessThan(1e-12)
      run.update(a.map((a, i) => 2 * a * (run.parameter[i]! - b[i]!)))
      expected.forEach((p, i) => expect(Math.abs(run.parameter[i]! - p)).toBeLessThan(1e-12 * Math.max(1, Math.abs(p))))
    }
  })
})

const every: [string, Optimizer][] = [
  ['sgd', sgd()],
  ['sgd with momentum', sgd({ momentum: 0.9, dampening: 0.5, weightDecay: 0.1 })],
  ['sgd, Nesterov', sgd({ momentum: 0.9, nesterov: true })],
  ['rmsprop', rmsprop()],
  ['rmsprop, centred', rmsprop({ centered: true, momentum: 0.9, weightDecay: 0.1 })],
  ['adagrad', adagrad({ eps: 1e-30 })],
  ['adagrad, started high', adagrad({ initialAccumulatorValue: 1, lrDecay: 0.1, weightDecay: 0.1 })],
  ['adadelta', adadelta({ weightDecay: 0.1 })],
  ['adamax', adamax({ weightDecay: 0.1 })],
  ['nadam', nadam({ weightDecay: 0.1 })],
  ['nadam, decay apart', nadam({ weightDecay: 0.1, decoupledWeightDecay: true })],
  ['adam', adam({ weightDecay: 0.1 })],
  ['adam, amsgrad', adam({ weightDecay: 0.1, amsgrad: true })],
  ['adamW, amsgrad', adamW({ amsgrad: true })],
  ['adamW', adamW()],
]

describe.each(every)('%s', (_, optimizer) => {
  test('zeros stay zero', () => {
    const run = running(optimizer, [0, 1, 0])
    for (let i = 0; i < 5; i++) run.update([0, 0.3, 0])
    expect([run.parameter[0], run.parameter[2]]).toEqual([0, 0])
    expect(run.parameter[1]).not.toBe(1)
  })

  test('returns from JSON as it was', () => {
    const { name, options } = optimizer
    const back = optimizerFrom(JSON.parse(JSON.stringify({ name, options })))
    expect(back.options).toEqual(options)
    const [one, other] = [running(optimizer, [1, -2]), running(back, [1, -2])]
    for (let i = 0; i < 3; i++) for (const run of [one, other]) run.update([0.1 * i, 1])
    expect(other.parameter).toEqual(one.parameter)
  })

  test('a NaN in the gradient stays visible', () => {
    const run = running(optimizer, [1, 1])
    run.update([NaN, 1])
    expect(run.parameter[0]).toBeNaN()
    expect(run.parameter[1]).not.toBeNaN()
  })

  test('says which moments it updates', () => {
    const shape = { rows: [], columns: 4 }
    const inputs = (names: readonly string[], columns: number) =>
      Object.fromEntries(names.map((name) => [name, input(name, { rows: [], columns })]))
    const update = optimizer.update({
      parameter: input('p', shape),
      gradient: input('g', shape),
      moments: inputs(
        optimizer.moments.map(({ name }) => name),
        4,
      ),
      scalars: inputs(optimizer.scalars, 1),
    })
    expect(Object.keys(update.moments).sort()).toEqual(optimizer.moments.map(({ name }) => name).sort())
    for (const node of [update.parameter, ...Object.values(update.moments)]) expect(node.shape).toEqual(shape)
  })
})

test('centred RMSprop bears a steady gradient, whose variance rounding makes negative', () => {
  const run = running(rmsprop({ centered: true, alpha: 0.1 }), [1, 1, 1])
  for (let i = 0; i < 200; i++) run.update([0.1, 0.3, 0.7])
  for (const p of run.parameter) expect(p).not.toBeNaN()
})

test('NAdam asked out of order gives the numbers of every update: its product of momentums is the same from anywhere', () => {
  const values = (optimizer: Optimizer, step: number): number[] => {
    const into = new Float64Array(3)
    optimizer.scalarValues(step, 0.1, into)
    return [...into]
  }
  const asked = nadam()
  for (const step of [1, 2, 50, 7, 8, 3, 100_000, 1]) expect(values(asked, step)).toEqual(values(nadam(), step))
})

test('options that are not used are not named, so that stored runs are still the same', () => {
  expect(adam().options).not.toHaveProperty('amsgrad')
  expect(adam({ amsgrad: true }).options).toHaveProperty('amsgrad', true)
})

test('the learning rate may be a schedule', () => {
  const { lr, options } = adam({ lr: cosine({ from: 2e-3, warmup: 100 }) })
  expect(lr.lr(50, 0, 1000)).toBe(1e-3)
  expect(options['lr']).toEqual({ name: 'cosine', options: { from: 2e-3, to: 0, warmup: 100 } })
})

test.each([
  [() => adam({ learningRate: 1 } as never), 'adam: there is no option learningRate; did you mean lr?'],
  [() => adam({ beta: 1 } as never), 'adam: there is no option beta; did you mean betas?'],
  [() => sgd({ momentun: 1 } as never), 'sgd: there is no option momentun; did you mean momentum?'],
  [() => adam({ lr: -1 }), 'adam: lr is -1; it must be at least 0, or a schedule'],
  [
    () => adam({ lr: 'fast' as never }),
    "adam: lr is 'fast'; it must be a number, or a schedule such as cosine({ from: 2e-3 })",
  ],
  [() => adam({ lr: { name: 'cosin', options: {} } }), 'adam: there is no schedule cosin; did you mean cosine?'],
  [() => adam({ betas: [0.9, 1] }), 'adam: betas[1] is 1; it must be a finite number, at least 0 and below 1'],
  [() => adam({ betas: 0.9 as never }), 'adam: betas is 0.9; it must be two numbers, as [0.9, 0.999]'],
  [() => adam({ eps: 0 }), 'adam: eps is 0; it must be a finite number, at least 1e-30'],
  [() => sgd({ momentum: NaN }), 'sgd: momentum is NaN; it must be a finite number, at least 0'],
  [() => sgd({ nesterov: true }), 'sgd: momentum is 0; it must be above 0 with nesterov'],
  [() => sgd({ nesterov: 1 as never }), 'sgd: nesterov is 1; it must be true or false'],
  [() => rmsprop({ alpha: 2 }), 'rmsprop: alpha is 2; it must be a finite number, at least 0 and at most 1'],
  [() => adagrad({ initialAccumulator: 1 } as never), 'did you mean initialAccumulatorValue?'],
  [() => adamax({ betas: [1, 0.9] }), 'adamax: betas[0] is 1; it must be a finite number, at least 0 and below 1'],
  [() => adadelta({ alpha: 0.9 } as never), 'adadelta: there is no option alpha; did you mean rho?'],
  [
    () => nadam({ momentum_decay: 1 } as never),
    'nadam: there is no option momentum_decay; did you mean momentumDecay?',
  ],
  [() => adam({ amsgrad: 1 as never }), 'adam: amsgrad is 1; it must be true or false'],
  [() => optimizerFrom({ name: 'mine', update() {} } as never), 'train: the optimizer mine has no scalarValues'],
  [() => optimizerFrom({ ...adam(), moments: undefined } as never), 'train: the optimizer adam has no moments'],
  [() => optimizerFrom({ ...adam(), lr: 0.1 } as never), 'train: the optimizer adam has no lr, a schedule'],
  [
    () => optimizerFrom({ ...adam(), lr: { name: 'mine', options: {}, lr: () => 1 } } as never),
    'adam: the schedule mine needs initial, lr and observe',
  ],
  [() => optimizerFrom({ name: 'adamw' }), 'there is no optimizer adamw; did you mean adamW?'],
  [() => optimizerFrom({ name: 'toString' }), 'there is no optimizer toString; known are'],
])('%s', (make, message) => {
  expect(make).toThrow(UnrolledError)
  expect(make).toThrow(message)
})
