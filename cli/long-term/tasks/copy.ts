import { uniform } from 'unrolled'
import { nothing, type LongTermTask } from '../task.ts'

/** Symbols that are shown, and of how many kinds they are. */
const shown = 3
const kinds = 4
/** What stands between, and the mark after which they are to be told. */
const blank = kinds
const now = kinds + 1

/** The copying problem (Arjovsky et al. 2016, after Hochreiter & Schmidhuber 1997): what was shown is to be repeated, in its order. */
export const copy: LongTermTask = {
  name: 'copy',
  says: `${shown} symbols of ${kinds}, repeated in their order`,
  input: { symbols: kinds + 2 },
  classes: kinds,
  answers: 'each step',
  guessing: 1 / kinds,
  solved: 0.02,
  shortest: shown + 1,
  draw(distance, seed, index) {
    const symbols = Array.from({ length: shown }, (_, i) => Math.floor(uniform(seed, 3, 0, index, i) * kinds))
    const x = Array.from({ length: distance + shown }, (_, t) => symbols[t] ?? (t === distance ? now : blank))
    return { x, target: x.map((_, t) => (t < distance ? nothing : symbols[t - distance]!)) }
  },
}
