import { UnrolledError } from '../../error.ts'
import type { Series } from './series.ts'
import { stepsBefore, type CodedChannel, type WindowCoding } from './window-coding.ts'

/** A window: a channel as a model sees it, and the first step that is not known. */
export interface Window {
  readonly coded: CodedChannel
  readonly origin: number
}

/** The windows of a channel from one origin to another, both among them. */
export const windowsFrom = (coded: CodedChannel, first: number, last: number): Window[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({ coded, origin: first + i }))

/**
 * Every window that has a whole context before it and a whole horizon from it on, channel by channel.
 * @throws UnrolledError `data` where there is none.
 */
export function wholeWindows(
  channels: readonly CodedChannel[],
  series: Series,
  coding: WindowCoding,
  owner: string,
): Window[] {
  const before = stepsBefore(coding)
  const all = channels.flatMap((coded) => windowsFrom(coded, before, coded.channel.steps - coding.horizon))
  if (all.length > 0) return all
  throw new UnrolledError(
    'data',
    `${owner}: ${series.name} has ${longestOf(series)} steps; ${takenText(coding)}: make them smaller, or give a longer history`,
  )
}

/** Steps that a window takes, in words. */
export const takenText = ({ context, horizon, differences = 0 }: WindowCoding): string =>
  `a context of ${context}${differences > 0 ? `, the ${differences} that it has changed from` : ''} and a horizon of ${horizon} take ` +
  `${context + differences + horizon}`

/** Some of many, from all over. */
export const fromAllOver = <One>(all: readonly One[], most: number): readonly One[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)

/** Steps of the longest channel. */
export const longestOf = ({ channels }: Series): number =>
  channels.reduce((most, { steps }) => Math.max(most, steps), 0)

/** Time of the last step that was observed of any channel. */
export const lastTime = ({ channels }: Pick<Series, 'channels'>): number =>
  channels.reduce((last, { steps, time }) => Math.max(last, time(steps - 1)), -Infinity)
