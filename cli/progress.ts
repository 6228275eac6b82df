import type { StepEvent, TrainingEvent } from 'unrolled'
import pc from 'picocolors'
import { duration, grouped, sparkline } from './numbers.ts'
import type { Terminal } from './terminal.ts'

/** Time between lines where nobody watches. */
const quietMs = 10_000
/** Time between redrawings where somebody does. */
const redrawMs = 100

/** Shows a run as it goes: one line redrawn on a screen, a line now and then elsewhere. */
export class ProgressLine {
  readonly #terminal: Terminal
  readonly #units: string
  readonly #losses: number[] = []
  #shown = -Infinity
  #drawn = false

  constructor(terminal: Terminal, units: string) {
    this.#terminal = terminal
    this.#units = units
  }

  step(event: StepEvent): void {
    this.#losses.push(event.loss)
    const now = performance.now()
    if (now - this.#shown < (this.#terminal.live ? redrawMs : quietMs)) return
    this.#shown = now
    this.#draw(this.#text(event))
  }

  /** A line that stays. */
  say(text: string): void {
    if (this.#drawn) this.#terminal.out('\r\u001b[K')
    this.#drawn = false
    this.#terminal.out(`${text}\n`)
  }

  validation(event: Extract<TrainingEvent, { event: 'validation' }>): void {
    const { epoch, step, loss, validationLoss, best } = event
    const mark = best ? pc.green(' best') : ''
    this.say(
      `epoch ${epoch.toFixed(2)}  step ${step}  loss ${loss.toFixed(3)}  validation ${pc.bold(validationLoss.toFixed(3))}${mark}`,
    )
  }

  #text({ epoch, loss, unitsPerSecond, timeLeftMs }: StepEvent): string {
    const left = timeLeftMs === undefined ? '' : `  ${duration(timeLeftMs)} left`
    const course = sparkline(this.#losses, 24)
    return `epoch ${epoch.toFixed(2)}  loss ${loss.toFixed(3)} ${pc.cyan(course)}  ${grouped(unitsPerSecond)} ${this.#units}/s${left}`
  }

  #draw(text: string): void {
    if (!this.#terminal.live) this.#terminal.out(`${text}\n`)
    else {
      this.#terminal.out(`\r\u001b[K${text}`)
      this.#drawn = true
    }
  }
}
