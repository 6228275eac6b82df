/** Where the values of a window lie: (value − location) ÷ scale is what a model sees. */
export interface WindowScale {
  readonly location: number
  readonly scale: number
}

/** How windows are brought to one scale. */
export interface WindowNormalisation {
  /** Whether values are seen as they are, not brought to the mean and deviation of their channel first. */
  readonly raw: boolean
  /** The scale of the steps from one up to an origin; it knows of nothing behind. */
  scaleOf(values: ArrayLike<number>, from: number, origin: number): WindowScale
}

/** What a deviation is at least: of a window that does not change, what is to come is measured by that of its channel. */
const leastDeviation = 0.05

/**
 * What a window is brought to before a model sees it: nothing, a last value of 0, a mean of 0 and a deviation of 1, or, of counts, numbers
 * of about 1.
 */
export type Normalisation = 'none' | 'last' | 'instance' | 'magnitude'

/** The ways there are, by name. */
export const normalisations: Readonly<Record<Normalisation, WindowNormalisation>> = {
  /** Not at all. */
  none: { raw: false, scaleOf: () => ({ location: 0, scale: 1 }) },
  /** Its last value is 0 (Lin et al. 2023, arXiv:2308.11200). */
  last: { raw: false, scaleOf: (values, _, origin) => ({ location: values[origin - 1]!, scale: 1 }) },
  /** Its mean is 0 and its deviation 1 (Kim et al. 2022, RevIN). */
  instance: {
    raw: false,
    scaleOf(values, from, origin) {
      const count = origin - from
      let mean = 0
      for (let t = from; t < origin; t++) mean += values[t]! / count
      let square = 0
      for (let t = from; t < origin; t++) square += (values[t]! - mean) ** 2 / count
      return { location: mean, scale: Math.max(leastDeviation, Math.sqrt(square)) }
    },
  },
  /** Divided by ν = 1 + mean magnitude, for what is counted (Salinas et al. 2020, arXiv:1704.04110, section 3.3). */
  magnitude: {
    raw: true,
    scaleOf(values, from, origin) {
      let sum = 0
      for (let t = from; t < origin; t++) sum += Math.abs(values[t]!)
      return { location: 0, scale: 1 + sum / (origin - from) }
    },
  },
}

/** The way of that name. */
export const normalisationOf = (name: Normalisation): WindowNormalisation => normalisations[name]
