import { uniform } from 'unrolled'
import type { LongTermTask } from '../task.ts'

/** Coins that fall: the first at the first step, the others anywhere. */
const coins = 3
const blank = 2

/** Parity: coins fall now and then; after the last step, is the number of heads odd? Each of them alone says nothing. */
export const parity: LongTermTask = {
  name: 'parity',
  says: `whether an odd number of ${coins} coins fell on heads`,
  input: { symbols: 3 },
  classes: 2,
  answers: 'once',
  guessing: 1 / 2,
  solved: 0.02,
  shortest: coins,
  draw(distance, seed, index) {
    const x = new Array<number>(distance).fill(blank)
    const left = Array.from({ length: distance - 1 }, (_, i) => i + 1)
    const places = Array.from({ length: coins }, (_, i) =>
      i === 0 ? 0 : left.splice(Math.floor(uniform(seed, 4, i, index, 0) * left.length), 1)[0]!,
    )
    let odd = 0
    places.forEach((at, i) => {
      x[at] = uniform(seed, 5, i, index, 0) < 0.5 ? 0 : 1
      odd ^= x[at]
    })
    return { x, target: [odd] }
  },
}
