import type { DataSet } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { ownLayers } from '../layers/index.ts'
import { checkData, checkModel, type Model, type TrainingRecord } from '../models/index.ts'
import { backendFor, type Backend } from '../runtime/index.ts'
import type { WindowOptions } from './bptt.ts'
import { Learner } from './learner.ts'
import { rateOf } from './rate-of.ts'
import { settingsFrom, type LearningOptions, type LearningSettings } from './learning-options.ts'
import { leftBehind } from './left.ts'
import { LiveModel } from './live-model.ts'
import { notFinite, ranAway } from './not-finite.ts'
import { usualSegment, wholeSegment } from './segment.ts'
import { runFiles } from './saving.ts'
import { beginning, type Standing } from './standing.ts'
import { learningTerms } from './terms.ts'
import { uncut } from './uncut.ts'

/** What an update came to. */
export interface Learned {
  /** Updates made, this one among them. */
  readonly step: number
  /** Mean loss over the positions of this update, before it. */
  readonly loss: number
  /** Of the whole gradient, before clipping. */
  readonly gradientNorm: number
  /** The learning rate of this update, where `rates` say nothing else. */
  readonly lr: number
}

/**
 * A model that goes on learning from whatever comes: nothing is compiled anew for it. Until its end nobody else may train the model.
 * Calls are done in turn.
 */
export interface Learning {
  /** Updates made. */
  readonly step: number
  /**
   * Makes one update by all of the data, which begins from initial states; a long sequence goes through in windows. Then the model
   * has the new weights. The same update as that of `train` on a batch of these sequences, bit for bit.
   *
   * @throws UnrolledError `data` for what does not fit the model; `non-finite` where loss or gradient is not a number: then
   * nothing has changed, and other data may follow. `misuse` after the end.
   */
  update(data: DataSet): Promise<Learned>
  /** All it takes to go on from here, as the bytes of a file: the model, and what the optimizer keeps. */
  save(): Promise<Uint8Array>
  /**
   * Goes on where `save` was called, or where a run of `train` was kept.
   * @throws UnrolledError `checkpoint` for what is of another model or optimizer, `file` for what is damaged; nothing has changed then.
   */
  restore(bytes: Uint8Array): Promise<void>
  /**
   * Gives model and memory back. The model keeps its weights.
   * @throws UnrolledError `non-finite` where the last update left weights that are no numbers; all is given back then too.
   */
  end(): Promise<void>
}

/** What `learner` gives. The work is another object's, so that this one can be collected where nobody ends it. */
export class OnlineLearning implements Learning {
  readonly #work: Work
  #last: Promise<unknown> = Promise.resolve()

  private constructor(work: Work) {
    this.#work = work
    leftBehind(
      this,
      work,
      'a model of learner() was left before its end; call end(), so that others may train it and memory is free',
    )
  }

  static async begin(model: Model, options: LearningOptions): Promise<OnlineLearning> {
    checkModel(model, 'learner')
    return new OnlineLearning(await Work.begin(model, settingsFrom(model, options)))
  }

  get step(): number {
    return this.#work.step
  }

  update(data: DataSet): Promise<Learned> {
    return this.#inTurn('update', (work) => work.update(data))
  }

  save(): Promise<Uint8Array> {
    return this.#inTurn('save', (work) => work.save())
  }

  restore(bytes: Uint8Array): Promise<void> {
    return this.#inTurn('restore', (work) => work.restore(bytes))
  }

  end(): Promise<void> {
    const turn = this.#last.then(() => this.#work.end())
    this.#last = turn.catch(() => undefined)
    return turn
  }

  #inTurn<Value>(name: string, act: (work: Work) => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(() => {
      if (!this.#work.release) throw new UnrolledError('misuse', `learner: ${name} was called after the end`)
      return act(this.#work)
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

/** A model that learns, with all it has on the device. */
class Work {
  /** Gives model and memory back; undefined after the end. */
  release: (() => void) | undefined
  readonly #live: LiveModel
  readonly #settings: LearningSettings
  readonly #backend: Backend
  readonly #learner: Learner
  #standing: Standing

  private constructor(live: LiveModel, settings: LearningSettings, backend: Backend, learner: Learner) {
    this.#live = live
    this.#settings = settings
    this.#backend = backend
    this.#learner = learner
    this.#standing = beginning(settings.optimizer.lr.initial)
    this.release = () => {
      live.release()
      learner.dispose()
      this.release = undefined
    }
    learner.write(live.model.parameters)
    live.follow(learner.readSync, () => this.#record())
  }

  static async begin(model: Model, settings: LearningSettings): Promise<Work> {
    const live = new LiveModel(model)
    try {
      const backend = await backendFor(settings.engine)
      return new Work(live, settings, backend, await Learner.create(backend, model, settings))
    } catch (error) {
      live.release()
      throw error
    }
  }

  get step(): number {
    return this.#standing.step
  }

  async update(given: DataSet): Promise<Learned> {
    const data = checkData(this.#live.model, given, 'learner: update')
    const { lr: schedule } = this.#settings.optimizer
    const step = this.step + 1
    const lr = rateOf(schedule, step, this.step, Infinity, this.#standing.schedule)
    // All of it side by side, in its order.
    const batch = data.whole({ batch: data.count })
    const course = this.#learner.course(batch, this.#windows(data))
    const { origin } = this.#standing
    await course.open({ pass: 0, index: 0, origin, start: 0, end: 0 })
    const { loss, norm } = await this.#learner.gradient(course, step, Infinity).catch((error: unknown) => {
      this.#learner.clearGradient()
      throw error
    })
    this.#learner.apply(step, lr)
    this.#standing = { ...this.#standing, step, loss, origin: origin + batch.longest }
    this.#live.changed()
    // Where values cannot be read at once, whoever looks finds them there.
    if (!this.#backend.readSync) this.#live.set(await this.#learner.read())
    return { step, loss, gradientNorm: norm, lr }
  }

  async save(): Promise<Uint8Array> {
    const { model } = this.#live
    const { storedBytes } = await runFiles()
    return storedBytes({
      model: { ...model, parameters: await this.#learner.read() },
      arrays: await this.#learner.moments(),
      best: undefined,
      standing: this.#standing,
      terms: learningTerms(model, this.#settings),
      kernels: this.#backend.kernels,
    })
  }

  async restore(bytes: Uint8Array): Promise<void> {
    const { storedRun } = await runFiles()
    const stored = storedRun(bytes, {
      terms: learningTerms(this.#live.model, this.#settings),
      isData: () => true,
      layers: ownLayers(this.#live.model.layer),
      moments: this.#settings.optimizer.moments.map(({ name }) => name),
      floats: this.#learner.floats,
    })
    const { lr } = this.#settings.optimizer
    const { step, origin, loss, schedule } = stored.standing
    this.#standing = {
      ...beginning(stored.changed.includes('optimizer.lr') ? lr.initial : schedule),
      step,
      origin,
      ...(loss !== undefined && { loss }),
    }
    this.#learner.write(stored.parameters)
    this.#learner.restoreMoments(stored.moments)
    this.#live.set(stored.parameters)
  }

  async end(): Promise<void> {
    if (!this.release) return
    const last = await this.#learner.read()
    this.#live.set(last)
    this.release()
    const bad = notFinite(last)
    if (bad) throw ranAway(`learner: after update ${this.step} the parameter ${bad}`)
  }

  #windows(data: DataSet): WindowOptions {
    const whole = uncut(this.#live.model, data)
    const unroll = this.#settings.unroll ?? data.usual?.unroll ?? data.longest
    if (whole && unroll < whole.steps) {
      throw new UnrolledError(
        'option',
        `learner: unroll is ${unroll}, but ${whole.by} needs whole sequences: here at least ${whole.steps}`,
      )
    }
    return { unroll, every: unroll, segment: whole ? wholeSegment(unroll) : usualSegment(unroll) }
  }

  #record(): TrainingRecord {
    const { step } = this.#standing
    return step === 0 ? {} : { steps: step, kernels: this.#backend.kernels }
  }
}
