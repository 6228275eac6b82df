import { expect, test } from 'vitest'
import { changeInWords, changesOf, isFree, type Terms } from '../../src/training/terms.ts'

const terms: Terms = {
  data: 'a1',
  batch: 8,
  accumulate: 1,
  optimizer: { name: 'adam', options: { lr: 0.1, betas: [0.9, 0.999] } },
  frozen: ['a.*'],
  rates: { 'b.*': 0.5 },
  clip: { name: 'norm', options: { max: 5 } },
  patience: null,
  model: { layers: [{ hidden: 4 }, { hidden: 8, cell: 'gru' }] },
}
const names = (now: Terms, stored = terms): string[] => changesOf(stored, now).map(({ name }) => name)

test('the same terms are no change, in whatever order their names stand', () => {
  const { options } = terms['optimizer'] as { options: object }
  const turned = Object.fromEntries(Object.entries(options).reverse())
  expect(names({ ...terms, optimizer: { options: turned, name: 'adam' } as never })).toEqual([])
  expect(names({ ...terms, model: { layers: [{ hidden: 4 }, { cell: 'gru', hidden: 8 }] } })).toEqual([])
  expect(names({ ...terms, batch: NaN }, { ...terms, batch: NaN })).toEqual([])
})

test.each<[string, Terms, string[]]>([
  ['a number', { batch: 16 }, ['batch']],
  ['one that is given now', { patience: 3 }, ['patience']],
  ['a clip, which is named as a whole', { clip: { name: 'norm', options: { max: 1 } } }, ['clip']],
  [
    'scheduled sampling, which is named as a whole',
    { scheduledSampling: { name: 'constant', options: { probability: 0.5 } } },
    ['scheduledSampling'],
  ],
  ['no clip any more', { clip: null }, ['clip']],
  ['what is frozen besides', { frozen: ['a.*', 'c'] }, ['frozen[1]']],
  ['nothing is frozen any more', { frozen: [] }, ['frozen[0]']],
  ['a rate', { rates: { 'b.*': 0.25 } }, ['rates.b.*']],
  [
    'a layer within the model',
    { model: { layers: [{ hidden: 4 }, { hidden: 9, cell: 'gru' }] } },
    ['model.layers[1].hidden'],
  ],
  ['a list for an object', { rates: [0.5] }, ['rates']],
  ['an object for a list', { frozen: { 0: 'a.*' } }, ['frozen']],
  [
    'every option of the optimizer',
    { optimizer: { name: 'adam', options: { lr: 1, betas: [0.9, 0.99], eps: 1 } } },
    ['optimizer.lr', 'optimizer.betas', 'optimizer.eps'],
  ],
  [
    'one that the optimizer has not any more',
    { optimizer: { name: 'adam', options: { lr: 0.1 } } },
    ['optimizer.betas'],
  ],
  ['another optimizer', { optimizer: { name: 'sgd', options: { lr: 1 } } }, ['optimizer']],
])('a change is named by where it is: %s', (_, now, expected) => expect(names({ ...terms, ...now })).toEqual(expected))

test('what version 0.1.0 did not store it did so; what nobody knows is no change', () => {
  const { accumulate: _, frozen: __, rates: ___, ...old } = terms
  const alike = { accumulate: 1, scheduledSampling: null, frozen: [], rates: {}, split: 'end' }
  expect(names({ ...terms, ...alike }, old)).toEqual([])
  expect(names({ ...terms, frozen: [], rates: {}, accumulate: 2, split: 'drawn' }, old)).toEqual([
    'accumulate',
    'split',
  ])
  expect(names({ ...terms, later: 1 })).toEqual([])
})

test('a run may go on faster, longer or more patiently, but on the same data with the same model', () => {
  const free = (name: string): boolean => isFree({ name, stored: 1, now: 2 })
  const may = [
    'clip',
    'scheduledSampling',
    'epochs',
    'steps',
    'minutes',
    'patience',
    'minDelta',
    'frozen',
    'frozen[0]',
    'rates',
    'rates.b.*',
  ]
  expect([...may, 'optimizer.lr'].filter((name) => !free(name))).toEqual([])
  const mayNot = ['optimizer', 'data', 'batch', 'unroll', 'model.layers[1].hidden', 'my.optimizer.lr', 'loss', 'seed']
  expect(mayNot.filter(free)).toEqual([])
})

test('a change is told in words', () => {
  expect(changeInWords({ name: 'batch', stored: 8, now: 16 })).toBe('batch is 16, in the stored run 8')
  expect(changeInWords({ name: 'clip', stored: null, now: { max: 5 } })).toBe(
    'clip is {"max":5}, in the stored run not given',
  )
  expect(changeInWords({ name: 'data', stored: 'a1', now: 'b2' })).toBe(
    'the data is not that of the stored run (its checksum is b2, not a1)',
  )
  const [most, more] = ['x'.repeat(120), 'x'.repeat(121)]
  expect(changeInWords({ name: 'on', stored: most, now: more })).toBe(`on is ${most}…, in the stored run ${most}`)
})
