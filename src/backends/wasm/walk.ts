/** How kernels go over outer indices, rows and chunks, their places being described by a parameter block. */

import type { BlockLayout, PlaceFields } from './block.ts'
import type { FunctionBuilder, I32, Local, ModuleBuilder } from './assembler.ts'
import { times } from './columns.ts'
import { i32 } from './opcodes.ts'

/** A kernel under construction: `(block, t)`, and reading its block. */
export interface Kernel<Field extends string> {
  readonly f: FunctionBuilder
  readonly t: Local<'i32'>
  /** Reads a field of the block where the expression stands. */
  readonly get: (field: Field) => I32
  /** Reads a field once, into a variable. */
  readonly field: (field: Field) => Local<'i32'>
}

/** Begins a kernel. */
export function kernel<Field extends string>(
  module: ModuleBuilder,
  name: string,
  layout: BlockLayout<Field>,
): Kernel<Field> {
  const f = module.function(['i32', 'i32'], name)
  const block = f.parameter(0, 'i32')
  const get = (field: Field): I32 => i32.load(block, layout.at[field])
  return { f, t: f.parameter(1, 'i32'), get, field: (field) => f.local('i32', get(field)) }
}

/** A pointer to the first row of the place at outer index `t`. */
export function firstRow<Name extends string>({ get }: Kernel<PlaceFields<Name>>, name: Name, t: I32): I32 {
  return i32.add(get(name), i32.mul(t, get(`${name}Stride`)))
}

/** Runs `body` for `outer` indices from `t` on and every row, with pointers to the row in each of the places. */
export function eachRow<Name extends string>(
  k: Kernel<PlaceFields<Name> | 'rows'>,
  t: I32,
  outer: I32,
  names: readonly Name[],
  body: (pointers: Readonly<Record<Name, Local<'i32'>>>, t: Local<'i32'>) => void,
): void {
  const { f } = k
  const index = f.local('i32', t)
  const rows = k.field('rows')
  const pointers = Object.fromEntries(names.map((name) => [name, f.local('i32')])) as Record<Name, Local<'i32'>>
  times(f, outer, () => {
    for (const name of names) f.set(pointers[name], firstRow(k as unknown as Kernel<PlaceFields<Name>>, name, index))
    times(f, rows, () => {
      body(pointers, index)
      for (const name of names) f.set(pointers[name], i32.add(pointers[name], k.get(`${name}Pitch`)))
    })
    f.set(index, i32.add(index, i32.const(1)))
  })
}

/** Cuts the outer indices into chunks from 0 on and runs `body` for the last first. */
export function eachChunk(
  k: Kernel<'outer' | 'chunk'>,
  body: (first: Local<'i32'>, count: Local<'i32'>) => void,
): void {
  const { f, t } = k
  const outer = k.field('outer')
  const chunk = k.field('chunk')
  const offset = f.local('i32')
  const first = f.local('i32')
  const count = f.local('i32')
  f.if(i32.gtS(outer, i32.const(0)), () => {
    f.set(offset, i32.mul(i32.divU(i32.sub(outer, i32.const(1)), chunk), chunk))
    f.repeat(
      () => {
        f.set(count, i32.sub(outer, offset))
        f.if(i32.gtS(count, chunk), () => f.set(count, chunk))
        f.set(first, i32.add(t, offset))
        body(first, count)
        f.set(offset, i32.sub(offset, chunk))
      },
      i32.geS(offset, i32.const(0)),
    )
  })
}
