/**
 * The functions of four floats at once that no single instruction computes, a family a file. The coefficients are Chebyshev fits
 * of the series left over after the exact leading terms. NaN gives NaN.
 */

import type { FunctionBuilder, Local, V128 } from './assembler.ts'
import type { Constants } from './constants.ts'
import { erf } from './error-function.ts'
import { exponentials } from './exponentials.ts'
import { logarithms } from './logarithms.ts'
import type { MultiplyAdd } from './opcodes.ts'
import { trigonometry } from './trigonometry.ts'
import { vectorMath } from './vector-math.ts'

const functions = { ...exponentials, ...logarithms, ...trigonometry, erf } as const

export type Functions = Readonly<Record<keyof typeof functions, (x: V128) => Local<'v128'>>>

/** The functions, writing their instructions into `f`. */
export function functionsIn(f: FunctionBuilder, constants: Constants, fma: MultiplyAdd): Functions {
  const math = vectorMath(f, constants, fma)
  return Object.fromEntries(
    Object.entries(functions).map(([name, write]) => [name, (x: V128) => write(math, x)]),
  ) as unknown as Functions
}
