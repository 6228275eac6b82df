import { UnrolledError } from '../../src/error.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import { crash } from './check-cell.ts'
import { ask, checkSlopes, checkValues } from './check-values.ts'
import { firstOther } from './compare.ts'
import { faulty, Refusal, type Verdict } from './fault.ts'
import type { GraphCase } from './generate-graph.ts'
import { graphSubject } from './graph-case.ts'
import type { machines } from './machines.ts'
import { TriedProgram } from './tried-program.ts'

/** What the oracle and differences say of a graph. */
function judge(one: GraphCase) {
  const subject = graphSubject(one)
  const told = ask(subject)
  return { subject, told, kinks: told && checkSlopes(told, subject) }
}

/** Said once of each graph, however many machines are held against it one after the other. */
const judged = new WeakMap<GraphCase, ReturnType<typeof judge>>()

/** Tries one graph; `turn` says on which machine threads have their turn. */
export async function checkGraph(
  one: GraphCase,
  { reference, fast }: Awaited<ReturnType<typeof machines>>,
  turn: number,
): Promise<Verdict> {
  let program: TriedProgram | undefined
  try {
    const known = judged.get(one) ?? judge(one)
    judged.set(one, known)
    const { subject, told, kinks } = known
    if (!told || kinks === undefined) return { kind: 'wild' }
    if (typeof kinks !== 'number') return { kind: 'fault', fault: kinks }
    program = new TriedProgram(windowComputation('window', subject.graph, subject.backward))
    const wrong = await checkValues(reference, fast, program, subject, told)
    if (wrong) return { kind: 'fault', fault: wrong }
    const machine = fast[turn % fast.length]
    if (!machine) return { kind: 'right', kinks }
    const window = { given: subject.given, ...subject.context }
    const alone = await program.run(machine.backend, window)
    const crew = machine.crews[Math.floor(turn / fast.length) % machine.crews.length]!
    for (const [name, data] of await program.run(crew, window)) {
      const at = firstOther(data, alone.get(name)!)
      if (at >= 0) return faulty('threads change no bit', `${machine.name}, ${crew.threads} threads: ${name}[${at}]`)
    }
    return { kind: 'right', kinks }
  } catch (error) {
    if (error instanceof Refusal || (error instanceof UnrolledError && error.code === 'bad-program'))
      return { kind: 'refused', why: error.message }
    return faulty(`a crash: ${crash(error)}`, String((error as Error).stack))
  } finally {
    await program?.dispose()
  }
}
