import type { Terminal } from './terminal.ts'

/** Time between lines where nobody watches. */
const quietMs = 10_000
/** Time between redrawings where somebody does. */
const redrawMs = 100

/** A line that shows how far something is: redrawn in its place on a screen, a line now and then elsewhere. */
export class LiveLine {
  readonly #terminal: Terminal
  readonly #elsewhere: (text: string) => void
  #shown: number
  #drawn = false

  /** `elsewhere` takes the lines where there is no screen, the first of them at once, or some time after `since`. */
  constructor(terminal: Terminal, elsewhere: (text: string) => void = terminal.out, since = -Infinity) {
    this.#terminal = terminal
    this.#elsewhere = elsewhere
    this.#shown = terminal.live ? -Infinity : since
  }

  /** Draws the line, if the last time was long enough ago. */
  show(text: () => string): void {
    const now = performance.now()
    if (now - this.#shown < (this.#terminal.live ? redrawMs : quietMs)) return
    this.#shown = now
    if (!this.#terminal.live) return this.#elsewhere(`${text()}\n`)
    this.#terminal.out(`\r\u001b[K${text()}`)
    this.#drawn = true
  }

  /** Takes away what was drawn. */
  clear(): void {
    if (this.#drawn) this.#terminal.out('\r\u001b[K')
    this.#drawn = false
  }
}

/** Cuts a line to what a screen has room for; a longer one would break into two, of which only one would be redrawn. */
export const fitting = ({ columns }: Terminal, text: string): string => text.slice(0, Math.max(1, columns - 1))

/** Does work that says nothing for itself; on a screen a word stands there as long as it lasts. */
export async function saying<Result>(terminal: Terminal, word: string, work: Promise<Result>): Promise<Result> {
  const line = new LiveLine(terminal, () => undefined)
  line.show(() => fitting(terminal, word))
  try {
    return await work
  } finally {
    line.clear()
  }
}
