/** A program at fixed extents as a module that needs nothing: its kernels, its memory, and what lies in that from the beginning. */

import type { Extents, Formula, Program } from '../backend.ts'
import { Bounds } from '../program/bounds.ts'
import { checkProgram } from '../program/check-program.ts'
import { Formulas } from '../program/formulas.ts'
import { ModuleBuilder, type Callable } from './assembler.ts'
import { Constants, reservedBytes } from './constants.ts'
import { addPlans } from './driver.ts'
import { Frame } from './frame.ts'
import { addKernels, type KernelSet } from './kernels.ts'
import type { Shared } from './layouter.ts'
import { Addresses, type Block } from './memory.ts'
import { i32 } from './opcodes.ts'
import { layOut } from './section.ts'
import type { SharedKernel } from './shared-kernels.ts'

const page = 65536

/** A module with its `memory` and two functions: one of the name it was given, to be called once, and `body`. */
export interface Standalone {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where each region begins in its memory, in bytes. */
  readonly regions: ReadonlyMap<string, number>
}

/** The module of a program, `contents` being what some of its regions begin with. All else is zero. `name` is that of what prepares it. */
export function standaloneModule(
  program: Program,
  extents: Extents,
  contents: ReadonlyMap<string, Float32Array>,
  kernels: KernelSet,
  name: string,
): Standalone {
  checkProgram(program)
  const shared: Shared = { packFloats: [], rows: new Map(), scratchFloats: 0, weights: 'float32', profile: false }
  const sections = (['prepare', 'body'] as const).map((part) => ({ part, ...layOut(program[part], shared) }))
  let end = reservedBytes
  const addresses = new Addresses((bytes) => (end = Math.max(end, bytes)))
  const regions = program.regions.map(({ size }) => addresses.allocate(valueAt(size, extents)))
  const packs = Array.from({ length: program.packs }, (_, pack) => addresses.allocate(shared.packFloats[pack] ?? 0))
  const scratch = addresses.allocate(shared.scratchFloats).address
  const begin = (blocks: readonly Block[]): number[] => blocks.map(({ address }) => address)
  const floats = regions.map((region) => region.floats)

  const module = new ModuleBuilder(false)
  const bottom = new Uint8Array(reservedBytes)
  const constants = new Constants(bottom)
  const called = new Set(
    sections.flatMap(({ plan }) => plan.flatMap((step) => (step.do === 'call' ? step.kernel : []))),
  )
  addKernels(module, constants, kernels, (kernel) => called.has(kernel))
  const byName = (name: SharedKernel): [SharedKernel, Callable] => [name, module.exported(name)!]
  const plans = sections.map(({ part, plan }) => [onFrame(part), plan] as const)
  addPlans(module, plans, shared.rows, constants, kernels, { kernels: new Map([...called].map(byName)) })

  for (const { part, layout } of sections) {
    const frame = new Frame(layout, new Bounds(program, part), 0)
    const { address } = addresses.allocate(frame.words)
    frame.update(extents, { regions: begin(regions), packs: begin(packs) }, floats)
    const fields = new Int32Array(frame.words)
    frame.deal(fields, address, scratch, 0, 1)
    module.data(address, bytesOf(fields))
    module.function([], part === 'prepare' ? name : part).call(module.exported(onFrame(part))!, i32.const(address))
  }
  module.data(0, bottom.subarray(0, 1 + bottom.findLastIndex((byte) => byte !== 0)))
  const named = new Map(program.regions.map(({ name }, i) => [name, regions[i]!.address]))
  for (const [name, values] of contents) module.data(named.get(name)!, bytesOf(values))
  module.ownMemory(Math.ceil(end / page))
  return { bytes: module.bytes(), regions: named }
}

/** What a part is called that takes the address of its frame. */
const onFrame = (part: string): string => `${part} on`

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

function valueAt(formula: Formula, extents: Extents): number {
  const formulas = new Formulas()
  const number = formulas.add(formula)
  return formulas.evaluate(
    number,
    formulas.axes.map((axis) => extents[axis] ?? 0),
  )
}
