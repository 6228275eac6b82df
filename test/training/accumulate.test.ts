import { expect, test } from 'vitest'
import {
  adam,
  chain,
  crossEntropy,
  gru,
  languageModel,
  last,
  linear,
  lstm,
  meanSquaredError,
  memoryStore,
  network,
  recurrent,
  sequences,
  sgd,
  text,
  train,
  type Model,
  type StepEvent,
  type TrainingOptions,
} from 'unrolled'
import { caught } from './caught.ts'

const vectors = (count: number, length: (i: number) => number, classes = 0) =>
  sequences(
    Array.from({ length: count }, (_, i) => {
      const x = Array.from({ length: length(i) }, (_, t) => [Math.sin(t + 2 * i), Math.cos(t * i)])
      return { x, target: classes > 0 ? [i % classes] : x.map(([a]) => [a! / 2]) }
    }),
  )

const regressor = (): Model =>
  network(chain({ core: recurrent({ cell: gru, input: 2, hidden: 5 }), head: linear({ input: 5, output: 1 }) }), {
    loss: meanSquaredError(),
    seed: 1,
  })

const classifier = (): Model =>
  network(chain({ core: recurrent({ cell: lstm, input: 2, hidden: 5 }), pool: last(), head: linear({ output: 3 }) }), {
    loss: crossEntropy(),
    seed: 1,
  })

const flat = ({ parameters }: Model): number[] => Object.values(parameters).flatMap(({ data }) => [...data])

async function steps(model: Model, data: Parameters<typeof train>[1], options: TrainingOptions): Promise<StepEvent[]> {
  const events: StepEvent[] = []
  for await (const event of train(model, data, options)) if (event.event === 'step') events.push(event)
  return events
}

const close = (a: readonly number[], b: readonly number[]): void =>
  a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value))))

test('accumulated windows are one batch so many times as large: loss, norm and weights', async () => {
  const data = vectors(12, () => 9)
  // One pass, whose order is the same for both.
  const all = { seed: 3, epochs: 1, clip: 0.5, optimizer: sgd({ lr: 0.1, momentum: 0.9 }) }
  const [one, other] = [regressor(), regressor()]
  const whole = await steps(one, data, { ...all, batch: 6 })
  const parts = await steps(other, data, { ...all, batch: 2, accumulate: 3 })
  expect(parts.map(({ step }) => step)).toEqual([1, 2])
  close(
    parts.flatMap(({ loss, gradientNorm }) => [loss, gradientNorm]),
    whole.flatMap(({ loss, gradientNorm }) => [loss, gradientNorm]),
  )
  close(flat(other), flat(one))
})

test('each counted position counts alike, however long the windows are', async () => {
  const data = vectors(5, (i) => 2 + 3 * i)
  const all = { epochs: 1, clip: false, optimizer: sgd({ lr: 0.1 }) } as const
  const [one, other] = [regressor(), regressor()]
  const [whole] = await steps(one, data, { ...all, batch: 5 })
  const [parts] = await steps(other, data, { ...all, batch: 1, accumulate: 5 })
  close([parts!.loss, parts!.gradientNorm], [whole!.loss, whole!.gradientNorm])
  close(flat(other), flat(one))
})

test('the last windows of a pass make its update, though they are fewer', async () => {
  const options = { batch: 2, accumulate: 3, epochs: 2, optimizer: sgd() }
  const events = await steps(
    regressor(),
    vectors(10, () => 6),
    options,
  )
  expect(events.map(({ epoch }) => epoch)).toEqual([0.6, 1, 1.6, 2])
})

test('truncated windows of a text carry their states through an update of several', async () => {
  const book = text('the quick brown fox jumps over the lazy dog. '.repeat(8))
  const make = (): Model => languageModel(book, { cell: lstm, hidden: 5, seed: 1 })
  // Weights do not move, so that the windows of both are the same.
  const all = { batch: 4, unroll: 6, clip: false, optimizer: sgd({ lr: 0 }) } as const
  const single = await steps(make(), book, { ...all, steps: 12 })
  const groups = await steps(make(), book, { ...all, accumulate: 4, steps: 3 })
  groups.forEach(({ loss }, i) => {
    const mean = single.slice(4 * i, 4 * i + 4).reduce((sum, { loss }) => sum + loss / 4, 0)
    expect(loss).toBeCloseTo(mean, 5)
  })
})

test('windows in which no step counts make no update: weights, decay and moments do not move', async () => {
  const data = vectors(8, () => 20, 3)
  const all = { batch: 4, optimizer: adam({ lr: 0.02, weightDecay: 0.1 }), clip: false } as const
  const [cut, whole] = [classifier(), classifier()]
  // Five of the twenty steps a window: three of four windows have no loss.
  const events = await steps(cut, data, { ...all, unroll: 5, epochs: 3 })
  const wanted = await steps(whole, data, { ...all, unroll: 20, epochs: 3 })
  expect(events).toHaveLength(6)
  expect(events.map(({ epoch }) => epoch)).toEqual(wanted.map(({ epoch }) => epoch))
  // The loss told is that of the last steps, which at first is that of the whole window.
  expect(events[0]!.loss).toBeCloseTo(wanted[0]!.loss, 5)
  expect(events[5]!.loss).toBeGreaterThan(0.5)
  // With overlapping windows that reach back to the start the gradient is the whole one.
  const reaching = classifier()
  await steps(reaching, data, { ...all, unroll: 20, every: 5, epochs: 3 })
  close(flat(reaching), flat(whole))
})

test('a long sequence carries its state through windows that count nothing', async () => {
  const data = vectors(2, (i) => 7 + 12 * i, 3)
  const [cut, whole] = [classifier(), classifier()]
  const all = { batch: 2, optimizer: sgd({ lr: 0 }), clip: false } as const
  const losses = await steps(cut, data, { ...all, unroll: 5, epochs: 1 })
  const [both] = await steps(whole, data, { ...all, unroll: 19, epochs: 1 })
  // The sequences end in the second and the fourth window.
  expect(losses).toHaveLength(2)
  expect((losses[0]!.loss + losses[1]!.loss) / 2).toBeCloseTo(both!.loss, 5)
})

test('data in which nothing counts is an error, not an endless run', async () => {
  const data = vectors(4, () => 5, 3)
  const loss = crossEntropy({ ignore: 0 })
  const none = sequences(data.items.map(({ x }) => ({ x, target: [0] })) as never)
  const model = network(classifier().layer, { loss })
  const error = await caught(() => train(model, none, { batch: 2 }).finish())
  expect(error.code).toBe('data')
  expect(error.message).toContain('nothing in the data counts')
})

test('steps that a loss leaves out make no update either', async () => {
  const data = vectors(8, () => 6, 2)
  const model = network(classifier().layer, { loss: crossEntropy({ ignore: 1 }), seed: 1 })
  const events = await steps(model, data, { batch: 1, epochs: 2, optimizer: adam() })
  expect(events).toHaveLength(8)
})

test('a run of accumulated windows is gone on with to the bit', async () => {
  const data = vectors(10, () => 6)
  const all = { batch: 2, accumulate: 2, steps: 9, optimizer: adam() }
  const whole = regressor()
  await steps(whole, data, all)
  const checkpoint = memoryStore()
  for await (const { step } of train(regressor(), data, { ...all, checkpoint })) if (step === 4) break
  const rest = regressor()
  await steps(rest, data, { ...all, checkpoint, resume: true })
  expect(flat(rest)).toEqual(flat(whole))
})
