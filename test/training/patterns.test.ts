import { expect, test } from 'vitest'
import { trainedOf } from '../../src/training/trained.ts'

const names = ['embed.weight', 'rnn.0.Wf', 'rnn.0.Wb', 'rnn.10.Wf', 'head.weight', 'head.bias']
const frozen = (...patterns: string[]): string[] => [...trainedOf(names, { frozen: patterns }).frozen]

test.each<[string, string[]]>([
  ['head.bias', ['head.bias']],
  ['rnn.*', ['rnn.0.Wf', 'rnn.0.Wb', 'rnn.10.Wf']],
  ['*.weight', ['embed.weight', 'head.weight']],
  ['rnn.*.Wf', ['rnn.0.Wf', 'rnn.10.Wf']],
  ['*0*f', ['rnn.0.Wf', 'rnn.10.Wf']],
  ['*e*d*', ['embed.weight', 'head.weight', 'head.bias']],
  ['embed*weight', ['embed.weight']],
  ['head.*bias', ['head.bias']],
])('%s stands for %j', (pattern, expected) => expect(frozen(pattern)).toEqual(expected))

test.each(['embed.weight.weight*', 'rnn.0*0.Wf', 'head.weigh*ght', 'mbed*', '*Wff', '*b*b*b*', 'r*n.0.W*fWf'])(
  '%s stands for none: its parts may not overlap',
  (pattern) => expect(() => frozen(pattern)).toThrow(`the model has no parameter ${pattern}`),
)

test('of several rates that fit the last counts; one of 1, or of what is frozen, is none', () => {
  const rates = { '*': 0.5, 'head.*': 2, 'head.bias': 1, 'rnn.*': 0.25 }
  expect(Object.fromEntries(trainedOf(names, { rates, frozen: ['rnn.10.*'] }).rates)).toEqual({
    'embed.weight': 0.5,
    'rnn.0.Wf': 0.25,
    'rnn.0.Wb': 0.25,
    'head.weight': 2,
  })
})

test.each<[string, object, string]>([
  ['rates as a list', { rates: [0.1] }, 'it must be rates by name'],
  ['no list of rates', { rates: [] }, 'it must be rates by name'],
  ['null for rates', { rates: null }, 'rates is null; it must be rates by name'],
  ['a text for rates', { rates: '' }, 'it must be rates by name'],
  ['null for what is frozen', { frozen: null }, 'frozen is null; it must be a list of names'],
  ['a number among what is frozen', { frozen: [3] }, 'it must be names of parameters'],
  ['a rate that is no number', { rates: { '*': '1' } }, "rates['*'] is '1'"],
])('%s is an error', (_, options, message) => expect(() => trainedOf(names, options)).toThrow(message))

test('a model without parameters has nothing to freeze', () => {
  expect(trainedOf([], {})).toEqual({ frozen: new Set(), rates: new Map() })
})
