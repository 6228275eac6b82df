/** How far ahead `forecastByRule` says what comes, and with which quantiles. */
export interface RuleForecastOptions {
  /** Steps ahead. */
  readonly horizon: number
  /** Probabilities whose quantiles are said, in order; 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975. */
  readonly levels?: readonly number[]
  /** Steps of the past that a forecast keeps to be drawn beside; three horizons. */
  readonly history?: number
}
