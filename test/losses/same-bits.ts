import { expect } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import type { GraphCase } from '../fuzz/generate-graph.ts'
import { graphSubject } from '../fuzz/graph-case.ts'
import { slicedNumbers } from '../fuzz/slice-given.ts'
import type { Given } from '../fuzz/subject.ts'
import { TriedProgram } from '../fuzz/tried-program.ts'

/**
 * Holds outputs and gradients by inputs of each sequence of a padded batch to the very bits of the sequence alone, and those of a
 * batch in another order to the bits of each. `steps`: of each sequence, along each axis, by the axis's name.
 */
export async function expectSameBits(
  one: GraphCase,
  backend: Backend,
  steps: Readonly<Record<string, readonly number[]>>,
): Promise<void> {
  const subject = graphSubject(one)
  const { graph, backward, context } = subject
  const { extents, scalars } = context
  const batch = extents['batch']!
  const computation = windowComputation('loss', graph, backward)
  const program = new TriedProgram(computation)
  const lengths: Readonly<Record<string, string>> = { lengths: 'time', 'lengths.source': 'source' }
  const given: Given = new Map(
    [...subject.given].map(([name, numbers]) => [
      name,
      name in lengths ? { ...numbers, data: Float64Array.from(steps[lengths[name]!]!) } : numbers,
    ]),
  )
  const together = await program.run(backend, { given, extents, scalars })
  const own = (numbers: Parameters<typeof slicedNumbers>[0], row: number, cutSteps = true): Float64Array => {
    let cut = numbers
    let left: Record<string, number> = { ...extents }
    const cuts: [string, number, number][] = [['batch', row, row + 1]]
    if (cutSteps) for (const [axis, of] of Object.entries(steps)) cuts.push([axis, 0, of[row]!])
    for (const [axis, from, to] of cuts) {
      cut = slicedNumbers(cut, left, { axis, from, to })
      left = { ...left, [axis]: to - from }
    }
    return cut.data
  }
  for (let row = 0; row < batch; row++) {
    const short = Object.fromEntries(Object.entries(steps).map(([axis, of]) => [axis, of[row]!]))
    const alone = await program.run(backend, {
      given: new Map([...given].map(([name, numbers]) => [name, { ...numbers, data: own(numbers, row) }])),
      extents: { ...extents, ...short, batch: 1 },
      scalars,
    })
    for (const [name, { shape }] of Object.entries(computation.outputs)) {
      const padded = own({ rows: shape.rows, columns: shape.columns, data: together.get(name)! }, row)
      expect([name, row, ...padded]).toEqual([name, row, ...alone.get(name)!])
    }
  }
  const turned = await program.run(backend, {
    given: new Map([...given].map(([name, numbers]) => [name, inOtherOrder(numbers, batch)])),
    extents,
    scalars,
  })
  for (const [name, { shape }] of Object.entries(computation.outputs)) {
    const { data } = inOtherOrder({ rows: shape.rows, columns: shape.columns, data: together.get(name)! }, batch)
    expect([name, ...turned.get(name)!]).toEqual([name, ...data])
  }
  await program.dispose()
}

/** The sequences from the last to the first. */
function inOtherOrder(
  numbers: Parameters<typeof slicedNumbers>[0],
  batch: number,
): Parameters<typeof slicedNumbers>[0] {
  if (!numbers.rows.includes('batch')) return numbers
  const { columns, data } = numbers
  const rows = data.length / columns
  const turned = Float64Array.from(data)
  for (let row = 0; row < rows; row++) {
    const other = row - (row % batch) + (batch - 1 - (row % batch))
    turned.set(data.subarray(row * columns, (row + 1) * columns), other * columns)
  }
  return { ...numbers, data: turned }
}
