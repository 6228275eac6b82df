import { hoist, recompute, workedOutAhead, type Computation } from '../compiler/index.ts'
import { UnrolledError } from '../error.ts'
import { pullback, type StateTap } from '../gradient/index.ts'
import {
  add,
  constant,
  finalOperation,
  input,
  nameOf,
  type FinalNode,
  type Node,
  type ScanNode,
  type Shape,
} from '../graph/index.ts'
import { adjointRegion, aheadRegion, keptRegion, stateRegion, tapRegion } from './regions.ts'

/** A state of a model's graph: the input node it starts from, and its node after the last step. */
export interface GraphState {
  readonly name: string
  readonly initial: Node
  readonly final: Node
}

/** What a model computes, as a graph. States enter and leave through regions `state.NAME`. */
export interface ModelGraph {
  readonly parameters: readonly Node[]
  readonly states: readonly GraphState[]
  /** Values to be written out, by the name of their region. */
  readonly outputs: Readonly<Record<string, Node>>
  /** Scalars summed over windows, by the name of their region: the loss among them. */
  readonly sums: Readonly<Record<string, Node>>
}

const stateOutputs = (states: readonly GraphState[], finals: readonly Node[]): Record<string, Node> =>
  Object.fromEntries(states.map(({ name }, i) => [stateRegion(name), finals[i]!]))

/** The forward program: outputs, sums and states. */
export function forwardComputation(name: string, graph: ModelGraph): Computation {
  const { outputs, sums, states, parameters } = graph
  const roots = hoist([...Object.values(outputs), ...Object.values(sums), ...states.map(({ final }) => final)])
  const named = Object.keys(outputs)
  const summed = Object.keys(sums)
  const finals = roots.slice(named.length + summed.length)
  return {
    name,
    parameters,
    outputs: {
      ...Object.fromEntries(named.map((key, i) => [key, roots[i]!])),
      ...stateOutputs(states, finals),
    },
    sums: Object.fromEntries(summed.map((key, i) => [key, roots[named.length + i]!])),
  }
}

/** A forward program in two. */
export interface Parted {
  /** Works out what follows from the given inputs alone, into regions `ahead.N`. */
  readonly ahead: Computation
  /** The rest, which reads it from regions `kept.N`. */
  readonly rest: Computation
  /** What it is, in order. */
  readonly kept: readonly Shape[]
  /** The given inputs that the rest reads itself. */
  readonly read: readonly Node[]
}

/** The forward program, parted: what follows from some inputs alone is worked out once for many runs of the rest. */
export function partedComputation(name: string, graph: ModelGraph, from: readonly Node[]): Parted {
  const { outputs, states, parameters } = graph
  const named = Object.keys(outputs)
  const roots = hoist([...Object.values(outputs), ...states.map(({ final }) => final)])
  const parted = workedOutAhead(roots, from, keptRegion)
  const of = (outputs: Record<string, Node>, part: string): Computation => ({
    name: part,
    parameters,
    outputs,
    sums: {},
  })
  return {
    ahead: of(Object.fromEntries(parted.ahead.map((node, i) => [aheadRegion(i), node])), `${name}, ahead`),
    rest: of(
      {
        ...Object.fromEntries(named.map((key, i) => [key, parted.roots[i]!])),
        ...stateOutputs(states, parted.roots.slice(named.length)),
      },
      name,
    ),
    kept: parted.ahead.map(({ shape }) => shape),
    read: parted.read,
  }
}

/** What flows back in a window program beside the adjoints of states. */
export interface Backward {
  /** The sum whose gradient is taken. */
  readonly loss?: string
  /** Outputs whose adjoints are given, in regions `adjoint.NAME`. */
  readonly outputs?: readonly string[]
  /** Inputs whose adjoints are wanted, in regions `adjoint.NAME`. */
  readonly inputs?: Readonly<Record<string, Node>>
  /** States whose adjoints are wanted at every step, in their two parts: in regions `tap.NAME.own` and `tap.NAME.next`. */
  readonly taps?: readonly string[]
  /** Names of parameters whose gradients are not wanted. */
  readonly frozen?: ReadonlySet<string> | undefined
}

/**
 * The window program: forward and backward over one window of steps. States and, the other way, their adjoints come in and go
 * out in the regions `state.NAME` and `adjoint.NAME`; gradients are added to `gradients`, sums to their regions. Truncated
 * and checkpointed backpropagation through time are ways of driving it.
 */
export function windowComputation(name: string, graph: ModelGraph, backward: Backward): Computation {
  const { parameters, states } = graph
  const forward = forwardComputation(name, graph)
  const wanted = { ...backward.inputs }
  const trained = parameters.filter((node) => !backward.frozen?.has(nameOf(node)))
  const wrt = [...trained, ...states.map(({ initial }) => initial), ...Object.values(wanted)]
  const seeds = new Map<Node, Node>()
  const seed = (node: Node, adjoint: Node): void => {
    const known = seeds.get(node)
    seeds.set(node, known ? add(known, adjoint) : adjoint)
  }
  if (backward.loss !== undefined) seed(forward.sums![backward.loss]!, constant(1))
  for (const output of backward.outputs ?? []) {
    const node = forward.outputs[output]!
    seed(node, input(adjointRegion(output), node.shape))
  }
  for (const state of states) {
    const final = forward.outputs[stateRegion(state.name)]!
    seed(final, input(adjointRegion(state.name), final.shape))
  }
  const tapped: Record<string, Node> = {}
  const back = pullback(seeds, wrt, stateTaps(forward, backward.taps ?? [], tapped))
  const flowing = trained.filter((parameter) => back.has(parameter))
  const adjoints = {
    ...Object.fromEntries(states.map(({ name, initial }) => [adjointRegion(name), back.get(initial)])),
    ...Object.fromEntries(Object.entries(wanted).map(([key, node]) => [adjointRegion(key), back.get(node)])),
  }
  const outputs: Record<string, Node> = { ...forward.outputs, ...tapped }
  for (const [key, node] of Object.entries(adjoints)) if (node) outputs[key] = node
  const sums = forward.sums ?? {}
  const keys = Object.keys(outputs)
  const summed = Object.keys(sums)
  const roots = recompute(
    hoist([...Object.values(outputs), ...Object.values(sums), ...flowing.map((parameter) => back.get(parameter)!)]),
  )
  return {
    name,
    parameters,
    outputs: Object.fromEntries(keys.map((key, i) => [key, roots[i]!])),
    sums: Object.fromEntries(summed.map((key, i) => [key, roots[keys.length + i]!])),
    gradients: new Map(flowing.map((parameter, i) => [parameter, roots[keys.length + summed.length + i]!])),
  }
}

/** What asks the pullback for the adjoints of states, and puts them into `into`. */
function stateTaps({ outputs }: Computation, names: readonly string[], into: Record<string, Node>): StateTap[] {
  return names.map((name) => {
    const { operation, inputs, attributes } = outputs[stateRegion(name)] as FinalNode
    if (operation !== finalOperation) {
      throw new UnrolledError(
        'option',
        `the adjoint of the state ${name} is not that of a recurrence; it has no two parts`,
      )
    }
    return {
      scan: inputs[0] as ScanNode,
      state: attributes.state,
      give(own, next) {
        into[tapRegion(`${name}.own`)] = own
        into[tapRegion(`${name}.next`)] = next
      },
    }
  })
}
