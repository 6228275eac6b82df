import { siteOf, uniform } from '../../uniform.ts'

const site = siteOf('bootstrap')

/** Samples that are drawn. */
const samples = 500

/**
 * The bounds between which a statistic of `count` examples lies with 95 %, by drawing as many anew, with repetition (Efron 1979, the
 * percentile method). `statistic` is given the numbers of examples; what is not a number, as a mean over labels of which a sample holds
 * none, says nothing and is left out.
 */
export function bootstrap(count: number, statistic: (drawn: Uint32Array) => number): readonly [number, number] {
  const drawn = new Uint32Array(count)
  const found = Float64Array.from({ length: samples }, (_, sample) => {
    for (let i = 0; i < count; i++) drawn[i] = Math.floor(uniform(sample, site, 0, i, 0) * count)
    return statistic(drawn)
  })
  const told = found.filter((value) => !Number.isNaN(value)).sort()
  const bound = (at: number): number => told[at] ?? NaN
  return [bound(Math.floor(0.025 * told.length)), bound(Math.ceil(0.975 * told.length) - 1)]
}
