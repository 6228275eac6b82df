import type { EngineOptions } from '../runtime/index.ts'
import type { Named } from '../tensor.ts'

/** Tensors by name, as `readTensors` gives them. */
export type ExpectedTensors = Named<{
  readonly shape: readonly number[]
  readonly data: ArrayLike<number> | ArrayLike<bigint>
}>

export interface VerificationOptions extends EngineOptions {
  /** Of a layer, its parameters; a model has its own. */
  readonly parameters?: Named
}

/** How far what is computed here is from what is expected. */
export interface Verification {
  /** The largest |ours − expected|. */
  readonly largestDifference: number
  /** The same divided by the largest |expected| of that tensor. */
  readonly relativeDifference: number
  /** Where it is. */
  readonly at: {
    readonly tensor: string
    readonly index: readonly number[]
    readonly ours: number
    readonly expected: number
  }
}
