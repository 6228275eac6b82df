import {
  adagrad,
  adam,
  adamW,
  clipByValue,
  constant,
  cosine,
  languageModel,
  layerNorm,
  nearest,
  plateau,
  recurrentDropout,
  rmsprop,
  sgd,
  stepDecay,
  UnrolledError,
  warmup,
  weightDrop,
  zoneout,
  type Cell,
  type LanguageModel,
  type Optimizer,
  type Schedule,
  type Text,
  type TrainingOptions,
} from 'unrolled'
import { cellOf } from './cells.ts'
import { engineOf, number, on, string, type Options } from './command.ts'

/** Keeps what is given. */
function given<const Values extends Record<string, unknown>>(
  values: Values,
): { [Name in keyof Values]: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

/** The model the options describe, made for a text. */
export async function buildModel(text: Text, options: Options): Promise<LanguageModel> {
  const widths = (string(options, 'hidden') ?? '128').split(',').map((part) => {
    const width = Number(part)
    if (!Number.isInteger(width) || width < 1) {
      throw new UnrolledError(
        'usage',
        `--hidden ${options['hidden']}: ${part} is no width; a width is a whole number from 1`,
      )
    }
    return width
  })
  const layers = number(options, 'layers')
  const cell = modified(await cellOf(string(options, 'cell') ?? 'lstm'), options)
  return languageModel(text, {
    cell,
    hidden: widths.length > 1 ? widths : widths[0]!,
    ...(widths.length === 1 && { layers: layers ?? 2 }),
    ...(widths.length > 1 && layers !== undefined && { layers }),
    ...given({
      embedding: number(options, 'embedding'),
      dropout: number(options, 'dropout'),
      projection: number(options, 'projection'),
      seed: number(options, 'seed'),
    }),
    ...(on(options, 'residual') && { residual: true }),
    ...(on(options, 'tied') && { tied: true }),
  })
}

function modified(cell: Cell, options: Options): Cell {
  let result = cell
  const rate = (name: string, apply: (cell: Cell, rate: number) => Cell): void => {
    const value = number(options, name)
    if (value !== undefined && value !== 0) result = apply(result, value)
  }
  if (on(options, 'layerNorm')) result = layerNorm(result)
  rate('weightDrop', (cell, rate) => weightDrop(cell, { rate }))
  rate('recurrentDropout', (cell, rate) => recurrentDropout(cell, { rate }))
  rate('zoneout', (cell, rate) => zoneout(cell, rate))
  return result
}

/** How long a run lasts where nothing says so. */
export const usualMinutes = 2.5

/** The options of `train` the command line's stand for. */
export function trainingOptions(options: Options, updatesPerEpoch: number): TrainingOptions {
  const clip = number(options, 'clip')
  const clipValue = number(options, 'clipValue')
  return {
    ...given({
      batch: number(options, 'batch'),
      unroll: number(options, 'unroll'),
      every: number(options, 'every'),
      epochs: number(options, 'epochs'),
      steps: number(options, 'steps'),
      minutes: number(options, 'minutes'),
      patience: number(options, 'patience'),
      seed: number(options, 'seed'),
    }),
    optimizer: optimizerOf(options),
    validation: number(options, 'validation') ?? 0.05,
    validateEvery: number(options, 'validateEvery') ?? Math.max(1, Math.min(200, updatesPerEpoch)),
    ...(clipValue !== undefined
      ? { clip: clipByValue(clipValue) }
      : clip !== undefined && { clip: clip === 0 ? false : clip }),
    ...engineOf(options),
  }
}

function optimizerOf(options: Options): Optimizer {
  const name = string(options, 'optimizer') ?? 'adam'
  const rate = number(options, 'lr') ?? (name === 'sgd' ? 1 : 2e-3)
  const lr = scheduleOf(options, rate)
  const momentum = given({ momentum: number(options, 'momentum') })
  const decay = given({ weightDecay: number(options, 'weightDecay') })
  const makers: Record<string, () => Optimizer> = {
    sgd: () => sgd({ lr, ...momentum, ...decay }),
    rmsprop: () => rmsprop({ lr, ...momentum, ...decay }),
    adagrad: () => adagrad({ lr, ...decay }),
    adam: () => adam({ lr, ...decay }),
    'adam-w': () => adamW({ lr, ...decay }),
  }
  return choose('optimizer', name, makers)()
}

function scheduleOf(options: Options, rate: number): Schedule {
  const name = string(options, 'schedule') ?? 'constant'
  const rise = number(options, 'warmup')
  const makers: Record<string, () => Schedule> = {
    constant: () => constant({ lr: rate }),
    cosine: () => cosine({ from: rate, ...(rise !== undefined && { warmup: rise }) }),
    step: () => stepDecay({ from: rate, every: 1 }),
    plateau: () => plateau({ from: rate, factor: 0.5, patience: 2 }),
  }
  const schedule = choose('schedule', name, makers)()
  return rise !== undefined && name !== 'cosine' ? warmup({ steps: rise, then: schedule }) : schedule
}

function choose<Value>(option: string, name: string, known: Readonly<Record<string, Value>>): Value {
  const found = Object.hasOwn(known, name) ? known[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(known)
  const close = nearest(name, names)
  throw new UnrolledError(
    'usage',
    `there is no ${option} ${name}${close ? `; did you mean ${close}?` : `; there are ${names.join(', ')}`}`,
  )
}
