import type { DataSet } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkBoolean, checkNames, checkNumber, checkSignal, wrongOption } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import { usualSegment, wholeSegment } from './segment.ts'
import { isStore, type CheckpointStore } from './checkpoint.ts'
import { clippingFrom, type Clipping } from './clipping.ts'
import { adam, optimizerFrom, type Optimizer } from './optimizers/index.ts'
import { samplingDecayFrom, type SamplingDecay } from './scheduled-sampling/sampling-decay.ts'
import { earlyStopping, limits, type Limits, type Stopping } from './stopping.ts'
import { trainedOf, type Trained, type TrainedOptions } from './trained.ts'
import type { Uncut } from './uncut.ts'

/** How to train. Of `epochs`, `steps` and `minutes` the first reached ends the run; with none of them it is 10 epochs. */
export interface TrainingOptions extends EngineOptions, TrainedOptions {
  /** Passes over the data, above 0, not always whole. */
  readonly epochs?: number
  /** Updates, from 0 on. */
  readonly steps?: number
  /** Time of training and validation, above 0; that before a resume counts. */
  readonly minutes?: number
  /** Sequences side by side: streams of a text (50), or sequences of another data set (32). */
  readonly batch?: number
  /** k2: steps an error flows back; 50 for a text, whole sequences otherwise. */
  readonly unroll?: number
  /** k1: steps between updates; `unroll`. */
  readonly every?: number
  /** Windows whose gradients make one update together, as one batch so many times as large would; 1. */
  readonly accumulate?: number
  /**
   * Lets the sequences of a batch lie one behind the other in as few rows as hold them, so that short ones take no padding; what is
   * learnt is the same. For models that answer at every step; false.
   */
  readonly pack?: boolean
  /**
   * The probability with which a step of what is written reads what the model itself would have written before it, and not what is
   * true (Bengio et al. 2015): a number for all updates alike, or a decay of what is true, linearDecay, exponentialDecay or
   * inverseSigmoidDecay. Of models that write, translators and captioners; 0.
   */
  readonly scheduledSampling?: number | SamplingDecay
  /**
   * Steps kept in memory at once, a multiple of 8; longer windows are checkpointed. All of a window of up to 256 steps, else about
   * √unroll.
   */
  readonly segment?: number
  /** adam() by default. */
  readonly optimizer?: Optimizer
  /** A number clips by norm, 5 by default; clipByValue(v); false for none. */
  readonly clip?: number | Clipping | false
  /**
   * What is kept for validation: a share of the data, 0 to 1, or a set of its own. Of a text it is the end, of sequences such as the
   * seed draws, each class its share where a sequence is of one class; a single sequence is cut in time. None by default.
   */
  readonly validation?: number | DataSet
  /** Most positions (characters, words, steps of sequences) a validation measures, from all over the set; 250,000. Infinity: all. */
  readonly validationLimit?: number
  /** Updates between validations; a pass over the data. */
  readonly validateEvery?: number
  /** Validations without a better loss after which the run ends; without it none ends it. */
  readonly patience?: number
  /** By how much a validation's loss must be lower than the best to be better, in the loss's own unit; 0. */
  readonly minDelta?: number
  /** Seed of random masks and of the order of sequences; the model's. */
  readonly seed?: number
  /** Where the best model and the state of the run are kept; nowhere. */
  readonly checkpoint?: CheckpointStore
  /** Time between saves of the state of the run; 30 s. It is also saved at validations and at the end. */
  readonly checkpointEveryMs?: number
  /**
   * `true` goes on with the run the checkpoint holds, if it holds one, and `false` begins anew and takes its place: at the first
   * validation or save, or at its end, if its loop is not broken before. Must be said where the checkpoint holds something.
   * A run that is gone on with may have other limits, patience, clipping, scheduled sampling, and options of its optimizer, the
   * learning rate above all; the event `resume` lists them.
   */
  readonly resume?: boolean
  /** Measures what every kernel takes; the event `done` tells. Not every backend does: native and wasm are such. False. */
  readonly profile?: boolean
  /** Aborting it ends the run after the update under way: the event `done` has the reason `aborted`, and nothing is thrown. */
  readonly signal?: AbortSignal
}

const names = [
  'epochs',
  'steps',
  'minutes',
  'batch',
  'unroll',
  'every',
  'segment',
  'accumulate',
  'pack',
  'scheduledSampling',
  'optimizer',
  'frozen',
  'rates',
  'clip',
  'validation',
  'validationLimit',
  'validateEvery',
  'patience',
  'minDelta',
  'seed',
  'checkpoint',
  'checkpointEveryMs',
  'resume',
  'profile',
  'signal',
  ...engineNames,
]

const synonyms = {
  batchSize: 'batch',
  batch_size: 'batch',
  learningRate: 'optimizer: adam({ lr })',
  learning_rate: 'optimizer: adam({ lr })',
  lr: 'optimizer: adam({ lr })',
  weightDecay: 'optimizer: adamW({ weightDecay })',
  weight_decay: 'optimizer: adamW({ weightDecay })',
  maxEpochs: 'epochs',
  max_epochs: 'epochs',
  clip_grad_norm: 'clip',
  gradientClipping: 'clip',
  earlyStopping: 'patience',
  min_delta: 'minDelta',
  k1: 'every',
  k2: 'unroll',
  validationSplit: 'validation',
  validation_split: 'validation',
  iterations: 'steps',
  accumulation: 'accumulate',
  gradientAccumulation: 'accumulate',
  gradient_accumulation_steps: 'accumulate',
  store: 'checkpoint',
  freeze: 'frozen',
  lrs: 'rates',
  packing: 'pack',
  packed: 'pack',
  scheduled_sampling: 'scheduledSampling',
  teacherForcing: 'scheduledSampling',
  teacher_forcing_ratio: 'scheduledSampling',
}

/** Options with every default filled in and every value checked. */
export interface Settings {
  readonly batch: number
  readonly unroll: number
  readonly every: number
  readonly segment: number
  readonly accumulate: number
  readonly pack: boolean
  /** Undefined where every step reads what is true. */
  readonly sampling: SamplingDecay | undefined
  readonly optimizer: Optimizer
  readonly trained: Trained
  readonly clipping: Clipping | undefined
  readonly validation: number | DataSet
  readonly validationLimit: number
  readonly validateEvery: number | undefined
  readonly stopping: Stopping
  readonly limits: Limits
  readonly minutes: number | undefined
  readonly seed: number
  readonly checkpoint: CheckpointStore | undefined
  readonly checkpointEveryMs: number
  readonly resume: boolean | undefined
  readonly profile: boolean
  readonly signal: AbortSignal | undefined
  readonly engine: EngineOptions
}

/**
 * `usual` is what the data suggests, `uncut` why its sequences cannot be cut, `parameters` are names, `writes` is whether the model reads
 * what it wrote.
 */
export function settingsFrom(
  options: TrainingOptions,
  usual: {
    readonly batch: number
    readonly unroll: number
    readonly seed: number
    readonly uncut: Uncut | undefined
    readonly parameters: readonly string[]
    readonly writes: boolean
  },
): Settings {
  checkNames('train', options, names, synonyms)
  const whole = (name: string, value: number): number => checkNumber('train', name, value, { from: 1, whole: true })
  const batch = whole('batch', options.batch ?? usual.batch)
  const unroll = whole('unroll', options.unroll ?? usual.unroll)
  const every = whole('every', options.every ?? unroll)
  if (every > unroll) {
    throw new UnrolledError('option', `train: every is ${every}; it must be at most unroll, which is ${unroll}`)
  }
  const { uncut } = usual
  if (uncut && every < uncut.steps) {
    const short = every < unroll ? `every is ${every}` : `unroll is ${unroll}`
    throw new UnrolledError('option', `train: ${short}, but ${uncut.by} needs whole sequences: at least ${uncut.steps}`)
  }
  const segment = uncut ? wholeSegment(unroll) : (options.segment ?? usualSegment(unroll))
  if (segment % 8 !== 0 || segment < 8) {
    throw new UnrolledError('option', `train: segment is ${segment}; it must be a multiple of 8`)
  }
  checkSignal('train', options.signal)
  const { checkpoint } = options
  if (checkpoint !== undefined && !isStore(checkpoint)) {
    const place = typeof checkpoint === 'string' ? checkpoint : 'runs/book'
    const right = `a store: directory('${place}') of unrolled/node, or memoryStore()`
    throw wrongOption('train', 'checkpoint', checkpoint, right)
  }
  const resume = options.resume === undefined ? undefined : checkBoolean('train', 'resume', options.resume)
  if (resume && !checkpoint) throw new UnrolledError('option', 'train: resume needs a checkpoint to go on from')
  const bounded = options.epochs ?? options.steps ?? options.minutes
  const { patience, minDelta, minutes } = options
  const optimizer = options.optimizer ? optimizerFrom(options.optimizer) : adam()
  return {
    batch,
    unroll,
    every,
    segment,
    accumulate: whole('accumulate', options.accumulate ?? 1),
    pack: checkBoolean('train', 'pack', options.pack ?? false),
    sampling: samplingDecayFrom(options.scheduledSampling, usual.writes),
    optimizer,
    trained: trainedOf(usual.parameters, options),
    clipping: options.clip === false ? undefined : clippingFrom(options.clip ?? 5),
    validation: validationOf(options, optimizer),
    validationLimit:
      options.validationLimit === Infinity ? Infinity : whole('validationLimit', options.validationLimit ?? 250_000),
    validateEvery: options.validateEvery === undefined ? undefined : whole('validateEvery', options.validateEvery),
    stopping: earlyStopping({
      ...(patience !== undefined && { patience }),
      ...(minDelta !== undefined && { minDelta }),
    }),
    limits: limits({
      ...(options.steps !== undefined && { steps: options.steps }),
      ...(minutes !== undefined && { minutes }),
      ...(options.epochs !== undefined && { epochs: options.epochs }),
      ...(bounded === undefined && { epochs: 10 }),
    }),
    minutes,
    seed: checkNumber('train', 'seed', options.seed ?? usual.seed, { from: 0, to: 0xffffffff, whole: true }),
    checkpoint,
    checkpointEveryMs: checkNumber('train', 'checkpointEveryMs', options.checkpointEveryMs ?? 30_000, { from: 0 }),
    resume,
    profile: checkBoolean('train', 'profile', options.profile ?? false),
    signal: options.signal,
    engine: engineOf(options),
  }
}

/** What is kept for validation; without any, what steers by it cannot work. */
function validationOf({ validation, patience }: TrainingOptions, { lr }: Optimizer): number | DataSet {
  const given =
    typeof validation === 'object' && validation !== null
      ? validation
      : checkNumber('train', 'validation', validation ?? 0, { from: 0, below: 1 })
  const steering = patience !== undefined ? 'patience' : lr.needsValidation ? `the schedule ${lr.name}` : undefined
  if (given === 0 && steering !== undefined) {
    throw new UnrolledError(
      'option',
      `train: ${steering} goes by validation losses, but nothing is kept for validation; say validation: 0.1, or give a set`,
    )
  }
  return given
}
