/**
 * The module of a program: its ROWS kernels, and functions that run the plans of its instruction lists on a frame.
 * The loops of a program run in here, so that a step costs calls within WebAssembly only. Where threads share the memory, each
 * of them runs the plan on a frame of its own.
 */

import type { RowsInstruction } from '../backend.ts'
import { ModuleBuilder } from './assembler.ts'
import type { Callable, Expression, FunctionBuilder, I32, Local } from './assembler.ts'
import type { Constants } from './constants.ts'
import { callFields } from './deal.ts'
import { frameHeader } from './frame.ts'
import { multiplyAddOf } from './kernels.ts'
import { sharedKernels } from './shared-kernels.ts'
import type { KernelSet } from './kernels.ts'
import { f64, i32 } from './opcodes.ts'
import { addTime, measured } from './measure.ts'
import { addRows } from './rows.ts'
import type { Step, WalkedAxis } from './layouter.ts'
import { synchronised } from './synchronise.ts'

/** Runs `body` at every index of the axes, the last first, with the addresses moved there; in the end they are where they were. */
function walked(f: FunctionBuilder, frame: I32, [axis, ...inner]: readonly WalkedAxis[], body: () => void): void {
  if (axis === undefined) return body()
  const left = f.local('i32', i32.load(frame, axis.countAt))
  const move = (by: (bytes: I32) => I32): void => {
    for (const { address, byAt } of axis.moves)
      f.do(i32.store(frame, i32.add(i32.load(frame, address), by(i32.load(frame, byAt))), address))
  }
  move((bytes) => i32.mul(bytes, i32.sub(left, i32.const(1))))
  f.while(i32.gtS(left, i32.const(0)), () => {
    walked(f, frame, inner, body)
    move((bytes) => i32.sub(i32.const(0), bytes))
    f.set(left, i32.sub(left, i32.const(1)))
  })
  move((bytes) => bytes)
}

/** Plans, each under its name. */
export type Plans = readonly (readonly [name: string, plan: readonly Step[]])[]

/** What the functions that run plans call and read. */
export interface Calls {
  /** A function for each shared kernel that plans call, by its name. */
  readonly kernels: ReadonlyMap<string, Callable>
  /** Lets threads wait for each other, where several share the memory. */
  readonly barrier?: Callable
  /** The time in milliseconds, where it is measured. */
  readonly now?: Expression<'f64'>
}

/** The bytes of the module that runs plans, each under its name and taking the address of its frame; with `profile` it measures. */
export function programModule(
  plans: Plans,
  rows: ReadonlyMap<string, RowsInstruction>,
  constants: Constants,
  kernels: KernelSet,
  shared: boolean,
  profile: boolean,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(shared)
  const imported = new Map(sharedKernels.map((name) => [name, module.import(name, ['i32', 'i32'])]))
  const barrier = shared ? module.import('barrier', ['i32']) : undefined
  const now = profile ? module.importValue('now', 'f64') : undefined
  addPlans(module, plans, rows, constants, kernels, {
    kernels: imported,
    ...(barrier && { barrier }),
    ...(now && { now }),
  })
  return module.bytes()
}

/** Adds the ROWS kernels of plans, and a function for each plan. */
export function addPlans(
  module: ModuleBuilder,
  plans: Plans,
  rows: ReadonlyMap<string, RowsInstruction>,
  constants: Constants,
  kernels: KernelSet,
  calls: Calls,
): void {
  const own = new Map<string, Callable>()
  const fma = multiplyAddOf(kernels)
  for (const [key, instruction] of rows) own.set(key, addRows(module, constants, fma, instruction))
  for (const [name, plan] of plans) addPlan(module, name, plan, own, calls)
}

function addPlan(
  module: ModuleBuilder,
  name: string,
  alone: readonly Step[],
  own: ReadonlyMap<string, Callable>,
  { kernels, barrier, now }: Calls,
): void {
  const together = barrier ? synchronised(alone, now !== undefined) : alone
  const plan = now ? measured(together) : together
  const f = module.function(['i32'], name)
  const frame = f.parameter(0, 'i32')
  const t = f.local('i32')
  const count = f.local('i32')
  const threads = f.local('i32', i32.load(frame, frameHeader.threads))
  const times = now && f.local('i32', i32.load(frame, frameHeader.times))
  const begun = now && f.local('f64')
  /** Runs a kernel; `time` is the loop's index, or undefined outside, where the frame says which outer index is first. */
  const run = (step: Extract<Step, { do: 'call' | 'rows' }>, time: I32 | undefined): void => {
    const target = step.do === 'rows' ? own.get(step.key) : kernels.get(step.kernel)
    const block = i32.add(frame, i32.const(step.block))
    const call = (first: I32): void => walked(f, frame, step.walk ?? [], () => f.call(target as Callable, block, first))
    if (!barrier) return call(time ?? i32.const(0))
    f.if(i32.load(frame, step.fields + callFields.some), () =>
      call(time ?? i32.load(frame, step.fields + callFields.first)),
    )
  }
  const walk = (from: number, time: I32 | undefined): number => {
    let at = from
    while (at < plan.length) {
      const step = plan[at++] as Step
      if (step.do === 'end') return at
      if (step.do === 'loop') at = loop(step, at)
      else if (step.do === 'barrier') f.call(barrier!, threads)
      else if (step.do === 'begin') f.if(times!, () => f.set(begun!, now!))
      else if (step.do === 'took') f.if(times!, () => addTime(f, times!, step.of, f64.sub(now!, begun!)))
      else run(step, time)
    }
    return at
  }
  const loop = (step: Extract<Step, { do: 'loop' }>, from: number): number => {
    let after = from
    f.set(count, i32.load(frame, step.countAt))
    const inside = (index: Local<'i32'>): void => {
      after = walk(from, index)
    }
    if (step.reverse) {
      f.set(t, i32.sub(count, i32.const(1)))
      f.while(i32.geS(t, i32.const(0)), () => {
        inside(t)
        f.set(t, i32.sub(t, i32.const(1)))
      })
    } else {
      f.set(t, i32.const(0))
      f.while(i32.ltS(t, count), () => {
        inside(t)
        f.set(t, i32.add(t, i32.const(1)))
      })
    }
    return after
  }
  walk(0, undefined)
}
