import type { Cell } from '../../cells/index.ts'
import type { Decoder, Normalisation, TransformName } from '../../data/index.ts'
import type { Output } from '../losses/index.ts'

/** The layers of a forecaster. */
export interface ForecasterLayers {
  /** The cell of every recurrent layer: `lstm`, `gru`, or one of your own by `defineCell`. */
  readonly cell: Cell
  /** Width of the states; an array gives each layer its own. */
  readonly hidden: number | readonly number[]
  /** Recurrent layers; 1, or as many as `hidden` has widths. */
  readonly layers?: number
  /** Rate of dropout between layers and before the output; 0. */
  readonly dropout?: number
}

/** What a forecaster sees, how far ahead it says what, and its layers. */
export interface ForecasterOptions extends ForecasterLayers {
  /** Steps of the past that it sees. */
  readonly context: number
  /** Steps ahead that it says. */
  readonly horizon: number
  /** Steps that are read and said at once by a `direct` decoder; the greatest divisor of context and horizon up to 24. */
  readonly segment?: number
  /**
   * How it says the horizon: all of it at once by position (`direct`; Lin et al. 2023), or one step a time, each drawn from what is said
   * of it (`sampled`; Salinas et al. 2020); `direct`.
   */
  readonly decoder?: Decoder
  /**
   * What is done to values first, fitted to each series alone and undone in what is said: `log`, `log1p`, which takes 0 too, `boxCox`
   * (Box & Cox 1964), `none`; `none`. What is said as one number is then one of the transform's units undone: a median rather than a mean.
   */
  readonly transform?: TransformName
  /**
   * Sees and says what changes to the step so many before, and gives the sums: 1 for steps, a season for seasons. Of outputs that say more
   * than one number only with a `sampled` decoder, which sums what it draws. Absent: it sees and says values.
   */
  readonly differences?: number
  /**
   * What a window is brought to before it is seen: its `last` value, its own mean and deviation (`instance`), `none`; `last`, of differences
   * `none`. Outputs of counts take `magnitude` alone.
   */
  readonly normalisation?: Normalisation
  /** What is said of each value, and what is minimised: `quantiles(…)`, `normal()`, …; `meanSquaredError()`. */
  readonly output?: Output
  /** Whether it is told which series it sees, of several that it was made for; true up to 64 of them. */
  readonly marked?: boolean
  /** Seed of the first values, a whole number from 0 and below 2³²; 0. */
  readonly seed?: number
}
