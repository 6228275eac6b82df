// Functions that lose nothing near 1 or of large numbers, on every backend against 60 digits of mpmath.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { input, log1p, logGap, stirlingError, type Node } from '../../src/graph/index.ts'
import { machines } from '../fuzz/machines.ts'
import { runCase } from '../fuzz/run-case.ts'

interface Table {
  readonly x: readonly number[]
  readonly value: readonly number[]
  readonly derivative: readonly number[]
}

const { functions } = JSON.parse(readFileSync(new URL('../golden/outputs.json', import.meta.url), 'utf8')) as {
  functions: Readonly<Record<string, Table>>
}

const all = await machines()
for (const missing of all.missing) test.skip(missing)
const everywhere = [{ name: 'reference', backend: all.reference }, ...all.fast]

/** Of a number at least so large an error is a share of itself. */
test.each<[string, (a: Node) => Node, number]>([
  ['stirlingError', stirlingError, 1],
  ['log1p', log1p, 0],
  ['logGap', (a) => logGap(a), 0],
])('%s and its derivative', async (name, of, least) => {
  const { x, value, derivative } = functions[name]!
  const a = input('x', { rows: ['batch'], columns: 1 })
  const one = {
    graph: { parameters: [], states: [], outputs: { y: of(a) }, sums: {} },
    backward: { outputs: ['y'], inputs: { x: a } },
    inputs: [{ node: a }],
    extents: { batch: x.length },
  }
  const backends = everywhere.map(({ backend }) => backend)
  const results = await runCase(one, backends, { x, 'adjoint.y': x.map(() => 1) })
  results.forEach((got, k) => {
    const far = (key: string, wanted: readonly number[]): number[] =>
      wanted.map((number, i) => Math.abs(got.get(key)![i]! - number) / Math.max(least, Math.abs(number)))
    for (const [key, wanted] of [['y', value] as const, ['adjoint.x', derivative] as const]) {
      const errors = far(key, wanted)
      const worst = errors.indexOf(Math.max(...errors))
      expect(errors[worst], `${key} on ${everywhere[k]!.name} at ${x[worst]}`).toBeLessThan(k === 0 ? 2e-11 : 4e-6)
    }
  })
})

test('logGap near −1 is as good as what is known of 1 + a', async () => {
  const a = input('x', { rows: ['batch'], columns: 1 })
  const b = input('b', { rows: ['batch'], columns: 1 })
  const one = {
    graph: { parameters: [], states: [], outputs: { y: logGap(a, b) }, sums: {} },
    backward: { outputs: ['y'], inputs: { x: a } },
    inputs: [{ node: a }, { node: b }],
    extents: { batch: 1 },
  }
  const backends = everywhere.map(({ backend }) => backend)
  // float32 has no number between −1 and −1 + 6e-8.
  const results = await runCase(one, backends, { x: [-1], b: [2 ** -40], 'adjoint.y': [1] })
  for (const got of results) expect(got.get('y')![0]).toBeCloseTo(40 * Math.log(2) - 1, 5)
})
