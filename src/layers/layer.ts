import { UnrolledError } from '../error.ts'
import type { ParameterDeclaration, StateDeclaration } from '../cells/index.ts'
import type { Node, Shape } from '../graph/index.ts'
import type { Json } from '../options.ts'
import type { Tensor } from '../tensor.ts'
import { countOf } from './extents.ts'
import { initialise } from './initialise.ts'
import { checkPorts, everyStep, type Axis, type Port, type Ports } from './port.ts'

export type { Json }

/** A layer as a model file stores it: its kind and everything needed to build it again. */
export interface LayerDescription {
  /** Which function makes it again: `linear`, `recurrent`, ..., or a kind of one's own, which `decodeModel` is told of. */
  readonly kind: string
  /** What that function takes. */
  readonly [option: string]: Json
}

/** What a layer is given to build its graph from. Names are the layer's own; who holds the layer may prefix them. */
export interface BuildContext {
  /** What is declared by that name, in its declared shape. */
  parameter(name: string): Node
  /** A state before the first step, `[batch] × columns`. */
  initial(name: string): Node
  /** Says what a state is after the last step. */
  final(name: string, value: Node): void
  /** `[batch] × 1`, where sequences have lengths of their own along that axis. */
  lengths(axis: Axis): Node | undefined
  /** `[time, batch] × 1`: not 0 where a step begins a new sequence, so that states are what they are at first. */
  readonly starts?: Node
  /** Offers a value by a name of the layer's own; it is made where somebody asks for it. */
  tap(name: string, value: () => Node): void
  /** Whether dropout and its kin act; else they take their expectation. */
  readonly training: boolean
  /** Uniform random numbers in [0, 1); a name is one site. */
  random(name: string, shape: Shape): Node
}

/** Nodes by the names of ports. */
export type Nodes = Readonly<Record<string, Node>>

/**
 * A function that builds a graph, with the parameters and states it declares. It holds no values: those are given at every
 * call, so that one layer may serve many models.
 */
export interface Layer extends Required<Omit<LayerParts, 'children' | 'fit'>>, Pick<LayerParts, 'children' | 'fit'> {
  /** First values of the parameters, by name: each depends on the seed and its name alone. */
  parameters(options?: { readonly seed?: number }): Record<string, Tensor>
}

/** What a layer states about itself. */
export interface LayerParts {
  /** What a model file keeps of it. */
  readonly description: LayerDescription
  /** What goes in, by name. The main one is `x`, or the only one that must be there. */
  readonly inputs: Ports
  /** What comes out, by name. The main one is `output`, or the only one. */
  readonly outputs: Ports
  /** The layers inside, by name. */
  readonly children?: ReadonlyMap<string, Layer>
  /** Whether no step's output depends on a later step; true. */
  readonly causal?: boolean
  /** Its parameters; none. */
  readonly declared?: readonly ParameterDeclaration[]
  /** What it carries from step to step; nothing. */
  readonly states?: readonly StateDeclaration[]
  /** Makes outputs of inputs. An optional input that is not given is missing. */
  build(context: BuildContext, inputs: Nodes): Nodes
  /** The same layer for other inputs, where it can work on them: its sizes and axes follow from what comes before it in a chain. */
  fit?(inputs: Ports): Layer
}

/** A layer that learns its sizes from what comes before it in a chain. */
export interface OpenLayer {
  /** That of the layer it becomes. */
  readonly kind: string
  /**
   * Becomes a layer that takes these inputs; `chain` calls it with what comes before.
   * @throws UnrolledError `shape` for inputs that it cannot work on.
   */
  fit(inputs: Ports): Layer
}

/** The most numbers that the parameters, or the states of a sequence, may be: no program's memory holds more. */
const mostNumbers = 2 ** 30

/** Makes a layer of its parts. */
export function defineLayer(parts: LayerParts): Layer {
  const { description, declared = [], states = [], causal = true } = parts
  if (typeof description?.kind !== 'string') {
    throw new UnrolledError('option', 'defineLayer: a layer has a description, which says its kind: { kind: … }')
  }
  checkPorts(description.kind, parts.inputs, parts.outputs)
  const columns = states.reduce((sum, state) => sum + state.columns, 0)
  for (const [what, count] of Object.entries({ parameters: countOf(declared), states: columns })) {
    if (count <= mostNumbers) continue
    throw new UnrolledError(
      'option',
      `${description.kind}: its ${what} would be ${count} numbers; at most ${mostNumbers} are held: make it narrower`,
    )
  }
  for (const { name, shape, blocks } of declared) {
    const filled = blocks.reduce((sum, block) => sum + block.columns, 0)
    if (filled === shape.columns) continue
    const what = `${description.kind}: the blocks of ${name}, which say its first values, have ${filled} columns`
    throw new UnrolledError('option', `${what}; it has ${shape.columns}`)
  }
  return {
    ...parts,
    // A class's methods are not spread.
    build: (context, inputs) => parts.build(context, inputs),
    ...(parts.fit && { fit: (inputs: Ports) => parts.fit!(inputs) }),
    declared,
    states,
    causal,
    parameters: ({ seed = 0 } = {}) => initialise(declared, seed),
  }
}

/** What a layer of one input, `x`, and one output, `output`, states about itself. */
export interface UnaryParts extends Omit<LayerParts, 'inputs' | 'outputs' | 'build'> {
  readonly x: Port
  readonly output: Port
  build(context: BuildContext, x: Node): Node
}

/** Makes a layer of one input and one output. */
export function unary({ x, output, build, ...parts }: UnaryParts): Layer {
  return defineLayer({
    ...parts,
    inputs: { x },
    outputs: { output },
    build: (context, inputs) => ({ output: build(context, inputs['x']!) }),
  })
}

/**
 * A layer of one input that works on rows whatever they are counted along. Made at once where its columns are known, else when a
 * chain knows them.
 */
export function rowwise(
  kind: string,
  columns: number | undefined,
  make: (columns: number, axes: readonly Axis[]) => UnaryParts,
  first: readonly Axis[] = everyStep,
): Layer | OpenLayer {
  const on = (columns: number, axes: readonly Axis[]): Layer =>
    unary({ ...make(columns, axes), fit: ({ x }) => on(columns, x!.axes) })
  return columns === undefined ? { kind, fit: ({ x }) => on(x!.columns, x!.axes) } : on(columns, first)
}

/** The context of a layer inside another: its names get a prefix. */
export const within = (context: BuildContext, prefix: string): BuildContext => ({
  ...context,
  parameter: (name) => context.parameter(prefix + name),
  initial: (name) => context.initial(prefix + name),
  final: (name, value) => context.final(prefix + name, value),
  tap: (name, value) => context.tap(prefix + name, value),
  random: (name, shape) => context.random(prefix + name, shape),
})

/** Declarations under a prefix. */
export const prefixed = <Declaration extends { readonly name: string }>(
  prefix: string,
  declarations: readonly Declaration[],
): Declaration[] => declarations.map((declaration) => ({ ...declaration, name: prefix + declaration.name }))
