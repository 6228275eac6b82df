import { describe, expect, test } from 'vitest'
import {
  binaryCrossEntropy,
  crossEntropy,
  decodeModel,
  encodeModel,
  huber,
  linear,
  meanAbsoluteError,
  meanSquaredError,
  network,
  smoothL1,
  UnrolledError,
  type Loss,
} from 'unrolled'
import { symbolsOf, vectors } from '../../src/layers/index.ts'

const every: readonly Loss[] = [
  crossEntropy(),
  crossEntropy({ labelSmoothing: 0.1, weights: [1, 2, 3], ignore: -100 }),
  binaryCrossEntropy(),
  binaryCrossEntropy({ positiveWeight: [1, 2, 3] }),
  meanSquaredError(),
  meanAbsoluteError(),
  smoothL1({ beta: 0.25 }),
  huber({ delta: 2 }),
]

test.each(every.map((loss) => [`${loss.name} ${JSON.stringify(loss.options)}`, loss] as const))(
  'a model file keeps %s',
  (_, loss) => {
    const { loss: back } = decodeModel(encodeModel(network(linear({ input: 2, output: 3 }), { loss })))
    expect({ name: back.name, options: back.options }).toEqual({ name: loss.name, options: loss.options })
    expect(back.target(vectors(3))).toEqual(loss.target(vectors(3)))
    expect(back.weight?.([1], 0)).toBe(loss.weight?.([1], 0))
  },
)

test('targets are said: columns, classes, range, what is ignored', () => {
  expect(crossEntropy().target(vectors(4))).toEqual({ ...symbolsOf(4), range: { from: 0, to: 3, whole: true } })
  expect(crossEntropy().target(vectors(4, ['batch'])).axes).toEqual(['batch'])
  expect(crossEntropy({ ignore: -1 }).target(vectors(4)).range).toEqual({ from: 0, to: 3, whole: true, except: -1 })
  expect(binaryCrossEntropy().target(vectors(4))).toEqual({ ...vectors(4), range: { from: 0, to: 1 } })
  for (const loss of [meanSquaredError(), meanAbsoluteError(), huber(), smoothL1()])
    expect(loss.target(vectors(4))).toEqual(vectors(4))
})

describe('wrong options', () => {
  test.each([
    [
      () => crossEntropy({ labelSmoothing: 1.5 }),
      'labelSmoothing is 1.5; it must be a finite number, at least 0 and at',
    ],
    [() => crossEntropy({ label_smoothing: 0.1 } as never), 'did you mean labelSmoothing?'],
    [() => crossEntropy({ ignore_index: 0 } as never), 'did you mean ignore?'],
    [() => crossEntropy({ weights: [] }), 'weights is []; it must be one number for each class'],
    [() => crossEntropy({ weights: [1, -1] }), 'weights[1] is -1; it must be a finite number, at least 0'],
    [
      () => crossEntropy({ weights: [1, 0], labelSmoothing: 0.1 }),
      'weights[1] is 0; it must be a finite number, above 0',
    ],
    [
      () => crossEntropy({ weights: new Array<number>(5000).fill(1), labelSmoothing: 0.1 }),
      'at most 4096 classes with labelSmoothing',
    ],
    [() => crossEntropy({ ignore: 0.5 }), 'ignore is 0.5; it must be a whole number'],
    [() => huber({ delta: 0 }), 'huber: delta is 0; it must be a finite number, above 0'],
    [() => huber({ beta: 1 } as never), 'did you mean delta?'],
    [() => smoothL1({ beta: -1 }), 'smoothL1: beta is -1'],
    [() => binaryCrossEntropy({ pos_weight: 2 } as never), 'did you mean positiveWeight?'],
    [() => binaryCrossEntropy({ positiveWeight: [1, -2] }), 'positiveWeight[1] is -2'],
    [() => binaryCrossEntropy({ positiveWeight: new Array<number>(5000).fill(1) }), 'at most 4096 numbers'],
    [() => crossEntropy(0.1 as never), 'crossEntropy: options are an object, not 0.1'],
    [
      () => network(linear({ input: 1, output: 3 }), { loss: crossEntropy({ weights: [1, 2] }) }),
      'crossEntropy: weights are 2 numbers; the output has 3 classes',
    ],
    [
      () => network(linear({ input: 1, output: 3 }), { loss: binaryCrossEntropy({ positiveWeight: [1, 2] }) }),
      'binaryCrossEntropy: positiveWeight has 2 numbers; the output has 3 columns',
    ],
    [() => network(linear({ input: 1, output: 3 }), { loss: crossEntropy as never }), 'loss must be a loss'],
  ])('%s', (make, message) => {
    expect(make).toThrow(UnrolledError)
    expect(make).toThrow(message)
  })
})
