import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { block, ofBlocks, seeds, tryBlock } from './blocks.ts'
import { graphs } from './graphs.ts'
import { machines } from './machines.ts'
import { operationsUnder } from './operations.ts'

const kind = graphs(await machines())

test.each(seeds)(
  'random graphs compute what they say, on every backend: from seed %i',
  { timeout: 600_000 },
  async (seed) => {
    const { found, wild, refused } = await tryBlock(kind, seed)
    expect(found).toBe('')
    expect(refused).toBeLessThan(block / 4)
    expect(wild).toBeLessThan(block / 4)
  },
)

/** A position along a second axis, added to a product; what a weighted sum cancels, blamed on the machine. */
const found = [801_003_662, 801_001_656]

test.each(found)('a random graph in which a fault was found once: %i', async (seed) => {
  expect((await tryBlock(kind, seed, 1)).found).toBe('')
})

test('the graphs have every operation there is', () => {
  const folder = join(import.meta.dirname, '../../src/graph/operations')
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const known = texts.flatMap((text) => [...text.matchAll(/\bname: '(\w+)'/g)].map(([, name]) => name!))
  const roots = ofBlocks(kind).flatMap(({ graph }) => Object.values({ ...graph.outputs, ...graph.sums }))
  const used = new Set([...operationsUnder(roots)].map(({ name }) => name))
  expect(known.filter((name) => !used.has(name))).toEqual([])
})
