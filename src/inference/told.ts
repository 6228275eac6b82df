import type { Writing } from '../models/index.ts'
import type { Held } from '../runtime/index.ts'
import type { MemoryStepper, MemoryStream } from './memory-stepper.ts'
import { NextSymbols } from './next-symbols.ts'
import type { PushedSymbols } from './pushed-symbols.ts'
import { Session, type Parts } from './session.ts'

/** What a session that writes is made of. */
export interface WritingParts extends Parts {
  readonly model: Writing
  readonly held: Held<MemoryStepper>
  readonly stream: MemoryStream
  /** Tells the sources from others. */
  readonly sources: string
  /** Steps of the longest source. */
  readonly steps: number
  readonly pushed: PushedSymbols
}

/** Where it stands. */
export interface Told {
  readonly session: Session
  /** What was pushed, a list for each session. */
  readonly ids: readonly number[][]
  readonly next: NextSymbols
}

/** A session from its beginning on, which is told what was written: a list for each sequence, the boundary first. */
export async function tell(parts: WritingParts, rows: readonly number[][]): Promise<Told> {
  const session = new Session(parts, 0)
  try {
    let next: NextSymbols | undefined
    for (let t = 0; t < rows[0]!.length; t++) {
      next = new NextSymbols(await session.push(rows.map((ids) => ids[t]!)), parts.model.targetVocabulary)
    }
    return { session, ids: rows.map((ids) => ids.slice(1)), next: next! }
  } catch (error) {
    session.end()
    throw error
  }
}
