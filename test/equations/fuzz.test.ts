import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellsByName } from '../../src/cells/index.ts'
import { UnrolledError } from '../../src/error.ts'
import { latex, parse, print, understand } from '../../src/equations/index.ts'

const pieces = [
  ...[
    'h',
    'c',
    'x',
    'y',
    'W',
    'Wz',
    'b',
    'z',
    'h~',
    'hidden',
    'tanh',
    'σ',
    'clip',
    'max',
    'where',
    'mean',
    'leaky_relu(h, 0.1)',
    'é',
    'constructor',
    '__proto__',
  ],
  ...[
    "'",
    '′',
    '+',
    '-',
    '*',
    '/',
    '<',
    '>',
    '@',
    '⊙',
    '·',
    '−',
    '(',
    ')',
    '[',
    ']',
    ',',
    '=',
    ':',
    '#',
    ' ',
    '\t',
    '\n',
    '\r',
  ],
  ...[
    '1',
    '.5',
    '1e9',
    '1e-',
    '~',
    "h' = ",
    'name:',
    'size: h = ',
    'init: b = ',
    'state: h = ',
    'param: p',
    '😀',
    '\0',
  ],
]

/** A text is an UnrolledError, or means something that survives printing. */
function holds(text: string): boolean {
  let written: string
  try {
    written = print(parse(text))
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error
    return false
  }
  if (print(parse(written)) !== written) throw new Error(`not canonical: ${written}`)
  try {
    const meaning = understand(text)
    latex(meaning)
    expect(understand(written).parameters).toEqual(meaning.parameters)
    return true
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error
    return false
  }
}

test('random pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (list) => void holds(list.join(''))),
    { numRuns: 3000, seed: 1 },
  )
})

test('random characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void holds(text)),
    { numRuns: 700, seed: 2 },
  )
})

test('cells with pieces cut, doubled and put in', () => {
  const texts = [...cellsByName.values()].map((cell) => cell.text())
  let meant = 0
  const edit = fc.record({ at: fc.nat(400), cut: fc.nat(6), put: fc.constantFrom('', ...pieces) })
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
      const changed = edits.reduce(
        (text, { at, cut, put }) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + cut),
        text,
      )
      if (holds(changed)) meant++
    }),
    { numRuns: 2500, seed: 3 },
  )
  // Enough of them still mean something for the test to reach past the parser.
  expect(meant).toBeGreaterThan(100)
})

test('random expressions come back from their text', () => {
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom('h', 'x', "h'", 'b', '0.25', '3'),
      fc.tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/'), tie('expression')).map((all) => all.join('')),
      fc.tuple(tie('expression'), fc.constantFrom('<', '>'), tie('expression')).map((all) => `(${all.join('')})`),
      tie('expression').map((inner) => `(${inner})`),
      tie('expression').map((inner) => `-${inner}`),
      tie('expression').map((inner) => `tanh(${inner})`),
      tie('expression').map((inner) => `hard_sigmoid(${inner}, 0.2, -.5)`),
      fc.array(tie('expression'), { minLength: 3, maxLength: 3 }).map((all) => `where(${all.join(', ')})`),
      tie('expression').map((inner) => `W@${inner.startsWith('(') ? inner : `(${inner})`}`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[${a}, ${b}]`),
    ),
  }))
  const bare = (key: string, value: unknown): unknown => (key === 'at' || key === 'text' ? undefined : value)
  fc.assert(
    fc.property(expression, (text) => {
      const read = parse(`h' = ${text}`)
      expect(JSON.stringify(parse(print(read)), bare)).toBe(JSON.stringify(read, bare))
      holds(`h' = ${text}`)
    }),
    { numRuns: 1000, seed: 4 },
  )
})
