import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { checkNumber, wrongOption } from '../options.ts'

/** Which parameters are trained, and how fast. */
export interface Trained {
  /** Names of those that stay as they are. */
  readonly frozen: ReadonlySet<string>
  /** What the learning rate is multiplied with, by name, where that is not 1. */
  readonly rates: ReadonlyMap<string, number>
}

/** Options that say so: names of parameters, or patterns in which `*` stands for any letters. */
export interface TrainedOptions {
  /**
   * Parameters that are not trained: no optimizer, decay or clipping moves them, and their gradient does not count in the norm;
   * none.
   */
  readonly frozen?: readonly string[]
  /** What the learning rate of parameters is multiplied with: `{ 'head.*': 0.1 }`; 1. Of several that fit, the last counts. */
  readonly rates?: Readonly<Record<string, number>>
}

/**
 * Finds the parameters that options speak of.
 * @throws UnrolledError `option` for a name or pattern that fits none, and where nothing is left to train.
 */
export function trainedOf(parameters: readonly string[], { frozen = [], rates = {} }: TrainedOptions): Trained {
  if (!Array.isArray(frozen)) throw wrongOption('train', 'frozen', frozen, "a list of names, as ['embed.*']")
  if (typeof rates !== 'object' || rates === null || Array.isArray(rates)) {
    throw wrongOption('train', 'rates', rates, "rates by name, as { 'head.*': 0.1 }")
  }
  const still = new Set(frozen.flatMap((pattern: unknown) => fitting(parameters, pattern, 'frozen')))
  if (parameters.length > 0 && still.size === parameters.length) {
    throw new UnrolledError('option', 'train: every parameter is frozen, so nothing is left to train')
  }
  const factors = new Map<string, number>()
  for (const [pattern, rate] of Object.entries(rates)) {
    const factor = checkNumber('train', `rates['${pattern}']`, rate, { from: 0 })
    for (const name of fitting(parameters, pattern, 'rates')) factors.set(name, factor)
  }
  const others = [...factors].filter(([name, factor]) => factor !== 1 && !still.has(name))
  return { frozen: still, rates: new Map(others) }
}

/** The names that a name or pattern stands for. */
function fitting(parameters: readonly string[], pattern: unknown, option: string): string[] {
  if (typeof pattern !== 'string') throw wrongOption('train', option, pattern, "names of parameters, as 'embed.*'")
  const found = pattern.includes('*')
    ? parameters.filter((name) => fits(name, pattern.split('*')))
    : parameters.filter((name) => name === pattern)
  if (found.length > 0) return found
  const meant = pattern.includes('*') ? undefined : nearest(pattern, parameters)
  const under = parameters.find((name) => name.startsWith(`${pattern}.`))
  const advice =
    meant !== undefined
      ? `did you mean ${meant}?`
      : under !== undefined
        ? `all that begins so is ${pattern}.*`
        : `there are ${parameters.slice(0, 8).join(', ')}${parameters.length > 8 ? ' and more' : ''}`
  throw new UnrolledError('option', `train: ${option}: the model has no parameter ${pattern}; ${advice}`)
}

/** Whether a name has these parts in this order, the first at its beginning and the last at its end. */
function fits(name: string, parts: readonly string[]): boolean {
  const [first, ...inner] = parts
  const last = inner.pop()!
  if (!name.startsWith(first!)) return false
  let at = first!.length
  for (const part of inner) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}
