import { expect } from 'vitest'
import { UnrolledError } from '../../src/error.ts'

/** The error of ours that some work ends with. */
export async function caught(work: () => unknown): Promise<UnrolledError> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(UnrolledError)
    return error as UnrolledError
  }
  throw new Error('no error was thrown')
}
