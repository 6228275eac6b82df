/** Small programs over one region, run on the wasm backend: floats in, floats out. */

import type { Backend, Extents, Formula, Instruction, Place, Scalars } from '../../src/backends/backend.ts'

export const number = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])

export const place = (offset: number, stride = 0, pitch = 0, broadcast = false): Place => ({
  region: 0,
  offset: number(offset),
  stride: number(stride),
  pitch: number(pitch),
  broadcast,
})

export const span = (outer: number, rows: number): { outer: Formula; rows: Formula } => ({
  outer: number(outer),
  rows: number(rows),
})

/** Runs `prepare` and `body` once over one region that begins as `data`, and gives back what is there afterwards. */
export async function runOn(
  backend: Backend,
  data: Float32Array,
  body: readonly Instruction[],
  options: { prepare?: readonly Instruction[]; packs?: number; extents?: Extents; scalars?: Scalars } = {},
): Promise<Float32Array> {
  const executable = await backend.compile({
    name: 'test',
    regions: [{ name: 'all', size: number(data.length) }],
    packs: options.packs ?? 0,
    prepare: options.prepare ?? [],
    body,
    finish: [],
  })
  const memory = backend.allocate(data.length)
  backend.write(memory, 0, data)
  executable.bind([memory])
  executable.prepare(options.extents ?? {})
  executable.run(options.extents ?? {}, options.scalars ?? { seed: 1, step: 2, sequence: 3 })
  const result = new Float32Array(data.length)
  await backend.read(memory, 0, result)
  executable.dispose()
  backend.free(memory)
  return result
}

/** Reproducible floats in (−1, 1). */
export function noise(count: number, seed = 1): Float32Array {
  const values = new Float32Array(count)
  let state = seed
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    values[i] = state / 2147483648
  }
  return values
}

/** How many floats lie between two, in units of the last place of the expected one. */
export function ulps(actual: number, expected: number): number {
  const rounded = Math.fround(expected)
  if (Object.is(actual, rounded) || actual === rounded || (Number.isNaN(actual) && Number.isNaN(rounded))) return 0
  if (!Number.isFinite(actual) || !Number.isFinite(rounded)) return Infinity
  const size = Math.max(2 ** -149, 2 ** (Math.floor(Math.log2(Math.max(Math.abs(rounded), 2 ** -126))) - 23))
  return Math.abs(actual - expected) / size
}
