// A data set of one's own, written from public exports alone, is really asked; and what it gives is held against the model.
import { describe, expect, test } from 'vitest'
import type { UnrolledError } from 'unrolled'
import {
  chain,
  crossEntropy,
  defineLayer,
  embedding,
  evaluate,
  gru,
  languageModel,
  learner,
  linear,
  lstm,
  meanSquaredError,
  memoryStore,
  network,
  predict,
  recurrent,
  sequences,
  text,
  train,
  vectors,
  type DataPort,
  type DataSet,
  type Filled,
  type Model,
  type TrainingBatch,
  type TrainingData,
  type TrainingOptions,
} from 'unrolled'
import { add, constant, mul } from 'unrolled/graph'
import { everyBackend } from '../every-backend.ts'

const columns = 3
const eachStep = ['time', 'batch'] as const

/** Sines computed where they are asked for; nothing is kept. */
class Waves implements DataSet {
  readonly ports: Readonly<Record<string, DataPort>> = {
    x: { kind: 'vector', columns, axes: eachStep },
    targets: { kind: 'vector', columns: 2, axes: eachStep },
  }
  readonly hash: string
  readonly units = 'samples'
  readonly count: number
  readonly longest = 9
  readonly usual = { batch: 4 }
  /** What was asked of it. */
  readonly asked: string[] = []

  constructor(count = 10) {
    this.count = count
    this.hash = `waves of ${count}`
  }

  parts({ batch, validation, seed }: Parameters<DataSet['parts']>[0]) {
    const kept = Math.round(this.count * validation)
    this.asked.push(`parts of ${batch}, seed ${seed}`)
    return {
      training: this.#batches(0, this.count - kept, batch),
      ...(kept > 0 && { validation: this.#batches(this.count - kept, this.count, batch) }),
    }
  }

  whole({ batch = 4 }: Parameters<DataSet['whole']>[0] = {}) {
    this.asked.push('whole')
    return this.#batches(0, this.count, batch)
  }

  length(sequence: number): number {
    return this.longest - (sequence % 3)
  }

  x(sequence: number, step: number, column: number): number {
    return Math.fround(Math.sin(sequence + step / (column + 1)))
  }

  target(sequence: number, step: number, column: number): number {
    return this.x(sequence, step + 1, column)
  }

  #batches(first: number, end: number, size: number): TrainingData {
    const batches = Math.ceil((end - first) / size)
    const lengths = Array.from({ length: end - first }, (_, i) => this.length(first + i))
    return {
      batches,
      longest: this.longest,
      positions: lengths.reduce((a, b) => a + b, 0),
      open: (_, index): TrainingBatch => {
        const from = first + index * size
        const batch = Math.min(size, end - from)
        const own = lengths.slice(index * size, index * size + batch)
        return { batch, steps: Math.max(...own), lengths: Float32Array.from(own), fill: this.#fill(from, batch) }
      },
    }
  }

  #fill(first: number, batch: number) {
    return (step: number, count: number, { x, targets }: Filled): void => {
      for (let t = 0; t < count; t++) {
        for (let b = 0; b < batch; b++) {
          const row = t * batch + b
          // Past its end a sequence gives whatever it likes.
          const wild = step + t >= this.length(first + b)
          for (let c = 0; c < columns; c++) {
            if (x) x[row * columns + c] = wild ? NaN : this.x(first + b, step + t, c)
            if (targets && c < 2) targets[row * 2 + c] = wild ? Infinity : this.target(first + b, step + t, c)
          }
        }
      }
    }
  }
}

const model = (): Model =>
  network(chain({ rnn: recurrent({ cell: lstm, input: columns, hidden: 4 }), head: linear({ input: 4, output: 2 }) }), {
    loss: meanSquaredError(),
    seed: 1,
  })

/** The same numbers in a list. */
const listed = (waves: Waves) =>
  sequences(
    Array.from({ length: waves.count }, (_, i) => {
      const steps = Array.from({ length: waves.length(i) }, (_, t) => t)
      return {
        x: steps.map((t) => [0, 1, 2].map((c) => waves.x(i, t, c))),
        target: steps.map((t) => [0, 1].map((c) => waves.target(i, t, c))),
      }
    }),
  )

async function losses(data: DataSet, options: TrainingOptions, of = model()): Promise<number[]> {
  const all: number[] = []
  for await (const event of train(of, data, options)) {
    if (event.event === 'step') all.push(event.loss)
    if (event.event === 'validation') all.push(event.validationLoss)
  }
  return all
}

describe.each(everyBackend)('on %s', (_, engine) => {
  test('it is learnt from as a list of the same numbers is, bit for bit', async () => {
    // Of one sequence no order is drawn.
    const one = new Waves(1)
    const options: TrainingOptions = { ...engine, unroll: 4, steps: 8 }
    expect(await losses(one, options)).toEqual(await losses(listed(one), options))
    expect(one.asked).toContain('parts of 4, seed 1')
    const ten = new Waves()
    const updated = async (data: DataSet): Promise<unknown> => {
      const learning = await learner(model(), engine)
      const learned = [await learning.update(data), await learning.update(data)]
      await learning.end()
      return learned
    }
    expect(await updated(ten)).toEqual(await updated(listed(ten)))
  })
})

test('a share is kept for validation as it says, a set of its own is measured whole, and batches are as usual', async () => {
  const waves = new Waves()
  const [own, set] = await Promise.all([
    losses(waves, { steps: 2, validation: 0.2, validateEvery: 2 }),
    losses(new Waves(8), { steps: 2, validation: new Waves(10), validateEvery: 2, batch: 4 }),
  ])
  expect(own).toHaveLength(3)
  expect(set).toHaveLength(3)
  expect(waves.asked.at(-1)).toBe('parts of 4, seed 1')
  // Trained on the same eight; measured by other sequences.
  expect(own.slice(0, 2)).toEqual(set.slice(0, 2))
  expect(own[2]).not.toBe(set[2])
})

test('a run on it is gone on with, and one on other data is refused', async () => {
  const checkpoint = memoryStore()
  const options = { batch: 4, checkpoint }
  const whole = await losses(new Waves(), { batch: 4, steps: 6 })
  const first = await losses(new Waves(), { ...options, steps: 3 })
  const second = await losses(new Waves(), { ...options, steps: 6, resume: true })
  expect([...first, ...second]).toEqual(whole)
  await expect(losses(new Waves(9), { ...options, steps: 9, resume: true })).rejects.toMatchObject({
    code: 'checkpoint',
  })
})

test('it is evaluated as a list of the same numbers', async () => {
  const waves = new Waves()
  const [own, list] = await Promise.all([evaluate(model(), waves), evaluate(model(), listed(waves))])
  expect(own.loss).toBeCloseTo(list.loss, 6)
  expect(own.positions).toBe(list.positions)
})

/** The same data, step t of a sequence counting t % 3. */
class Weighted extends Waves {
  override readonly ports = {
    ...new Waves().ports,
    weights: { kind: 'vector', columns: 1, axes: eachStep, optional: true },
  } as const

  override parts(options: Parameters<DataSet['parts']>[0]) {
    const { training } = super.parts(options)
    return { training: weighted(training) }
  }

  override whole(options?: Parameters<DataSet['whole']>[0]) {
    return weighted(super.whole(options))
  }
}

const weighted = (data: TrainingData): TrainingData => ({
  ...data,
  open(pass, index) {
    const batch = data.open(pass, index)
    return {
      ...batch,
      weighted: true,
      fill(step, count, into) {
        batch.fill(step, count, into)
        const { weights } = into
        if (!weights) return
        for (let row = 0; row < count * batch.batch; row++) weights[row] = (step + Math.floor(row / batch.batch)) % 3
      },
    }
  },
})

test('steps count as its weights say: in evaluation, and in training, where windows in which nothing counts make no update', async () => {
  const waves = new Weighted()
  const items = Array.from({ length: waves.count }, (_, i) =>
    Array.from({ length: waves.length(i) }, (_, t) => [0, 1, 2].map((c) => waves.x(i, t, c))),
  )
  const said = await predict(model(), items)
  let sum = 0
  let total = 0
  said.forEach(({ steps }, i) =>
    steps!.forEach(({ values }, t) => {
      const squares = values!.map((value, c) => (value - waves.target(i, t, c)) ** 2)
      sum += (t % 3) * ((squares[0]! + squares[1]!) / 2)
      total += t % 3
    }),
  )
  const { loss, positions } = await evaluate(model(), waves)
  expect(loss).toBeCloseTo(sum / total, 6)
  expect(positions).toBe(items.flatMap((item) => item.map((_, t) => t % 3)).filter((weight) => weight > 0).length)
  const [first] = await losses(waves, { batch: 10, steps: 1 })
  expect(first).toBeCloseTo(loss, 6)
  // Steps 0, 3 and 6 count nothing: of nine windows of one step three make no update.
  const updates = await losses(waves, { batch: 10, unroll: 1, epochs: 1 })
  expect(updates).toHaveLength(6)
})

test('a model of several inputs is given each by its name, one of them once a sequence', async () => {
  const layer = defineLayer({
    description: { kind: 'sum' },
    inputs: { x: vectors(1), pitch: vectors(1), key: vectors(1, ['batch']) },
    outputs: { output: vectors(1) },
    build: (_, { x, pitch, key }) => ({ output: add(add(x!, mul(constant(2), pitch!)), key!) }),
  })
  const whole: TrainingData = {
    batches: 1,
    longest: 3,
    positions: 12,
    open: () => ({
      batch: 4,
      steps: 3,
      fill(step, count, { x, pitch, key, targets }) {
        for (let row = 0; row < count * 4; row++) {
          const [t, b] = [step + Math.floor(row / 4), row % 4]
          if (x) x[row] = t
          if (pitch) pitch[row] = b * t
          if (key) key[row] = 10 * b
          if (targets) targets[row] = t + 2 * b * t + 10 * b
        }
      },
    }),
  }
  const port: DataPort = { kind: 'vector', columns: 1, axes: eachStep }
  const ports = { x: port, pitch: port, key: { ...port, axes: ['batch'] }, targets: port } as const
  const data = {
    ports,
    hash: '',
    units: 'notes',
    count: 4,
    longest: 3,
    parts: () => ({ training: whole }),
    whole: () => whole,
  }
  const sum = network(layer, { loss: meanSquaredError() })
  expect(await evaluate(sum, data)).toMatchObject({ loss: 0, positions: 12 })
  const { pitch: _, ...rest } = ports
  await expect(evaluate(sum, { ...data, ports: rest })).rejects.toThrow(
    'the model reads pitch; the data has x, key, targets',
  )
})

describe('what does not fit the model is refused before the first step', () => {
  const refused = (of: Model, data: DataSet, message: RegExp | string): void => {
    try {
      train(of, data, { batch: 2 })
    } catch (error) {
      expect((error as UnrolledError).code).toBe('data')
      expect((error as UnrolledError).message).toMatch(message)
      return
    }
    expect.unreachable()
  }
  const changed = (ports: Partial<Record<'x' | 'targets', Partial<DataPort>>>): DataSet => {
    const waves = new Waves()
    const whole = { ...waves.ports }
    for (const name of ['x', 'targets'] as const) whole[name] = { ...whole[name]!, ...ports[name] }
    return Object.assign(waves, { ports: whole })
  }

  test('ports', () => {
    const { x } = new Waves().ports
    refused(model(), Object.assign(new Waves(), { ports: { x } }), 'the model reads targets; the data has x')
    refused(model(), changed({ x: { columns: 4 } }), 'x: 4 columns; the model takes 3 columns')
    refused(model(), changed({ targets: { columns: 1 } }), 'targets: 1 column; meanSquaredError on an output of 2')
    refused(model(), changed({ x: { kind: 'symbols', symbols: 3 } }), 'x: symbols, but the model takes vectors of 3')
    refused(model(), {} as DataSet, 'one of your own has ports, hash, units, count, longest, parts and whole')
  })

  /** Ids that are right, but one. */
  const ids = (wrong: number, port: Partial<DataPort> = {}): DataSet => {
    const axes = eachStep
    const batch: TrainingBatch = {
      batch: 2,
      steps: 6,
      fill(step, count, { x, targets }) {
        for (let row = 0; row < count * 2; row++) {
          if (x) x[row] = step * 2 + row === 7 ? wrong : row % 3
          if (targets) targets[row] = 1
        }
      },
    }
    const training = { batches: 1, longest: 6, positions: 12, open: () => batch }
    return {
      ports: { x: { kind: 'vector', columns: 1, axes, ...port }, targets: { kind: 'vector', columns: 1, axes } },
      hash: 'ids',
      units: 'steps',
      count: 2,
      longest: 6,
      parts: () => ({ training }),
      whole: () => training,
    }
  }
  const symbols = (): Model =>
    network(
      chain({
        embed: embedding({ symbols: 5, size: 2 }),
        rnn: recurrent({ cell: gru, input: 2, hidden: 2 }),
        head: linear({ input: 2, output: 3 }),
      }),
      { loss: crossEntropy() },
    )

  test('numbers, wherever they stand', () => {
    refused(symbols(), ids(5), 'sequence 1, step 3, column 0 of x is 5; the model has 5 symbols, numbered from 0 to 4')
    refused(symbols(), ids(0.5), 'x is 0.5')
    refused(symbols(), ids(NaN), 'x is NaN')
  })

  test('symbols that it does not have, though it says it has: none of them reaches a kernel', async () => {
    const liar = ids(5000, { kind: 'symbols', symbols: 5 })
    const run = train(symbols(), liar, { batch: 2, unroll: 3 })
    await expect(run.finish()).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/x is 5000 at step 3 of sequence 1 of the batch; .* from 0 to 4/) as string,
    })
    await expect(evaluate(symbols(), liar)).rejects.toMatchObject({ code: 'data' })
  })

  test('a vocabulary of its own', () => {
    const own = languageModel(text('abcabc'), { cell: gru, hidden: 2 })
    const { vocabulary } = text('xyzxyz')
    refused(own, ids(1, { kind: 'symbols', symbols: 3, vocabulary }), 'x: symbols of another vocabulary')
  })
})
