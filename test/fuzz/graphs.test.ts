import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { campaign, findingText } from './campaign.ts'
import { Draws } from './draws.ts'
import { generateGraph } from './generate-graph.ts'
import { graphs } from './graphs.ts'
import { machines } from './machines.ts'
import { operationsUnder } from './operations.ts'

/** Programs by test, so that what fails first is said early. */
const block = 60
const seeds = [0, 1, 2, 3, 4].map((i) => 1000 * i)

const kind = graphs(await machines())

test.each(seeds)(
  'random graphs compute what they say, on every backend: from seed %i',
  { timeout: 600_000 },
  async (seed) => {
    const findings: string[] = []
    const { wild, refused } = await campaign(
      kind,
      seed,
      ({ tried }) => tried >= block || findings.length >= 3,
      (finding) => findings.push(findingText(finding)),
    )
    expect(findings.join('\n')).toBe('')
    expect(refused).toBeLessThan(block / 4)
    expect(wild).toBeLessThan(block / 4)
  },
)

test('the graphs have every operation there is', () => {
  const folder = join(import.meta.dirname, '../../src/graph/operations')
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const known = texts.flatMap((text) => [...text.matchAll(/\bname: '(\w+)'/g)].map(([, name]) => name!))
  const roots = seeds.flatMap((seed) =>
    Array.from({ length: block }, (_, i) => generateGraph(new Draws(seed + i))).flatMap((one) =>
      one ? Object.values({ ...one.graph.outputs, ...one.graph.sums }) : [],
    ),
  )
  const used = new Set([...operationsUnder(roots)].map(({ name }) => name))
  expect(known.filter((name) => !used.has(name))).toEqual([])
})
