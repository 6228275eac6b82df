import { Draws } from './draws.ts'
import type { Fault, Verdict } from './fault.ts'
import { shrink } from './shrink.ts'

/** One kind of random program. */
export interface Kind<Case> {
  readonly name: string
  /** Undefined where the draws lead to nothing that means something. */
  readonly generate: (draws: Draws) => Case | undefined
  readonly check: (one: Case, turn: number) => Promise<Verdict>
  readonly print: (one: Case) => string
}

/** A program with a fault, made small. */
export interface Finding {
  readonly seed: number
  readonly fault: Fault
  readonly text: string
}

export interface Tally {
  /** Programs that were tried: all below but `meaningless`. */
  tried: number
  right: number
  /** Numbers ran away. */
  wild: number
  refused: number
  faults: number
  /** Draws that led to no program. */
  meaningless: number
  /** Slopes that stood at a kink. */
  kinks: number
}

/** Tries programs from a seed on, until `enough` says so. */
export async function campaign<Case>(
  kind: Kind<Case>,
  seed: number,
  enough: (tally: Tally) => boolean,
  found: (finding: Finding) => void,
  tries = 400,
): Promise<Tally> {
  const tally: Tally = { tried: 0, right: 0, wild: 0, refused: 0, faults: 0, meaningless: 0, kinks: 0 }
  for (let next = seed; !enough(tally); next++) {
    const draws = new Draws(next)
    const one = kind.generate(draws)
    if (!one) {
      tally.meaningless++
      continue
    }
    const verdict = await kind.check(one, next)
    tally.tried++
    if (verdict.kind === 'right') {
      tally.right++
      tally.kinks += verdict.kinks
    } else if (verdict.kind !== 'fault') tally[verdict.kind]++
    else {
      tally.faults++
      found(await small(kind, draws.taken, next, verdict.fault, tries))
    }
  }
  return tally
}

/** The smallest program found with the same fault. */
async function small<Case>(
  kind: Kind<Case>,
  choices: readonly number[],
  seed: number,
  fault: Fault,
  tries: number,
): Promise<Finding> {
  const again = async (choices: readonly number[]) => {
    const draws = new Draws(choices)
    const one = kind.generate(draws)
    const verdict = one && (await kind.check(one, seed))
    const same = verdict?.kind === 'fault' && verdict.fault.check === fault.check
    return same ? { taken: draws.taken, text: kind.print(one!), fault: verdict.fault } : undefined
  }
  const smallest = await shrink(choices, async (choices) => (await again(choices))?.taken, tries)
  const last = await again(smallest)
  return { seed, text: last?.text ?? '', fault: last?.fault ?? fault }
}

/** A finding as it is printed: what differs, and the program. */
export const findingText = ({ seed, fault, text }: Finding): string =>
  `${fault.check}\n${fault.detail}\n# seed ${seed}\n${text}\n`
