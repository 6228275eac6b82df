import { describe, expect, test } from 'vitest'
import { pairs, text, type Pair, type Pairs, type Rows, type Vocabulary } from 'unrolled'
import { refusal } from '../formats/safetensors-file.ts'

const shownBy = (vocabulary: Vocabulary | undefined, ids: Rows | undefined): string =>
  vocabulary!.decode(ids as Float32Array)

/** Source, x and targets of each pair, as text. */
const read = ({ items, sourceVocabulary, targetVocabulary }: Pairs): string[][] =>
  items.map(({ source, x, target }) => [
    shownBy(sourceVocabulary, source),
    shownBy(targetVocabulary, x),
    shownBy(targetVocabulary, target),
  ])

/** What a batch of all pairs is filled with. */
function filled(data: Pairs) {
  const batch = data.whole({ batch: data.count }).open(0, 0)
  const rows = batch.batch * batch.steps
  const into = { x: new Float32Array(rows), targets: new Float32Array(rows) }
  batch.fill(0, batch.steps, into)
  const source = new Float32Array(batch.batch * batch.source!.steps * (data.ports['source']?.columns ?? 1))
  batch.source!.fill({ source })
  return { batch, x: [...into.x], targets: [...into.targets], source: [...source] }
}

test('a target begins from the boundary and ends with it, and each side is numbered by its own symbols', () => {
  const data = pairs([
    { source: 'abc', target: 'yx' },
    { source: '', target: 'z' },
    { source: 'b', target: '' },
  ])
  expect(read(data)).toEqual([
    ['abc', '\nyx', 'yx\n'],
    ['', '\nz', 'z\n'],
    ['b', '\n', '\n'],
  ])
  expect(data.sourceVocabulary).toMatchObject({ symbols: ['\n', 'a', 'b', 'c'] })
  expect(data.targetVocabulary).toMatchObject({ symbols: ['\n', 'x', 'y', 'z'], boundary: 0 })
  expect(data).toMatchObject({ count: 3, longest: 3, steps: 6, units: 'characters' })
  expect(data.ports).toMatchObject({
    source: { kind: 'symbols', symbols: 4, axes: ['source', 'batch'], vocabulary: data.sourceVocabulary },
    x: { kind: 'symbols', symbols: 4, axes: ['time', 'batch'], vocabulary: data.targetVocabulary },
    targets: { kind: 'symbols', symbols: 4, axes: ['time', 'batch'] },
  })
})

test('both lengths are their own, and what lies past an end is zero', () => {
  const { batch, x, targets, source } = filled(
    pairs([
      { source: 'ab', target: 'x' },
      { source: 'b', target: 'xx' },
    ]),
  )
  expect(batch).toMatchObject({ batch: 2, steps: 3 })
  expect([...batch.lengths!]).toEqual([2, 3])
  expect(batch.source!.steps).toBe(2)
  expect([...batch.source!.lengths!]).toEqual([2, 1])
  // Rows are [steps, batch].
  expect(x).toEqual([0, 0, 1, 1, 0, 1])
  expect(targets).toEqual([1, 1, 0, 1, 0, 0])
  expect(source).toEqual([1, 2, 2, 0])
})

test('sources without a symbol leave room for one step, so that no axis is empty', () => {
  const { batch } = filled(pairs([{ source: '', target: 'x' }], { source: { vocabulary: text('ab').vocabulary } }))
  expect(batch.source!.steps).toBe(1)
  expect([...batch.source!.lengths!]).toEqual([0])
})

test('lists are tokens, strings may be cut into them, and they are written with blanks between', () => {
  const data = pairs(
    [
      { source: 'whale', target: ['W', 'EY1', 'L'] },
      { source: 'ale', target: ['EY1', 'L'] },
    ],
    { target: { units: 'tokens' } },
  )
  expect(data.targetVocabulary).toMatchObject({ units: 'tokens', symbols: ['\n', 'EY1', 'L', 'W'] })
  expect(data.targetVocabulary.decode([3, 1, 2])).toBe('W EY1 L')
  const strings = pairs([{ source: 'ale', target: ' EY1  L ' }], { target: { vocabulary: data.targetVocabulary } })
  expect([...(strings.items[0]!.target as Float32Array)]).toEqual([1, 2, 0])
  expect(() =>
    pairs([{ source: 'ale', target: 'EY1 B L' }], { target: { vocabulary: data.targetVocabulary } }),
  ).toThrow(/pair 0: the target has at .* the token "B"/)
})

test('a shared vocabulary is of both sides, and one of words knows what it left out', () => {
  const data = pairs([{ source: 'ab', target: 'bc' }], { shared: true })
  expect(data.sourceVocabulary).toBe(data.targetVocabulary)
  expect(data.targetVocabulary.symbols).toEqual(['\n', 'a', 'b', 'c'])
  const words = pairs(
    [
      { source: 'the cat', target: 'die Katze' },
      { source: 'the dog', target: 'die Hunde' },
    ],
    { source: { units: 'words' }, target: { units: 'words', minCount: 1 } },
  )
  expect(words.sourceVocabulary!.symbols).toEqual(['<unk>', '\n', 'the'])
  expect(words.targetVocabulary.symbols).toEqual(['<unk>', '\n', ' Hunde', ' Katze', 'die'])
})

test('rows of numbers are a source too', () => {
  const rows = [
    [1, 2],
    [3, 4],
    [5, 6],
  ]
  const data = pairs([
    { source: rows, target: 'a' },
    { source: { shape: [1, 2], data: Float32Array.of(7, 8) }, target: 'b' },
  ])
  expect(data.sourceVocabulary).toBeUndefined()
  expect(data.ports['source']).toEqual({ kind: 'vector', columns: 2, axes: ['source', 'batch'] })
  expect(filled(data).source).toEqual([1, 2, 7, 8, 3, 4, 0, 0, 5, 6, 0, 0])
})

test('what is held is read as the model or the pairs say', () => {
  const data = pairs([{ source: 'abc', target: 'yx' }])
  const held = pairs([{ source: 'c', target: 'x' }], { like: data })
  expect(held.sourceVocabulary).toBe(data.sourceVocabulary)
  expect(read(held)).toEqual([['c', '\nx', 'x\n']])
  expect(refusal(() => pairs([{ source: 'd', target: 'x' }], { like: data }), 'data')).toMatch(/pair 0: the source has/)
  expect(refusal(() => pairs([{ source: 'c', target: 'x' }], { like: data, shared: true }), 'option')).toMatch(
    /leave out shared/,
  )
})

test('sources are part of what the data is, and are drawn along with their targets', () => {
  const some = Array.from({ length: 10 }, (_, i) => ({ source: 'ab'.repeat(i), target: 'x'.repeat(i) }))
  const data = pairs(some)
  expect(pairs(some).hash).toBe(data.hash)
  expect(pairs(some.with(3, { source: 'ba', target: 'xxx' })).hash).not.toBe(data.hash)
  const { training, validation } = data.parts({ batch: 1, every: 9, validation: 0.3, limit: 99, seed: 1 })
  expect([training.batches, validation!.batches]).toEqual([7, 3])
  for (const part of [training, validation!]) {
    for (let i = 0; i < part.batches; i++) {
      const { steps, source } = part.open(0, i)
      expect(source!.lengths?.[0] ?? source!.steps).toBe(2 * (steps - 1))
    }
  }
  const alone = pairs([some[3]!])
  expect(refusal(() => alone.parts({ batch: 1, every: 9, validation: 0.5, limit: 9, seed: 1 }), 'option')).toMatch(
    /one sequence with one source cannot be shared out/,
  )
})

describe('what is no pair is refused, with its number and side', () => {
  const good = { source: 'a', target: 'b' }
  test.each<[string, readonly unknown[], RegExp]>([
    ['nothing', [], /there is no pair/],
    ['no target', [good, { source: 'a' }], /pair 1 is .*must be \{ source, target \}/],
    ['a string', ['ab'], /pair 0 is/],
    ['a number', [good, { source: 'a', target: 3 }], /pair 1 has a target 3/],
    ['a list among strings', [good, { source: ['a'], target: 'b' }], /pair 1 has a source that is a list, unlike/],
    ['rows among strings', [good, { source: [[1]], target: 'b' }], /pair 1 has a source/],
    ['strings among rows', [{ source: [[1]], target: 'b' }, good], /pair 1 has source 'a'|pair 1 has source "a"/],
    ['a line end', [{ source: 'a', target: 'b\nc' }], /pair 0 has a line's end inside its target/],
    ['a blank in a token', [{ source: 'a', target: ['b c'] }], /pair 0 has as token 0 of its target .b c./],
    ['half a pair', [{ source: 'a\ud83d', target: 'b' }], /pair 0: the source: at index 1 stands half a surrogate/],
    [
      'other columns',
      [
        { source: [[1]], target: 'b' },
        { source: [[1, 2]], target: 'b' },
      ],
      /pair 1 has 2 columns of source, the first 1/,
    ],
    ['NaN', [{ source: [[NaN]], target: 'b' }], /NaN.*step 0, column 0 of source/],
  ])('%s', (_, items, message) => {
    expect(refusal(() => pairs(items as Pair[]), 'data')).toMatch(message)
  })

  test('options that do not go together', () => {
    const list = [{ source: 'a', target: ['b'] }]
    const lists = pairs([{ source: 'a', target: 'b' }]).targetVocabulary
    for (const [options, message] of [
      [{ target: { units: 'words' } }, /units.*'tokens'/],
      [{ target: { vocabulary: lists } }, /units.*'tokens'/],
      [{ shared: true, target: {} }, /leave out target/],
      [{ source: { unit: 'words' } }, /units/],
      [{ source: { vocabulary: lists, minCount: 2 } }, /minCount/],
    ] as const) {
      expect(refusal(() => pairs(list, options as object), 'option')).toMatch(message)
    }
    const { vocabulary } = text('ab')
    expect(refusal(() => pairs([good], { target: { vocabulary } }), 'data')).toMatch(/no symbol that begins/)
  })
})
