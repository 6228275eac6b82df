import { availableParallelism, cpus, totalmem } from 'node:os'
import { lstm, languageModel, productRate, text, train } from 'unrolled'
import { engineOf, engineOptions, on, type Command, type Given } from '../command.ts'
import { grouped } from '../numbers.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  says: 'tell what this machine has and how fast it is',
  takes: [],
  options: engineOptions,
  examples: ['unrolled doctor', 'UNROLLED_KERNELS=wasm unrolled doctor --json'],
  run,
}

/** A function with one SIMD instruction: v128.const and drop. */
const simd = [
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  96,
  0,
  0,
  3,
  2,
  1,
  0,
  10,
  23,
  1,
  21,
  0,
  253,
  12,
  ...zeros(16),
  26,
  11,
]
/** A function of three vectors that gives f32x4.relaxed_madd of them. */
const relaxed = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2,
  253, 133, 2, 11,
]

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0)
}

async function run({ terminal, options }: Given): Promise<ExitCode> {
  const hasSimd = WebAssembly.validate(Uint8Array.from(simd))
  const hasRelaxed = WebAssembly.validate(Uint8Array.from(relaxed))
  const engine = engineOf(options)
  const product = await productRate({ milliseconds: 500, ...engine })
  const data = text('the quick brown fox jumps over the lazy dog. '.repeat(200))
  const model = languageModel(data, { cell: lstm, hidden: 128, layers: 2 })
  const { backend, kernels, threads, unitsPerSecond } = await train(model, data, {
    batch: 50,
    unroll: 50,
    steps: 12,
    ...engine,
  }).finish()
  const why =
    process.env['UNROLLED_KERNELS'] || process.env['UNROLLED_BACKEND'] || engine.backend || engine.kernels
      ? 'as asked for'
      : hasRelaxed
        ? 'the engine has fused multiply-add (relaxed SIMD)'
        : 'the engine has no relaxed SIMD, so products multiply and add apart'
  const advice =
    hasRelaxed || kernels === 'float64' ? undefined : 'Node 22 or newer has relaxed SIMD and multiplies faster'
  const found = {
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    simd: hasSimd,
    relaxedSimd: hasRelaxed,
    backend,
    kernels,
    why,
    threads,
    productGigaflops: Number(product.toPrecision(3)),
    charactersPerSecond: Math.round(unitsPerSecond),
    ...(advice !== undefined && { advice }),
  }
  if (on(options, 'json')) terminal.out(`${JSON.stringify({ event: 'done', ...found })}\n`)
  else {
    terminal.out(
      [
        `Node        ${found.node}, V8 ${found.v8}, ${found.platform}`,
        `machine     ${found.processor}, ${found.cores} cores, ${found.memoryGiB} GiB`,
        `engine      SIMD ${hasSimd ? 'yes' : 'no'}, relaxed SIMD ${hasRelaxed ? 'yes' : 'no'}`,
        `backend     ${backend}, kernels ${kernels}, ${threads} thread${threads === 1 ? '' : 's'}: ${why}`,
        `product     ${found.productGigaflops} GFLOP/s`,
        `training    ${grouped(unitsPerSecond)} characters/s on an LSTM of 2 × 128`,
        ...(advice === undefined ? [] : [`advice      ${advice}`]),
        '',
      ].join('\n'),
    )
  }
  return exitCodes.done
}
