import {
  changeOf,
  laggedWidth,
  levelsAhead,
  normalisationOf,
  putKnown,
  seesSeason,
  type WindowScale,
  type Window,
} from '../../data/index.ts'
import type { DistributionOf, Forecaster } from '../../models/index.ts'
import { padded, type EngineOptions, type Numbers } from '../../runtime/index.ts'
import type { Tensor } from '../../tensor.ts'
import { siteOf, uniform } from '../../uniform.ts'
import { Stepper, windowSteps } from '../stepper.ts'
import type { Stream } from '../streams.ts'
import { levelsOf, unitsOf, type Said, type SayOptions } from './said.ts'

/**
 * What a model that says one step a time says of some windows side by side, before it is settled: the context is read once, and from where
 * it ends paths go on, each seeing at a step what it drew at the one before (Salinas et al. 2020, arXiv:1704.04110, section 3.2).
 */
export async function sayBySampling(
  model: Forecaster,
  windows: readonly Window[],
  distributions: DistributionOf,
  options: SayOptions,
  engine: EngineOptions,
): Promise<Said[]> {
  const held = await Stepper.of(model, engine)
  try {
    const paths = await new Paths(model, windows, distributions, options, held.kept).draw()
    return windows.map((window, b) => saidOf(model, window, paths[b]!, options))
  } finally {
    held.release()
  }
}

/** Steps drawn of a window: `[paths][horizon]`, in the numbers that the model sees, or counts. */
interface Drawn {
  readonly paths: readonly Float64Array[]
  /** Whether they were drawn, or said. */
  readonly random: boolean
}

class Paths {
  readonly #model: Forecaster
  readonly #windows: readonly Window[]
  readonly #distributions: DistributionOf
  readonly #options: SayOptions
  readonly #stepper: Stepper
  readonly #scales: readonly WindowScale[]
  readonly #raw: boolean
  readonly #columns: number

  constructor(
    model: Forecaster,
    windows: readonly Window[],
    distributions: DistributionOf,
    options: SayOptions,
    stepper: Stepper,
  ) {
    const { coding, rows } = model
    const { raw, scaleOf } = normalisationOf(coding.normalisation)
    this.#model = model
    this.#windows = windows
    this.#distributions = distributions
    this.#options = options
    this.#stepper = stepper
    this.#raw = raw
    this.#columns = padded(rows.columns)
    this.#scales = windows.map(({ coded, origin }) => scaleOf(coded.values, origin - coding.context, origin))
  }

  async draw(): Promise<Drawn[]> {
    const { horizon } = this.#options
    const width = padded(this.#model.loss.perValue)
    const { states, output } = await this.#read(width)
    const first = this.#distributions(output.subarray(0, width) as Float32Array, 0, 1, this.#scales[0]!.scale)
    const random = first.sample !== undefined
    // Without chance all paths are one.
    const count = random ? this.#options.paths : 1
    const rows = this.#windows.length * count
    const drawn = this.#windows.map(() => Array.from({ length: count }, () => new Float64Array(horizon)))
    const stream = this.#stepper.begin(this.#model.parameters, rows)
    this.#stepper.restore(stream, repeated(states, count))
    const x = this.#stepper.numbers(rows * this.#columns)
    const said = this.#stepper.numbers(rows * width)
    for (let r = 0; r < rows; r++) {
      const from = Math.floor(r / count) * width
      for (let i = 0; i < width; i++) said[r * width + i] = output[from + i]!
    }
    try {
      for (let h = 0; h < horizon; h++) {
        this.#drawStep(h, said, width, drawn)
        if (h + 1 === horizon) break
        this.#putStep(h + 1, x, drawn)
        await this.#stepper.step(stream, x, said)
      }
    } finally {
      this.#stepper.end(stream)
    }
    return drawn.map((paths) => ({ paths, random }))
  }

  /** Reads the contexts; gives what is said of the first step ahead, and the states there. */
  async #read(width: number): Promise<{ states: Readonly<Record<string, Tensor>>; output: Numbers }> {
    const { coding, rows, parameters } = this.#model
    const batch = this.#windows.length
    const stream: Stream = this.#stepper.begin(parameters, batch)
    const output = this.#stepper.numbers(batch * width)
    const row = new Float32Array(rows.columns)
    try {
      for (let from = 0; from < coding.context; from += windowSteps) {
        const steps = Math.min(windowSteps, coding.context - from)
        const x = this.#stepper.numbers(steps * batch * this.#columns)
        for (let t = 0; t < steps; t++) {
          for (const [b, { coded, origin }] of this.#windows.entries()) {
            rows.putStep(coded, origin, this.#scales[b]!, from + t, row, 0)
            x.set(row, (t * batch + b) * this.#columns)
          }
        }
        await this.#stepper.step(stream, x, output)
      }
      return { states: await this.#stepper.states(stream), output }
    } finally {
      this.#stepper.end(stream)
    }
  }

  /** Draws a step of each path from what is said of it. */
  #drawStep(h: number, said: Numbers, width: number, drawn: readonly (readonly Float64Array[])[]): void {
    const { seed } = this.#options
    const site = siteOf('paths')
    let row = 0
    for (const [b, paths] of drawn.entries()) {
      const { scale } = this.#scales[b]!
      for (const [p, path] of paths.entries()) {
        const at = row++ * width
        const distribution = this.#distributions(said.subarray(at, at + width) as Float32Array, 0, 1, scale)
        let draws = 0
        // A path is the same whatever windows lie beside its own.
        path[h] = distribution.sample?.(() => uniform(seed, site, h, p, draws++)) ?? distribution.point
      }
    }
  }

  /** What each path sees before it says step number `h` ahead. */
  #putStep(h: number, x: Numbers, drawn: readonly (readonly Float64Array[])[]): void {
    const { coding } = this.#model
    const lag = seesSeason(coding)
    const width = laggedWidth(coding)
    let at = 0
    for (const [b, paths] of drawn.entries()) {
      const { coded, origin } = this.#windows[b]!
      const { location, scale } = this.#scales[b]!
      const seen = (value: number): number => (this.#raw ? value / scale : value)
      const before = h - coding.season
      const first = at
      for (const path of paths) {
        x[at] = seen(path[h - 1]!)
        if (lag) {
          x[at + 1] = before < 0 ? (coded.values[origin + before]! - location) / scale : seen(path[before]!)
        }
        // What is known ahead is so for all paths of a window.
        if (at === first) putKnown(coded, origin + h, x, at + width)
        else x.copyWithin(at + width, first + width, first + this.#columns)
        at += this.#columns
      }
    }
  }
}

/** States of each sequence, so many times. */
function repeated(states: Readonly<Record<string, Tensor>>, times: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(states).map(([name, { shape, data }]) => {
      const [batch, columns] = shape as [number, number]
      const result = new Float32Array(batch * times * columns)
      for (let row = 0; row < batch * times; row++) {
        const from = Math.floor(row / times) * columns
        result.set(data.subarray(from, from + columns), row * columns)
      }
      return [name, { shape: [batch * times, columns], data: result }]
    }),
  )
}

/** The median of the paths is what is said, and their quantiles are those that are told. */
function saidOf(model: Forecaster, window: Window, { paths, random }: Drawn, { horizon }: SayOptions): Said {
  const { location, unit, spread } = unitsOf(model.coding, window)
  const levels = levelsOf(model.loss, random)
  const point = new Float64Array(horizon)
  const quantiles = levels.map(() => new Float64Array(horizon))
  const change = changeOf(model.coding, window.coded.number)
  const drawn = paths.map((path) =>
    levelsAhead(
      change,
      window.coded.channel,
      window.origin,
      path.map((value) => location + unit * value),
    ),
  )
  const sorted = new Float64Array(drawn.length)
  for (let h = 0; h < horizon; h++) {
    drawn.forEach((path, p) => (sorted[p] = path[h]!))
    sorted.sort()
    point[h] = quantileOf(sorted, 0.5)
    levels.forEach((level, k) => (quantiles[k]![h] = quantileOf(sorted, level)))
  }
  return { ...window, spread, point, levels, quantiles }
}

/** Between the neighbours in order, on a line, as numpy does. */
function quantileOf(sorted: Float64Array, level: number): number {
  const at = level * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!)
}
