import { UnrolledError } from './error.ts'
import { nearest } from './nearest.ts'

/** A value that JSON carries unharmed. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** How a loss, an optimizer, a schedule or a clipping is written into a file: its name, and every option with its value. */
export type Description = {
  readonly name: string
  readonly options: { readonly [name: string]: Json }
}

/** What a number given as an option may be; `from` and `to` belong to the range, `above` and `below` do not. */
export interface NumberRange {
  readonly from?: number
  readonly above?: number
  readonly to?: number
  readonly below?: number
  readonly whole?: boolean
}

/**
 * Holds the names in `given` against the known ones; an unknown one is an error with its synonym or the nearest name.
 * `owner` is what takes the options: `adam`, `train`.
 */
export function checkNames(
  owner: string,
  given: object,
  known: readonly string[],
  synonyms: Readonly<Record<string, string>> = {},
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new UnrolledError('option', `${owner}: options are an object, not ${shown(given)}`)
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    const meant = (Object.hasOwn(synonyms, name) ? synonyms[name] : undefined) ?? nearest(name, known)
    const advice = meant === undefined ? `the options are ${known.join(', ')}` : `did you mean ${meant}?`
    throw new UnrolledError('option', `${owner}: there is no option ${name}; ${advice}`)
  }
}

/** Gives the number back, or says which option is wrong, its value, and what would be right. */
export function checkNumber(owner: string, name: string, value: unknown, range: NumberRange = {}): number {
  const { from, above, to, below, whole } = range
  const right =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (from === undefined || value >= from) &&
    (above === undefined || value > above) &&
    (to === undefined || value <= to) &&
    (below === undefined || value < below) &&
    (!whole || Number.isSafeInteger(value))
  if (!right) throw wrongOption(owner, name, value, rangeText(range))
  return value
}

/** Holds a signal against what it must be; a controller in its place would never be heard. */
export function checkSignal(owner: string, signal: unknown): void {
  if (signal === undefined || signal === null || typeof (signal as AbortSignal).throwIfAborted === 'function') return
  throw wrongOption(owner, 'signal', signal, 'an AbortSignal: the signal of an AbortController')
}

/** Gives the boolean back, or says what was found in its place. */
export function checkBoolean(owner: string, name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrongOption(owner, name, value, 'true or false')
  return value
}

/** The error of an option with a wrong value. */
export const wrongOption = (owner: string, name: string, value: unknown, right: string): UnrolledError =>
  new UnrolledError('option', `${owner}: ${name} is ${shown(value)}; it must be ${right}`)

function rangeText({ from, above, to, below, whole }: NumberRange): string {
  const parts: string[] = []
  if (from !== undefined) parts.push(`at least ${from}`)
  if (above !== undefined) parts.push(`above ${above}`)
  if (to !== undefined) parts.push(`at most ${to}`)
  if (below !== undefined) parts.push(`below ${below}`)
  return [whole ? 'a whole number' : 'a finite number', parts.join(' and ')].filter(Boolean).join(', ')
}

/** So many of a list's values are shown. */
const mostShown = 8

/** A value as a message shows it: of what is long, the beginning. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (Array.isArray(value)) {
    const first = value.slice(0, mostShown).map(shown)
    return `[${[...first, ...(value.length > mostShown ? [`… ${value.length} in all`] : [])].join(', ')}]`
  }
  if (typeof value === 'function') return `a function ${value.name}`.trim()
  if (typeof value !== 'object' || value === null) return String(value)
  // A Promise that was not awaited, a Date, an Int32Array tell more by their kind.
  const { name } = value.constructor ?? Object
  return name === 'Object' ? 'an object' : `an object (${name})`
}
