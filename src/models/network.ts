import { UnrolledError } from '../error.ts'
import { initialise, type Layer } from '../layers/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { isLoss, type Loss } from './losses/index.ts'
import { asModel, type Counted, type Model } from './model.ts'

export interface NetworkOptions {
  readonly loss: Loss
  /** Which steps of a sequence count: 'every step' or 'last step'. */
  readonly on?: Counted
  /** Seed of the first values. */
  readonly seed?: number
}

/** A topology of one's own: layers (usually a `chain`), a loss, and the steps that count. */
export function network(layer: Layer, options: NetworkOptions): Model {
  checkNames('network', options, ['loss', 'on', 'seed'])
  const { loss, on = 'every step' } = options
  if (!isLoss(loss)) {
    throw new UnrolledError(
      'option',
      'network: loss must be a loss, such as crossEntropy() or meanSquaredError(); one of your own has name, options, target and build',
    )
  }
  loss.target(layer.output)
  if (on !== 'every step' && on !== 'last step') {
    throw new UnrolledError('option', `network: on is ${String(on)}; it must be 'every step' or 'last step'`)
  }
  const seed = checkNumber('network', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  return asModel({ kind: 'network', layer, loss, on, seed, parameters: initialise(layer.declared, seed), record: {} })
}
