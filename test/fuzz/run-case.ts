import type { Backend } from '../../src/backends/backend.ts'
import { windowComputation } from '../../src/runtime/graphs.ts'
import type { GraphCase } from './generate-graph.ts'
import { graphSubject } from './graph-case.ts'
import type { Results } from './subject.ts'
import { TriedProgram } from './tried-program.ts'

/** What a case gives on each backend, of numbers by the names of all that it is given, the adjoints of its outputs among them. */
export async function runCase(
  one: GraphCase,
  backends: readonly Backend[],
  numbers: Readonly<Record<string, readonly number[]>>,
): Promise<Results[]> {
  const { graph, backward, given, context } = graphSubject(one)
  const own = new Map([...given].map(([name, any]) => [name, { ...any, data: Float64Array.from(numbers[name]!) }]))
  const program = new TriedProgram(windowComputation('case', graph, backward))
  try {
    return await Promise.all(backends.map((backend) => program.run(backend, { given: own, ...context })))
  } finally {
    await program.dispose()
  }
}
