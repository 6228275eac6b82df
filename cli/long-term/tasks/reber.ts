import { uniform } from 'unrolled'
import type { LongTermTask } from '../task.ts'

const symbols = 'BTPSXVE'

/** Reber's grammar (Reber 1967): from each place, which symbol leads where. It begins at place 0 and is over at the last. */
const arcs: readonly (readonly (readonly [symbol: string, to: number])[])[] = [
  [['B', 1]],
  [
    ['T', 2],
    ['P', 3],
  ],
  [
    ['S', 2],
    ['X', 4],
  ],
  [
    ['T', 3],
    ['V', 5],
  ],
  [
    ['X', 3],
    ['S', 6],
  ],
  [
    ['P', 4],
    ['V', 6],
  ],
  [['E', 7]],
  [],
]
const over = arcs.length - 1

/** Whether the grammar may be over after exactly so many symbols more, by place. */
const endings: boolean[][] = [arcs.map((_, place) => place === over)]
function mayEnd(place: number, after: number): boolean {
  for (let n = endings.length; n <= after; n++) {
    endings.push(arcs.map((ways) => ways.some(([, to]) => endings[n - 1]![to]!)))
  }
  return endings[after]![place]!
}

/** A string of the grammar of just this length. */
export function reberString(length: number, draw: (at: number) => number): string {
  let string = ''
  for (let place = 0; place !== over;) {
    const ways = arcs[place]!.filter(([, to]) => mayEnd(to, length - string.length - 1))
    const [symbol, to] = ways[Math.floor(draw(string.length) * ways.length)]!
    string += symbol
    place = to
  }
  return string
}

/**
 * The embedded Reber grammar (Hochreiter & Schmidhuber 1997, task 1): B, then T or P, then a string of Reber's grammar, then the same
 * T or P again. What stands between says nothing about it, though it is made of the same symbols.
 */
export const reber: LongTermTask = {
  name: 'reber',
  says: 'the embedded Reber grammar: T or P, as before the inner string',
  input: { symbols: symbols.length },
  classes: 2,
  answers: 'once',
  guessing: 1 / 2,
  solved: 0.02,
  // B T X S E, and the symbol itself.
  shortest: 6,
  draw(distance, seed, index) {
    const which = uniform(seed, 6, 0, index, 0) < 0.5 ? 0 : 1
    const inner = reberString(distance - 1, (at) => uniform(seed, 7, at, index, 0))
    return { x: [...`B${'TP'[which]!}${inner}`].map((symbol) => symbols.indexOf(symbol)), target: [which] }
  },
}
