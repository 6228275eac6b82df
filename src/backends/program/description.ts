/** What an instruction says about itself, once, for all who ask: backends, checks, the compiler, people. */

import { fixed, type Formula, type Place, type Span } from './place.ts'

/** Some columns of rows 0 up to `rows` of outer indices 0 up to `outer` of a place, at every index of the axes walked. */
export interface Use extends Span {
  readonly place: Place
  readonly columns: number
  /** The last of the columns that are written as zeros. */
  readonly pad: number
  /** `add`: what is there is read, and written again with something added. Reads come first. */
  readonly access: 'read' | 'write' | 'add'
  /** Whether every column may read the float at column 0. */
  readonly repeats?: boolean
}

/** Which rows of a place are used, where these are not the instruction's; and pads behind the columns. */
interface Part {
  readonly rows?: Formula
  readonly outer?: Formula
  readonly pad?: number
  readonly repeats?: boolean
}

/** Makes uses of an instruction that goes over a span. */
export class Uses {
  readonly #span: Span

  constructor(span: Span) {
    this.#span = span
  }

  read(place: Place, columns: number, part: Part = {}): Use {
    return this.#use('read', place, columns, part)
  }

  write(place: Place, columns: number, part: Part = {}): Use {
    return this.#use('write', place, columns, part)
  }

  add(place: Place, columns: number, part: Part = {}): Use {
    return this.#use('add', place, columns, part)
  }

  #use(access: Use['access'], place: Place, columns: number, { pad = 0, ...part }: Part): Use {
    return { ...this.#span, ...part, access, place, columns: columns + pad, pad }
  }
}

export const one = fixed(1)

/** What one instruction costs at given extents. */
export interface Cost {
  readonly operations: number
  readonly bytes: number
}

/** How its parts are shown. */
export interface Words {
  /** A place. */
  readonly at: (place: Place) => string
  /** The span, with a blank behind. */
  readonly over: string
}

export interface Description<I> {
  /** Its places, in the order in which kernels know them, and what is read and written of each. */
  readonly uses: (it: I, of: Uses) => readonly Use[]
  /** Its sizes, whole numbers all; the `chunk` is at least 1. Native gets them in this order. */
  readonly sizes: (it: I) => Readonly<Record<string, number>>
  /** Further 32-bit numbers for native. */
  readonly codes?: (it: I) => readonly number[]
  /** Whether what it does to a row depends on that row of its places alone, so that rows are dealt out to threads. */
  readonly rowWise: boolean
  /** Whether it goes over several arrays side by side, and the pads between them. */
  readonly overPads?: boolean
  /** How long a row takes, in simple operations; without rows, how long it takes. Says what threads are worth. */
  readonly effort: (it: I) => number
  /** Floating-point operations (a multiply-add is two; a function one) and bytes moved, at 4 a float, over so many rows. */
  readonly cost: (it: I, rows: number) => Cost
  /** A line of `explain`. */
  readonly text: (it: I, words: Words) => string
  /** Kind and shape over so many rows: `product 64 × 256 · 256 × 1024`. */
  readonly label: (it: I, rows: number) => string
}
