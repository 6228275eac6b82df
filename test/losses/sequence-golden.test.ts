// PyTorch's numbers for a linear chain, alone and behind a bidirectional LSTM, and for attention pooling.
import { describe, expect, test } from 'vitest'
import {
  attentionPooling,
  backward,
  bidirectional,
  chain,
  embedding,
  evaluate,
  forward,
  fromPyTorch,
  linear,
  linearChain,
  lstm,
  network,
  predict,
  recurrent,
  sequences,
  setParameters,
  sgd,
  tensor,
  train,
  type Model,
  type Named,
  type Tensor,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'
import { far, golden } from './sequence-golden.ts'

const ofLoss = (parameters: Named): Named =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`loss.${name}`, value]))

/** By how much one update of plain gradient descent changes each parameter: Σ of gradients, as PyTorch gives those of a sum of losses. */
async function gradients(
  model: Model,
  data: ReturnType<typeof sequences>,
  steps: number,
  engine: object,
): Promise<Named> {
  const before = { ...model.parameters }
  const lr = 1024
  await train(model, data, { steps: 1, batch: 99, clip: false, optimizer: sgd({ lr }), ...engine }).finish()
  return Object.fromEntries(
    Object.entries(model.parameters).map(([name, { data, shape }]) => [
      name,
      tensor(
        Float64Array.from(data, (value, i) => ((before[name]!.data[i]! - value) / lr) * steps),
        shape,
      ),
    ]),
  )
}

const rowsOf = ({ data, shape: [, batch, columns] }: Tensor, b: number, length: number): number[][] =>
  Array.from({ length }, (_, t) => [...data.slice((t * batch! + b) * columns!, (t * batch! + b + 1) * columns!)])

const total = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0)

describe.each(everyBackend)('on %s', (_, engine) => {
  test.each(golden.linearChain.map((one, i) => [i, one] as const))('linear chain, case %d', async (_, one) => {
    const { lengths, targets, output } = one
    const [time, batch, labels] = output.shape as [number, number, number]
    // The output at each position is a row of its own: the gradient of the table is that of the outputs.
    const model = network(chain({ rows: embedding({ symbols: time * batch, size: labels }) }), { loss: linearChain() })
    const parameters = { 'rows.weight': tensor(output.data, [time * batch, labels]), ...ofLoss(one.parameters) }
    setParameters(model, parameters)
    const data = sequences(
      lengths.map((length, b) => ({
        x: Array.from({ length }, (_, t) => [t * batch + b]),
        target: Array.from({ length }, (_, t) => [targets[t]![b]!]),
      })),
    )
    const steps = total(lengths)
    const { loss } = await evaluate(model, data, engine)
    expect(far([loss * steps], [total(one.losses.data)])).toBeLessThan(2e-6)
    const found = await gradients(model, data, steps, engine)
    for (const [name, { data }] of Object.entries(one.gradients)) {
      expect([name, far(found[name === 'output' ? 'rows.weight' : `loss.${name}`]!.data, data) < 2e-5]).toEqual([
        name,
        true,
      ])
    }
  })

  test('a bidirectional LSTM with a chain: losses, and gradients of every weight', async () => {
    const { weights, parameters, x, targets, lengths, losses } = golden.tagger
    const layer = chain({
      rnn: bidirectional(recurrent({ cell: lstm, input: 3, hidden: 4 })),
      fc: linear({ output: 4 }),
    })
    const model = network(layer, { loss: linearChain() })
    setParameters(model, { ...fromPyTorch(layer, weights), ...ofLoss(parameters) })
    const items = lengths.map((length, b) => ({
      x: rowsOf(x, b, length),
      target: Array.from({ length }, (_, t) => [targets[t]![b]!]),
    }))
    const steps = total(lengths)
    const { loss } = await evaluate(model, sequences(items), engine)
    expect(far([loss * steps], [total(losses.data)])).toBeLessThan(2e-6)
    const said = await predict(
      model,
      items.map(({ x }) => x),
      engine,
    )
    expect(said.every(({ logProbability }, b) => logProbability! >= -losses.data[b]! - 1e-5)).toBe(true)
    const found = await gradients(model, sequences(items), steps, engine)
    const wanted: Named = {
      // A gate has one bias here; its gradient is that of either of PyTorch's two.
      ...fromPyTorch(layer, withOneBias(golden.tagger.gradients)),
      ...ofLoss(Object.fromEntries(Object.keys(parameters).map((name) => [name, golden.tagger.gradients[name]!]))),
    }
    expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort())
    for (const [name, { data }] of Object.entries(wanted)) {
      expect([name, far(found[name]!.data, data) < 2e-5]).toEqual([name, true])
    }
  })

  test('attention pooling: output, weights and all gradients', async () => {
    const { parameters, x, lengths, output, weights, adjoint, gradients: wanted } = golden.attentionPooling
    const layer = attentionPooling({ input: 4, size: 3 })
    const given = { parameters, x, lengths }
    const { taps } = await forward(layer, { ...given, taps: ['weights'] }, engine)
    expect(far(taps['weights']!.data, weights.data)).toBeLessThan(1e-6)
    const found = await backward(layer, given, { output: adjoint }, engine)
    expect(far(found.output.data, output.data)).toBeLessThan(1e-6)
    expect(far(found.gradients.x!.data, wanted['x']!.data)).toBeLessThan(2e-6)
    for (const [name, { data }] of Object.entries(found.gradients.parameters)) {
      expect([name, far(data, wanted[name]!.data) < 2e-6]).toEqual([name, true])
    }
  })
})

/** The weights of a module as they are, with one bias of the two zero: `fromPyTorch` adds them. */
const withOneBias = (gradients: Named): Named =>
  Object.fromEntries(
    Object.entries(gradients)
      .filter(([name]) => name.includes('.'))
      .map(([name, value]) => [
        name,
        name.includes('bias_hh') ? tensor(new Float64Array(value.data.length), value.shape) : value,
      ]),
  )
