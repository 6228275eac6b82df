import type { Backend } from '../runtime/index.ts'
import type { RunProfile } from '../runtime/profile.ts'
import type { Sequences, Text } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { decodeResume, encodeModel, encodeResume } from '../formats/model-file.ts'
import { LossMeter } from '../inference/loss-meter.ts'
import type { Json } from '../layers/index.ts'
import { checkData, type Model } from '../models/index.ts'
import { backendFor, ParameterLayout, Turns, Workspace } from '../runtime/index.ts'
import { tensor, type Tensor } from '../tensor.ts'
import { parameter } from '../graph/index.ts'
import { Bptt } from './bptt.ts'
import { diagnose } from './diagnosis.ts'
import type { DoneEvent, Progress, TrainingEvent } from './events.ts'
import { partsOf, runsBackwards, type Parts } from './parts.ts'
import { settingsFrom, type Settings, type TrainingOptions } from './options.ts'
import type { ScheduleState } from './schedules/index.ts'
import type { StoppingState } from './stopping.ts'
import { Update } from './update.ts'

/** A run of training: its events, pulled one by one; the run goes on only as they are taken. */
export interface TrainingRun extends AsyncIterable<TrainingEvent> {
  /** Takes all events to the end and gives the last. */
  finish(): Promise<DoneEvent>
}

/**
 * Trains a model in place. With validation, the model has the best weights in the end, else the last. Breaking out of the loop
 * ends the run; a checkpoint then holds all it takes to go on.
 *
 * @throws UnrolledError `option` for wrong options and `data` for data that does not fit, at once; while it runs, `non-finite`
 * where a loss or gradient is not a number, before it does harm; `checkpoint` where a stored run is not this one.
 */
export function train(model: Model, data: Text | Sequences, options: TrainingOptions = {}): TrainingRun {
  const checked = checkData(model, data, 'train')
  const text = checked.kind === 'text'
  const longest = text ? 50 : checked.longest
  const settings = settingsFrom(options, {
    batch: text ? 50 : 32,
    unroll: longest,
    seed: model.seed,
    whole: !text && runsBackwards(model.layer.description),
  })
  const parts = partsOf(model, checked, settings)
  const events = run(model, parts, settings)
  return {
    [Symbol.asyncIterator]: () => events,
    async finish() {
      let last: TrainingEvent | undefined
      for await (const event of events) last = event
      return last as DoneEvent
    },
  }
}

/** Where a run stands. JSON carries it unharmed. */
interface Standing {
  readonly step: number
  readonly pass: number
  readonly index: number
  /** Number of the batch's first step in the whole run. */
  readonly origin: number
  readonly start: number
  readonly end: number
  readonly elapsedMs: number
  readonly sinceValidation: { readonly loss: number; readonly updates: number }
  readonly schedule: ScheduleState
  readonly stopping: StoppingState
}

async function* run(model: Model, parts: Parts, settings: Settings): AsyncGenerator<TrainingEvent, void, undefined> {
  const backend = await backendFor(settings.engine)
  const trainer = new Trainer(model, parts, settings, backend)
  try {
    yield* trainer.events()
  } finally {
    await trainer.close()
  }
}

/** Holds what a run needs while it lasts. */
class Trainer {
  readonly #model: Model
  readonly #parts: Parts
  readonly #settings: Settings
  readonly #backend: Backend
  readonly #workspace: Workspace
  readonly #layout: ParameterLayout
  readonly #flat: Float32Array
  readonly #bptt: Bptt
  #update: Update | undefined
  #meter: LossMeter | undefined
  #best: Float32Array | undefined
  #step = 0
  #pass = 0
  #index = 0
  #origin = 0
  #restored = { start: 0, end: 0, states: new Map<string, ArrayLike<number>>() }
  #schedule: ScheduleState
  #stopping: StoppingState
  #since = { loss: 0, updates: 0 }
  #elapsedBefore = 0
  #begun = performance.now()
  #positions = 0
  #saved = performance.now()
  #ended = false

  constructor(model: Model, parts: Parts, settings: Settings, backend: Backend) {
    this.#model = model
    this.#parts = parts
    this.#settings = settings
    this.#backend = backend
    this.#workspace = new Workspace(backend, { profile: settings.profile })
    this.#layout = new ParameterLayout(model.layer.declared.map(({ name, shape }) => parameter(name, shape)))
    this.#flat = new Float32Array(this.#layout.floats)
    this.#bptt = new Bptt(this.#workspace, model, settings, settings.seed)
    this.#schedule = settings.optimizer.lr.initial
    this.#stopping = settings.stopping.initial
  }

  async *events(): AsyncGenerator<TrainingEvent, void, undefined> {
    const { optimizer, clipping, limits, signal, checkpoint, checkpointEveryMs } = this.#settings
    const { updates } = this.#parts
    this.#update = await Update.create(this.#workspace, this.#layout.floats, optimizer, clipping)
    this.#layout.pack(this.#model.parameters, this.#flat)
    this.#workspace.write('parameters', 0, this.#flat)
    const resumed = this.#settings.resume ? await this.#resume() : undefined
    const turns = new Turns()
    const total = limits.total(updates)
    this.#begun = performance.now()
    if (resumed) yield { event: 'resume', ...resumed, ...this.#progress(0, total) }
    let loss = 0
    let reason = limits.reached(this.#step, this.#epoch(), this.#elapsed())
    let stopped = false
    await this.#open()
    while (!reason && !stopped && !signal?.aborted) {
      const counted = this.#bptt.counted
      loss = await this.#bptt.next(this.#origin)
      const gradientNorm = await this.#update.norm()
      const lr = optimizer.lr.lr(this.#step + 1, this.#epoch(), total, this.#schedule)
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) await this.#fail(loss, gradientNorm)
      this.#update.apply(++this.#step, lr)
      this.#positions += counted
      this.#since = { loss: this.#since.loss + loss, updates: this.#since.updates + 1 }
      const passed = this.#bptt.done ? await this.#advance() : false
      yield { event: 'step', loss, gradientNorm, lr, ...this.#progress(this.#epoch(), total) }
      reason = limits.reached(this.#step, this.#epoch(), this.#elapsed())
      const { validateEvery } = this.#settings
      const due = validateEvery === undefined ? passed : this.#step % validateEvery === 0
      if (this.#parts.validation && (due || reason)) {
        const mean = this.#since.loss / this.#since.updates
        const { validationLoss, best, stop } = await this.#validate()
        stopped = stop
        yield { event: 'validation', loss: mean, validationLoss, best, ...this.#progress(this.#epoch(), total) }
      }
      if (checkpoint && performance.now() - this.#saved >= checkpointEveryMs) await this.#save()
      await turns.take()
    }
    await this.#end()
    const { best } = this.#stopping
    const progress = this.#progress(this.#epoch(), total)
    yield {
      event: 'done',
      reason: signal?.aborted && !reason && !stopped ? 'aborted' : stopped ? 'patience' : reason!,
      loss,
      ...(best !== undefined && { validationLoss: best }),
      backend: this.#backend.name,
      kernels: this.#backend.kernels,
      threads: this.#backend.threads,
      ...(this.#settings.profile && (await this.#profile(progress.elapsedMs - this.#elapsedBefore))),
      ...progress,
    }
  }

  /** Where the time of this process went. */
  async #profile(elapsedMs: number): Promise<RunProfile> {
    // What people seldom ask for need not be fetched by every page.
    const { runProfile } = await import('../runtime/profile.ts')
    return runProfile(this.#backend, [...this.#workspace.kernels(), ...(this.#meter?.kernels() ?? [])], elapsedMs)
  }

  /** Leaves the model and the checkpoint as they are to be, also where the loop was broken. */
  async close(): Promise<void> {
    if (!this.#ended && this.#update) await this.#end()
    this.#workspace.dispose()
    this.#meter?.dispose()
  }

  async #end(): Promise<void> {
    this.#ended = true
    if (this.#settings.checkpoint) await this.#save()
    else await this.#download()
    if (this.#best) this.#model.parameters = this.#layout.unpack(this.#best)
    if (this.#settings.checkpoint) await this.#settings.checkpoint.writeModel(encodeModel(this.#model))
  }

  /** Makes the model's values those of the device. */
  async #download(): Promise<void> {
    await this.#workspace.read('parameters', 0, this.#flat)
    this.#model.parameters = this.#layout.unpack(this.#flat)
    this.#model.record = {
      ...this.#model.record,
      steps: this.#step,
      epochs: this.#epoch(),
      elapsedMs: Math.round(this.#elapsed()),
      kernels: this.#backend.kernels,
      data: this.#parts.training.hash,
      ...(this.#stopping.best !== undefined && { validationLoss: this.#stopping.best }),
    }
  }

  async #open(): Promise<void> {
    const { start, end, states } = this.#restored
    await this.#bptt.begin(this.#parts.training.open(this.#pass, this.#index))
    if (end > 0) this.#bptt.restore(start, end, states)
    if (this.#bptt.done) await this.#advance()
  }

  /** Goes to the next batch; says whether a pass is complete. */
  async #advance(): Promise<boolean> {
    this.#origin += this.#bptt.position
    this.#index++
    const passed = this.#index === this.#parts.training.batches
    if (passed) {
      this.#index = 0
      this.#pass++
    }
    await this.#bptt.begin(this.#parts.training.open(this.#pass, this.#index))
    return passed
  }

  async #validate(): Promise<{ validationLoss: number; best: boolean; stop: boolean }> {
    await this.#download()
    this.#meter ??= new LossMeter(this.#backend, this.#model, { profile: this.#settings.profile })
    const { loss } = await this.#meter.measure(this.#flat, this.#parts.validation!)
    const { state, improved, stop } = this.#settings.stopping.observe(this.#stopping, loss)
    this.#stopping = state
    this.#schedule = this.#settings.optimizer.lr.observe(this.#schedule, loss)
    this.#since = { loss: 0, updates: 0 }
    if (improved) this.#best = this.#flat.slice()
    const { checkpoint } = this.#settings
    if (checkpoint) {
      await this.#save()
      if (improved) await checkpoint.writeModel(encodeModel(this.#model))
    }
    return { validationLoss: loss, best: improved, stop }
  }

  /** Says what went wrong; the model keeps the weights of before. */
  async #fail(loss: number, gradientNorm: number): Promise<never> {
    await this.#download()
    const gradients = this.#flat.slice()
    await this.#workspace.read('gradients', 0, gradients)
    const found = await diagnose(this.#model, this.#bptt.window(), this.#layout.unpack(gradients))
    throw new UnrolledError(
      'non-finite',
      `update ${this.#step + 1}: the loss is ${loss}, the norm of the gradient ${gradientNorm}; ${found}. ` +
        `The model has the weights of update ${this.#step}; try a lower learning rate or clipping`,
    )
  }

  #epoch(): number {
    const { batches, longest } = this.#parts.training
    return this.#pass + (this.#index + Math.min(1, this.#bptt.position / longest)) / batches
  }

  #elapsed(): number {
    return this.#elapsedBefore + performance.now() - this.#begun
  }

  #progress(epoch: number, total: number): Progress {
    const elapsedMs = this.#elapsed()
    const here = elapsedMs - this.#elapsedBefore
    const { minutes } = this.#settings
    const bySteps =
      this.#step > 0 && Number.isFinite(total) ? (elapsedMs / this.#step) * (total - this.#step) : Infinity
    const byTime = minutes === undefined ? Infinity : minutes * 60_000 - elapsedMs
    const left = Math.min(bySteps, byTime)
    return {
      step: this.#step,
      epoch,
      unitsPerSecond: here > 0 ? (1000 * this.#positions) / here : 0,
      elapsedMs,
      ...(Number.isFinite(left) && { timeLeftMs: Math.max(0, left) }),
    }
  }

  /** What must be the same for a stored run to be this one. */
  #identity(): Json {
    const { batch, unroll, every, segment, optimizer, clipping, validation, validateEvery, seed } = this.#settings
    return {
      data: this.#parts.training.hash,
      batch,
      unroll,
      every,
      segment,
      optimizer: { name: optimizer.name, options: optimizer.options },
      clip: clipping ? { name: clipping.name, options: clipping.options } : null,
      validation,
      validateEvery: validateEvery ?? null,
      seed,
      model: this.#model.layer.description as Json,
    }
  }

  async #save(): Promise<void> {
    await this.#download()
    const { start, end, states } = this.#bptt.save()
    const standing: Standing = {
      step: this.#step,
      pass: this.#pass,
      index: this.#index,
      origin: this.#origin,
      start,
      end,
      elapsedMs: this.#elapsed(),
      sinceValidation: this.#since,
      schedule: this.#schedule,
      stopping: this.#stopping,
    }
    const arrays = new Map<string, Tensor>()
    for (const [name, values] of states) arrays.set(`state.${name}`, tensor(values, [values.length]))
    for (const [name, values] of await this.#update!.save())
      arrays.set(`moment.${name}`, tensor(values, [values.length]))
    if (this.#best) arrays.set('best', tensor(this.#best, [this.#best.length]))
    const state = { standing: standing as unknown as Json, identity: this.#identity(), kernels: this.#backend.kernels }
    await this.#settings.checkpoint!.writeResume(encodeResume({ model: this.#model, arrays, state }))
    this.#saved = performance.now()
  }

  async #resume(): Promise<{ identical: boolean; message: string } | undefined> {
    const { checkpoint } = this.#settings
    if (!checkpoint) throw new UnrolledError('option', 'train: resume needs a checkpoint to go on from')
    const bytes = await checkpoint.readResume()
    if (!bytes) return undefined
    const { model, arrays, state } = decodeResume(bytes)
    const { standing, identity, kernels } = state as unknown as {
      standing: Standing
      identity: Record<string, Json>
      kernels: string
    }
    const now = this.#identity() as Record<string, Json>
    const other = Object.keys(now).find((name) =>
      name === 'data'
        ? !this.#parts.training.isOf(String(identity[name]))
        : JSON.stringify(now[name]) !== JSON.stringify(identity[name]),
    )
    if (other) {
      throw new UnrolledError(
        'checkpoint',
        `the stored run has another ${other}: ${JSON.stringify(identity[other])}, not ${JSON.stringify(now[other])}; ` +
          'give the same options and data, or start anew without resume',
      )
    }
    this.#layout.pack(model.parameters, this.#flat)
    this.#workspace.write('parameters', 0, this.#flat)
    this.#model.parameters = model.parameters
    const named = (prefix: string): Map<string, Float32Array> =>
      new Map(
        [...arrays]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, { data }]) => [name.slice(prefix.length), Float32Array.from(data)]),
      )
    this.#update!.restore(named('moment.'))
    const best = arrays.get('best')
    if (best) this.#best = Float32Array.from(best.data)
    this.#restored = { start: standing.start, end: standing.end, states: named('state.') }
    this.#step = standing.step
    this.#pass = standing.pass
    this.#index = standing.index
    this.#origin = standing.origin
    this.#elapsedBefore = standing.elapsedMs
    this.#since = { ...standing.sinceValidation }
    this.#schedule = standing.schedule
    this.#stopping = standing.stopping
    const identical = kernels === this.#backend.kernels
    const message = identical
      ? `going on after update ${standing.step}`
      : `going on after update ${standing.step}, which ran on ${kernels}; on ${this.#backend.kernels} the bits will differ`
    return { identical, message }
  }
}
