import { createColors } from 'picocolors'
import { printable, type DoneEvent, type ResumeEvent, type StepEvent, type TrainingEvent } from 'unrolled'
import { fitting, LiveLine } from './live-line.ts'
import { duration, grouped } from './numbers.ts'
import { Course } from './sparkline.ts'
import type { Terminal } from './terminal.ts'

/** Blocks of the sparkline, where the screen has room for them. */
const usualBlocks = 24

/** Shows a run as it goes: one line redrawn on a screen, a line now and then elsewhere. */
export class ProgressLine {
  readonly #terminal: Terminal
  readonly #units: string
  readonly #course = new Course()
  readonly #colours
  readonly #line: LiveLine

  constructor(terminal: Terminal, units: string) {
    this.#terminal = terminal
    this.#units = units
    this.#line = new LiveLine(terminal)
    this.#colours = createColors(terminal.colour)
  }

  /** Shows what happened. */
  show(event: TrainingEvent): void {
    const showing: { readonly [Event in TrainingEvent as Event['event']]: (event: Event) => void } = {
      step: (event) => this.step(event),
      resume: ({ message }: ResumeEvent) => this.say(message),
      validating: (event) => this.validating(event),
      validation: (event) => this.validation(event),
      done: (event) => this.say(ending(event)),
    }
    ;(showing[event.event] as (event: TrainingEvent) => void)(event)
  }

  step(event: StepEvent): void {
    this.#course.add(event.loss)
    this.#line.show(() => this.#text(event))
  }

  /** How far a long validation is. */
  validating({ share, timeLeftMs }: Extract<TrainingEvent, { event: 'validating' }>): void {
    const left = timeLeftMs === undefined ? '' : `  ${duration(timeLeftMs)} left`
    this.#line.show(() => fitting(this.#terminal, `validating  ${Math.round(100 * share)} %${left}`))
  }

  /** A line that stays. */
  say(text: string): void {
    this.clear()
    this.#terminal.out(`${text}\n`)
  }

  /** Takes away the line that is redrawn. */
  clear(): void {
    this.#line.clear()
  }

  validation(event: Extract<TrainingEvent, { event: 'validation' }>): void {
    const { epoch, step, loss, validationLoss, best } = event
    const { bold, green } = this.#colours
    this.say(
      `epoch ${epoch.toFixed(2)}  step ${grouped(step)}  loss ${loss.toFixed(3)}  ` +
        `validation ${bold(validationLoss.toFixed(3))}${best ? green(' best') : ''}`,
    )
  }

  /** What the model writes at this time, on one line. */
  sample(text: string): void {
    this.say(this.#colours.dim(`  ${printable(text.replaceAll(/\s+/g, ' ').trim())}`))
  }

  #text({ epoch, loss, unitsPerSecond, timeLeftMs }: StepEvent): string {
    const before = `epoch ${epoch.toFixed(2)}  loss ${loss.toFixed(3)} `
    const left = timeLeftMs === undefined ? '' : `  ${duration(timeLeftMs)} left`
    const after = `  ${grouped(unitsPerSecond)} ${this.#units}/s${left}`
    const room = this.#terminal.columns - 1
    const width = this.#terminal.live ? Math.min(usualBlocks, room - before.length - after.length) : usualBlocks
    if (width < 1) return fitting(this.#terminal, `${before}${after}`)
    return `${before}${this.#colours.cyan(this.#course.line(width))}${after}`
  }
}

function ending({ reason, step, elapsedMs, validationLoss, loss, kernels, unitsPerSecond }: DoneEvent): string {
  if (unitsPerSecond === 0 && reason !== 'aborted') {
    return `nothing is left to do: the run ended (${reason}) after ${grouped(step)} updates; more --steps, --epochs or --minutes take it further`
  }
  const last = loss === undefined ? 'no update made' : `loss ${loss.toFixed(3)}`
  const best = validationLoss === undefined ? last : `best validation loss ${validationLoss.toFixed(3)}`
  const why = reason === 'aborted' ? 'interrupted, and saved' : `done (${reason})`
  return `${why}: ${grouped(step)} updates in ${duration(elapsedMs)}, ${best}, ${grouped(unitsPerSecond)} a second on ${kernels}`
}
