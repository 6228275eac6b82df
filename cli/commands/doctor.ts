import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { languageModel, lstm, productRate, text, train, type EngineOptions } from 'unrolled'
import { nativeStatus } from 'unrolled/node'
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

/** A module whose only function is `body`, of the type that `type` says. */
const moduleOf = (type: readonly number[], body: readonly number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...[1, type.length + 1, 1, ...type],
    ...[3, 2, 1, 0],
    ...[10, body.length + 4, 1, body.length + 2, 0, ...body, 11],
  ])

const v128 = 123
/** No parameters, no result: v128.const 0, drop. */
const simd = moduleOf([96, 0, 0], [253, 12, ...new Array<number>(16).fill(0), 26])
/** Three vectors to one: f32x4.relaxed_madd. */
const relaxed = moduleOf([96, 3, v128, v128, v128, 1, v128], [32, 0, 32, 1, 32, 2, 253, 133, 2])

/** Characters a second in training two layers of LSTM. */
async function trainingRate(
  { hidden, steps }: { readonly hidden: number; readonly steps: number },
  engine: EngineOptions,
): Promise<number> {
  const data = text('the quick brown fox jumps over the lazy dog. '.repeat(200))
  const model = languageModel(data, { cell: lstm, hidden, layers: 2 })
  return (await train(model, data, { batch: 50, unroll: 50, steps, ...engine }).finish()).unitsPerSecond
}

const gibibytes = (bytes: number): number => Math.round((10 * bytes) / 2 ** 30) / 10

const reasons = {
  native: 'the widest vectors this processor has',
  relaxed: 'the engine has fused multiply-add (relaxed SIMD)',
  apart: 'the engine has no relaxed SIMD, so products multiply and add apart',
}

/** What would be faster. */
function adviceFor(backend: string, native: boolean, relaxed: boolean): string | undefined {
  if (backend === 'native') return undefined
  const leave = 'leave out UNROLLED_BACKEND, UNROLLED_KERNELS, --backend and --kernels, and'
  if (backend === 'reference')
    return `the reference backend is for checking; ${leave} ${native ? 'native' : 'wasm'} runs`
  if (native) return `${leave} native runs, which is faster`
  const node = relaxed ? '' : '; Node 22 or newer has relaxed SIMD and multiplies faster than this one'
  return `\`npx unrolled native build\` builds the native backend, which is faster${node}`
}

async function run({ terminal, options }: Given): Promise<ExitCode> {
  const hasSimd = WebAssembly.validate(simd)
  const hasRelaxed = WebAssembly.validate(relaxed)
  const engine = engineOf(options)
  // A run of one update says what would run here, at no cost on any backend.
  const few = text('ab'.repeat(20))
  const tiny = languageModel(few, { cell: lstm, hidden: 1 })
  const { backend, kernels, threads } = await train(tiny, few, { batch: 1, unroll: 1, steps: 1, ...engine }).finish()
  const slow = backend === 'reference'
  const product = await productRate({ ...(slow ? { rows: 8, k: 64, n: 64 } : { milliseconds: 500 }), ...engine })
  const unitsPerSecond = await trainingRate(slow ? { hidden: 16, steps: 2 } : { hidden: 128, steps: 12 }, engine)
  const native = await nativeStatus()
  // The least run that is measured says what the machine can do at most.
  const measured = slow
    ? undefined
    : await train(tiny, few, { batch: 1, unroll: 1, steps: 1, profile: true, ...engine }).finish()
  const peak = measured?.peak
  const asked = process.env['UNROLLED_KERNELS'] || process.env['UNROLLED_BACKEND'] || engine.backend || engine.kernels
  const why = asked ? 'as asked for' : reasons[backend === 'native' ? 'native' : hasRelaxed ? 'relaxed' : 'apart']
  const advice = adviceFor(backend, native.available, hasRelaxed)
  const found = {
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: gibibytes(totalmem()),
    freeMemoryGiB: gibibytes(freemem()),
    simd: hasSimd,
    relaxedSimd: hasRelaxed,
    native: native.available,
    ...(native.available ? { nativeKernels: native.kernels } : { nativeMissing: native.why }),
    backend,
    kernels,
    why,
    threads,
    ...(peak !== undefined && { peakGigaflops: Number((peak / 1e9).toPrecision(3)) }),
    productGigaflops: Number(product.toPrecision(3)),
    charactersPerSecond: Math.round(unitsPerSecond),
    ...(advice !== undefined && { advice }),
  }
  if (on(options, 'json')) terminal.out(`${JSON.stringify({ event: 'done', ...found })}\n`)
  else {
    terminal.out(
      [
        `Node        ${found.node}, V8 ${found.v8}, ${found.platform}`,
        `machine     ${found.processor}, ${found.cores} cores, ${found.memoryGiB} GiB of memory, ${found.freeMemoryGiB} free`,
        `engine      SIMD ${hasSimd ? 'yes' : 'no'}, relaxed SIMD ${hasRelaxed ? 'yes' : 'no'}`,
        `native      ${native.available ? `yes, kernels ${native.kernels.join(', ')}` : `no: ${native.why}`}`,
        `backend     ${backend}, kernels ${kernels}, ${threads} thread${threads === 1 ? '' : 's'}: ${why}`,
        `product     ${found.productGigaflops} GFLOP/s${peak === undefined ? '' : `, of ${(peak / 1e9).toPrecision(3)} in registers alone`}`,
        `training    ${grouped(unitsPerSecond)} characters/s on an LSTM of 2 × ${slow ? 16 : 128}`,
        ...(advice === undefined ? [] : [`advice      ${advice}`]),
        '',
      ].join('\n'),
    )
  }
  return exitCodes.done
}
