import { expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { constant, input, max, min, neg, stop, tanh } from '../../src/graph/index.ts'
import { campaign, type Finding } from './campaign.ts'
import { cells } from './cells.ts'
import { ask, checkSlopes } from './check-values.ts'
import { graphSubject } from './graph-case.ts'
import { shrink } from './shrink.ts'

/** The first mistake that random cells find on a backend that stands for the reference. */
async function firstFinding(reference: Backend): Promise<Finding | undefined> {
  const findings: Finding[] = []
  const kind = cells({ reference, fast: [], missing: [] })
  const enough = ({ tried }: { tried: number }): boolean => findings.length > 0 || tried >= 100
  await campaign(kind, 0, enough, (finding) => findings.push(finding), 150)
  return findings[0]
}

test('a wrong gradient rule is found by differences, in a small cell', async () => {
  const { operation } = tanh(constant(1))
  const right = operation.gradient!
  operation.gradient = (_, g) => [g]
  try {
    const found = await firstFinding(createReferenceBackend())
    expect(found?.fault.check).toBe('the gradient graph against differences')
    expect(found?.text).toContain('tanh(')
    expect(
      found?.text
        .split('\n')
        .filter((line) => line.includes("h' ="))
        .join('').length,
    ).toBeLessThan(60)
  } finally {
    operation.gradient = right
  }
})

test('a backend that is off by a billionth is found', async () => {
  const honest = createReferenceBackend()
  const found = await firstFinding({
    ...honest,
    read: async (memory, at, into) => {
      await honest.read(memory, at, into)
      into.forEach((value, i) => (into[i] = value * (1 + 1e-9)))
    },
  })
  expect(found?.fault.check).toMatch('the program on reference against the graph')
})

test('a value and the same one stopped are a tie, on whichever side the gradient is', () => {
  const x = input('x', { rows: ['batch'], columns: 3 })
  const same = stop(neg(neg(x)))
  const subject = graphSubject({
    graph: { parameters: [], states: [], outputs: { out: min(max(x, same), same) }, sums: {} },
    backward: { outputs: ['out'], inputs: { x } },
    inputs: [{ node: x }],
    extents: { batch: 2 },
  })
  expect(checkSlopes(ask(subject)!, subject)).toBe(1)
})

test('shrinking leaves what is needed, as small as it can be', async () => {
  const taken = await shrink(
    [9, 4, 7, 100, 3, 55, 8, 2],
    async (choices) => (choices.some((choice) => choice >= 40) && choices.includes(3) ? choices : undefined),
    500,
  )
  expect(taken).toEqual([3, 40])
})
