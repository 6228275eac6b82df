/** What a thread does to memory besides running programs, in line with all else it does. */

import type { ModuleBuilder } from './assembler.ts'
import { frameHeader } from './frame.ts'
import { i32, memoryCopy } from './opcodes.ts'

/** Adds `move(to, from, bytes)` and `scalars(frame, seed, step, sequence, window)`. */
export function addMoves(module: ModuleBuilder): void {
  const move = module.function(['i32', 'i32', 'i32'], 'move')
  move.do(memoryCopy(move.parameter(0, 'i32'), move.parameter(1, 'i32'), move.parameter(2, 'i32')))
  const scalars = module.function(['i32', 'i32', 'i32', 'i32', 'i32'], 'scalars')
  for (const [index, name] of (['seed', 'step', 'sequence', 'window'] as const).entries())
    scalars.do(i32.store(scalars.parameter(0, 'i32'), scalars.parameter(1 + index, 'i32'), frameHeader[name]))
}
