/** Rows filled with one number. */

import type { ModuleBuilder } from './assembler.ts'
import { instructionBlock } from './block.ts'
import { alongColumns, storeLanes } from './columns.ts'
import { f32, f32x4, i32, v128 } from './opcodes.ts'
import { eachRow, kernel } from './walk.ts'

export const fillBlocks = { fill: instructionBlock(['dest'], ['columns'], ['value']) } as const

/** Adds `fill`. */
export function addFill(module: ModuleBuilder): void {
  const k = kernel(module, 'fill', fillBlocks.fill)
  const { f, t } = k
  const columns = k.field('columns')
  const value = f.local('v128', f32x4.splat(f32.reinterpretI32(k.get('value'))))
  const at = f.local('i32')
  eachRow(k, t, k.get('outer'), ['dest'], ({ dest }) =>
    alongColumns(
      f,
      columns,
      at,
      () => f.do(v128.store(i32.add(dest, at), value)),
      (lanes) => storeLanes(f, i32.add(dest, at), value, lanes),
    ),
  )
}
