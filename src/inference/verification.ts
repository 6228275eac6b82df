import { UnrolledError } from '../error.ts'
import type { Layer } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import type { Named } from '../tensor.ts'
import { Content, type ExpectedTensors, type Verification } from './expected-tensors.ts'
import { forward } from './forward.ts'

/** With which parameters `verify` computes, and where. */
export interface VerificationOptions extends EngineOptions {
  /** Of a layer, its parameters, which it needs; those of a model are its own. */
  readonly parameters?: Named
}

/** Beyond this share of the largest value it is no rounding: something is in another order. */
const different = 1e-2

/** What `verify` does. */
export async function verification(
  target: Model | Layer,
  tensors: ExpectedTensors,
  options: VerificationOptions,
): Promise<Verification> {
  checkNames('verify', options, ['parameters', ...engineNames])
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
