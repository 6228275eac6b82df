import { UnrolledError } from '../error.ts'
import type { ParameterDeclaration, StateDeclaration } from '../cells/index.ts'
import type { Node, Shape } from '../graph/index.ts'
import type { Json } from '../options.ts'
import type { Tensor } from '../tensor.ts'
import { initialise } from './initialise.ts'

export type { Json }

/** A layer as a model file stores it: its kind and everything needed to build it again. */
export interface LayerDescription {
  readonly kind: string
  readonly [option: string]: Json
}

/** What a layer is given to build its graph from. Names are the layer's own; who holds the layer may prefix them. */
export interface BuildContext {
  parameter(name: string): Node
  /** A state before the first step, `[batch] × columns`. */
  initial(name: string): Node
  /** Says what a state is after the last step. */
  final(name: string, value: Node): void
  /** `[batch] × 1`, where sequences have lengths of their own. */
  readonly lengths?: Node
  /** Whether dropout and its kin act; else they take their expectation. */
  readonly training: boolean
  /** Uniform random numbers in [0, 1); a name is one site. */
  random(name: string, shape: Shape): Node
}

/**
 * A function that builds a graph, with the parameters and states it declares. It holds no values: those are given at every
 * call, so that one layer may serve many models. `input` and `output` are columns; sequences are `[time, batch] × columns`.
 */
export interface Layer extends LayerParts {
  /** First values of the parameters, by name: each depends on the seed and its name alone. */
  parameters(options?: { readonly seed?: number }): Record<string, Tensor>
}

/** What a layer states about itself. */
export interface LayerParts {
  readonly description: LayerDescription
  readonly input: number
  readonly output: number
  /** Where x numbers symbols, how many there are. */
  readonly symbols?: number
  /** The layers inside, by name. */
  readonly children?: ReadonlyMap<string, Layer>
  /** Whether no step's output depends on a later step; absent: it does not. */
  readonly causal?: boolean
  readonly declared: readonly ParameterDeclaration[]
  readonly states: readonly StateDeclaration[]
  build(context: BuildContext, x: Node): Node
}

/** The most numbers that the parameters, or the states of a sequence, may be: no program's memory holds more. */
const mostNumbers = 2 ** 30

/** Makes a layer of its parts. */
export function layer(parts: LayerParts): Layer {
  const { description, declared, states } = parts
  const parameters = declared.reduce(
    (sum, { shape }) => sum + (shape.rows as readonly number[]).reduce((a, b) => a * b, shape.columns),
    0,
  )
  const columns = states.reduce((sum, state) => sum + state.columns, 0)
  for (const [what, count] of Object.entries({ parameters, states: columns })) {
    if (count <= mostNumbers) continue
    throw new UnrolledError(
      'option',
      `${description.kind}: its ${what} would be ${count} numbers; at most ${mostNumbers} are held: make it narrower`,
    )
  }
  return { ...parts, parameters: ({ seed = 0 } = {}) => initialise(declared, seed) }
}

/** The context of a layer inside another: its names get a prefix. */
export const within = (context: BuildContext, prefix: string): BuildContext => ({
  ...context,
  parameter: (name) => context.parameter(prefix + name),
  initial: (name) => context.initial(prefix + name),
  final: (name, value) => context.final(prefix + name, value),
  random: (name, shape) => context.random(prefix + name, shape),
})

/** Declarations under a prefix. */
export const prefixed = <Declaration extends { readonly name: string }>(
  prefix: string,
  declarations: readonly Declaration[],
): Declaration[] => declarations.map((declaration) => ({ ...declaration, name: prefix + declaration.name }))
