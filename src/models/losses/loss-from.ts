import { UnrolledError } from '../../error.ts'
import type { Description } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { binaryCrossEntropy } from './binary-cross-entropy.ts'
import { crossEntropy } from './cross-entropy.ts'
import { huber } from './huber.ts'
import { isLoss, type Loss } from './loss.ts'
import { meanAbsoluteError } from './mean-absolute-error.ts'
import { meanSquaredError } from './mean-squared-error.ts'
import { smoothL1 } from './smooth-l1.ts'

/** Losses by name: each makes one of the options that a file holds. */
export type Losses = Readonly<Record<string, (options: never) => Loss>>

const kinds: Losses = { binaryCrossEntropy, crossEntropy, huber, meanAbsoluteError, meanSquaredError, smoothL1 }

/**
 * The loss that a description in a file stands for, from those there are and `own`. One that is not known stays nameless until
 * it is asked for: a model predicts without its loss.
 */
export function lossFrom({ name, options }: Description, own: Losses = {}): Loss {
  const made = [own, kinds].find((losses) => Object.hasOwn(losses, name))
  if (!made) return unknownLoss({ name, options })
  const loss = made[name]!(options as never)
  if (!isLoss(loss))
    throw new UnrolledError('option', `losses: what ${name} makes is no loss: name, options, target and build`)
  return loss
}

function unknownLoss(description: Description): Loss {
  // A name out of a file may be anything.
  const name = quoted(description.name)
  const refuse = (): never => {
    throw new UnrolledError(
      'loss',
      `the model's loss ${name} is not known here; give it where the model is read: ` +
        `decodeModel(bytes, 'file', { losses: { ${name}: (options) => … } })`,
    )
  }
  return { ...description, target: refuse, build: refuse }
}
