import { checkNumber } from '../options.ts'

/** How a symbol is drawn from the softmax of logits: first divided by `temperature`, then cut by `topK` and `topP`. */
export interface SamplingOptions {
  /** What the logits are divided by; 1. At 0 the likeliest symbol is taken. */
  readonly temperature?: number
  /** Only that many of the likeliest symbols; all. */
  readonly topK?: number
  /** Only the likeliest symbols that together have at least this probability (Holtzman et al. 2020); 1. */
  readonly topP?: number
  /** Names the sequence of random numbers; 0. */
  readonly seed?: number
}

/** Names of the sampling options, for those who take them among others. */
export const samplingOptions = ['temperature', 'topK', 'topP', 'seed'] as const

/** Words that others use for the same options. */
export const samplingSynonyms: Readonly<Record<string, string>> = {
  temp: 'temperature',
  top_k: 'topK',
  top_p: 'topP',
  nucleus: 'topP',
  randomSeed: 'seed',
}

/** Options with every default filled in and every value checked, for a vocabulary of so many symbols. */
export function samplingFrom(symbols: number, options: SamplingOptions): Required<SamplingOptions> {
  return {
    temperature: checkNumber('sampling', 'temperature', options.temperature ?? 1, { from: 0 }),
    topK: checkNumber('sampling', 'topK', options.topK ?? symbols, { from: 1, whole: true }),
    topP: checkNumber('sampling', 'topP', options.topP ?? 1, { above: 0, to: 1 }),
    seed: checkNumber('sampling', 'seed', options.seed ?? 0, { from: 0, to: 0xffff_ffff, whole: true }),
  }
}
