import type { Backend } from '../../src/backends/backend.ts'
import type { Layer } from '../../src/layers/index.ts'
import { adjointRegion, chunk, stateRegion } from '../../src/runtime/index.ts'
import { forwardComputation, windowComputation } from '../../src/runtime/graphs.ts'
import { cellSubject, type CellCase } from './cell-case.ts'
import { firstOther } from './compare.ts'
import type { Fault } from './fault.ts'
import type { Machine } from './machines.ts'
import { sliced, slicedNumbers, type Part } from './slice-given.ts'
import type { Given, Results, Subject } from './subject.ts'
import { TriedProgram, type Window } from './tried-program.ts'

/** What a law is tried on. */
interface Trial {
  readonly one: CellCase
  readonly layer: Layer
  /** Its window program. */
  readonly program: TriedProgram
  readonly subject: Subject
  readonly machine: Machine
  /** Compiles another program, which is disposed of by who made the trial. */
  readonly compile: (
    ...computation: Parameters<typeof windowComputation> | Parameters<typeof forwardComputation>
  ) => TriedProgram
  readonly turn: number
}

interface Law {
  readonly name: string
  readonly applies: (one: CellCase) => boolean
  /** The first place where bits differ. */
  readonly broken: (trial: Trial) => Promise<string | undefined>
}

const laws: readonly Law[] = [
  { name: 'threads change no bit', applies: () => true, broken: threads },
  { name: 'one step at a time = all at once', applies: ({ bidirectional }) => !bidirectional, broken: streaming },
  { name: 'padded = alone', applies: canStandAlone, broken: padded },
  { name: 'lengths that are full change no bit', applies: ({ lengths }) => !lengths, broken: full },
  { name: 'long = split', applies: ({ bidirectional, time }) => !bidirectional && time > 1, broken: split },
]

/** Whether there is a sequence to be tried alone. Masks of weights are keyed by rows where others are by sequences. */
function canStandAlone({ lengths, training, modifiers }: CellCase): boolean {
  const masked = training && modifiers.some(({ name }) => name === 'weightDrop')
  return !masked && (lengths?.some((length) => length > 0) ?? false)
}

/** Holds every law that applies, each on the machine whose turn it is. */
export async function checkLaws(
  one: CellCase,
  layer: Layer,
  program: TriedProgram,
  subject: Subject,
  fast: readonly Machine[],
  turn: number,
  made: TriedProgram[],
): Promise<Fault | undefined> {
  if (fast.length === 0) return undefined
  const compile: Trial['compile'] = (name, graph, backward?: Parameters<typeof windowComputation>[2]) => {
    const computation = backward ? windowComputation(name, graph, backward) : forwardComputation(name, graph)
    made.push(new TriedProgram(computation))
    return made.at(-1)!
  }
  for (const [i, law] of laws.filter(({ applies }) => applies(one)).entries()) {
    const machine = fast[(turn + i) % fast.length]!
    const detail = await law.broken({ one, layer, program, subject, machine, compile, turn })
    if (detail !== undefined) return { check: law.name, detail: `on ${machine.name}: ${detail}` }
  }
  return undefined
}

const windowOf = ({ given, context }: Subject): Window => ({ given, ...context })

async function threads({ program, subject, machine: { backend, crews }, turn }: Trial): Promise<string | undefined> {
  const crew = crews[turn % crews.length]!
  const alone = await program.run(backend, windowOf(subject))
  return differing(await program.run(crew, windowOf(subject)), alone, `${crew.threads} threads`)
}

async function streaming(trial: Trial): Promise<string | undefined> {
  const { one, layer, compile, machine } = trial
  const subject = cellSubject(one, layer, false)
  const program = compile('forward', subject.graph)
  const whole = await program.run(machine.backend, windowOf(subject))
  const steps = Array.from({ length: one.time }, (_, from) => ({ axis: 'time', from, to: from + 1 }))
  const parts = await inParts(program, machine.backend, subject, steps)
  const found = differing(parts, whole, 'single steps')
  if (found !== undefined || one.lengths) return found
  const window = await trial.program.run(machine.backend, windowOf(subject))
  return differing(whole, window, 'the forward program')
}

/** Parts of the time one after the other, each begun where the one before ended. */
async function inParts(
  program: TriedProgram,
  backend: Backend,
  subject: Subject,
  parts: readonly Part[],
): Promise<Results> {
  const { graph, context } = subject
  const outputs: number[] = []
  let { given } = subject
  let last: Results = new Map()
  for (const part of parts) {
    last = await program.run(backend, {
      given: sliced(given, context.extents, part),
      extents: { ...context.extents, time: part.to - part.from },
      scalars: { ...context.scalars, step: part.from },
    })
    outputs.push(...last.get('output')!)
    given = carried(given, graph.states, last, stateRegion)
  }
  return new Map([...last, ['output', Float64Array.from(outputs)]])
}

/** Given values with those of some states exchanged for results. */
const carried = (
  given: Given,
  states: Subject['graph']['states'],
  results: Results,
  region: (state: string) => string,
): Given => {
  const next = states.map(
    ({ name }) => [region(name), { ...given.get(region(name))!, data: results.get(region(name))! }] as const,
  )
  return new Map([...given, ...next.filter(([, { data }]) => data !== undefined)])
}

/** One sequence of a padded batch, its adjoints alone, against that sequence without company. */
async function padded(trial: Trial): Promise<string | undefined> {
  const { one, layer, program, machine, turn, compile } = trial
  const { subject } = trial
  const { extents, scalars } = subject.context
  const open = one.lengths!.flatMap((length, sequence) => (length > 0 ? [sequence] : []))
  const sequence = open[turn % open.length]!
  const time = one.lengths![sequence]!
  const mine: Part = { axis: 'batch', from: sequence, to: sequence + 1 }
  const all = await program.run(machine.backend, {
    ...windowOf(subject),
    given: only(subject.given, extents, sequence),
  })
  const free = cellSubject(one, layer, false)
  const alone = await compile('alone', free.graph, free.backward).run(machine.backend, {
    given: sliced(free.given, extents, mine, { axis: 'time', from: 0, to: time }),
    extents: { ...extents, batch: 1, time },
    scalars: { ...scalars, sequence },
  })
  const cut = new Map(
    [...all].map(([name, data]) => {
      const rows = shapeOf(name)
      const whole = { rows, columns: data.length / rows.reduce((n, axis) => n * extents[axis]!, 1), data }
      const own = slicedNumbers(whole, extents, mine)
      return [name, slicedNumbers(own, { ...extents, batch: 1 }, { axis: 'time', from: 0, to: time }).data]
    }),
  )
  return differing(cut, alone, `sequence ${sequence} among ${one.batch}`)
}

/** All sequences as long as the batch: nothing is chosen. */
async function full({ one, layer, program, subject, machine, compile }: Trial): Promise<string | undefined> {
  const lengths = Array.from({ length: one.batch }, () => one.time)
  const long = cellSubject({ ...one, lengths }, layer)
  const chosen = await compile('full', long.graph, long.backward).run(machine.backend, windowOf(long))
  return differing(chosen, await program.run(machine.backend, windowOf(subject)), 'full lengths')
}

/** The row axes of a result of a cell's program. */
function shapeOf(name: string): readonly string[] {
  if (name.startsWith('gradient.')) return []
  return name === 'output' || name === adjointRegion('x') ? ['time', 'batch'] : ['batch']
}

/** Given values with the adjoints of all other sequences zero. */
function only(given: Given, extents: Window['extents'], sequence: number): Given {
  return new Map(
    [...given].map(([name, numbers]) => {
      if (!name.startsWith(adjointRegion(''))) return [name, numbers]
      const { columns } = numbers
      const data = numbers.data.map((value, i) =>
        Math.floor(i / columns) % extents['batch']! === sequence ? value : 0,
      )
      return [name, { ...numbers, data }]
    }),
  )
}

/** Two windows with the state carried over and, the other way, the adjoint; gradients where windows end with a chunk. */
async function split({ one, layer, machine, compile, turn }: Trial): Promise<string | undefined> {
  const subject = cellSubject(one, layer, false)
  const { extents, scalars } = subject.context
  const border = one.time > chunk ? chunk : 1 + (turn % (one.time - 1))
  const first: Part = { axis: 'time', from: 0, to: border }
  const second: Part = { axis: 'time', from: border, to: one.time }
  const program = compile('window', subject.graph, subject.backward)
  const whole = await program.run(machine.backend, windowOf(subject))
  const values = await inParts(compile('forward', subject.graph), machine.backend, subject, [first, second])
  const found = differing(values, whole, `split at ${border}`)
  if (found !== undefined || border !== chunk) return found
  const { graph } = subject
  const head = sliced(subject.given, extents, first)
  const forward = await program.run(machine.backend, { given: head, extents: { ...extents, time: border }, scalars })
  const tail = carried(sliced(subject.given, extents, second), graph.states, forward, stateRegion)
  const late: Window = {
    given: tail,
    extents: { ...extents, time: one.time - border },
    scalars: { ...scalars, step: border },
  }
  const back = await program.run(machine.backend, late)
  const early: Window = {
    given: carried(head, graph.states, back, adjointRegion),
    extents: { ...extents, time: border },
    scalars,
  }
  const [, both] = await program.update(machine.backend, [late, early])
  const gradients = [...both!].filter(([name]) => name.startsWith('gradient.'))
  return differing(new Map(gradients), whole, `gradients split at ${border}`)
}

/** The first bit of `got` that `wanted` does not have. */
function differing(got: Results, wanted: Results, what: string): string | undefined {
  for (const [name, data] of got) {
    const right = wanted.get(name)
    if (!right) continue
    if (data.length !== right.length) return `${what}: ${name} has ${data.length} numbers, not ${right.length}`
    const at = firstOther(data, right)
    if (at >= 0) return `${what}: ${name}[${at}] is ${data[at]}, not ${right[at]}`
  }
  return undefined
}
