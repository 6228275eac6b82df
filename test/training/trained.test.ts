import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  activation,
  adamW,
  chain,
  crossEntropy,
  embedding,
  linear,
  lstm,
  meanSquaredError,
  memoryStore,
  network,
  optimizerFrom,
  recurrent,
  sequences,
  setParameters,
  sgd,
  tensor,
  train,
  UnrolledError,
  type Model,
  type TrainingOptions,
} from 'unrolled'
import { modelGraph } from '../../src/models/index.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { everyBackend } from '../every-backend.ts'

interface Golden {
  batch: number
  clip: number
  start: Record<string, { shape: number[]; data: number[] }>
  x: number[][]
  target: number[][]
  runs: {
    name: string
    options: Record<string, never>
    losses: number[]
    norms: number[]
    parameters: Record<string, number[]>
  }[]
}

const golden: Golden = JSON.parse(readFileSync(new URL('../golden/groups.json', import.meta.url), 'utf8'))

describe.each(everyBackend)(
  'frozen parameters and rates by name, as parameter groups of PyTorch on %s',
  (_, engine) => {
    test.each(golden.runs)('$name $options', async ({ name, options, losses, norms, parameters }) => {
      const model = network(
        chain({
          first: linear({ input: 3, output: 4 }),
          one: activation({ size: 4, name: 'tanh' }),
          middle: linear({ input: 4, output: 4 }),
          two: activation({ size: 4, name: 'tanh' }),
          last: linear({ input: 4, output: 2 }),
        }),
        { loss: meanSquaredError() },
      )
      const start = Object.entries(golden.start)
      setParameters(
        model,
        Object.fromEntries(start.map(([name, { shape, data }]) => [name, tensor(Float64Array.from(data), shape)])),
      )
      const data = sequences(golden.x.map((x, i) => ({ x: [x], target: [golden.target[i]!] })))
      const settings: TrainingOptions = {
        steps: losses.length,
        clip: golden.clip,
        optimizer: optimizerFrom({ name, options }),
        frozen: ['first.*'],
        rates: { 'last.*': 0.25 },
        ...engine,
      }
      let n = 0
      for await (const event of train(model, data, settings)) {
        if (event.event !== 'step') continue
        expect(Math.abs(event.loss / losses[n]! - 1)).toBeLessThan(2e-5)
        expect(Math.abs(event.gradientNorm / norms[n]! - 1)).toBeLessThan(2e-4)
        n++
      }
      for (const [name, expected] of Object.entries(parameters)) {
        const { data } = model.parameters[name]!
        if (name.startsWith('first')) expect([...data]).toEqual(golden.start[name]!.data)
        expected.forEach((p, i) => expect(Math.abs(data[i]! - p)).toBeLessThan(2e-5 * Math.max(1, Math.abs(p))))
      }
    })
  },
)

const make = (): Model =>
  network(
    chain({
      embed: embedding({ symbols: 5, size: 3 }),
      rnn: recurrent({ cell: lstm, input: 3, hidden: 4, layers: 2 }),
      head: linear({ input: 4, output: 5 }),
    }),
    { loss: crossEntropy(), seed: 2 },
  )
const data = sequences(
  Array.from({ length: 4 }, (_, i) => ({
    x: Array.from({ length: 6 }, (_, t) => [(i + t) % 5]),
    target: Array.from({ length: 6 }, (_, t) => [(i + t + 1) % 5]),
  })),
)
const bits = ({ parameters }: Model): Record<string, number[]> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, [...data]]))

test('what is frozen keeps its bits through decay and clipping; all else moves', async () => {
  const model = make()
  const before = bits(model)
  const optimizer = adamW({ lr: 0.1, weightDecay: 0.5 })
  await train(model, data, { steps: 3, optimizer, frozen: ['rnn.layers.0.*', 'embed.weight'] }).finish()
  for (const [name, values] of Object.entries(bits(model))) {
    const frozen = name === 'embed.weight' || name.startsWith('rnn.layers.0.')
    if (frozen) expect(values).toEqual(before[name])
    else expect(values).not.toEqual(before[name])
  }
})

test('no gradient is worked out for what is frozen', async () => {
  const { loss, parameters, states } = await modelGraph(make(), { training: true, lengths: false })
  const graph = { parameters, states, outputs: {}, sums: { loss } }
  const named = parameters.map((node) => (node.attributes as { name: string }).name)
  const frozen = new Set(named.filter((name) => name.startsWith('rnn.layers.0.') || name === 'embed.weight'))
  const { gradients } = windowComputation('window', graph, { loss: 'loss', frozen })
  const wanted = [...gradients!.keys()].map((node) => (node.attributes as { name: string }).name)
  expect(wanted).toEqual(named.filter((name) => !frozen.has(name)))
})

test('a rate of 1 for all is no rate, and one of 0 moves nothing', async () => {
  const run = async (options: TrainingOptions): Promise<Record<string, number[]>> => {
    const model = make()
    await train(model, data, { steps: 3, optimizer: sgd({ lr: 0.5, momentum: 0.9 }), ...options }).finish()
    return bits(model)
  }
  expect(await run({ rates: { '*': 1 } })).toEqual(await run({}))
  expect(await run({ rates: { '*': 0 } })).toEqual(bits(make()))
  // The last that fits counts.
  expect(await run({ rates: { '*': 0.5, 'head.*': 0.25 } })).not.toEqual(await run({ rates: { '*': 0.5 } }))
  expect(await run({ rates: { 'head.*': 0.25, '*': 0.5 } })).toEqual(await run({ rates: { '*': 0.5 } }))
})

test('a run with them goes on with the same bits, and may have others from here on', async () => {
  const options = { optimizer: adamW({ lr: 0.05 }), frozen: ['embed.*'], rates: { 'head.*': 0.1 } }
  const whole = make()
  await train(whole, data, { steps: 6, ...options }).finish()
  const checkpoint = memoryStore()
  await train(make(), data, { steps: 3, ...options, checkpoint }).finish()
  const stored = checkpoint.resume!.slice()
  const again = make()
  await train(again, data, { steps: 6, ...options, checkpoint, resume: true }).finish()
  expect(bits(again)).toEqual(bits(whole))

  await checkpoint.writeResume(stored)
  const freed = make()
  for await (const event of train(freed, data, { steps: 6, optimizer: options.optimizer, checkpoint, resume: true }))
    if (event.event === 'resume') expect(event.message).toMatch(/frozen.*rates/)
  expect(bits(freed)['embed.weight']).not.toEqual(bits(make())['embed.weight'])
})

test.each([
  [{ frozen: ['embed'] }, 'train: frozen: the model has no parameter embed; all that begins so is embed.*'],
  [{ frozen: ['embed.wieght'] }, 'train: frozen: the model has no parameter embed.wieght; did you mean embed.weight?'],
  [{ frozen: ['decoder.*'] }, 'train: frozen: the model has no parameter decoder.*; there are embed.weight, '],
  [{ rates: { 'head.w': 0.1 } }, 'train: rates: the model has no parameter head.w; '],
  [{ rates: { 'head.*': -1 } }, "train: rates['head.*'] is -1; it must be a finite number, at least 0"],
  [{ rates: 0.1 as never }, "train: rates is 0.1; it must be rates by name, as { 'head.*': 0.1 }"],
  [{ frozen: 'embed.*' as never }, "train: frozen is 'embed.*'; it must be a list of names, as ['embed.*']"],
  [{ frozen: ['*'] }, 'train: every parameter is frozen, so nothing is left to train'],
])('%o is an error', (options, message) => {
  expect(() => train(make(), data, options)).toThrow(UnrolledError)
  expect(() => train(make(), data, options)).toThrow(message)
})

test.each([
  ['embed.weight', ['embed.weight']],
  ['*', Object.keys(bits(make())).filter((name) => name !== 'head.bias')],
  ['embed*', ['embed.weight']],
  ['*mbed.*t', ['embed.weight']],
  ['rnn.*.0.*bf', ['rnn.layers.0.forward.bf']],
])('the pattern %s stands for whole names', async (pattern, expected) => {
  const model = make()
  const before = bits(model)
  // What a rate of 0 does not move, but for the bias, which is given another.
  const rates = { [pattern]: 0, 'head.bias': 1 }
  await train(model, data, { steps: 1, optimizer: sgd({ lr: 1 }), rates }).finish()
  const after = bits(model)
  const same = Object.keys(before).filter((name) => before[name]!.every((value, i) => value === after[name]![i]))
  expect(same).toEqual(expected)
})
