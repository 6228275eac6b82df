import { UnrolledError } from '../error.ts'
import { chain, initialise, type Layer } from '../layers/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { isLoss, type Loss } from './losses/index.ts'
import { asModel, declaredOf, type Model, type ModelParts } from './model.ts'

/** What a network of one's own needs beside its layers. */
export interface NetworkOptions {
  /** What is minimised, such as `crossEntropy()`; one of your own has `name`, `options`, `target` and `build`. */
  readonly loss: Loss
  /** Parameters that are another's: `{ 'head.weight': 'embed.weight' }`; none. */
  readonly tie?: Readonly<Record<string, string>>
  /** Seed of the first values, a whole number from 0 and below 2³²; 0. */
  readonly seed?: number
}

/**
 * A topology of one's own: layers (usually a `chain`) and a loss. The loss judges every row of the output: each step of each
 * sequence, or each sequence once where a layer such as `last()` makes one row of its steps.
 *
 * @throws UnrolledError `option` where layer or loss is none, where the loss cannot judge the output, and for wrong options.
 */
export function network(layer: Layer, options: NetworkOptions): Model {
  checkNames('network', options, ['loss', 'tie', 'seed'], {
    on: 'a layer that makes one row of all steps: chain({ …, last: last() })',
  })
  const { loss, tie } = options
  if (typeof layer?.build !== 'function') {
    throw new UnrolledError('option', `network: the first argument must be a layer: ${adviceOn(layer)}`)
  }
  if (!isLoss(loss)) {
    throw new UnrolledError(
      'option',
      'network: loss must be a loss, such as crossEntropy() or meanSquaredError(); one of your own has name, options, target and build',
    )
  }
  const seed = checkNumber('network', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const whole = tie ? chain({ _layer: layer }, { tie }) : layer
  const model = networkFrom({
    layer: whole,
    loss,
    seed,
    parameters: initialise(declaredOf(whole, loss), seed),
    record: {},
  })
  // A loss that cannot judge the output says so at once.
  void model.targets
  return model
}

const adviceOn = (given: unknown): string =>
  typeof (given as { fit?: unknown } | undefined)?.fit === 'function'
    ? 'its sizes are not known; say its input, or let it follow others in a chain'
    : 'linear, recurrent, ... or a chain of such'

/** A network of parts. */
export const networkFrom = (parts: Omit<ModelParts, 'kind'>): Model => asModel({ kind: 'network', ...parts })
