import { printable } from './printable.ts'

/** What kind of error it is: `docs/errors.md` says of each what it means and what to do. They stay what they are. */
export type ErrorCode =
  | 'already-freed'
  | 'bad-binding'
  | 'bad-extent'
  | 'bad-program'
  | 'bad-size'
  | 'bug'
  | 'checkpoint'
  | 'data'
  | 'disposed'
  | 'equations'
  | 'file'
  | 'foreign-memory'
  | 'gradient'
  | 'kernels-unavailable'
  | 'logits'
  | 'loss'
  | 'misplaced'
  | 'missing'
  | 'missing-scalar'
  | 'misuse'
  | 'modifier'
  | 'native-build'
  | 'native-unavailable'
  | 'no-compiler'
  | 'non-finite'
  | 'not-bound'
  | 'option'
  | 'out-of-memory'
  | 'out-of-range'
  | 'out-of-region'
  | 'parameters'
  | 'policy'
  | 'pytorch'
  | 'region-too-small'
  | 'runtime'
  | 'shape'
  | 'size'
  | 'snapshot'
  | 'thread-died'
  | 'usage'
  | 'verify'
  | 'write'

/**
 * Every error a user of the package can meet: what was wrong, where, and what would be right. Whatever the message cites is made fit
 * for a terminal.
 */
export class UnrolledError extends Error {
  /** Tells it from other errors where `instanceof` cannot, as across two copies of the package. */
  override readonly name = 'UnrolledError'
  /** What kind of error it is, to decide by: codes stay what they are, messages may change. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(printable(message), options)
    this.code = code
  }
}
