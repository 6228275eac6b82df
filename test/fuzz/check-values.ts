import type { Backend } from '../../src/backends/backend.ts'
import { stopOperation } from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'
import { disagreement, type Disagreement } from './compare.ts'
import { conditioning, type Rounding } from './conditioning.ts'
import { againstDifferences } from './differences.ts'
import type { Fault } from './fault.ts'
import type { Machine } from './machines.ts'
import { truthOf, valuesOf, type Truth } from './oracle.ts'
import { drawn } from './numbers.ts'
import { during, type Change } from './operations.ts'
import { nameOf, type Given, type Results, type Subject } from './subject.ts'
import type { TriedProgram } from './tried-program.ts'

/** The oracle's word on a subject. */
export interface Told {
  readonly truth: Truth
  readonly values: Results
}

/** Beyond this, rounding alone says nothing any more. */
const wild = 1e3

/** Undefined where numbers run away. */
export function ask(subject: Subject): Told | undefined {
  const truth = truthOf(subject)
  const values = valuesOf(truth, subject.given, subject)
  const tame = [...values.values()].every((data) => data.every((value) => Math.abs(value) <= wild))
  return tame ? { truth, values } : undefined
}

/**
 * The gradient graph against differences of plain evaluation. A contradiction must hold beside the point as well: at a tie (a
 * state that begins at 0, a value and the same one stopped) the rules choose one of two sides.
 */
export function checkSlopes({ truth, values }: Told, subject: Subject): Fault | number {
  const { contradiction, kinks } = againstDifferences(truth, subject.given, subject, values)
  if (!contradiction) return kinks
  const aside = { ...subject, given: movedAside(truth, subject) }
  const there = during([stopOperation], stoppedAside, () =>
    againstDifferences(truth, aside.given, aside, valuesOf(truth, aside.given, aside)),
  )
  if (!there.contradiction) return kinks + 1
  const { name, slope, gradient } = contradiction
  return { check: 'the gradient graph against differences', detail: `${name}: gradient ${gradient}, slope ${slope}` }
}

/** Everything that gradients are taken of, a little moved. */
function movedAside({ wrt }: Truth, { given, context }: Subject): Given {
  const moved = [...wrt.values()].map((node) => {
    const name = nameOf(node)
    const by = drawn(`aside ${name}`, node.shape, context, 1, 1e-3).data
    const numbers = given.get(name)!
    return [name, { ...numbers, data: numbers.data.map((value, i) => value + by[i]!) }] as const
  })
  return new Map([...given, ...moved])
}

/** What is stopped, a little moved: it is held still in differences, so it may be any number. */
const stoppedAside: Change = (node, inputs, context, plain) => {
  const value = plain.call(node.operation, node, inputs, context)
  const by = (i: number): number => 2e-3 * (uniform(1, node.id, context.position ?? 0, i >>> 8, i & 255) - 0.5)
  return { ...value, data: value.data.map((v, i) => v + by(i)) }
}

/** A program on one backend against the oracle, with what its precision explains taken out. */
async function checkOn(
  backend: Backend,
  program: TriedProgram,
  subject: Subject,
  { truth, values }: Told,
  precision: Rounding & { readonly allowed: number },
): Promise<Disagreement | undefined> {
  const { given, context } = subject
  const got = await program.run(backend, { given, ...context })
  const found = disagreement(got, values, precision.allowed)
  if (!found || !Number.isFinite(found.got)) return found
  const explained = conditioning(truth, given, subject, values, precision, samples).get(found.name) ?? 0
  return Math.abs(found.got - found.wanted) > 20 * explained ? found : undefined
}

const samples = 8

/** The program on every backend against the oracle. */
export async function checkValues(
  reference: Backend,
  fast: readonly Machine[],
  program: TriedProgram,
  subject: Subject,
  told: Told,
): Promise<Fault | undefined> {
  const exactly = await checkOn(reference, program, subject, told, {
    allowed: 1e-11,
    epsilon: 2 ** -52,
    tiny: 2 ** -1022,
  })
  if (exactly)
    return { check: `the program on reference against the graph: ${kindOf(exactly.name)}`, detail: shown(exactly) }
  for (const { name, backend } of fast) {
    const roughly = await checkOn(backend, program, subject, told, {
      allowed: 2e-5,
      epsilon: 2 ** -23,
      tiny: 2 ** -126,
    })
    if (roughly) return { check: `${name} against the graph: ${kindOf(roughly.name)}`, detail: shown(roughly) }
  }
  return undefined
}

const kindOf = (name: string): string => (/^(gradient|adjoint)\./.test(name) ? 'gradients' : 'values')

export const shown = ({ name, index, got, wanted, error }: Disagreement): string =>
  `${name}[${index}]: got ${got}, wanted ${wanted} (off by ${error.toPrecision(3)} of the largest)`
