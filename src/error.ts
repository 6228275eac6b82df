/** Every error a user of the package can meet: what was wrong, where, and what would be right. `code` is stable. */
export class UnrolledError extends Error {
  override readonly name = 'UnrolledError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
