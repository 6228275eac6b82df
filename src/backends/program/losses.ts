/** Softmax cross-entropy of rows of logits against one target each, and its gradient. */

import type { Description } from './description.ts'
import type { Place, Span } from './place.ts'

/** loss[t, row, 0] = log Σ_c exp(logits[c]) − logits[target], in nats; the maximum is taken out first. NaN where the target is no column. */
export interface CrossEntropyInstruction extends Span {
  readonly kind: 'cross-entropy'
  readonly logits: Place
  readonly targets: Place
  readonly columns: number
  readonly loss: Place
}

const crossEntropy: Description<CrossEntropyInstruction> = {
  uses: ({ logits, targets, columns, loss }, of) => [of.read(logits, columns), of.read(targets, 1), of.write(loss, 1)],
  sizes: ({ columns }) => ({ columns }),
  rowWise: true,
  effort: ({ columns }) => 40 * columns,
  cost: ({ columns }, rows) => ({ operations: 5 * rows * columns, bytes: 8 * rows * columns }),
  text: ({ logits, targets, loss }, { at, over }) =>
    `entropy ${over}${at(loss)} = crossEntropy(${at(logits)}, ${at(targets)})`,
  label: ({ columns }, rows) => `cross entropy ${rows} × ${columns}`,
}

/**
 * dest = (softmax(logits) − onehot(target)) · weight[t, row, 0]; exactly zero where the weight is zero, else NaN where the target is
 * no column; `pad` zeros behind.
 * `loss`, if there is one, gets what `cross-entropy` would give, in the same pass.
 */
export interface CrossEntropyGradientInstruction extends Span {
  readonly kind: 'cross-entropy-gradient'
  readonly logits: Place
  readonly targets: Place
  readonly weight: Place
  readonly columns: number
  readonly dest: Place
  readonly pad: number
  readonly loss?: Place
}

const crossEntropyGradient: Description<CrossEntropyGradientInstruction> = {
  uses: ({ logits, targets, weight, columns, dest, pad, loss }, of) => [
    of.read(logits, columns),
    of.read(targets, 1),
    of.read(weight, 1),
    of.write(dest, columns, { pad }),
    ...(loss ? [of.write(loss, 1)] : []),
  ],
  sizes: ({ columns, pad }) => ({ columns, pad }),
  rowWise: true,
  effort: ({ columns }) => 40 * columns,
  cost: ({ columns }, rows) => ({ operations: 5 * rows * columns, bytes: 8 * rows * columns }),
  text: ({ logits, targets, weight, dest, loss }, { at, over }) =>
    `entropy ${over}${loss ? `${at(loss)} = crossEntropy; ` : ''}${at(dest)} = (softmax(${at(logits)}) − onehot(${at(targets)})) · ${at(weight)}`,
  label: ({ columns }, rows) => `cross entropy gradient ${rows} × ${columns}`,
}

export const lossInstructions = {
  'cross-entropy': crossEntropy,
  'cross-entropy-gradient': crossEntropyGradient,
} as const
