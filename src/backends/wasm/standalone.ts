/**
 * A program for one sequence of any length as a module that needs nothing: its kernels, its memory, and what lies in that from the beginning.
 * What depends on the length, whoever runs it works out: a handful of sums.
 */

import { UnrolledError } from '../../error.ts'
import type { Formula, Program } from '../backend.ts'
import { Bounds } from '../program/bounds.ts'
import { checkProgram } from '../program/check-program.ts'
import { ModuleBuilder, type Callable } from './assembler.ts'
import { Constants, reservedBytes } from './constants.ts'
import { addPlans } from './driver.ts'
import { callFields } from './deal.ts'
import { frameHeader, type FrameLayout, type Origin } from './frame.ts'
import { addKernels, type KernelSet } from './kernels.ts'
import type { Shared } from './layouter.ts'
import { Addresses } from './memory.ts'
import { i32 } from './opcodes.ts'
import { layOut } from './section.ts'
import type { SharedKernel } from './shared-kernels.ts'

const page = 65536

/** A number that grows with the steps of a sequence: a + b · steps. */
export type BySteps = readonly [a: number, b: number]

/** Where something begins in memory: at an address, in bytes, or where one of the growing regions does. */
export type Start = { readonly at: number } | { readonly growing: number }

/** A 32-bit field of the memory, by the steps of a sequence, and counted from the start of a growing region where one is named. */
export interface Field {
  readonly word: number
  readonly value: BySteps
  readonly growing?: number
}

/** A module with its `memory` and two functions: one of the name it was given, to be called once, and `body`. */
export interface Standalone {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly regions: ReadonlyMap<string, Start>
  /** Bytes of the growing regions, which lie one behind the other, each from a multiple of 64 on, from `free` on. */
  readonly growing: readonly BySteps[]
  readonly free: number
  /** To be written before a call, for every new number of steps. */
  readonly fields: readonly Field[]
}

/** The module of a program, `contents` being what some of its regions begin with. All else is zero. `name` is that of what prepares it. */
export function standaloneModule(
  program: Program,
  contents: ReadonlyMap<string, Float32Array>,
  kernels: KernelSet,
  name: string,
): Standalone {
  checkProgram(program)
  checkBounds(program)
  const shared: Shared = { packFloats: [], rows: new Map(), scratchFloats: 0, weights: 'float32', profile: false }
  const sections = (['prepare', 'body'] as const).map((part) => ({ part, ...layOut(program[part], shared) }))
  let end = reservedBytes
  const addresses = new Addresses((bytes) => (end = Math.max(end, bytes)))
  const growing: BySteps[] = []
  const regions = program.regions.map(({ size }): Start => {
    const [floats, more] = bySteps(size)
    if (more === 0) return { at: addresses.allocate(floats).address }
    return { growing: growing.push([4 * floats, 4 * more]) - 1 }
  })
  const packs = Array.from(
    { length: program.packs },
    (_, pack) => addresses.allocate(shared.packFloats[pack] ?? 0).address,
  )
  const scratch = addresses.allocate(shared.scratchFloats).address

  const module = new ModuleBuilder(false)
  const bottom = new Uint8Array(reservedBytes)
  const constants = new Constants(bottom)
  const called = new Set(
    sections.flatMap(({ plan }) => plan.flatMap((step) => (step.do === 'call' ? step.kernel : []))),
  )
  addKernels(module, constants, kernels, (kernel) => called.has(kernel))
  const byName = (kernel: SharedKernel): [SharedKernel, Callable] => [kernel, module.exported(kernel)!]
  const plans = sections.map(({ part, plan }) => [onFrame(part), plan] as const)
  addPlans(module, plans, shared.rows, constants, kernels, { kernels: new Map([...called].map(byName)) })

  const fields = sections.flatMap(({ part, layout }) => {
    const frame = addresses.allocate(layout.bytes / 4).address
    const { words, varying } = framed(layout, frame, { regions, packs, scratch })
    module.data(frame, bytesOf(words))
    module.function([], part === 'prepare' ? name : part).call(module.exported(onFrame(part))!, i32.const(frame))
    return varying
  })
  module.data(0, bottom.subarray(0, 1 + bottom.findLastIndex((byte) => byte !== 0)))
  const named = new Map(program.regions.map(({ name }, i) => [name, regions[i]!]))
  for (const [region, values] of contents) {
    const start = named.get(region)
    if (start && 'at' in start) module.data(start.at, bytesOf(values))
  }
  module.ownMemory(Math.ceil(end / page))
  return { bytes: module.bytes(), regions: named, growing, free: end, fields }
}

interface Places {
  readonly regions: readonly Start[]
  readonly packs: readonly number[]
  readonly scratch: number
}

/** The words of a frame for one thread that are the same for all lengths, and the fields that are not. */
function framed(layout: FrameLayout, address: number, places: Places): { words: Int32Array; varying: Field[] } {
  const words = new Int32Array(layout.bytes / 4)
  words[frameHeader.threads / 4] = 1
  const varying: Field[] = []
  const put = (at: number, [a, b]: BySteps, start: Start): void => {
    const word = (address + at) / 4
    if ('growing' in start) varying.push({ word, value: [a, b], growing: start.growing })
    else if (b !== 0) varying.push({ word, value: [a + start.at, b] })
    else words[at / 4] = a + start.at
  }
  for (const { at, scale, formula, origin } of layout.slots) {
    const [a, b] = bySteps(formula)
    put(at, [scale * a, scale * b], startOf(origin, address, places))
  }
  // One thread does all there is of every call.
  for (const { at } of layout.calls) words[(at + callFields.some) / 4] = 1
  return { words, varying }
}

function startOf(origin: Origin, frame: number, { regions, packs, scratch }: Places): Start {
  if (origin === 'zero') return { at: 0 }
  if (origin === 'scratch') return { at: scratch }
  if (origin === 'frame') return { at: frame }
  return 'region' in origin ? regions[origin.region]! : { at: packs[origin.pack]! }
}

/** Of one sequence every size is a number, and a number a step. */
function bySteps(formula: Formula): BySteps {
  let [a, b] = [0, 0]
  for (const { factor, axes } of formula) {
    const others = axes.filter((axis) => axis !== 'batch')
    if (others.length === 0) a += factor
    else if (others.join() === 'time') b += factor
    else throw new UnrolledError('bug', `a standalone program has a size of ${others.join(' × ')}`)
  }
  return [a, b]
}

/** Whoever runs the module looks at no bounds: they hold for short and for long sequences. */
function checkBounds(program: Program): void {
  for (const time of [1, 2, 1000]) {
    const extents = { time, batch: 1 }
    const floats = program.regions.map(({ size }) => {
      const [a, b] = bySteps(size)
      return a + b * time
    })
    for (const part of ['prepare', 'body'] as const) new Bounds(program, part).update(extents, floats)
  }
}

/** What a part is called that takes the address of its frame. */
const onFrame = (part: string): string => `${part} on`

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
