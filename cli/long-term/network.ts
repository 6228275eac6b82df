import {
  chain,
  crossEntropy,
  embedding,
  last,
  linear,
  meanSquaredError,
  network,
  recurrent,
  sequences,
  type Cell,
  type Layer,
  type Model,
  type Sequences,
} from 'unrolled'
import { takesProjection } from '../model-parts.ts'
import { nothing, type LongTermTask } from './task.ts'

/** A network for a task: what makes vectors of its steps, and what reads those. */
export interface LongTermNetwork {
  readonly model: Model
  readonly embed: Layer
  /** The cell, the last step where there is one answer, and what makes the answer. */
  readonly body: Layer
}

/** The same around every cell. */
export function longTermNetwork(
  { input, classes, answers }: LongTermTask,
  { cell, hidden, seed }: { readonly cell: Cell; readonly hidden: number; readonly seed: number },
): LongTermNetwork {
  const embed =
    'symbols' in input
      ? embedding({ symbols: input.symbols, size: hidden })
      : linear({ input: input.columns, output: hidden })
  const body = chain({
    rnn: recurrent({ cell, input: hidden, hidden, ...(takesProjection(cell) && { projection: hidden }) }),
    ...(answers === 'once' && { last: last() }),
    head: linear({ output: classes ?? 1 }),
  })
  const loss = classes === undefined ? meanSquaredError() : crossEntropy({ ignore: nothing })
  return { model: network(chain({ embed, body }), { loss, seed }), embed, body }
}

/** So many sequences of a task; other seeds give others. */
export const drawnSequences = (task: LongTermTask, distance: number, count: number, seed: number): Sequences =>
  sequences(Array.from({ length: count }, (_, index) => task.draw(distance, seed, index)))
