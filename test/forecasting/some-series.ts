import { seriesOf, type Channel, type Series, type SeriesFacts } from '../../src/data/index.ts'
import { uniform } from '../../src/uniform.ts'

/** Hourly series of numbers, as if read from a table. */
export function someSeries(
  values: Readonly<Record<string, ArrayLike<number>>>,
  more: Partial<Omit<SeriesFacts, 'channels'>> & { readonly channel?: (name: string) => Partial<Channel> } = {},
): Series {
  const { channel = () => ({}), ...facts } = more
  const names = Object.keys(values)
  return seriesOf({
    name: 'some series',
    found: ['hourly'],
    frequency: { unit: 'hour', count: 1 },
    season: 24,
    targets: names,
    known: [],
    past: [],
    categories: [],
    calendar: [],
    channels: names.map((name) => ({
      name,
      target: name,
      steps: values[name]!.length,
      values: Float64Array.from(values[name]!),
      known: [],
      past: [],
      categories: [],
      time: (step) => Date.UTC(2026, 0, 1) + step * 3_600_000,
      ...channel(name),
    })),
    ...facts,
  })
}

/** A wave of 24 steps with noise around a level. */
export const wave = (steps: number, { level = 100, height = 10, noise = 1, seed = 1 } = {}): Float64Array =>
  Float64Array.from({ length: steps }, (_, t) => {
    const drawn = uniform(seed, 1, t, 0, 0) + uniform(seed, 2, t, 0, 0) - 1
    return level + height * Math.sin((2 * Math.PI * t) / 24) + noise * drawn
  })
