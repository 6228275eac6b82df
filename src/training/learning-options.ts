import { UnrolledError } from '../error.ts'
import type { Model } from '../models/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import { clippingFrom, type Clipping } from './clipping.ts'
import { adam, optimizerFrom, type Optimizer } from './optimizers/index.ts'
import type { LearnerSettings } from './learner.ts'
import { trainedOf, type TrainedOptions } from './trained.ts'

/** How a model goes on learning. What is told of `train` holds here too. */
export interface LearningOptions extends EngineOptions, TrainedOptions {
  /** adam() by default. A schedule takes each update for a pass over the data; none may go by validations. */
  readonly optimizer?: Optimizer
  /** A number clips by norm, 5 by default; clipByValue(v); false for none. */
  readonly clip?: number | Clipping | false
  /** Steps an error flows back; 50 for a text, whole sequences otherwise. All windows of what is given make one update. */
  readonly unroll?: number
  /** Seed of random masks; the model's. */
  readonly seed?: number
}

const names = ['optimizer', 'frozen', 'rates', 'clip', 'unroll', 'seed', ...engineNames]
const synonyms = {
  learningRate: 'optimizer: adam({ lr })',
  lr: 'optimizer: adam({ lr })',
  freeze: 'frozen',
  lrs: 'rates',
  k2: 'unroll',
  batch: 'what update is given, which is one batch',
  steps: 'as many calls of update',
  epochs: 'as many calls of update',
}

/** Options with every default filled in and every value checked. */
export interface LearningSettings extends LearnerSettings {
  /** Undefined where the data decides. */
  readonly unroll: number | undefined
  readonly engine: EngineOptions
}

export function settingsFrom(model: Model, options: LearningOptions): LearningSettings {
  checkNames('learner', options, names, synonyms)
  const { unroll, seed = model.seed } = options
  const optimizer = options.optimizer ? optimizerFrom(options.optimizer) : adam()
  if (optimizer.lr.needsValidation) {
    throw new UnrolledError(
      'option',
      `learner: the schedule ${optimizer.lr.name} goes by validation losses, and here is no validation; a number or another schedule does`,
    )
  }
  return {
    optimizer,
    clipping: options.clip === false ? undefined : clippingFrom(options.clip ?? 5),
    trained: trainedOf(
      model.declared.map(({ name }) => name),
      options,
    ),
    seed: checkNumber('learner', 'seed', seed, { from: 0, to: 0xffffffff, whole: true }),
    profile: false,
    sampling: undefined,
    unroll: unroll === undefined ? undefined : checkNumber('learner', 'unroll', unroll, { from: 1, whole: true }),
    engine: engineOf(options),
  }
}
