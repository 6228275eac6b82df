import type { Vocabulary } from '../data/index.ts'
import { checkNumber } from '../options.ts'
import type { Tensor } from '../tensor.ts'
import { logSum } from './beam.ts'
import { Ranking } from './ranking.ts'
import type { StepOutput } from './session.ts'

/** A symbol that may come next. */
export interface NextSymbol {
  /** Its number in the model's target vocabulary. */
  readonly id: number
  /** As the vocabulary has it: a character, a word or a piece of one, a token. */
  readonly symbol: string
  /** By the softmax over all symbols, `<unk>` among them. */
  readonly probability: number
  /** Whether it is the boundary, which ends what is written. */
  readonly ends: boolean
}

/** What may come next in some sequences that are written, `[sessions, symbols]` each. */
export class NextSymbols implements StepOutput {
  /** The logits, `[sessions, symbols]`. */
  readonly output: Tensor
  /** Their softmax, row by row, `[sessions, symbols]`. */
  readonly probabilities?: Tensor
  readonly #vocabulary: Vocabulary

  /** Not for use: sessions make them. */
  constructor({ output, probabilities }: StepOutput, vocabulary: Vocabulary) {
    this.output = output
    if (probabilities) this.probabilities = probabilities
    this.#vocabulary = vocabulary
  }

  /** The logits of a session. */
  logits(session = 0): Tensor['data'] {
    const [sessions, columns] = this.output.shape as [number, number]
    checkNumber('likeliest', 'session', session, { from: 0, below: sessions, whole: true })
    return this.output.data.subarray(session * columns, (session + 1) * columns)
  }

  /**
   * So many symbols, the likeliest first; of equals that with the lower number. What the vocabulary does not know is left out, as
   * `predict` never writes it.
   * @throws UnrolledError `logits` where the model's output is not a number.
   */
  likeliest(count = 1, session = 0): NextSymbol[] {
    const { size, symbols, unknown, boundary } = this.#vocabulary
    checkNumber('likeliest', 'count', count, { from: 1, whole: true })
    const logits = this.logits(session)
    const total = logSum(logits)
    const ranking = new Ranking(size)
    ranking.fill(logits)
    const found: NextSymbol[] = []
    for (let taken = 0; taken < size && found.length < count; taken++) {
      const id = ranking.take()
      if (id === unknown) continue
      found.push({ id, symbol: symbols[id]!, probability: Math.exp(logits[id]! - total), ends: id === boundary })
    }
    return found
  }
}
