import type { Layer } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import type { Tensor } from '../tensor.ts'
import { forward } from './forward.ts'

/** Tensors by name, as `readTensors` gives them. */
export type ExpectedTensors = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: ArrayLike<number> | ArrayLike<bigint> }
>

export interface VerificationOptions extends EngineOptions {
  /** Of a layer, its parameters; a model has its own. */
  readonly parameters?: ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>
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

/**
 * Runs a model or layer on inputs and compares what comes out with what another library gave for them, float64 on the backend
 * `reference`. The tensors are, by name:
 *
 * - `input`: `[time, batch, features]`, or symbols as `[time, batch]`;
 * - `output`: `[time, batch, features]`; of a network on the last step also that step alone, `[batch, features]`;
 * - if sequences have lengths of their own, `lengths`: `[batch]`; outputs past them are zero;
 * - if states are given or expected, `state.NAME` and `final.NAME`: `[batch, columns]` by our names; or PyTorch's `h0`, `c0`,
 *   `hn`, `cn`: `[layers × directions, batch, columns]`.
 *
 * @throws UnrolledError `verify` for tensors that are missing or unknown, `shape` where sizes differ.
 */
export async function verify(
  target: Model | Layer,
  tensors: ExpectedTensors,
  options: VerificationOptions = {},
): Promise<Verification> {
  checkNames('verify', options, ['parameters', ...engineNames])
  // Who never verifies need not fetch it.
  const { Content } = await import('./expected-tensors.ts')
  const content = new Content(target, options.parameters, tensors)
  return content.furthest(await forward(content.layer, content.given(), engineOf(options)))
}
