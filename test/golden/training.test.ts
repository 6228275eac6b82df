import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  adagrad,
  adam,
  adamW,
  chain,
  clipByNorm,
  crossEntropy,
  embedding,
  linear,
  lstm,
  network,
  recurrent,
  rmsprop,
  setParameters,
  sgd,
  tensor,
  type Optimizer,
} from 'unrolled'
import { fromPyTorch } from '../../src/formats/pytorch.ts'
import { backendFor, Runner } from '../../src/runtime/index.ts'
import { Bptt } from '../../src/training/bptt.ts'
import { Update } from '../../src/training/update.ts'

interface Stored {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
interface Golden {
  readonly sizes: {
    readonly symbols: number
    readonly embedding: number
    readonly hidden: number
    readonly time: number
    readonly batch: number
  }
  readonly weights: Readonly<Record<string, Stored>>
  readonly ids: Stored
  readonly targets: Stored
  readonly runs: readonly {
    readonly optimizer: string
    readonly options: Readonly<Record<string, number | boolean | readonly number[]>>
    readonly clip: number | null
    readonly losses: readonly number[]
    readonly norms?: readonly number[]
  }[]
}

const golden = JSON.parse(readFileSync(new URL('./training.json', import.meta.url), 'utf8')) as Golden
const makers: Readonly<Record<string, (options: object) => Optimizer>> = {
  SGD: sgd,
  RMSprop: rmsprop,
  Adagrad: adagrad,
  Adam: adam,
  AdamW: adamW,
}
const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

test.each(golden.runs.map((run) => [`${run.optimizer} ${JSON.stringify(run.options)} clip ${run.clip}`, run] as const))(
  'twenty steps of %s have the losses of PyTorch',
  async (_, { optimizer, options, clip, losses, norms }) => {
    const { symbols, embedding: size, hidden, time, batch } = golden.sizes
    const net = chain({
      embedding: embedding({ symbols, size }),
      lstm: recurrent({ cell: lstm, input: size, hidden }),
      linear: linear({ input: hidden, output: symbols }),
    })
    const model = network(net, { loss: crossEntropy() })
    const weights = Object.fromEntries(
      Object.entries(golden.weights).map(([name, { shape, data }]) => [name, tensor(Float64Array.from(data), shape)]),
    )
    setParameters(model, fromPyTorch(net, weights, { embedding: 'embedding', lstm: 'lstm', linear: 'linear' }))
    const runner = new Runner(await backendFor({ backend: 'wasm' }), net)
    const given = Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]))
    const update = await Update.create(runner, makers[optimizer]!(given), clip === null ? undefined : clipByNorm(clip))
    runner.upload(model.parameters)
    const bptt = new Bptt(runner, model, 0)
    const made = makers[optimizer]!(given)
    for (const [n, wanted] of losses.entries()) {
      const from = n * time * batch
      await bptt.begin(
        {
          batch,
          steps: time,
          fill(_step, count, { x, targets }) {
            for (let i = 0; i < count * batch; i++) {
              x![i] = golden.ids.data[from + i]!
              targets![i] = golden.targets.data[from + i]!
            }
          },
        },
        { every: time, unroll: time, segment: 8 },
      )
      await bptt.next(0, 1 / (time * batch))
      const { loss, norm } = await update.measure()
      expect(Math.abs(loss - wanted)).toBeLessThan(1e-4)
      if (norms) expect(Math.abs(norm / norms[n]! - 1)).toBeLessThan(1e-3)
      update.apply(n + 1, made.lr.lr(n + 1, 0, losses.length))
    }
    runner.dispose()
  },
)
