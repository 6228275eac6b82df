import { describe, expect, test } from 'vitest'
import { compile } from '../../src/compiler/index.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { checkGraph } from '../fuzz/check-graph.ts'
import { graphSubject } from '../fuzz/graph-case.ts'
import { machines } from '../fuzz/machines.ts'
import { slicedNumbers } from '../fuzz/slice-given.ts'
import type { Given } from '../fuzz/subject.ts'
import { TriedProgram } from '../fuzz/tried-program.ts'
import { attention, sizes } from './attention.ts'

const all = await machines()
const everywhere = [{ name: 'reference', backend: all.reference }, ...all.fast]
for (const missing of all.missing) test.skip(missing)

describe.each(['dot', 'additive'] as const)('%s attention by hand', (scores) => {
  const one = attention(scores)
  const subject = graphSubject(one)
  const computation = windowComputation('attention', subject.graph, subject.backward)

  test.each(all.fast.map(({ name }, turn) => [name, turn] as const))(
    'agrees with the oracle and with differences on reference and %s, forward and backward, on any number of threads',
    async (_, turn) => {
      expect(await checkGraph(one, { ...all, fast: [all.fast[turn]!] }, 0)).toMatchObject({ kind: 'right' })
    },
  )

  test('has two loops each way, one over each axis', () => {
    const axes = compile(computation).program.body.flatMap((it) => (it.kind === 'loop' ? [it.axis] : []))
    expect(axes).toEqual(['source', 'time', 'time', 'source'])
  })

  test.each(everywhere.map(({ name, backend }) => [name, backend] as const))(
    'a padded sequence is to the bit what it is alone: %s',
    async (_, backend) => {
      const program = new TriedProgram(computation)
      const lengths = new Map([
        ['sourceLengths', [3, 0, 4]],
        ['targetLengths', [5, 2, 3]],
      ])
      const given: Given = new Map(
        [...subject.given].map(([name, numbers]) => [
          name,
          lengths.has(name) ? { ...numbers, data: Float64Array.from(lengths.get(name)!) } : numbers,
        ]),
      )
      const { scalars } = subject.context
      const together = await program.run(backend, { given, extents: sizes, scalars })
      for (let row = 0; row < sizes.batch; row++) {
        const [source, time] = [lengths.get('sourceLengths')![row]!, lengths.get('targetLengths')![row]!]
        const extents = { source, time, batch: 1 }
        const own = (numbers: Parameters<typeof slicedNumbers>[0]): Float64Array => {
          let cut = numbers
          let left: Record<string, number> = sizes
          for (const [axis, from, to] of [
            ['batch', row, row + 1],
            ['source', 0, source],
            ['time', 0, time],
          ] as const) {
            cut = slicedNumbers(cut, left, { axis, from, to })
            left = { ...left, [axis]: to - from }
          }
          return cut.data
        }
        const alone = await program.run(backend, {
          given: new Map([...given].map(([name, numbers]) => [name, { ...numbers, data: own(numbers) }])),
          extents,
          scalars,
        })
        for (const [name, { shape }] of Object.entries({ ...computation.outputs })) {
          const padded = own({ rows: shape.rows, columns: shape.columns, data: together.get(name)! })
          expect([name, ...padded]).toEqual([name, ...alone.get(name)!])
        }
      }
      await program.dispose()
    },
  )
})
