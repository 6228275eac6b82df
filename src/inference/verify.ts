import { UnrolledError } from '../error.ts'
import type { Layer } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { engineNames, engineOf } from '../runtime/index.ts'
import { forward } from './forward.ts'
import type { ExpectedTensors, Verification, VerificationOptions } from './verification.ts'

/** Beyond this share of the largest value it is no rounding: something is in another order. */
const different = 1e-2

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
  checkNames('verify', options, ['parameters', ...engineNames])
  // Who never verifies need not fetch it.
  const { Content } = await import('./expected-tensors.ts')
  const content = new Content(target, options.parameters, tensors)
  const run = async (of: typeof content): Promise<Verification> =>
    of.furthest(await forward(of.layer, of.given(), engineOf(options)))
  const found = await run(content).catch((error: unknown) => error as UnrolledError)
  if (!(found instanceof Error) && found.relativeDifference <= different) return found
  const transposed = content.transposed(target)
  const other = transposed && (await run(transposed).catch(() => undefined))
  if (other && other.relativeDifference <= different) {
    throw new UnrolledError(
      'verify',
      'verify: input and output are [batch, time, ...], as a module with batch_first=True has them; here they are ' +
        '[time, batch, ...]: in Python, save input.transpose(0, 1) and, of sequences, output.transpose(0, 1), made contiguous',
    )
  }
  if (found instanceof Error) throw found
  return found
}
