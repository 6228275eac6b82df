import {
  channelCoding,
  checkCounts,
  covariateScalings,
  decoders,
  lastTime,
  readingFrom,
  transformOf,
  windowCodingFrom,
  windowRows,
  windows,
  type DataSet,
  type Decoder,
  type Series,
  type SeriesReading,
  type WindowCoding,
  type WindowRows,
} from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { initialise, type Json } from '../layers/index.ts'
import { checkBoolean, checkNames, checkNumber, wrongOption } from '../options.ts'
import { forecastLayers } from './forecasts/layers.ts'
import type { ForecasterOptions } from './forecasts/options.ts'
import type { Entry } from './entry.ts'
import { conformalFrom, type Conformal } from './forecasts/conformal.ts'
import { verdictFrom, type KeptVerdict } from './forecasts/verdict.ts'
import { isOutput, meanSquaredError, type Output } from './losses/index.ts'
import { asModel, outputOf, type Model, type ModelParts } from './model.ts'
import { recurrentSynonyms } from './recurrent-synonyms.ts'

/** A model of what comes next in series. */
export interface Forecaster extends Model {
  /** What tells a forecaster from other models, here and in its file. */
  readonly kind: 'forecaster'
  /** What it says of each value, and what is minimised. */
  readonly loss: Output
  /** How it reads series: `context`, `horizon`, the scale of each channel, and which covariates it must be given. */
  readonly coding: WindowCoding
  /** How it sees the steps around an origin. */
  readonly rows: WindowRows
  /** How the rows of its series were read, so that a history is read alike: `series(rows, { like: model })`. */
  readonly reading?: SeriesReading
  /** What its intervals were calibrated to; `calibrate` fits it. */
  conformal: Conformal | undefined
  /** What a test on the past said of it; `backtest` keeps it here. */
  verdict: KeptVerdict | undefined
}

/** Whether a model says what comes next in series. */
export const isForecaster = (model: Model): model is Forecaster =>
  (model as Partial<Forecaster> | undefined)?.coding?.horizon !== undefined

/** Time of the last step that a model has learnt from or was calibrated on: what comes behind, it has not seen. */
export const seenUntil = ({ coding, conformal }: Forecaster): number =>
  Math.max(coding.until, conformal?.until ?? -Infinity)

const names = [
  'cell',
  'hidden',
  'layers',
  'dropout',
  'context',
  'horizon',
  'segment',
  'decoder',
  'transform',
  'differences',
  'normalisation',
  'output',
  'marked',
  'seed',
]
const synonyms = {
  ...recurrentSynonyms,
  loss: 'output',
  lookback: 'context',
  input_chunk_length: 'context',
  output_chunk_length: 'horizon',
  context_length: 'context',
  prediction_length: 'horizon',
  normalise: 'normalisation',
  difference: 'differences',
  lag: 'differences',
}

/** Series of which a model is told which is which, where nothing else is said. */
const mostMarked = 64

/**
 * A model that says what comes next in a series, made for series and their scales: see `ForecasterOptions` for what can be chosen, and
 * `forecast` for how it is asked. Scales are fitted to the series given here, so give it what is trained on alone.
 *
 * @throws UnrolledError `data` for what is no series, and for values that the transform or an output of counts does not take; `option`
 * for wrong options.
 */
export function forecaster(series: Series, options: ForecasterOptions): Forecaster {
  const owner = 'forecaster'
  checkNames(owner, options, names, synonyms)
  if (series?.kind !== 'series')
    throw new UnrolledError('data', `${owner}: it is made for series: await series(table, …)`)
  const seed = checkNumber(owner, 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const loss = options.output ?? meanSquaredError()
  if (!isOutput(loss))
    throw wrongOption(owner, 'output', loss, 'an output, such as quantiles(0.1, 0.5, 0.9) or normal()')
  const coding = codingOf(owner, series, options, loss)
  const rows = windowRows(coding)
  const layer = forecastLayers(coding.decoder, rows, options, rows.values * loss.perValue)
  return made({ layer, loss, seed, parameters: initialise(layer.declared, seed), record: {} }, coding, rows, {
    ...(series.reading && { reading: series.reading }),
    conformal: undefined,
    verdict: undefined,
  })
}

function codingOf(owner: string, series: Series, options: ForecasterOptions, loss: Output): WindowCoding {
  const { counts = false } = loss
  const context = checkNumber(owner, 'context', options.context, { from: 1, whole: true })
  const horizon = checkNumber(owner, 'horizon', options.horizon, { from: 1, whole: true })
  const { channels, known, past, categories, calendar, holidays, frequency, season, zone } = series
  const decoder = options.decoder ?? 'direct'
  if (!decoders.includes(decoder)) throw wrongOption(owner, 'decoder', decoder, decoders.join(' or '))
  if (decoder === 'sampled' && past.length > 0) {
    throw new UnrolledError(
      'option',
      `${owner}: ${past.join(', ')} are known up to now alone, and a sampled decoder would need them of the steps that it draws: take the direct one`,
    )
  }
  const lag = options.differences
  if (lag !== undefined) checkDifferences(owner, lag, loss, decoder)
  if (counts) checkOfCounts(owner, options)
  const marked = checkBoolean(owner, 'marked', options.marked ?? (channels.length > 1 && channels.length <= mostMarked))
  return {
    context,
    horizon,
    decoder,
    segment: segmentOf(owner, context, horizon, options.segment),
    normalisation: counts ? 'magnitude' : (options.normalisation ?? (lag === undefined ? 'last' : 'none')),
    ...(lag !== undefined && { differences: lag }),
    marked,
    channels: channels.map((channel) => {
      if (counts) checkCounts(channel, series, owner)
      const transform = transformOf(options.transform ?? 'none', channel, series, owner)
      return channelCoding(channel, { transform, lag: lag ?? 0 })
    }),
    known: covariateScalings(known, series, 'known'),
    past: covariateScalings(past, series, 'past'),
    categories,
    calendar,
    ...(holidays && { holidays }),
    frequency,
    until: lastTime(series),
    season,
    ...(zone !== undefined && { zone }),
  }
}

/** Counts are said as they are, a window by the magnitude of its past. */
function checkOfCounts(owner: string, { transform = 'none', normalisation = 'magnitude' }: ForecasterOptions): void {
  if (transform !== 'none') {
    throw wrongOption(owner, 'transform', transform, 'none with an output of counts, which are said as they are')
  }
  if (normalisation !== 'magnitude') {
    const right = "'magnitude' with an output of counts, which stay counts by it alone"
    throw wrongOption(owner, 'normalisation', normalisation, right)
  }
}

/** Sums are what is said of sums where that is one number, or where all steps of a path are drawn. */
function checkDifferences(
  owner: string,
  lag: number,
  { name, counts, levels, perValue }: Output,
  decoder: Decoder,
): void {
  checkNumber(owner, 'differences', lag, { from: 1, whole: true })
  if (counts)
    throw wrongOption(owner, 'differences', lag, 'left away with an output of counts, which are said as they are')
  if (decoder === 'sampled' || (perValue === 1 && levels === undefined)) return
  throw wrongOption(
    owner,
    'differences',
    lag,
    `left away with ${name}: what it says of changes does not add up to what it would say of values. decoder: 'sampled' sums what it ` +
      'draws, and calibrate(…) gives meanSquaredError() intervals',
  )
}

/** The greatest number of steps up to so many that context and horizon can both be cut into. */
const mostSegment = 24

function segmentOf(owner: string, context: number, horizon: number, given: number | undefined): number {
  const fits = (segment: number): boolean => context % segment === 0 && horizon % segment === 0
  if (given === undefined) {
    for (let segment = Math.min(mostSegment, context, horizon); ; segment--) if (fits(segment)) return segment
  }
  const segment = checkNumber(owner, 'segment', given, { from: 1, whole: true })
  if (fits(segment)) return segment
  throw wrongOption(owner, 'segment', segment, `a divisor of the context, ${context}, and of the horizon, ${horizon}`)
}

type Parts = Omit<ModelParts, 'kind' | 'loss'> & { readonly loss: Output }

function made(
  parts: Parts,
  coding: WindowCoding,
  rows: WindowRows,
  kept: Pick<Forecaster, 'reading' | 'conformal' | 'verdict'>,
): Forecaster {
  const model: Forecaster = asModel({
    kind: 'forecaster' as const,
    ...parts,
    ...kept,
    coding,
    rows,
    reads: (data: DataSet) =>
      (data as Partial<Series>).kind === 'series' ? windows(data as Series, coding, rows, 'forecaster') : data,
    content: () => ({
      coding: coding as unknown as Json,
      reading: (kept.reading ?? null) as unknown as Json,
      conformal: (model.conformal ?? null) as unknown as Json,
      verdict: (model.verdict ?? null) as unknown as Json,
    }),
  })
  return model
}

/** A forecaster as its file tells of it. */
export function forecasterFrom(parts: Omit<ModelParts, 'kind'>, entry: Entry): Forecaster {
  const coding = entry('coding', (text) => fitting(parts, windowCodingFrom(JSON.parse(text))))
  const conformal = entry('conformal', (text) => conformalFrom(JSON.parse(text), coding.horizon))
  const verdict = entry('verdict', (text) => verdictFrom(JSON.parse(text)))
  const reading = entry('reading', (text) => (text === 'null' ? undefined : readingFrom(JSON.parse(text))))
  return made(parts as Parts, coding, windowRows(coding), { ...(reading && { reading }), conformal, verdict })
}

/** Holds a coding against the layers and the loss of a file. */
function fitting({ layer, loss }: Omit<ModelParts, 'kind'>, coding: WindowCoding): WindowCoding {
  if (!isOutput(loss)) throw new Error(`its loss, ${loss.name}, does not say what a value is`)
  const { columns, values, source } = windowRows(coding)
  const wanted = [columns, source?.columns, values * loss.perValue]
  const found = [layer.inputs['x']?.columns, layer.inputs['source']?.columns, outputOf(layer).columns]
  if (wanted.every((width, i) => width === found[i])) return coding
  const said = ([x, source, output]: typeof found): string =>
    `${source === undefined ? '' : `${source} columns of source, `}${x} of x, and give ${output}`
  throw new Error(`it wants layers that take ${said(wanted)}; its layers take ${said(found)}`)
}
