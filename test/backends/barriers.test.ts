/** Threads wait for each other wherever one reads what another writes. */

import { expect, test } from 'vitest'
import type { Backend, Formula, Instruction, Place, Program } from '../../src/backends/backend.ts'
import { machines } from '../fuzz/machines.ts'

const all = await machines()
const crews = all.fast.flatMap(({ name, crews }) =>
  crews.map((backend): [string, Backend] => [`${name}, ${backend.threads} threads`, backend]),
)
for (const missing of all.missing) test.skip(missing)

const rows = 48
const columns = 128
const one: Formula = [{ factor: 1, axes: [] }]
const axis = (name: string): Formula => [{ factor: 1, axes: [name] }]
const fixed = (factor: number): Formula => [{ factor, axes: [] }]
const place = (region: number, offset: number, pitch: number): Place => ({
  region,
  offset: offset === 0 ? [] : fixed(offset),
  stride: [],
  pitch: fixed(pitch),
  broadcast: false,
})

/**
 * In each step rows over one axis are changed, and rows over another axis, which happens to be as long, take them up in the other
 * order: whoever goes ahead of the others reads what is not there yet, or overwrites what is still to be read.
 */
const body: readonly Instruction[] = [
  { kind: 'loop', axis: 'time', reverse: false },
  {
    kind: 'rows',
    outer: one,
    rows: axis('batch'),
    columns,
    inputs: [place(0, 0, columns)],
    operations: [
      { op: 'cos', a: 0 },
      { op: 'sin', a: 1 },
      { op: 'cos', a: 2 },
      { op: 'add', a: 0, b: 3 },
    ],
    outputs: [{ value: 4, place: place(0, 0, columns), pad: 0 }],
  },
  {
    kind: 'rows',
    outer: one,
    rows: axis('source'),
    columns,
    inputs: [place(1, 0, columns), place(0, (rows - 1) * columns, -columns)],
    operations: [
      { op: 'constant', value: 0.5 },
      { op: 'mul', a: 0, b: 2 },
      { op: 'add', a: 3, b: 1 },
    ],
    outputs: [{ value: 4, place: place(1, 0, columns), pad: 0 }],
  },
  { kind: 'end' },
]

const program: Program = {
  name: 'another order',
  regions: ['a', 'b'].map((name) => ({ name, size: fixed(rows * columns) })),
  packs: 0,
  prepare: [],
  body,
  finish: [],
}

async function run(backend: Backend): Promise<Float32Array> {
  const executable = await backend.compile(program)
  const memories = program.regions.map(() => backend.allocate(rows * columns))
  backend.write(
    memories[0]!,
    0,
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
  )
  executable.bind(memories)
  executable.run({ time: 300, batch: rows, source: rows }, {})
  const result = new Float32Array(rows * columns)
  await backend.read(memories[1]!, 0, result)
  executable.dispose()
  memories.forEach((memory) => backend.free(memory))
  return result
}

const alone = new Map(await Promise.all(all.fast.map(async ({ name, backend }) => [name, await run(backend)] as const)))

test.each(crews)('rows that another axis takes up in another order: %s', async (name, backend) => {
  expect(await run(backend)).toEqual(alone.get(name.split(', ')[0]!))
})
