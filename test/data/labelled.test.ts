import { describe, expect, test } from 'vitest'
import { labelled, table, tagged, tensor, type Tensor } from 'unrolled'
import { codingFrom } from '../../src/data/coding/index.ts'

const rowsOf = (data: ReturnType<typeof labelled>, i: number): number[] => [...(data.items[i]!.x as Tensor).data]
const shapeOf = (data: ReturnType<typeof labelled>, i: number): readonly number[] => (data.items[i]!.x as Tensor).shape

describe('labelled', () => {
  test('reads texts by characters where they are words, by words where they are sentences', () => {
    const names = labelled(
      [
        { n: 'ab', c: 'x' },
        { n: 'b', c: 'y' },
      ],
      { text: 'n', label: 'c' },
    )
    expect(names.input.content()).toMatchObject({ units: 'characters', symbols: ['a', 'b'] })
    expect(names.items.map(({ x, target }) => [x, target])).toEqual([
      [Float32Array.of(0, 1), Float32Array.of(0)],
      [Float32Array.of(1), Float32Array.of(1)],
    ])
    const lines = [
      { n: 'all of them here now', c: 'x' },
      { n: 'all of them here too', c: 'y' },
    ]
    expect(labelled(lines, { text: 'n', label: 'c' }).input.content()).toMatchObject({ units: 'words' })
    expect(
      labelled(lines, { text: 'n', label: 'c', longest: 2 }).items.map(({ x }) => (x as Float32Array).length),
    ).toEqual([2, 2])
  })

  test('scales numbers to a mean of 0 and a deviation of 1, makes a column of each name of a category, and leaves constants', () => {
    const rows = [
      { a: 1, color: 'red', k: 5, y: true },
      { a: 3, color: 'blue', k: 5, y: false },
    ]
    const data = labelled(rows, { x: ['a', 'color', 'k'], label: 'y' })
    expect(data.labels!.names).toEqual([false, true])
    expect(rowsOf(data, 0)).toEqual([-1, 0, 1, 0])
    expect(rowsOf(data, 1)).toEqual([1, 1, 0, 0])
    expect(rowsOf(labelled(rows, { x: 'a', label: 'y', scale: false }), 1)).toEqual([3])
  })

  test('puts the rows of a sequence together, in the order of their times', () => {
    const rows = [
      { id: 'u', t: 2, v: 20, y: 1 },
      { id: 'w', t: 1, v: 5, y: 0 },
      { id: 'u', t: 1, v: 10, y: 1 },
    ]
    const data = labelled(rows, { x: 'v', sequence: 'id', time: 't', label: 'y', scale: false })
    expect([rowsOf(data, 0), rowsOf(data, 1)]).toEqual([[10, 20], [5]])
    expect([data.count, data.longest, data.labels!.names]).toEqual([2, 2, [0, 1]])
    const unordered = labelled(rows, { x: 'v', sequence: 'id', label: 'y', scale: false })
    expect(rowsOf(unordered, 0)).toEqual([20, 10])
  })

  test('scales each column of lists by itself where that is said, and reads other lists alike', () => {
    const series = [
      {
        x: [
          [0, 100],
          [2, 300],
        ],
        is: 'a',
      },
      { x: [[4, 500]], is: 'b' },
    ]
    const data = labelled(series, { x: 'x', label: 'is', scale: 'columns' })
    const far = Math.fround(2 / Math.sqrt(8 / 3))
    expect(rowsOf(data, 0)).toEqual([-far, -far, 0, 0])
    expect(rowsOf(labelled([{ x: [[6, 300]], is: 'b' }], { like: data }), 0)).toEqual([2 * far, 0])
    const kept = codingFrom(JSON.parse(JSON.stringify(data.input.content())))
    expect(kept.rows([[6, 300]], () => 'it')).toEqual(data.input.rows([[6, 300]], () => 'it'))
    expect(() =>
      codingFrom({
        kind: 'list',
        name: 'x',
        columns: 3,
        scaling: [
          { mean: 0, deviation: 1 },
          { mean: 0, deviation: 1 },
        ],
      }),
    ).toThrow('neither one scaling nor one for each column')
  })

  test('cuts lists and rows into steps; one scaling holds for all numbers of a list', () => {
    const images = [
      { pixels: [0, 0, 0, 4], is: 1 },
      { pixels: Float32Array.of(4, 4, 4, 0), is: 2 },
    ]
    const byRows = labelled(images, { x: 'pixels', steps: 2, label: 'is' })
    expect([shapeOf(byRows, 0), rowsOf(byRows, 0)]).toEqual([
      [2, 2],
      [-1, -1, -1, 1],
    ])
    expect(shapeOf(labelled(images, { x: 'pixels', label: 'is' }), 0)).toEqual([4, 1])
    expect(shapeOf(labelled(images, { x: 'pixels', steps: 1, label: 'is' }), 0)).toEqual([1, 4])
    const wide = labelled(
      [
        { a: 1, b: 2, y: 0 },
        { a: 3, b: 4, y: 1 },
      ],
      { x: ['a', 'b'], steps: 2, label: 'y', scale: false },
    )
    expect([shapeOf(wide, 1), rowsOf(wide, 1)]).toEqual([
      [2, 1],
      [3, 4],
    ])
    const given = labelled(
      [
        {
          v: [
            [1, 2],
            [3, 4],
          ],
          y: 0,
        },
        { v: tensor([5, 6], [1, 2]), y: 1 },
      ],
      { x: 'v', label: 'y', scale: false },
    )
    expect([shapeOf(given, 0), rowsOf(given, 1)]).toEqual([
      [2, 2],
      [5, 6],
    ])
  })

  test('numbers to be told are scaled, each by itself', () => {
    const data = labelled(
      [
        { v: 1, y: 10, z: 0 },
        { v: 2, y: 30, z: 1 },
      ],
      { x: 'v', target: ['y', 'z'] },
    )
    expect(data.measures).toEqual([
      { name: 'y', mean: 20, deviation: 10 },
      { name: 'z', mean: 0.5, deviation: 0.5 },
    ])
    expect(data.items.map(({ target }) => [...(target as Float32Array)])).toEqual([
      [-1, -1],
      [1, 1],
    ])
  })

  test('other rows are read as the first were: their vocabulary, scaling, labels and columns', () => {
    const first = labelled(
      [
        { a: 0, y: 'p' },
        { a: 2, y: 'q' },
      ],
      { x: 'a', label: 'y' },
    )
    const other = labelled([{ a: 5, y: 'q' }], { like: first })
    expect([rowsOf(other, 0), [...(other.items[0]!.target as Float32Array)]]).toEqual([[4], [1]])
  })

  test.each([
    [
      'a column that is not there',
      [{ aa: 1, y: 0 }],
      { x: 'a', label: 'y' },
      'row 0 has no column a; did you mean aa?',
    ],
    [
      'a text that is none',
      [
        { t: 'a', y: 0 },
        { t: 3, y: 1 },
      ],
      { text: 't', label: 'y' },
      'row 1, t: it is 3; a text is needed',
    ],
    [
      'an empty text',
      [
        { t: 'a', y: 0 },
        { t: '', y: 1 },
      ],
      { text: 't', label: 'y' },
      'row 1, t: the text is empty',
    ],
    [
      'a number that is none',
      [
        { a: 1, y: 0 },
        { a: NaN, y: 1 },
      ],
      { x: 'a', label: 'y' },
      'row 1: a is missing; it must be a number',
    ],
    [
      'labels all alike',
      [
        { a: 1, y: 'p' },
        { a: 2, y: 'p' },
      ],
      { x: 'a', label: 'y' },
      "every label is 'p'",
    ],
    [
      'a label that is missing',
      [
        { a: 1, y: 'p' },
        { a: 2, y: '' },
      ],
      { x: 'a', label: 'y' },
      'row 1, y: a label is a name or a number',
    ],
    [
      'a target that is missing',
      [
        { a: 1, y: 2 },
        { a: 2, y: undefined },
      ],
      { x: 'a', target: 'y' },
      'row 1, y is undefined; it must be a number',
    ],
    [
      'two labels in a sequence',
      [
        { id: 1, a: 1, y: 'p' },
        { id: 1, a: 2, y: 'q' },
      ],
      { x: 'a', sequence: 'id', label: 'y' },
      "row 1, y is 'q', but 'p' earlier in the same sequence",
    ],
    [
      'one time twice',
      [
        { id: 1, t: 1, a: 1, y: 'p' },
        { id: 1, t: 1, a: 2, y: 'p' },
      ],
      { x: 'a', sequence: 'id', time: 't', label: 'y' },
      'row 1, t: the same time as row 0 of the same sequence',
    ],
    [
      'lists of several lengths',
      [
        { v: [1, 2], y: 0 },
        { v: [1], y: 1 },
      ],
      { x: 'v', steps: 2, label: 'y' },
      'row 1, v has 1 numbers; v has 2',
    ],
    ['no row', [], { x: 'a', label: 'y' }, 'there is no row'],
    ['no scale', [{ v: [1], y: 1 }], { x: 'v', label: 'y', scale: 'all' }, "true, false or 'columns'"],
    ['neither label nor target', [{ a: 1 }], { x: 'a' }, 'one of label'],
    ['neither text nor x', [{ a: 1 }], { label: 'a' }, 'one of text'],
  ] as const)('%s is an error that says where', (_, rows, options, message) => {
    expect(() => labelled(rows as never, options as never)).toThrow(message)
  })

  test('what comes later and was not known is an error, or read as <unk> and as no category', () => {
    const texts = [
      { t: 'ab', k: 'x' },
      { t: 'ba', k: 'y' },
    ]
    const strict = labelled(texts, { text: 't', label: 'k' })
    expect(() => labelled([{ t: 'az', k: 'x' }], { like: strict })).toThrow("the character 'z'")
    const open = labelled(texts, { text: 't', label: 'k', ignoreUnknown: true })
    expect(open.input.content()).toMatchObject({ symbols: ['<unk>', 'a', 'b'] })
    expect(labelled([{ t: 'az', k: 'x' }], { like: open }).items[0]!.x).toEqual(Float32Array.of(1, 0))
    const rows = [
      { c: 'red', k: 'x' },
      { c: 'blue', k: 'y' },
    ]
    const colors = labelled(rows, { x: ['c'], label: 'k', ignoreUnknown: true })
    expect(rowsOf(colors, 0)).toEqual([0, 1])
    expect(colors.input.content()).toMatchObject({ columns: [{ categories: ['blue', 'red'], ignoreUnknown: true }] })
    const later = labelled(
      [
        { c: 'pink', k: 'x' },
        { c: undefined, k: 'y' },
      ],
      { like: colors },
    )
    expect([rowsOf(later, 0), rowsOf(later, 1)]).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  test('a sequence says which row it begins with', () => {
    const steps = [3, 1, 3, 1].map((id, i) => ({ id, v: i, k: id }))
    const data = labelled(steps, { x: ['v'], sequence: 'id', label: 'k' })
    expect(data.items.map(({ row }) => row)).toEqual([0, 1])
  })

  test('a label that the model does not know is named, with one that is near', () => {
    const first = labelled(
      [
        { a: 0, y: 'spam' },
        { a: 2, y: 'ham' },
      ],
      { x: 'a', label: 'y' },
    )
    expect(() => labelled([{ a: 1, y: 'spma' }], { like: first })).toThrow(
      "row 0, y: 'spma' is none of the labels; did you mean spam?",
    )
  })
})

test('where most of a column are numbers, a text or a hole among them is an error with its row, not a category', () => {
  const rows: { n: unknown; k: string }[] = [1, 2, 3, 4].map((n) => ({ n, k: n > 2 ? 'a' : 'b' }))
  const read = (...more: unknown[]) =>
    labelled([...rows, ...more.map((n) => ({ n, k: 'a' }))], { x: ['n'], label: 'k' })
  expect(() => read('12')).toThrow("labelled: row 4: n is '12'; it must be a number")
  expect(() => read(5, undefined)).toThrow('labelled: row 5: n is missing; it must be a number')
  expect(() => read(null)).toThrow('labelled: row 4: n is missing; it must be a number')
  // Where most are names, a number among them is one of them.
  expect(read('a', 'b', 'c', 'd', 'e').input.content()).toMatchObject({
    columns: [{ categories: ['1', '2', '3', '4', 'a', 'b', 'c', 'd', 'e'] }],
  })
})

test('words one a row are of no sentence that nobody names, and a sentence in a string is no word', () => {
  const rows = [
    { sentence: 1, token: 'EU', label: 'ORG' },
    { sentence: 1, token: 'rejects', label: 'O' },
  ]
  const message =
    "tagged: row 0, token is 'EU'; it must be a list of words; of words one a row, sequence names the column"
  expect(() => tagged(rows, { token: 'token', label: 'label' })).toThrow(message)
  expect(tagged(rows, { token: 'token', label: 'label', sequence: 'sentence' }).items).toHaveLength(1)
})

test('dates are the same numbers in a list of objects as in a table; other objects are no categories', async () => {
  const rows = [0, 1, 2].map((day) => ({ when: new Date(Date.UTC(2024, 0, 1 + day)), k: day > 1 ? 'a' : 'b' }))
  const listed = labelled(rows, { x: ['when'], label: 'k' })
  const told = labelled(await table(rows), { x: ['when'], label: 'k' })
  expect(listed.input.content()).toEqual(told.input.content())
  expect([0, 1, 2].map((i) => rowsOf(listed, i))).toEqual([0, 1, 2].map((i) => rowsOf(told, i)))
  const invalid = [...rows, { when: new Date(NaN), k: 'a' }]
  expect(() => labelled(invalid, { x: ['when'], label: 'k' })).toThrow('row 3: when is missing; it must be a number')
  const objects = rows.map(({ k }) => ({ when: { day: 1 }, k }))
  expect(() => labelled(objects, { x: ['when'], label: 'k' })).toThrow(
    'row 0: when is an object; it must be a number or a name',
  )
})

test('a number and a text that is written like it are no two labels, since answers go by their names', () => {
  const rows = [3, 7, '3'].map((k, a) => ({ a, k }))
  expect(() => labelled(rows, { x: ['a'], label: 'k' })).toThrow(
    /^labelled: row [02], k: ('3' and 3|3 and '3') are labels of one name; make them of one type$/,
  )
})
