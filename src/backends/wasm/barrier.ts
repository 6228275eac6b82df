/** Where threads wait for each other. */

import type { ModuleBuilder } from './assembler.ts'
import { addressOf, word } from './control.ts'
import { atomic, drop, i32, unreachable } from './opcodes.ts'

/** Looks at the word before a thread goes to sleep, some tens of microseconds: waking one takes longer than most waits. */
const looks = 20_000
/** A sleeping thread looks up that often, in case that whoever it waits for is no more. */
const sleepNanoseconds = 100_000_000
const everybody = -1

/** Adds `barrier(threads)`, which none of so many threads leaves before all have come; it ends in an error if one has died. */
export function addBarrier(module: ModuleBuilder): void {
  const f = module.function(['i32'], 'barrier')
  const threads = f.parameter(0, 'i32')
  const at = (name: keyof typeof word) => i32.const(addressOf(word[name]))
  f.if(i32.gtS(threads, i32.const(1)), () => {
    const passed = f.local('i32', atomic.load(at('passed')))
    const looked = f.local('i32', i32.const(0))
    f.if(
      i32.eq(atomic.add(at('arrived'), i32.const(1)), i32.sub(threads, i32.const(1))),
      () => {
        f.do(atomic.store(at('arrived'), i32.const(0)))
        f.do(drop(atomic.add(at('passed'), i32.const(1))))
        f.do(drop(atomic.notify(at('passed'), i32.const(everybody))))
      },
      () =>
        f.while(i32.eq(atomic.load(at('passed')), passed), () => {
          f.if(atomic.load(at('broken')), () => f.do(unreachable))
          f.set(looked, i32.add(looked, i32.const(1)))
          f.if(i32.gtS(looked, i32.const(looks)), () => f.do(drop(atomic.wait(at('passed'), passed, sleepNanoseconds))))
        }),
    )
  })
}
