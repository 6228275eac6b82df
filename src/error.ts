import { printable } from './printable.ts'

/**
 * Every error a user of the package can meet: what was wrong, where, and what would be right. `code` is stable. Whatever the
 * message cites is made fit for a terminal.
 */
export class UnrolledError extends Error {
  override readonly name = 'UnrolledError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(printable(message), options)
    this.code = code
  }
}
