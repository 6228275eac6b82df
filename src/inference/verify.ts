import type { Layer } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import type { ExpectedTensors, Verification } from './expected-tensors.ts'
import type { VerificationOptions } from './verification.ts'

/**
 * Runs a model or layer on inputs and compares what comes out with what another library gave for them, float64 on the backend
 * `reference`. The tensors are, by name:
 *
 * - `input`: `[time, batch, features]`, or symbols as `[time, batch]`;
 * - `output`: `[time, batch, features]`, or `[batch, features]` where the layer makes one row of all steps;
 * - if sequences have lengths of their own, `lengths`: `[batch]`; outputs past them are zero;
 * - if states are given or expected, `state.NAME` and `final.NAME`: `[batch, columns]` by our names; or PyTorch's `h0`, `c0`,
 *   `hn`, `cn`: `[layers × directions, batch, columns]`.
 *
 * @throws UnrolledError `verify` for tensors that are missing or unknown, or that agree when batch and time are exchanged (as
 * `batch_first=True` has them); `shape` where sizes differ.
 */
export async function verify(
  target: Model | Layer,
  tensors: ExpectedTensors,
  options: VerificationOptions = {},
): Promise<Verification> {
  // Who never verifies need not fetch it.
  const { verification } = await import('./verification.ts')
  return verification(target, tensors, options)
}
