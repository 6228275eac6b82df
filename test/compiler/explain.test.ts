/** What explain says of each instruction, and what it costs, in figures by hand. */

import { expect, test } from 'vitest'
import type { Formula, Instruction, Place, Program } from '../../src/backends/backend.ts'
import { costOf, explain, programCost } from '../../src/compiler/explain.ts'

const term = (factor: number, ...axes: string[]): Formula => [{ factor, axes }]
const place = (region: number, offset: Formula = [], stride: Formula = []): Place => ({
  region,
  offset,
  stride,
  pitch: term(16),
  broadcast: false,
})
const [w, x, y] = [place(0), place(1, [], term(16, 'batch')), place(1, term(48))]
const all = { outer: term(1, 'time'), rows: term(1, 'batch') }
const inLoop = { outer: term(1), rows: term(1, 'batch') }
const one = { outer: term(1), rows: term(1) }
const extents = { time: 5, batch: 3 }

/** Each instruction, its line, its operations and the bytes it reads and writes; 15 rows are time × batch. */
const instructions: readonly (readonly [Instruction, string, number, number])[] = [
  [
    {
      kind: 'rows',
      ...all,
      columns: 7,
      inputs: [x, w],
      operations: [
        { op: 'constant', value: 2 },
        { op: 'position' },
        { op: 'mul', a: 0, b: 2 },
        { op: 'less', a: 3, b: 1 },
        { op: 'select', condition: 5, a: 4, b: 0 },
        { op: 'max', a: 6, b: 1 },
        { op: 'tanh', a: 7 },
      ],
      outputs: [{ value: 8, place: y, pad: 9 }],
    },
    'rows    [time × batch] × 7: v0 = 2; v1 = t; v2 = x[t] ⊙ v0; v3 = v1 < w; v4 = v3 ? v2 : x[t]; v5 = max(v4, w); v6 = tanh(v5); x+48 = v6',
    15 * 7 * 5,
    4 * 15 * 7 * 3,
  ],
  [
    { kind: 'gemm', ...all, a: x, k: 7, pack: 4, n: 16, dest: y, start: 'zero' },
    'product [time × batch] x+48 = x[t] · matrix 4 (7 × 16)',
    2 * 15 * 7 * 16,
    4 * (15 * 7 + 2 * 15 * 16 + 7 * 16),
  ],
  [
    { kind: 'gemm', ...inLoop, a: x, k: 7, pack: 4, n: 16, dest: y, start: 'dest' },
    'product [batch] x+48 = x+48 + x[t] · matrix 4 (7 × 16)',
    2 * 3 * 7 * 16,
    4 * (3 * 7 + 2 * 3 * 16 + 7 * 16),
  ],
  [
    { kind: 'gemm', ...one, a: x, k: 7, pack: 4, n: 16, dest: y, start: { row: w } },
    'product [1] x+48 = w + x[t] · matrix 4 (7 × 16)',
    2 * 7 * 16,
    4 * (7 + 2 * 16 + 7 * 16),
  ],
  [
    { kind: 'gemm-ta', ...all, g: x, m: 7, a: y, n: 5, dest: w, chunk: 64 },
    'contract [time × batch] w += x[t]ᵀ · x+48 (7 × 5)',
    2 * 15 * 7 * 5,
    4 * (15 * 7 + 15 * 5 + 2 * 7 * 5),
  ],
  [
    {
      kind: 'pack',
      pack: 4,
      k: 7,
      n: 16,
      blocks: [
        { source: w, atK: 0, atN: 0, k: 7, n: 5, transposed: false },
        { source: y, atK: 0, atN: 5, k: 7, n: 5, transposed: true },
      ],
    },
    'pack    matrix 4 (7 × 16) from w, x+48ᵀ',
    0,
    4 * 2 * 7 * 16,
  ],
  [
    { kind: 'gather', ...all, table: w, ids: x, dest: y, count: 9, columns: 7, pad: 9 },
    'gather  [time × batch] x+48 = w[x[t]]',
    0,
    4 * 2 * 15 * 7,
  ],
  [
    { kind: 'scatter-add', ...all, source: x, ids: y, dest: w, count: 9, columns: 7, chunk: 64 },
    'scatter [time × batch] w[x+48] += x[t]',
    15 * 7,
    4 * 2 * 15 * 7,
  ],
  [
    { kind: 'sum-rows', ...all, source: x, dest: w, columns: 7, chunk: 64 },
    'sum     [time × batch] w += x[t] × 7',
    15 * 7,
    4 * 2 * 15 * 7,
  ],
  [
    { kind: 'reduce-columns', ...all, reduction: 'max', source: x, columns: 7, dest: w },
    'max     [time × batch] w of x[t] × 7',
    15 * 7,
    4 * 2 * 15 * 7,
  ],
  [
    { kind: 'cross-entropy', ...all, logits: x, targets: y, columns: 7, loss: w },
    'entropy [time × batch] w = crossEntropy(x[t], x+48)',
    5 * 15 * 7,
    4 * 2 * 15 * 7,
  ],
  [
    { kind: 'cross-entropy-gradient', ...all, logits: x, targets: y, weight: y, columns: 7, dest: x, pad: 9, loss: w },
    'entropy [time × batch] w = crossEntropy; x[t] = (softmax(x[t]) − onehot(x+48)) · x+48',
    5 * 15 * 7,
    4 * 2 * 15 * 7,
  ],
  [
    { kind: 'cross-entropy-gradient', ...all, logits: x, targets: y, weight: y, columns: 7, dest: x, pad: 9 },
    'entropy [time × batch] x[t] = (softmax(x[t]) − onehot(x+48)) · x+48',
    5 * 15 * 7,
    4 * 2 * 15 * 7,
  ],
  [{ kind: 'sum-squares', source: w, columns: 7, dest: y }, 'norm    x+48 = Σ w²', 2 * 7, 4 * 7],
  [
    { kind: 'random', ...all, site: 3, perStep: true, columns: 7, dest: x, pad: 9 },
    'random  [time × batch] x[t] × 7, site 3',
    0,
    4 * 2 * 15 * 7,
  ],
  [{ kind: 'fill', ...all, value: 0, columns: 7, dest: x }, 'fill    [time × batch] x[t] × 7 = 0', 0, 4 * 2 * 15 * 7],
]

const programOf = (prepare: Instruction[], body: Instruction[], finish: Instruction[]): Program => ({
  name: 'all of them',
  regions: [
    { name: 'w', size: term(16) },
    { name: 'x', size: [...term(16, 'time', 'batch'), ...term(48)] },
  ],
  packs: 5,
  prepare,
  body,
  finish,
})

test.each(instructions.map((one) => [one[1], ...one] as const))('%s', (_, instruction, line, operations, bytes) => {
  expect(costOf(instruction, extents)).toEqual({ operations, bytes })
  const said = explain(programOf([], [instruction], []), extents).split('\n')
  expect(said.find((one) => one.startsWith(`  ${line}`))).toMatch(/ {2}# [\d.]+ k?FLOP, [\d.]+ k?B$/)
})

test('a whole program: memory, phases, loops counted as often as they run, and the total', () => {
  const pack = instructions.find(([{ kind }]) => kind === 'pack')![0]
  const norm = instructions.find(([{ kind }]) => kind === 'sum-squares')![0]
  const fill: Instruction = { kind: 'fill', ...inLoop, value: 0, columns: 7, dest: x }
  const loop = (reverse: boolean): Instruction => ({ kind: 'loop', axis: 'time', reverse })
  const program = programOf(
    [pack],
    [loop(false), fill, { kind: 'end' }, fill, loop(true), norm, { kind: 'end' }],
    [norm],
  )
  expect(programCost(program, extents)).toEqual({ operations: 5 * 14 + 14, bytes: 896 + 5 * 168 + 168 + 5 * 28 + 28 })
  expect(explain(program, extents)).toBe(
    [
      'program all of them',
      '',
      'memory',
      '  w              16 floats = 64 B',
      '  x              16·time·batch + 48 floats = 1.15 kB',
      '',
      'prepare',
      '  pack    matrix 4 (7 × 16) from w, x+48ᵀ  # 0 FLOP, 896 B',
      '',
      'body',
      '  for each step of time',
      '    fill    [batch] x[t] × 7 = 0  # 0 FLOP, 168 B',
      '  end',
      '  fill    [batch] x[t] × 7 = 0  # 0 FLOP, 168 B',
      '  for each step of time, last to first',
      '    norm    x+48 = Σ w²  # 14 FLOP, 28 B',
      '  end',
      '',
      'finish',
      '  norm    x+48 = Σ w²  # 14 FLOP, 28 B',
      '',
      'one run at time 5, batch 3: 84 FLOP, 2.07 kB moved',
    ].join('\n'),
  )
  // A phase without instructions is not named.
  expect(explain(programOf([], [fill], []), { time: 1000, batch: 1e9 })).not.toMatch(/prepare|finish/)
  expect(explain(programOf([], [fill], []), { time: 1000, batch: 1e6 })).toContain('x[t] × 7 = 0  # 0 FLOP, 56.0 MB')
  expect(explain(programOf([], [fill], []), { time: 1000, batch: 1e9 })).toContain('x[t] × 7 = 0  # 0 FLOP, 56.0 GB')
})
