import { expect, expectTypeOf, test } from 'vitest'
import {
  captioner,
  captions,
  classifier,
  gru,
  labelled,
  predict,
  series,
  table,
  tagged,
  transcribed,
  type Classification,
  type Translation,
} from 'unrolled'

/** An interface has no index signature, and is what programs have rows as. */
interface Mail {
  readonly body: string
  readonly kind: 'spam' | 'ham'
  readonly size: number
}

const mails: readonly Mail[] = [
  { body: 'win a prize', kind: 'spam', size: 3 },
  { body: 'see you', kind: 'ham', size: 2 },
]

test('rows may be of an interface, wherever rows are taken', async () => {
  expect(labelled(mails, { text: 'body', label: 'kind' }).count).toBe(2)
  expect(tagged(mails, { x: ['size'], label: 'kind' }).count).toBe(2)
  expect((await table(mails)).rows).toBe(2)
  expect((await series(mails, { target: 'size' })).channels[0]!.steps).toBe(2)
  const strips: readonly { strip: number[]; said: string }[] = [{ strip: [0, 1], said: 'a' }]
  expect(transcribed(strips, { x: 'strip', label: 'said' }).count).toBe(1)
})

test('what is said of one row, of a list of rows and of a table is typed as it comes', async () => {
  const model = classifier(labelled(mails, { text: 'body', label: 'kind' }), { cell: gru, hidden: 2 })
  const one = await predict(model, mails[0]!)
  const listed = await predict(model, mails)
  const told = await predict(model, await table(mails))
  expectTypeOf(one).toEqualTypeOf<Classification>()
  expectTypeOf(listed).toEqualTypeOf<Classification[]>()
  expectTypeOf(told).toEqualTypeOf<Classification[]>()
  expect(listed).toEqual(told)
  expect(listed[0]).toEqual(one)

  const writer = captioner(captions(mails, { x: ['size'], caption: 'body' }), { cell: gru, hidden: 2 })
  expectTypeOf(await predict(writer, mails[0]!)).toEqualTypeOf<Translation>()
  expectTypeOf(await predict(writer, mails)).toEqualTypeOf<Translation[]>()
  expectTypeOf(await predict(writer, await table(mails))).toEqualTypeOf<Translation[]>()
})

test('numbers, texts and lists are no rows to the type checker', () => {
  // @ts-expect-error rows are objects
  expect(() => labelled([[1, 2]], { x: ['a'], label: 'b' })).toThrow('row 0 is [1, 2]; it must be an object')
  // @ts-expect-error rows are objects
  expect(() => labelled(['a'], { x: ['a'], label: 'b' })).toThrow("row 0 is 'a'; it must be an object")
})
