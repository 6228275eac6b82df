import { windowComputation } from '../../src/runtime/graphs.ts'
import { cellSubject, layerOf, type CellCase } from './cell-case.ts'
import { ask, checkSlopes, checkValues } from './check-values.ts'
import { faulty, Refusal, type Verdict } from './fault.ts'
import { checkLaws } from './laws.ts'
import type { machines } from './machines.ts'
import { TriedProgram } from './tried-program.ts'

/** Tries one cell; `turn` says on which machine each law has its turn. */
export async function checkCell(
  one: CellCase,
  { reference, fast }: Awaited<ReturnType<typeof machines>>,
  turn: number,
): Promise<Verdict> {
  const made: TriedProgram[] = []
  try {
    const layer = layerOf(one)
    const subject = cellSubject(one, layer)
    const told = ask(subject)
    if (!told) return { kind: 'wild' }
    const kinks = checkSlopes(told, subject)
    if (typeof kinks !== 'number') return { kind: 'fault', fault: kinks }
    const program = new TriedProgram(windowComputation('window', subject.graph, subject.backward))
    made.push(program)
    const wrong = await checkValues(reference, fast, program, subject, told)
    if (wrong) return { kind: 'fault', fault: wrong }
    const broken = await checkLaws(one, layer, program, subject, fast, turn, made)
    return broken ? { kind: 'fault', fault: broken } : { kind: 'right', kinks }
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', why: error.message }
    return faulty(`a crash: ${crash(error)}`, String((error as Error).stack))
  } finally {
    for (const program of made) await program.dispose()
  }
}

/** An error without the numbers in it. */
export const crash = (error: unknown): string =>
  String(error)
    .split('\n')[0]!
    .replace(/[\d.]+/g, 'n')
