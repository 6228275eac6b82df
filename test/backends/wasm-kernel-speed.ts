/**
 * Speed of the wasm backend's kernels: products in GFLOP/s, pointwise lists in ns an element, a batch-1 step in µs.
 * Run: node test/backends/wasm-kernel-speed.ts [wasm|wasm-fma] (Node 22 or later runs TypeScript itself)
 */

import type { Extents, Formula, Instruction, Place, PointwiseOperation } from '../../src/backends/backend.ts'
import type { KernelSet } from '../../src/backends/wasm/kernels.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'

const wanted = process.argv[2]
const backend = await createWasmBackend(wanted === undefined ? {} : { kernels: wanted as KernelSet })
console.log(`Node ${process.version}, kernels ${backend.kernels}`)

const number = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])
const place = (offset: number, stride = 0, pitch = 0): Place => ({
  region: 0,
  offset: number(offset),
  stride: number(stride),
  pitch: number(pitch),
  broadcast: false,
})
const span = (outer: number, rows: number) => ({ outer: number(outer), rows: number(rows) })

/** Processor time in ms: other processes on the machine do not count. */
const now = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The shortest time of one run of the instructions, in ms. */
async function shortest(
  floats: number,
  body: readonly Instruction[],
  options: { prepare?: readonly Instruction[]; packs?: number; extents?: Extents; part?: 'prepare' | 'run' } = {},
): Promise<number> {
  const memory = backend.allocate(floats)
  const values = new Float32Array(floats)
  for (let i = 0; i < floats; i++) values[i] = Math.random() - 0.5
  backend.write(memory, 0, values)
  const executable = await backend.compile({
    name: 'bench',
    regions: [{ name: 'all', size: number(floats) }],
    packs: options.packs ?? 0,
    prepare: options.prepare ?? [],
    body,
    finish: [],
  })
  executable.bind([memory])
  const extents = options.extents ?? {}
  const scalars = { seed: 1, step: 1, sequence: 1 }
  executable.prepare(extents)
  const once = (): void => (options.part === 'prepare' ? executable.prepare(extents) : executable.run(extents, scalars))
  const began = now()
  let rounds = 0
  while (now() - began < 300) {
    once()
    rounds++
  }
  const repeat = Math.max(1, Math.ceil(rounds / 100))
  let best = Infinity
  for (const until = now() + 700; now() < until;) {
    const start = now()
    for (let i = 0; i < repeat; i++) once()
    best = Math.min(best, (now() - start) / repeat)
  }
  executable.dispose()
  backend.free(memory)
  return best
}

for (const [rows, k, n] of [
  [1, 128, 512],
  [2, 128, 512],
  [3, 128, 512],
  [50, 128, 512],
  [2500, 128, 512],
  [64, 256, 1024],
  [64, 512, 2048],
  [64, 2048, 4096],
  [1, 512, 2048],
] as const) {
  const source = place(0, 0, k)
  const a = k * n
  const dest = a + rows * k
  const ms = await shortest(
    dest + rows * n,
    [
      {
        kind: 'gemm',
        ...span(1, rows),
        a: place(a, 0, k),
        k,
        pack: 0,
        n,
        dest: place(dest, 0, n),
        start: 'zero',
      },
    ],
    {
      prepare: [{ kind: 'pack', pack: 0, k, n, blocks: [{ source, atK: 0, atN: 0, k, n, transposed: false }] }],
      packs: 1,
    },
  )
  console.log(
    `gemm ${rows} × ${k} × ${n}: ${((2 * rows * k * n) / ms / 1e6).toFixed(1)} GFLOP/s, ${(ms * 1000).toFixed(1)} µs`,
  )
}

for (const [m, n, outer, rows, chunk] of [
  [512, 128, 50, 50, 8],
  [1024, 256, 64, 64, 8],
  [65, 128, 50, 50, 8],
  [512, 65, 50, 50, 50],
] as const) {
  const a = outer * rows * m
  const dest = a + outer * rows * n
  const ms = await shortest(dest + m * n, [
    {
      kind: 'gemm-ta',
      ...span(outer, rows),
      g: place(0, rows * m, m),
      m,
      a: place(a, rows * n, n),
      n,
      dest: place(dest, 0, n),
      chunk,
    },
  ])
  const flops = 2 * outer * rows * m * n
  console.log(`gemm-ta ${m} × ${n} over ${outer} × ${rows} by ${chunk}: ${(flops / ms / 1e6).toFixed(1)} GFLOP/s`)
}

for (const transposed of [false, true]) {
  const source = place(0, 0, transposed ? 512 : 128)
  const ms = await shortest(512 * 128, [], {
    prepare: [
      {
        kind: 'pack',
        pack: 0,
        k: 128,
        n: 512,
        blocks: [{ source, atK: 0, atN: 0, k: 128, n: 512, transposed }],
      },
    ],
    packs: 1,
    part: 'prepare',
  })
  console.log(`pack 128 × 512${transposed ? ' transposed' : ''}: ${((ms * 1e6) / 512 / 128).toFixed(2)} ns/float`)
}

/** Gates already summed in four blocks of a row, the cell in place: c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c'). */
const lstm: readonly PointwiseOperation[] = [
  { op: 'sigmoid', a: 0 },
  { op: 'sigmoid', a: 1 },
  { op: 'tanh', a: 2 },
  { op: 'sigmoid', a: 3 },
  { op: 'mul', a: 6, b: 4 },
  { op: 'mul', a: 5, b: 7 },
  { op: 'add', a: 9, b: 10 },
  { op: 'tanh', a: 11 },
  { op: 'mul', a: 8, b: 12 },
]
/** An LSTM step on `rows` rows at `at`: four gates, c, h, and the activations kept in place of the gates. */
const step = (at: number, rows: number, columns: number, keep: boolean): Instruction => {
  const gate = (index: number): Place => place(at + index * columns, 0, 4 * columns)
  const c = place(at + 4 * rows * columns, 0, columns)
  const h = place(at + 5 * rows * columns, 0, columns)
  const kept = keep ? [5, 6, 7, 8].map((value, index) => ({ value, place: gate(index), pad: 0 })) : []
  return {
    kind: 'rows',
    ...span(1, rows),
    columns,
    inputs: [gate(0), gate(1), gate(2), gate(3), c],
    operations: lstm,
    outputs: [{ value: 11, place: c, pad: 0 }, { value: 13, place: h, pad: 0 }, ...kept],
  }
}
for (const keep of [false, true]) {
  const ms = await shortest(50 * 128 * 6, [step(0, 50, 128, keep)])
  console.log(`lstm step 50 × 128${keep ? ', gates kept' : ''}: ${((ms * 1e6) / 50 / 128).toFixed(2)} ns/element`)
}
for (const op of ['exp', 'log', 'sigmoid', 'tanh', 'softplus', 'sqrt'] as const) {
  const ms = await shortest(50 * 128 * 2, [
    {
      kind: 'rows',
      ...span(1, 50),
      columns: 128,
      inputs: [place(0, 0, 128)],
      operations: [{ op, a: 0 }],
      outputs: [{ value: 1, place: place(50 * 128, 0, 128), pad: 0 }],
    },
  ])
  console.log(`${op}: ${((ms * 1e6) / 50 / 128).toFixed(2)} ns/element`)
}

{
  const tiny: Instruction[] = []
  for (let i = 0; i < 100; i++) tiny.push({ kind: 'fill', ...span(1, 1), value: 1, columns: 4, dest: place(0) })
  const ms = await shortest(64, tiny)
  const one = await shortest(64, tiny.slice(0, 1))
  console.log(`a tiny instruction: ${((ms * 1e6) / 100).toFixed(1)} ns; a run of one: ${(one * 1e6).toFixed(0)} ns`)
}

{
  // Batch 1, two layers of 128: per layer two products and the gates.
  const prepare: Instruction[] = [0, 1, 2, 3].map((pack) => ({
    kind: 'pack',
    pack,
    k: 128,
    n: 512,
    blocks: [{ source: place(0, 0, 128), atK: 0, atN: 0, k: 128, n: 512, transposed: false }],
  }))
  const base = 128 * 512
  const body: Instruction[] = [0, 1].flatMap((layer): Instruction[] => {
    const at = base + layer * 1024
    const product = (pack: number, from: number, start: 'zero' | 'dest'): Instruction => ({
      kind: 'gemm',
      ...span(1, 1),
      a: place(from),
      k: 128,
      pack,
      n: 512,
      dest: place(at),
      start,
    })
    return [product(2 * layer, base + 640, 'zero'), product(2 * layer + 1, base + 512, 'dest'), step(at, 1, 128, false)]
  })
  const ms = await shortest(base + 4096, body, { prepare, packs: 4 })
  console.log(`batch-1 step of a 2 × 128 LSTM: ${(ms * 1000).toFixed(1)} µs`)
}
