import { expect, test } from 'vitest'
import type { Executable, Instruction, Place, Program } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { Profile, runProfile } from '../../src/runtime/profile.ts'
import { Task } from '../../src/runtime/task.ts'
import { batch, fixed } from '../backends/draft.ts'

const place: Place = { region: 0, offset: [], stride: [], pitch: fixed(16), broadcast: false }

/** One addition of 16 floats for each sequence, at each of so many steps. */
const addition = (columns: number): Instruction => ({
  kind: 'rows',
  outer: fixed(1),
  rows: batch,
  columns,
  inputs: [place],
  operations: [{ op: 'add', a: 0, b: 0 }],
  outputs: [{ value: 1, place, pad: 0 }],
})

const program: Program = {
  name: 'some',
  regions: [],
  packs: 0,
  prepare: [addition(16)],
  body: [
    addition(32),
    { kind: 'loop', axis: 'time', reverse: false } as never,
    addition(32),
    addition(16),
    { kind: 'end' },
    addition(16),
  ],
  finish: [addition(48)],
}
const each = (count: number) => Array.from({ length: count }, (_, i) => ({ calls: i + 1, milliseconds: 10 * (i + 1) }))
const executable = {
  times: () => ({ prepare: each(1), body: each(6), finish: each(1) }),
} as unknown as Executable

test('of each kernel all calls are counted, at the extents of each and with the steps of loops', () => {
  const profile = new Profile(program, executable)
  const [long, short] = [
    { time: 10, batch: 4 },
    { time: 3, batch: 2 },
  ]
  profile.count('prepare', long)
  profile.count('body', short)
  profile.count('body', long)
  profile.count('body', long)
  profile.count('body', { time: 1, batch: 1 })
  expect(profile.kernels()).toEqual([
    // Prepared once, 4 rows; 4 rows in 2 · 10 steps, 2 in 3 and 1 in 1; and once a run.
    {
      program: 'some',
      kernel: 'rows 4 × 16, 1 operation',
      calls: 1 + 4 + 6,
      milliseconds: 10 + 40 + 60,
      operations: 16 * (4 + (2 * 10 * 4 + 3 * 2 + 1) + (2 * 4 + 2 + 1)),
      bytes: 2 * 4 * 16 * (4 + (2 * 10 * 4 + 3 * 2 + 1) + (2 * 4 + 2 + 1)),
    },
    {
      program: 'some',
      kernel: 'rows 4 × 32, 1 operation',
      calls: 1 + 3,
      milliseconds: 10 + 30,
      operations: 32 * (2 * 4 + 2 + 1 + (2 * 10 * 4 + 3 * 2 + 1)),
      bytes: 2 * 4 * 32 * (2 * 4 + 2 + 1 + (2 * 10 * 4 + 3 * 2 + 1)),
    },
  ])
})

test('a task counts what it prepares, runs and finishes', () => {
  const nothing = (): void => undefined
  const profile = new Profile(program, executable)
  const machine = { ...executable, bind: nothing, prepare: nothing, run: nothing, finish: nothing }
  const task = new Task(program, machine as Executable, profile, () => [])
  const extents = { time: 1, batch: 1 }
  task.run(extents, {})
  task.run(extents, {})
  task.finish(extents, {})
  task.changed()
  task.run(extents, {})
  const operations = profile.kernels().map(({ kernel, operations }) => [kernel, operations])
  expect(operations).toEqual([
    ['rows 1 × 16, 1 operation', 16 * (2 + 2 * 3)],
    ['rows 1 × 32, 1 operation', 32 * 2 * 3],
    ['rows 1 × 48, 1 operation', 48],
  ])
})

test('what is outside of kernels has a line, and the longest comes first', () => {
  const kernel = (milliseconds: number) => ({
    program: 'some',
    kernel: `of ${milliseconds}`,
    calls: 1,
    milliseconds,
    operations: 1,
    bytes: 1,
  })
  const backend = { ...createReferenceBackend(), threads: 3, peak: () => 7 }
  const { profile, peak } = runProfile(backend, [kernel(10), kernel(30)], 60)
  expect(profile.map(({ kernel, milliseconds }) => [kernel, milliseconds])).toEqual([
    ['of 30', 30],
    ['outside of kernels', 20],
    ['of 10', 10],
  ])
  expect(profile[1]).toEqual({
    program: '',
    kernel: 'outside of kernels',
    calls: 0,
    milliseconds: 20,
    operations: 0,
    bytes: 0,
  })
  expect(peak).toBe(21)
  // Clocks are not that exact.
  const all = runProfile(createReferenceBackend(), [kernel(10)], 9.5)
  expect(all.profile.map(({ milliseconds }) => milliseconds)).toEqual([10, 0])
  expect(Object.keys(all)).toEqual(['profile'])
})
