import { checkBoolean, checkNames, wrongOption } from '../options.ts'

/** What is replaced; all of it where nothing is said. */
export interface MaskOptions {
  /** Dates and times of day: `<time>`. */
  readonly times?: boolean
  /** UUIDs, addresses of networks and memory, long hexadecimal numbers: `<id>`. */
  readonly ids?: boolean
  /** All other numbers that do not stand behind a letter: `<number>`. */
  readonly numbers?: boolean
}

const clock = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?`
const zone = String.raw`(?: ?(?:Z|UTC|GMT)\b| ?[+-]\d{2}:?\d{2}\b)?`
const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec'

/** In the order in which they are looked for. */
const masks: Readonly<Record<keyof MaskOptions, RegExp>> = {
  times: new RegExp(
    String.raw`(?<![\w.:-])(?:\d{4}[-/]\d{2}[-/]\d{2}(?:[T ,:]+${clock}${zone})?|\d{1,2}[/.]\d{1,2}[/.]\d{4}(?:[, ]+${clock}${zone})?|` +
      String.raw`\d{1,2}/(?:${months})/\d{4}:${clock}${zone}|(?:${months}) +\d{1,2} ${clock}|${clock}${zone})(?![\w:])`,
    'g',
  ),
  ids: new RegExp(
    String.raw`(?<!\w)(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|0x[\da-f]+|(?:[\da-f]{2}:){5}[\da-f]{2}|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|` +
      String.raw`(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{8,})(?!\w)`,
    'gi',
  ),
  numbers: /(?<![A-Za-z\d])[+-]?\d+(?:[.,]\d+)*/g,
}

const signs: Readonly<Record<keyof MaskOptions, string>> = { times: '<time>', ids: '<id>', numbers: '<number>' }

/**
 * Lines of a log with what differs from one to the next replaced, so that what they say is left: `12:00:01 job 17 of 10.0.0.3 done` becomes
 * `<time> job <number> of <id> done`. A model of `lines(masked(text))` then tells by `evaluate` how unusual a line is.
 */
export function masked(text: string, options: MaskOptions = {}): string {
  if (typeof text !== 'string') throw wrongOption('masked', 'the text', text, 'a string')
  checkNames('masked', options, Object.keys(masks))
  for (const [name, value] of Object.entries(options)) checkBoolean('masked', name, value)
  return (Object.keys(masks) as (keyof MaskOptions)[])
    .filter((kind) => options[kind] !== false)
    .reduce((masked, kind) => masked.replace(masks[kind], signs[kind]), text)
}
