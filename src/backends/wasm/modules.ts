/** So many that nobody uses any more are kept for whoever makes the same again. */
const spare = 64

interface Entry<Made> {
  readonly made: Promise<Made>
  users: number
}

/** Modules by what they do: each is there as long as somebody uses it, and the last of the others. */
export class Modules<Made> {
  /** Those used last come last. */
  readonly #entries = new Map<string, Entry<Made>>()
  readonly #forget: (made: Made) => void

  /** `forget` is told of each that is given up. */
  constructor(forget: (made: Made) => void) {
    this.#forget = forget
  }

  /** The one that is there, or a new one; and what says that it is used no more. */
  use(key: string, make: () => Promise<Made>): { readonly made: Promise<Made>; readonly release: () => void } {
    const entry = this.#entries.get(key) ?? { made: make(), users: 0 }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    entry.users++
    const release = (): void => {
      entry.users--
      this.#trim()
    }
    return { made: entry.made, release }
  }

  #trim(): void {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0)
    for (const [key, { made }] of idle.slice(0, -spare)) {
      this.#entries.delete(key)
      // One that could not be made is nowhere.
      made.then(this.#forget, () => undefined)
    }
  }
}
