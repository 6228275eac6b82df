// Words that a translator does not know, copied from where it looked.
import { describe, expect, test } from 'vitest'
import { adam, evaluate, gru, lstm, pairs, predict, train, translator, type Pair, type Pairs } from 'unrolled'
import { copyingOf } from '../../src/inference/copying.ts'

const letters = [...'abcdefghijklmnopqrstuvwxyz']
const names = letters.flatMap((a) => [`${a}o${a}`, `${a}i${a}a`])
const told = (name: string, i: number): Pair =>
  i % 2
    ? { source: `please call ${name} now`, target: `bitte ${name} jetzt rufen` }
    : { source: `${name} sleeps`, target: `es schläft ${name}` }

test('each name is met once, so that none is known, and is copied from where it was looked at', async () => {
  const data = pairs(names.map(told), { units: 'words' })
  expect(data.targetVocabulary.symbols).toEqual(['<unk>', '\n', ' jetzt', ' rufen', ' schläft', 'bitte', 'es'])
  const model = translator(data, { cell: gru, hidden: 16, seed: 1 })
  await train(model, data, { steps: 120, batch: 26, optimizer: adam({ lr: 0.02 }) }).finish()

  const sources = ['please call Zoë now', 'Quentin sleeps']
  const found = await predict(model, sources, { copy: true, beam: 2 })
  expect(found.map(({ text }) => text)).toEqual(['bitte Zoë jetzt rufen', 'es schläft Quentin'])
  expect(found[0]!.attention).toHaveLength(4)
  expect((await predict(model, sources)).map(({ text }) => text).join()).not.toMatch(/Zoë|Quentin|unk/)

  const held = pairs([told('Zoë', 1), told('Quentin', 0)], { like: data })
  expect((await evaluate(model, held, { copy: true })).exact).toBe(1)
  expect((await evaluate(model, held)).exact).toBe(0)
})

describe('what is copied', () => {
  const words = pairs([{ source: 'call me', target: 'me call, me' }], { units: 'words', minCount: 1 })
  const tokens = pairs([{ source: ['a', 'b'], target: ['b', 'b', 'c'] }], { target: { minCount: 2 } })
  /** Of each symbol the step that it looked at most. */
  const written = (
    data: Pairs,
    source: string,
    symbols: readonly (readonly [symbol: string, at: number])[],
  ): string => {
    const { words, text } = copyingOf(translator(data, { cell: gru, hidden: 2 }), true)
    const steps = words(source)
    const { symbols: known } = data.targetVocabulary
    const looked = symbols.map(([, at]) => Float32Array.from(steps, (_, i) => (i === at ? 0.6 : 0.1)))
    return text({ ids: symbols.map(([symbol]) => known.indexOf(symbol)), score: 0, looked }, steps)
  }

  test('has the blank that it had, the first word of a target none, and that of a source one', () => {
    expect(
      written(words, 'Zoë (Anna)', [
        ['<unk>', 0],
        [',', 0],
        ['<unk>', 2],
        ['<unk>', 0],
      ]),
    ).toBe('Zoë,Anna Zoë')
    expect(
      written(words, 'Zoë Anna', [
        ['<unk>', 1],
        [' me', 1],
      ]),
    ).toBe('Anna me')
    expect(
      written(words, '', [
        ['<unk>', 0],
        [' me', 0],
      ]),
    ).toBe(' <unk> me'.trimStart())
  })

  test('stands between blanks where it is tokens', () => {
    expect(
      written(tokens, 'x yy', [
        ['<unk>', 1],
        ['b', 0],
        ['<unk>', 0],
      ]),
    ).toBe('yy b x')
  })
})

test('says who cannot copy', async () => {
  const options = { cell: lstm, hidden: 3 }
  const words = pairs([{ source: 'a b', target: 'a b' }], { units: 'words', minCount: 1 })
  const characters = pairs([{ source: 'a b', target: 'a b' }])
  const numbers = pairs([{ source: [[1], [2]], target: 'a b' }])
  const refused = async (model: ReturnType<typeof translator>, source: never): Promise<unknown> =>
    predict(model, source, { copy: true }).catch((error: unknown) => (error as Error).message)
  expect(await refused(translator(words, { ...options, attention: 'none' }), 'a' as never)).toMatch('with attention')
  expect(await refused(translator(characters, options), 'a' as never)).toMatch('reads characters and writes characters')
  expect(await refused(translator(numbers, options), [[1]] as never)).toMatch('reads numbers')
  await expect(predict(translator(words, options), 'a', { copy: 1 as never })).rejects.toThrow(/copy/)
})
