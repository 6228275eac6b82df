import {
  adadelta,
  adagrad,
  adam,
  adamW,
  adamax,
  clipByValue,
  constant,
  cosine,
  linearDecay,
  nadam,
  nearest,
  plateau,
  rmsprop,
  sgd,
  stepDecay,
  UnrolledError,
  warmup,
  type DataSet,
  type Optimizer,
  type SamplingDecay,
  type Schedule,
  type TrainingOptions,
} from 'unrolled'
import { engineOf, number, on, string, type Options } from './command.ts'
import { factorsOf } from './factors.ts'
import { given } from './given.ts'

/** How many epochs a run lasts where nothing says so, for a schedule that must know how many updates there will be. */
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

/** How fast a run goes over its data, as the material suggests it; the options go first. */
export interface Pace {
  readonly batch: number
  /** Updates between validations. */
  readonly validateEvery: number
  /** The share that is kept for validation, or a set of its own. */
  readonly validation: number | DataSet
  readonly patience?: number
}

/** Validations are no further apart than this many updates. */
export const usualValidation = 200

/** Sequences side by side where nothing says so: fewer of few, so that an epoch has some updates. */
export const usualBatch = (sequences: number): number => Math.max(1, Math.min(32, Math.floor(sequences / 4)))

/** The options of `train` the command line's stand for; what ends the run is not among them. */
export function trainingOptions(options: Options, pace: Pace): TrainingOptions {
  const clip = number(options, 'clip')
  const clipValue = number(options, 'clipValue')
  return {
    batch: number(options, 'batch') ?? pace.batch,
    ...given({
      unroll: number(options, 'unroll'),
      every: number(options, 'every'),
      accumulate: number(options, 'accumulate'),
      patience: number(options, 'patience') ?? pace.patience,
      seed: number(options, 'seed'),
      frozen: options['frozen'] as readonly string[] | undefined,
      rates: ratesOf(options),
      scheduledSampling: samplingOf(options),
    }),
    optimizer: optimizerOf(options),
    validation: pace.validation,
    validateEvery: number(options, 'validateEvery') ?? pace.validateEvery,
    ...(clipValue !== undefined
      ? { clip: clipByValue(clipValue) }
      : clip !== undefined && { clip: clip === 0 ? false : clip }),
    ...(on(options, 'profile') && { profile: true }),
    ...(on(options, 'pack') && { pack: true }),
    ...engineOf(options),
  }
}

function ratesOf(options: Options): Record<string, number> | undefined {
  const rates = options['rates'] as readonly string[] | undefined
  return rates && factorsOf('rates', rates, 'output.*=0.1')
}

function samplingOf(options: Options): number | SamplingDecay | undefined {
  const share = number(options, 'scheduledSampling')
  const over = number(options, 'samplingOver')
  if (over === undefined) return share
  if (share !== undefined) return linearDecay({ to: 1 - share, over })
  throw new UnrolledError('usage', '--sampling-over is how long --scheduled-sampling <share> rises; give that too')
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
