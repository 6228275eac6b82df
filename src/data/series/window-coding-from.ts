import { isNames, isObject } from '../../json-object.ts'
import { decoders } from './decoders.ts'
import { normalisations, type Normalisation } from './normalisations.ts'
import { transformFrom } from './transforms.ts'
import type { Decoder, WindowCoding } from './window-coding.ts'

/** How a model reads series, as its file tells of it. */
export function windowCodingFrom(content: unknown): WindowCoding {
  if (!isObject(content)) throw new Error('it is no object')
  const { context, horizon, segment, normalisation, marked, channels, known, past, season, frequency } = content
  for (const [name, value] of Object.entries({ context, horizon, segment, season })) {
    if (!(Number.isSafeInteger(value) && (value as number) > 0))
      throw new Error(`${name} must be a whole number from 1`)
  }
  const cut = (steps: unknown): boolean => (steps as number) % (segment as number) === 0
  if (!cut(context) || !cut(horizon)) throw new Error('context and horizon cannot be cut into its segments')
  if (!Object.hasOwn(normalisations, normalisation as Normalisation)) {
    throw new Error(
      `there is no normalisation ${String(normalisation)}; there are ${Object.keys(normalisations).join(', ')}`,
    )
  }
  if (!decoders.includes(content['decoder'] as Decoder)) throw new Error(`decoder must be ${decoders.join(' or ')}`)
  if (typeof marked !== 'boolean') throw new Error('marked must be true or false')
  for (const [name, list] of Object.entries({ channels, known, past })) {
    if (!Array.isArray(list) || !list.every(isScaled)) throw new Error(`${name} must be names with mean and deviation`)
  }
  if ((channels as unknown[]).length === 0) throw new Error('it has no channel')
  if (!isObject(frequency) || typeof frequency['unit'] !== 'string' || !((frequency['count'] as number) > 0)) {
    throw new Error('frequency must have a unit and a count')
  }
  if (!Number.isFinite(content['until'])) throw new Error('until must be a time')
  const lag = content['differences']
  if (lag !== undefined && !(Number.isSafeInteger(lag) && (lag as number) > 0)) {
    throw new Error('differences must be a whole number from 1')
  }
  for (const { transform } of channels as { transform?: unknown }[])
    if (transform !== undefined) transformFrom(transform)
  const { categories, calendar, holidays = [], zone = 'UTC' } = content
  if (!isNames(calendar) || !isNames(holidays) || typeof zone !== 'string') throw new Error('its calendar is none')
  if (!Array.isArray(categories) || !categories.every((one) => isObject(one) && isNames(one['values']))) {
    throw new Error('categories must be names with values')
  }
  return content as unknown as WindowCoding
}

function isScaled(one: unknown): boolean {
  const { name, mean, deviation } = isObject(one) ? one : {}
  return typeof name === 'string' && Number.isFinite(mean) && (deviation as number) > 0
}
