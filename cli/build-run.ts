import {
  adadelta,
  adagrad,
  adam,
  adamW,
  adamax,
  clipByValue,
  constant,
  cosine,
  nadam,
  nearest,
  plateau,
  rmsprop,
  sgd,
  stepDecay,
  UnrolledError,
  warmup,
  type Lines,
  type Optimizer,
  type Schedule,
  type Text,
  type TrainingOptions,
} from 'unrolled'
import { engineOf, number, on, string, type Options } from './command.ts'
import { given } from './given.ts'
import type { Data } from './read-data.ts'

/** How long a run lasts where nothing says so. */
export const usualMinutes = 2.5

/** The same for a schedule that must know how many updates there will be. */
export const usualEpochs = 10

/** Whether the schedule must know how many updates there will be. */
export const needsEnd = (options: Options): boolean =>
  string(options, 'schedule') === 'cosine' && number(options, 'over') === undefined

/** Says before anything is read or computed that a schedule has no end. */
export function checkSchedule(options: Options, until: { readonly epochs?: number; readonly steps?: number }): void {
  if (!needsEnd(options) || until.epochs !== undefined || until.steps !== undefined) return
  throw new UnrolledError(
    'usage',
    '--schedule cosine falls over a number of updates, which --minutes alone does not say: ' +
      'give --epochs or --steps, or --over <updates>',
  )
}

/** Streams that a text is cut into where nothing says so: fewer for a short one, so that each has a few windows. */
function usualBatch(symbols: number, every: number): number {
  return Math.max(1, Math.min(50, Math.floor(symbols / (2 * every))))
}

/** Validations are no further apart than this many updates, nor than an epoch. */
const usualValidation = 200

/** The share of the texts that is kept for validation, where that was said, or the files of a set of its own. */
function validationOf(options: Options): { readonly share?: number; readonly files: readonly string[] } {
  const given = (options['validation'] ?? []) as readonly string[]
  const [first, ...others] = given
  const share = first === undefined || first.trim() === '' ? NaN : Number(first)
  return others.length === 0 && !Number.isNaN(share) ? { share, files: [] } : { files: given }
}

/** The files of a validation set of its own, if there is one. */
export const validationFiles = (options: Options): readonly string[] => validationOf(options).files

/** The options of `train` the command line's stand for; what ends the run is not among them. */
export function trainingOptions(options: Options, data: Data, validation?: Data): TrainingOptions {
  const clip = number(options, 'clip')
  const clipValue = number(options, 'clipValue')
  const kept = validation ?? validationOf(options).share ?? usualShare(data)
  const share = typeof kept === 'number' ? kept : 0
  const { batch, epoch } = data.kind === 'text' ? pacing(options, data, share) : pacingOfLines(options, data, share)
  const accumulate = number(options, 'accumulate')
  const updates = Math.floor(epoch / (accumulate ?? 1))
  return {
    batch,
    ...given({
      unroll: number(options, 'unroll'),
      every: number(options, 'every'),
      accumulate,
      patience: number(options, 'patience'),
      seed: number(options, 'seed'),
      frozen: options['frozen'] as readonly string[] | undefined,
      rates: ratesOf(options),
    }),
    optimizer: optimizerOf(options),
    validation: kept,
    validateEvery: number(options, 'validateEvery') ?? Math.max(1, Math.min(usualValidation, updates)),
    ...(clipValue !== undefined
      ? { clip: clipByValue(clipValue) }
      : clip !== undefined && { clip: clip === 0 ? false : clip }),
    ...(on(options, 'profile') && { profile: true }),
    ...engineOf(options),
  }
}

/** Of few lines one is kept for validation, of one line none. */
function usualShare(data: Data): number {
  if (data.kind === 'text') return 0.05
  const lines = data.items.length
  return lines < 2 ? 0 : Math.max(0.05, 1 / lines)
}

/** How many streams are side by side, and how many windows an epoch has. */
function pacing(options: Options, text: Text, share: number): { batch: number; epoch: number } {
  const every = number(options, 'every') ?? number(options, 'unroll') ?? 50
  const symbols = text.ids.length * (1 - share)
  const batch = number(options, 'batch') ?? usualBatch(symbols, every)
  return { batch, epoch: symbols / (batch * every) }
}

/** The same of lines; as a short text is cut into fewer streams, so few lines make smaller batches. */
function pacingOfLines(options: Options, { items }: Lines, share: number): { batch: number; epoch: number } {
  const lines = items.length * (1 - share)
  const batch = number(options, 'batch') ?? Math.max(1, Math.min(32, Math.floor(lines / 4)))
  return { batch, epoch: lines / batch }
}

/** `output.*=0.1` */
function ratesOf(options: Options): Record<string, number> | undefined {
  const rates = options['rates'] as readonly string[] | undefined
  return (
    rates &&
    Object.fromEntries(
      rates.map((rate) => {
        const [, name, factor] = /^(.+)=(.+)$/.exec(rate) ?? []
        if (name !== undefined && factor !== undefined && factor.trim() !== '' && Number.isFinite(Number(factor))) {
          return [name, Number(factor)]
        }
        throw new UnrolledError('usage', `--rates ${rate}: say a name or pattern and a factor, as 'output.*=0.1'`)
      }),
    )
  )
}

/** Learning rates of optimizers that want another than Adam's. */
const usualRates = new Map([
  ['sgd', 1],
  ['adadelta', 1],
])

function optimizerOf(options: Options): Optimizer {
  const name = string(options, 'optimizer') ?? 'adam'
  const rate = number(options, 'lr') ?? usualRates.get(name) ?? 2e-3
  const lr = scheduleOf(options, rate)
  const momentum = given({ momentum: number(options, 'momentum') })
  const decay = given({ weightDecay: number(options, 'weightDecay') })
  const amsgrad = on(options, 'amsgrad') ? { amsgrad: true } : {}
  const makers: Record<string, () => Optimizer> = {
    sgd: () => sgd({ lr, ...momentum, ...decay }),
    rmsprop: () => rmsprop({ lr, ...momentum, ...decay }),
    adagrad: () => adagrad({ lr, ...decay }),
    adadelta: () => adadelta({ lr, ...decay }),
    adam: () => adam({ lr, ...decay, ...amsgrad }),
    'adam-w': () => adamW({ lr, ...decay, ...amsgrad }),
    adamax: () => adamax({ lr, ...decay }),
    nadam: () => nadam({ lr, ...decay, ...amsgrad }),
  }
  const optimizer = choose('optimizer', name, makers)()
  if (on(options, 'amsgrad') && optimizer.options['amsgrad'] !== true) {
    throw new UnrolledError('usage', `--amsgrad is a variant of adam and adam-w; ${name} has none`)
  }
  return optimizer
}

function scheduleOf(options: Options, rate: number): Schedule {
  const name = string(options, 'schedule') ?? 'constant'
  const rise = number(options, 'warmup')
  const makers: Record<string, () => Schedule> = {
    constant: () => constant({ lr: rate }),
    cosine: () => cosine({ from: rate, ...given({ warmup: rise, over: number(options, 'over') }) }),
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
