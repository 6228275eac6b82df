import { UnrolledError } from '../../error.ts'
import type { Description } from '../../options.ts'
import { quoted } from '../../printable.ts'
import type { ParameterDeclaration } from '../../cells/index.ts'
import { binaryCrossEntropy } from './binary-cross-entropy.ts'
import { crossEntropy } from './cross-entropy.ts'
import { ctc } from './ctc.ts'
import { huber } from './huber.ts'
import type { Likelihood } from './likelihood.ts'
import { linearChain } from './linear-chain.ts'
import { isLoss, type Loss } from './loss.ts'
import { meanAbsoluteError } from './mean-absolute-error.ts'
import { meanSquaredError } from './mean-squared-error.ts'
import { negativeBinomial } from './negative-binomial.ts'
import { normal } from './normal.ts'
import { quantiles } from './quantiles.ts'
import { smoothL1 } from './smooth-l1.ts'
import { studentT } from './student-t.ts'
import { zeroInflated } from './zero-inflated.ts'

/** Losses by name: each makes one of the options that a file holds. */
export type Losses = Readonly<Record<string, (options: never) => Loss>>

const kinds: Losses = {
  binaryCrossEntropy,
  crossEntropy,
  ctc,
  huber,
  linearChain,
  meanAbsoluteError,
  meanSquaredError,
  negativeBinomial,
  normal,
  quantiles,
  smoothL1,
  studentT,
  zeroInflated: ({ of }: { readonly of?: Description }) => zeroInflated((of && lossFrom(of)) as Likelihood),
}

/**
 * The loss that a description in a file stands for, from those there are and `own`. One that is not known stays nameless until
 * it is asked for: a model predicts without its loss; its parameters are then `stored`, those that the file has for it.
 */
export function lossFrom(
  { name, options }: Description,
  own: Losses = {},
  stored: readonly ParameterDeclaration[] = [],
): Loss {
  const made = [own, kinds].find((losses) => Object.hasOwn(losses, name))
  if (!made) return unknownLoss({ name, options }, stored)
  const loss = made[name]!(options as never)
  if (!isLoss(loss))
    throw new UnrolledError('option', `losses: what ${name} makes is no loss: name, options, target and build`)
  return loss
}

function unknownLoss(description: Description, stored: readonly ParameterDeclaration[]): Loss {
  // A name out of a file may be anything.
  const name = quoted(description.name)
  const refuse = (): never => {
    throw new UnrolledError(
      'loss',
      `the model's loss ${name} is not known here; give it where the model is read: ` +
        `decodeModel(bytes, 'file', { losses: { ${name}: (options) => … } })`,
    )
  }
  return { ...description, declared: () => stored, target: refuse, build: refuse }
}
