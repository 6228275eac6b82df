/**
 * Speed of a backend's kernels, instruction by instruction: products and contractions as a share of what one core can do in
 * registers alone, rows one at a time in GB/s of packed weights, pointwise lists in ns an element.
 * Run: node test/backends/kernel-speed.ts [native|wasm] [kernels] [only what contains this] (Node 22 or later runs TypeScript itself)
 */

import type {
  Backend,
  CompileOptions,
  Instruction,
  Place,
  PointwiseOperation,
  WeightFormat,
} from '../../src/backends/backend.ts'
import { number, place, span } from './wasm-harness.ts'

const [name = 'native', kernels = '', only = ''] = process.argv.slice(2)
const backend = await open()
console.log(
  `Node ${process.version}, ${backend.name} ${backend.kernels}; shares are of the peak, measured around each case`,
)

/** Everything at once on the calling thread. */
async function open(): Promise<Backend> {
  const chosen = kernels === '' ? {} : { kernels }
  if (name === 'native') {
    const { createNativeBackend } = await import('../../src/backends/native/native-backend.ts')
    return createNativeBackend({ ...chosen, threads: 1, small: Infinity })
  }
  const { createWasmBackend } = await import('../../src/backends/wasm/wasm-backend.ts')
  return createWasmBackend(chosen as Parameters<typeof createWasmBackend>[0])
}

/** Processor time in ms: other processes on the machine do not count. */
const now = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

interface Parts extends CompileOptions {
  readonly prepare?: readonly Instruction[]
  readonly packs?: number
  /** `run` if left out. */
  readonly part?: 'prepare' | 'run'
}

/** The shortest time of one run of the instructions, in ms. */
async function shortest(floats: number, body: readonly Instruction[], parts: Parts = {}): Promise<number> {
  const { prepare = [], packs = 0, part = 'run', ...options } = parts
  const memory = backend.allocate(floats)
  const values = new Float32Array(floats)
  for (let i = 0; i < floats; i++) values[i] = Math.random() - 0.5
  backend.write(memory, 0, values)
  const regions = [{ name: 'all', size: number(floats) }]
  const executable = await backend.compile({ name: 'speed', regions, packs, prepare, body, finish: [] }, options)
  executable.bind([memory])
  executable.prepare({})
  const scalars = { seed: 1, step: 1, sequence: 1 }
  const once = (): void => (part === 'prepare' ? executable.prepare({}) : executable.run({}, scalars))
  let rounds = 0
  for (const until = now() + 30; now() < until; rounds++) once()
  // Short enough to fall between two interruptions, long enough for the clock.
  const repeat = Math.max(1, Math.ceil(rounds / 60))
  let best = Infinity
  for (const until = now() + 150; now() < until;) {
    const begun = now()
    for (let i = 0; i < repeat; i++) once()
    best = Math.min(best, (now() - begun) / repeat)
  }
  executable.dispose()
  backend.free(memory)
  return best
}

const wanted = (title: string): boolean => title.includes(only)

/** Floating-point operations in that time, in words. */
function rate(operations: number, ms: number, peak: number): string {
  const share = peak > 0 ? `, ${((operations / ms / peak) * 1e5).toFixed(0)} %` : ''
  return `${(operations / ms / 1e6).toFixed(1)} GFLOP/s${share}`
}

const pack = (index: number, k: number, n: number, transposed = false): Instruction => ({
  kind: 'pack',
  pack: index,
  k,
  n,
  blocks: [{ source: place(0, 0, transposed ? n : k), atK: 0, atN: 0, k, n, transposed }],
})

async function product(
  rows: number,
  k: number,
  n: number,
  start: 'zero' | 'dest',
  weights: WeightFormat,
): Promise<number> {
  const a = k * n
  const dest = a + rows * k
  const gemm: Instruction = {
    kind: 'gemm',
    ...span(1, rows),
    a: place(a, 0, k),
    k,
    pack: 0,
    n,
    dest: place(dest, 0, n),
    start,
  }
  return shortest(dest + rows * n, [gemm], { prepare: [pack(0, k, n)], packs: 1, weights })
}

const widths = [
  [64, 256],
  [128, 512],
  [256, 1024],
  [512, 2048],
  [512, 128],
  [128, 65],
  [128, 80],
  [300, 301],
] as const

for (const [k, n] of widths) {
  for (const rows of [1, 2, 3, 4, 8, 16, 17, 25, 50, 64, 100, 1000, 4096]) {
    const title = `product ${rows} × ${k} · ${k} × ${n}`
    if (!wanted(title)) continue
    const peak = backend.peak?.() ?? 0
    const ms = await product(rows, k, n, rows % 2 === 0 ? 'zero' : 'dest', 'float32')
    console.log(`${title}: ${rate(2 * rows * k * n, ms, Math.max(peak, backend.peak?.() ?? 0))}`)
  }
}

for (const [k, n] of [
  [256, 512],
  [1024, 2048],
] as const) {
  for (const [weights, bytes] of [
    ['float32', 4],
    ['float16', 2],
    ['int8', 1],
  ] as const) {
    const title = `one row · ${k} × ${n} in ${weights}`
    if (!wanted(title)) continue
    const ms = await product(1, k, n, 'zero', weights)
    console.log(`${title}: ${(ms * 1000).toFixed(1)} µs, ${((k * n * bytes) / ms / 1e6).toFixed(1)} GB/s`)
  }
}

for (const [m, n] of [
  [256, 64],
  [512, 128],
  [1024, 256],
  [2048, 512],
  [65, 128],
  [512, 65],
  [301, 300],
] as const) {
  for (const [outer, rows] of [
    [32, 16],
    [50, 50],
    [64, 64],
  ] as const) {
    const title = `contraction ${m} × ${outer * rows} · ${outer * rows} × ${n}`
    if (!wanted(title)) continue
    const a = outer * rows * m
    const dest = a + outer * rows * n
    const peak = backend.peak?.() ?? 0
    const ms = await shortest(dest + m * n, [
      {
        kind: 'gemm-ta',
        ...span(outer, rows),
        g: place(0, rows * m, m),
        m,
        a: place(a, rows * n, n),
        n,
        dest: place(dest, 0, n),
        chunk: outer,
      },
    ])
    console.log(`${title}: ${rate(2 * outer * rows * m * n, ms, Math.max(peak, backend.peak?.() ?? 0))}`)
  }
}

for (const transposed of [false, true]) {
  const title = `pack 128 × 512${transposed ? ', transposed' : ''}`
  if (!wanted(title)) continue
  const ms = await shortest(512 * 128, [], { prepare: [pack(0, 128, 512, transposed)], packs: 1, part: 'prepare' })
  console.log(`${title}: ${((ms * 1e6) / 512 / 128).toFixed(2)} ns/float`)
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
  const title = `lstm step 50 × 128${keep ? ', gates kept' : ''}`
  if (!wanted(title)) continue
  const ms = await shortest(50 * 128 * 6, [step(0, 50, 128, keep)])
  console.log(`${title}: ${((ms * 1e6) / 50 / 128).toFixed(2)} ns/element`)
}
for (const op of ['exp', 'log', 'sigmoid', 'tanh', 'softplus', 'sin', 'erf', 'sqrt'] as const) {
  if (!wanted(op)) continue
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

if (wanted('tiny')) {
  const tiny: Instruction[] = []
  for (let i = 0; i < 100; i++) tiny.push({ kind: 'fill', ...span(1, 1), value: 1, columns: 4, dest: place(0) })
  const ms = await shortest(64, tiny)
  const one = await shortest(64, tiny.slice(0, 1))
  console.log(`a tiny instruction: ${((ms * 1e6) / 100).toFixed(1)} ns; a run of one: ${(one * 1e6).toFixed(0)} ns`)
}

if (wanted('step at batch 1')) {
  // Two layers of 128: per layer two products and the gates.
  const prepare = [0, 1, 2, 3].map((index) => pack(index, 128, 512))
  const base = 128 * 512
  const body: Instruction[] = [0, 1].flatMap((layer): Instruction[] => {
    const at = base + layer * 1024
    const half = (index: number, from: number, start: 'zero' | 'dest'): Instruction => ({
      kind: 'gemm',
      ...span(1, 1),
      a: place(from),
      k: 128,
      pack: index,
      n: 512,
      dest: place(at),
      start,
    })
    return [half(2 * layer, base + 640, 'zero'), half(2 * layer + 1, base + 512, 'dest'), step(at, 1, 128, false)]
  })
  const ms = await shortest(base + 4096, body, { prepare, packs: 4 })
  console.log(`step at batch 1 of a 2 × 128 LSTM: ${(ms * 1000).toFixed(1)} µs`)
}
