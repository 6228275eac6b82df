import { uniform } from 'unrolled'

/** Samples that are drawn. */
const samples = 200

/**
 * The bounds between which a statistic of some examples lies with 95 %, by drawing as many anew, with repetition (Efron 1979, the
 * percentile method). What belongs together is one example: the frames of a video, the sounds of a word.
 */
export function bootstrap<Example>(
  examples: readonly Example[],
  statistic: (drawn: readonly Example[]) => number,
): readonly [number, number] {
  const found = Array.from({ length: samples }, (_, sample) =>
    statistic(examples.map((_, i) => examples[Math.floor(examples.length * uniform(sample, 0, 0, i, 0))]!)),
  ).sort((a, b) => a - b)
  return [found[5]!, found[194]!]
}
