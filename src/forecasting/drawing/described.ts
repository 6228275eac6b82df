import type { Forecast } from '../forecast-value.ts'
import { percentText } from '../../inference/forecasts/intervals.ts'
import { numberText } from '../number-text.ts'
import { isDated, timeTexts, type Times, type Wall } from '../time-text.ts'

/** What is seen on the picture of a forecast, in a sentence for whoever does not see it. */
export function described(forecast: Forecast): string {
  const { history, times, point, wall } = forecast
  const text = numberText([...point, ...history.values])
  const [band] = forecast.outline({ times: 1, values: 1 }).bands.slice(-1)
  return [
    'A line shows',
    ...(history.values.length > 0 ? [`the past, ${stretch(history.times, wall)}, and a second one`] : []),
    `the forecast for ${stretch(times, wall)}: from ${text(point[0]!)} to ${text(point.at(-1)!)}`,
    ...(band
      ? [
          `and in the end with ${percentText(band.share)} between ${text(band.low.at(-1)!)} and ${text(band.high.at(-1)!)}`,
        ]
      : []),
  ].join(' ')
}

function stretch(times: Times, wall: Wall): string {
  const texts = timeTexts(times, wall)
  const unit = isDated(times) ? '' : texts.length === 1 ? 'step ' : 'steps '
  return texts.length === 1 ? `${unit}${texts[0]}` : `${unit}${texts[0]} to ${texts.at(-1)}`
}
