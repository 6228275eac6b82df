import { stepsBefore, type CodedChannel } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Forecaster } from '../models/index.ts'

/**
 * Holds a channel that ends at an origin against what a model needs of it to say so many steps.
 * @throws UnrolledError `data` where it is too short, or where too little is known ahead.
 */
export function checkReach(
  owner: string,
  { coding }: Forecaster,
  { channel, reach }: CodedChannel,
  needed: number,
): void {
  const { name, steps } = channel
  const before = stepsBefore(coding)
  if (steps < before) {
    throw new UnrolledError('data', `${owner}: ${name} has ${steps} steps; the model reads ${before}`)
  }
  if (coding.known.length === 0 || reach >= steps + needed) return
  throw new UnrolledError(
    'data',
    `${owner}: of ${coding.known.map(({ name }) => name).join(', ')}, known ahead, ${name} has ${reach - steps} steps behind its last ` +
      `value; the model needs ${needed}: add rows with them and without a target`,
  )
}
