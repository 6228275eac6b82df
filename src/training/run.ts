import { ownLayers } from '../layers/index.ts'
import type { Model, TrainingRecord } from '../models/index.ts'
import { backendFor, Turns, type Backend } from '../runtime/index.ts'
import type { RunProfile } from '../runtime/profile.ts'
import type { Named } from '../tensor.ts'
import { updatesInPass, type Course, type Place } from './course.ts'
import type { Progress, StepEvent, TrainingEvent, ValidatingEvent, ValidationEvent } from './events.ts'
import { Learner } from './learner.ts'
import type { LiveModel } from './live-model.ts'
import { notFinite, ranAway } from './not-finite.ts'
import type { Settings } from './options.ts'
import { rateOf } from './rate-of.ts'
import { isOf, isValidatedBy, type RunData } from './parts.ts'
import { Report } from './report.ts'
import type { Saving } from './saving.ts'
import { beginning, type Ending, type Standing } from './standing.ts'
import type { Frame, RunFile, StoredRun } from './stored-run.ts'
import { done, recordOf, resumed } from './telling.ts'
import { termsOf } from './terms.ts'
import { Validating } from './validating.ts'

/** How a run ends: by a limit, by the signal, or by a loop that breaks. */
type End = Ending | 'aborted' | 'broken'

/** What is known of a run beside its place in the data. */
type Known = Omit<Standing, keyof Place | 'elapsedMs' | 'ended'>

/** The loop of a run, and what it must know. */
export class Run {
  readonly #live: LiveModel
  readonly #parts: RunData
  readonly #settings: Settings
  readonly #backend: Backend
  readonly #learner: Learner
  readonly #course: Course
  readonly #saving: Saving | undefined
  readonly #total: number
  readonly #stored: StoredRun | undefined
  readonly #report: Report
  #known: Known
  #best: Float32Array | undefined
  #validating: Validating | undefined
  #ended = false

  private constructor(
    live: LiveModel,
    parts: RunData,
    settings: Settings,
    learner: Learner,
    backend: Backend,
    saving: Saving | undefined,
    stored: StoredRun | undefined,
  ) {
    const { optimizer, limits, minutes } = settings
    this.#live = live
    this.#parts = parts
    this.#settings = settings
    this.#learner = learner
    this.#course = learner.course(parts.training, settings)
    this.#backend = backend
    this.#total = limits.total(updatesInPass(parts.training, live.model, settings))
    this.#saving = saving
    this.#stored = stored
    this.#known = this.#stored?.standing ?? beginning(optimizer.lr.initial)
    // What a schedule remembers is of no use to another.
    if (this.#stored?.changed.includes('optimizer.lr')) {
      this.#known = { ...this.#known, schedule: optimizer.lr.initial }
    }
    this.#best = this.#stored?.best
    this.#report = new Report({
      total: this.#total,
      minutes,
      elapsedMs: this.#stored?.standing.elapsedMs ?? 0,
      validationPositions: parts.validation?.positions ?? 0,
    })
  }

  /** Makes everything ready, and refuses what is wrong, before anything is changed or written. */
  static async begin(live: LiveModel, parts: RunData, settings: Settings, saving: Saving | undefined): Promise<Run> {
    const backend = await backendFor(settings.engine)
    const learner = await Learner.create(backend, parts.held.training, settings)
    try {
      const stored = await saving?.stored(frameOf(live.model, parts, settings, learner))
      const run = new Run(live, parts, settings, learner, backend, saving, stored)
      await run.#open()
      return run
    } catch (error) {
      learner.dispose()
      throw error
    }
  }

  async *events(): AsyncGenerator<TrainingEvent, void, undefined> {
    const { signal } = this.#settings
    const turns = new Turns()
    if (this.#stored) yield { ...resumed(this.#stored, this.#known.step, this.#backend), ...this.#progress() }
    let ending: Ending | undefined
    while (!signal?.aborted) {
      if (this.#known.due) {
        yield* this.#validate()
        if (signal?.aborted) break
      }
      ending = this.#reached()
      if (ending) break
      yield await this.#update()
      if (this.#saving?.due) await this.#saving.save(await this.#file())
      await turns.take()
    }
    // For the choice of the best alone: a run with larger limits would not validate here.
    if (ending && this.#parts.validation && this.#known.validated !== this.#known.step) yield* this.#validateLast()
    await this.end(ending ?? 'aborted')
    const profile = this.#settings.profile ? await this.#profile() : undefined
    yield { ...done(ending ?? 'aborted', this.#known, this.#backend, profile), ...this.#progress() }
  }

  /** Leaves model and store as they are to be. */
  async end(how: End): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#report.end()
    const last = await this.#learner.read()
    this.#live.set(this.#best ? this.#learner.unpack(this.#best) : last)
    const bad = this.#best ? undefined : notFinite(last)
    if (bad) throw ranAway(`after update ${this.#known.step} the parameter ${bad}, and nothing was saved of it`)
    const saving = this.#saving
    // A loop that is broken before the first save takes nobody's place.
    if (!saving || this.#known.step === 0 || (how === 'broken' && saving.foreign)) return
    const ending = how === 'broken' || how === 'aborted' ? undefined : how
    await saving.end(ending, this.#live.model, () => this.#file(ending, last))
  }

  dispose(): void {
    this.#learner.dispose()
    this.#validating?.dispose()
  }

  async #open(): Promise<void> {
    const stored = this.#stored
    this.#learner.write(stored?.parameters ?? this.#live.model.parameters)
    await this.#course.open(stored?.standing, stored?.states)
    if (stored) {
      this.#learner.restoreMoments(stored.moments)
      this.#live.set(stored.parameters)
    }
    this.#live.follow(this.#learner.readSync, () => this.#record())
  }

  #reached(): Ending | undefined {
    const { limits, stopping } = this.#settings
    const { step, stopping: state } = this.#known
    if (stopping.over(state)) return 'patience'
    return limits.reached(step, this.#course.epoch, this.#report.elapsedMs)
  }

  async #update(): Promise<StepEvent> {
    this.#report.begin()
    const { optimizer, validateEvery, accumulate, sampling } = this.#settings
    const course = this.#course
    const { sinceValidation: since, schedule } = this.#known
    const step = this.#known.step + 1
    const sampled = sampling?.probability(step, this.#total)
    const { loss, norm, positions, weight } = await this.#learner.gradient(course, step, accumulate, sampled)
    const lr = rateOf(optimizer.lr, step, course.epoch, this.#total, schedule)
    this.#learner.apply(step, lr)
    this.#live.changed()
    this.#saving?.updated()
    this.#report.count(positions)
    const passed = await course.settle()
    const due = this.#parts.validation && (validateEvery === undefined ? passed : step % validateEvery === 0)
    this.#known = {
      ...this.#known,
      step,
      loss,
      due: due ?? false,
      sinceValidation: { loss: since.loss + loss * weight, weight: since.weight + weight },
    }
    await this.#show()
    return { event: 'step', loss, gradientNorm: norm, lr, ...this.#progress() }
  }

  /** The validation that steers: the learning rate, and when to stop. */
  async *#validate(): AsyncGenerator<ValidatingEvent | ValidationEvent, void, undefined> {
    const { stopping, optimizer } = this.#settings
    const mean = this.#meanLoss()
    const found = yield* this.#measure()
    if (!found) return
    const { validationLoss, best } = found
    this.#known = {
      ...this.#known,
      stopping: stopping.observe(this.#known.stopping, validationLoss),
      schedule: optimizer.lr.observe(this.#known.schedule, validationLoss),
      sinceValidation: { loss: 0, weight: 0 },
      due: false,
    }
    await this.#saving?.save(await this.#file())
    if (best) await this.#saving?.keepBest(this.#live.model)
    yield { event: 'validation', loss: mean, validationLoss, best, ...this.#progress() }
  }

  /** A validation at a limit, which only says whether the last weights are the best. */
  async *#validateLast(): AsyncGenerator<ValidatingEvent | ValidationEvent, void, undefined> {
    const loss = this.#meanLoss()
    const found = yield* this.#measure()
    if (found) yield { event: 'validation', loss, ...found, ...this.#progress() }
  }

  /** The loss of the weights of now on what is kept for validation; the best are remembered. Nothing where the signal comes. */
  async *#measure(): AsyncGenerator<
    ValidatingEvent,
    { readonly validationLoss: number; readonly best: boolean } | undefined,
    undefined
  > {
    this.#report.validating()
    const { step, best: lowest } = this.#known
    const { signal, stopping, profile } = this.#settings
    this.#validating ??= new Validating(this.#backend, this.#parts.held.validation, this.#parts.validation!, profile)
    const values = await this.#learner.read()
    this.#live.set(values)
    const shares = this.#validating.loss(values, signal)
    let next = await shares.next()
    for (; !next.done; next = await shares.next()) {
      yield { event: 'validating', share: next.value, ...this.#progress(next.value) }
    }
    const loss = next.value
    if (loss === undefined) return undefined
    this.#report.validated()
    const best = stopping.improves(lowest, loss)
    this.#known = { ...this.#known, validated: step, ...(best && { best: loss }) }
    this.#saving?.validated(best)
    if (best) this.#best = this.#learner.pack(values)
    return { validationLoss: loss, best }
  }

  /** Mean training loss since the last validation. */
  #meanLoss(): number {
    const { loss, weight } = this.#known.sinceValidation
    return loss / weight
  }

  /** All it takes to go on from here. */
  async #file(ended?: Ending, parameters?: Named): Promise<Omit<RunFile, 'terms'>> {
    const last = parameters ?? (await this.#learner.read())
    const standing: Standing = {
      ...this.#known,
      ...this.#course.place,
      elapsedMs: this.#report.elapsedMs,
      ...(ended && { ended }),
    }
    return {
      model: { ...this.#live.model, parameters: last },
      arrays: { ...(await this.#learner.states()), ...(await this.#learner.moments()) },
      best: this.#best,
      standing,
      kernels: this.#backend.kernels,
    }
  }

  /** Where values cannot be read at once, those who take the event find them there. */
  async #show(): Promise<void> {
    if (!this.#backend.readSync) this.#live.set(await this.#learner.read())
  }

  #record(): TrainingRecord {
    const { elapsedMs } = this.#report
    return recordOf({ ...this.#known, elapsedMs }, this.#course.epoch, this.#backend, this.#parts.hash)
  }

  #progress(validating?: number): Progress {
    return this.#report.progress(this.#known.step, this.#course.epoch, validating)
  }

  /** Where the time of this process went. */
  async #profile(): Promise<RunProfile> {
    // What people seldom ask for need not be fetched by every page.
    const { runProfile } = await import('../runtime/profile.ts')
    return runProfile(
      this.#backend,
      [...this.#learner.kernels(), ...(this.#validating?.kernels() ?? [])],
      this.#report.here,
    )
  }
}

/** What a stored run must fit. */
const frameOf = (model: Model, parts: RunData, settings: Settings, { floats }: Learner): Frame => ({
  terms: termsOf(model, settings, parts),
  isData: (hash) => isOf(parts, hash),
  isValidation: (hash) => isValidatedBy(parts, hash),
  moments: settings.optimizer.moments.map(({ name }) => name),
  layers: ownLayers(model.layer),
  floats,
})
