import { describe, expect, test } from 'vitest'

interface Mutant {
  readonly start: number
  readonly end: number
  readonly replacement: string
  readonly kind: string
  readonly line: number
}
const { mutantsOf, mutated } = (await import(new URL('./mutants.mjs', import.meta.url).href)) as {
  mutantsOf(text: string): Mutant[]
  mutated(text: string, mutant: Mutant): string
}

const changesOf = (text: string): string[] => mutantsOf(text).map((mutant) => mutated(text, mutant))

describe('mistakes put into a text', () => {
  test('operators are exchanged and terms forgotten', () => {
    expect(changesOf('a + b').toSorted()).toEqual(['(a)', '(b)', 'a - b'])
    expect(changesOf('a <= b')).toEqual(['a < b'])
    expect(changesOf('a === b')).toEqual(['a !== b'])
    expect(changesOf('a && b').toSorted()).toEqual(['(a)', '(b)', 'a || b'])
    expect(changesOf('!a')).toEqual(['(a)'])
  })

  test('constants are changed', () => {
    expect(changesOf('f = 0')).toEqual(['f = 1'])
    expect(changesOf('f = 7')).toEqual(['f = 8'])
    expect(changesOf('f = 0.01')).toEqual(['f = 0.02'])
    expect(changesOf('f = true')).toEqual(['f = false'])
  })

  test('conditions are turned round', () => {
    expect(changesOf('if (a) b = c')).toEqual(['if (!(a)) b = c'])
    expect(changesOf('d = a ? b : c')).toEqual(['d = !(a) ? b : c'])
  })

  test('calls are left out', () => {
    expect(changesOf('list.push(a)')).toEqual([';'])
    expect(changesOf('b = neg(a)')).toEqual(['b = (a)'])
  })

  test('types, imports and what errors say are left alone', () => {
    expect(changesOf("import { a } from 'b'")).toEqual([])
    expect(changesOf('let a: 1 | 2')).toEqual([])
    expect(changesOf('interface A { b: 3 }')).toEqual([])
    expect(changesOf("throw new Error('a' + f(1))")).toEqual([])
    expect(changesOf("a = 'b' + c")).toEqual([])
  })

  test('each says where it stands', () => {
    expect(mutantsOf('a\nb\nc = 4').map(({ line, kind }) => [line, kind])).toEqual([[3, 'constant']])
  })
})
