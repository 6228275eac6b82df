import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { builtMain } from '../built.ts'

test('the one file for pages without a bundler imports nothing and exports what the entry does', async () => {
  const file = join(builtMain(), '../../unrolled.js')
  expect(ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles).toEqual([])
  const one = (await import(file)) as Record<string, unknown>
  const entry = (await import('../../src/index.ts')) as Record<string, unknown>
  expect(Object.keys(one).toSorted()).toEqual(Object.keys(entry).toSorted())
})
