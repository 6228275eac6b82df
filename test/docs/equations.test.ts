import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { functions } from '../../src/equations/functions.ts'
import { understand } from '../../src/equations/index.ts'

const document = readFileSync(new URL('../../docs/equations.md', import.meta.url), 'utf8')

test('the table of functions has every function with its numbers, and no other', () => {
  const [, table] = /## Functions\n([\s\S]*?)\n## /.exec(document)!
  const told = [...table!.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(\w+)\(([^)]*)\)`/g)].map(([, name, takes]) => {
      const [vectors, numbers] = [takes!.split(', ').filter((part) => !part.includes('=')), takes!.match(/\w+(?= =)/g)]
      return [name, vectors.length, numbers ?? []]
    }),
  )
  const known = [...functions].map(([name, { vectors, numbers }]) => [name, vectors, numbers.map(({ name }) => name)])
  expect(told.sort()).toEqual(known.sort())
})

test('the examples mean what they say', () => {
  const examples = [...document.matchAll(/^```cell\n([\s\S]*?)^```$/gm)].map(([, text]) => understand(text!))
  expect(examples.map(({ equations }) => equations.name)).toEqual(['mgu'])
  expect(understand("s' = tanh(U @ x + W @ s)").states.map(({ name }) => name)).toEqual(['s'])
})
