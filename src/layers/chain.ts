import { UnrolledError } from '../error.ts'
import { checkNames } from '../options.ts'
import { nearest } from '../nearest.ts'
import { named } from '../tensor.ts'
import { extentsOf } from './extents.ts'
import {
  defineLayer,
  prefixed,
  within,
  type Json,
  type Layer,
  type LayerDescription,
  type Nodes,
  type OpenLayer,
} from './layer.ts'
import { prefixOf } from './leaves.ts'
import { mainOf, misfit, portText, type Port, type Ports } from './port.ts'

/** What layers of a chain share. */
export interface ChainOptions {
  /** Parameters that are another's: `{ 'head.weight': 'embed.weight' }` gives the head the matrix of the embedding; none. */
  readonly tie?: Readonly<Record<string, string>>
}

/** One layer of a chain: what its names begin with, and the ports by which values pass through it. */
interface Link {
  readonly name: string
  readonly prefix: string
  readonly layer: Layer
  readonly into: string
  readonly from: string
}

/**
 * Layers one behind the other, by name: each layer's output is the next one's input, from which sizes that a layer leaves out
 * follow. Names of parameters and states get the layer's name as prefix: `head.weight`. A layer whose name begins with `_` adds no
 * prefix. What else layers take or give goes by the layer's name too: `attend.memory`.
 *
 * @throws UnrolledError `shape` for layers that do not fit each other, `option` for ties of parameters that do not.
 */
export function chain(layers: Readonly<Record<string, Layer | OpenLayer>>, options: ChainOptions = {}): Layer {
  checkNames('chain', options, ['tie'])
  const links = linksOf(layers)
  const all = links.flatMap(({ prefix, layer }) => prefixed(prefix, layer.declared))
  const names = new Set<string>()
  const twice = all.find(({ name }) => names.size === names.add(name).size)
  if (twice) throw new UnrolledError('option', `chain: two parameters are named ${twice.name}`)
  const tie = new Map(Object.entries(options.tie ?? {}))
  checkTies(tie, all)
  const [first] = links as [Link]
  const last = links.at(-1)!
  const { fit } = first.layer
  return defineLayer({
    description: {
      kind: 'chain',
      layers: links.map(({ name, layer }) => [name, layer.description]) as unknown as Json,
      ...(tie.size > 0 && { tie: Object.fromEntries(tie) }),
    },
    inputs: { ...first.layer.inputs, ...others(links.slice(1), ({ layer, into }) => [layer.inputs, into]) },
    outputs: { ...others(links.slice(0, -1), ({ layer, from }) => [layer.outputs, from]), ...last.layer.outputs },
    children: new Map(links.map(({ name, layer }) => [name, layer])),
    causal: links.every(({ layer }) => layer.causal),
    declared: all.filter(({ name }) => !tie.has(name)),
    states: links.flatMap(({ prefix, layer }) => prefixed(prefix, layer.states)),
    build(context, inputs) {
      const shared = { ...context, parameter: (name: string) => context.parameter(tie.get(name) ?? name) }
      return passed(links, inputs, (link, given) => link.layer.build(within(shared, link.prefix), given))
    },
    ...(fit && { fit: (inputs: Ports) => chain({ ...layers, [first.name]: fit(inputs) }, options) }),
  })
}

/** Fits layers to each other, one after the other. */
function linksOf(layers: Readonly<Record<string, Layer | OpenLayer>>): Link[] {
  const links: Link[] = []
  for (const [name, given] of Object.entries(layers ?? {})) {
    const before = links.at(-1)
    const layer = before ? fitted(before, name, given) : given
    if (!isLayer(layer)) throw new UnrolledError('option', `chain: ${name} ${noLayer(layer, links.length === 0)}`)
    const [into] = mainOf(layer.inputs, 'x')
    const [from] = mainOf(layer.outputs, 'output')
    if (before) checkFit(before, name, layer.inputs[into]!)
    links.push({ name, prefix: prefixOf([name]), layer, into, from })
  }
  if (links.length === 0) throw new UnrolledError('option', 'chain: at least one layer is needed')
  return links
}

const outputOf = ({ layer, from }: Link): Port => layer.outputs[from]!

function fitted(before: Link, name: string, given: Layer | OpenLayer): Layer | OpenLayer {
  if (typeof given?.fit !== 'function') return given
  const output = outputOf(before)
  const open = !isLayer(given)
  const [into] = open ? ['x'] : mainOf(given.inputs, 'x')
  try {
    return given.fit({ ...(open ? {} : given.inputs), [into]: output })
  } catch (error) {
    // What is wrong with sizes that follow from others is said with where they come from; a wrong option has nothing to do with them.
    if (!(error instanceof UnrolledError) || error.code !== 'shape') throw error
    throw new UnrolledError(
      error.code,
      `chain: ${before.name} gives ${portText(output)}, but ${name}: ${error.message}`,
    )
  }
}

const isLayer = (given: Layer | OpenLayer): given is Layer => typeof (given as Layer | undefined)?.build === 'function'

function noLayer(given: unknown, first: boolean): string {
  const { kind, fit } = (given ?? {}) as Partial<OpenLayer>
  if (typeof fit !== 'function') return 'is no layer'
  return first
    ? `comes first, so nothing says what comes into it: ${kind} needs its input's size, ${kind}({ input: … }) or ({ size: … })`
    : 'is no layer'
}

function checkFit(before: Link, name: string, wanted: Port): void {
  const output = outputOf(before)
  const what = misfit(output, wanted)
  if (what === undefined) return
  throw new UnrolledError(
    'shape',
    what === 'columns'
      ? `chain: ${before.name} gives ${output.columns} columns, but ${name} takes ${wanted.columns}`
      : `chain: ${before.name} gives ${portText(output)}, but ${name} takes ${portText(wanted)}`,
  )
}

/** Ports that no neighbour serves, under the names of their layers. */
const others = (links: readonly Link[], of: (link: Link) => readonly [Ports, string]): Ports =>
  Object.fromEntries(
    links.flatMap((link) => {
      const [ports, main] = of(link)
      return Object.entries(ports)
        .filter(([name]) => name !== main)
        .map(([name, port]) => [link.prefix + name, port])
    }),
  )

/** Passes values along; gives what comes out in the end, and what else came out on the way. */
function passed(links: readonly Link[], inputs: Nodes, built: (link: Link, given: Nodes) => Nodes): Nodes {
  let outputs: Nodes = {}
  let aside: Nodes = {}
  for (const [i, link] of links.entries()) {
    const before = links[i - 1]
    const given = Object.keys(link.layer.inputs).flatMap((name) => {
      const node = before && name === link.into ? outputs[before.from] : inputs[before ? link.prefix + name : name]
      return node ? [[name, node] as const] : []
    })
    if (before) {
      const rest = Object.entries(outputs).filter(([name]) => name !== before.from)
      aside = { ...aside, ...Object.fromEntries(rest.map(([name, node]) => [before.prefix + name, node])) }
    }
    outputs = built(link, Object.fromEntries(given))
  }
  return { ...aside, ...outputs }
}

/** The chain a description stands for; `inside` makes the layers in it. */
export function chainFrom(
  { layers, tie = {} }: LayerDescription,
  inside: (description: LayerDescription) => Layer | OpenLayer,
): Layer {
  if (!Array.isArray(layers)) throw new UnrolledError('option', 'it is a chain without a list of layers')
  const entries = layers as unknown as [string, LayerDescription][]
  const [described, ties] = untied(entries, tie as Record<string, string>)
  return chain(named(described.map(([name, description]) => [name, inside(description)])), { tie: ties })
}

/** Version 0.1.0 had a layer for an output whose matrix is the embedding's; that is a linear layer with a tie. */
function untied(
  entries: readonly [string, LayerDescription][],
  tie: Readonly<Record<string, string>>,
): [readonly [string, LayerDescription][], Readonly<Record<string, string>>] {
  const at = entries.findIndex(([, { kind }]) => kind === 'tied')
  if (at < 0) return [entries, tie]
  const { symbols, size } = entries[at]![1]
  const head: [string, LayerDescription] = ['output', { kind: 'linear', input: size!, output: symbols! }]
  return [entries.with(at, head), { ...tie, 'output.weight': 'embedding.weight' }]
}

type Declared = Layer['declared'][number]

/** Holds ties against the parameters: both are there, have one shape, and the one that gives is no one's own. */
function checkTies(tie: ReadonlyMap<string, string>, all: readonly Declared[]): void {
  const shapeOf = (name: string): string => {
    const found = all.find((one) => one.name === name)
    if (found) return `[${extentsOf(found).join(', ')}]`
    const close = nearest(
      name,
      all.map((one) => one.name),
    )
    const advice = close === undefined ? `there are ${all.map((one) => one.name).join(', ')}` : `did you mean ${close}?`
    throw new UnrolledError('option', `chain: tie: there is no parameter ${name}; ${advice}`)
  }
  for (const [name, other] of tie) {
    const [own, given] = [shapeOf(name), shapeOf(other)]
    if (own !== given) {
      throw new UnrolledError('option', `chain: tie: ${name} is ${own}, but ${other} is ${given}; they must be alike`)
    }
    if (tie.has(other)) {
      throw new UnrolledError('option', `chain: tie: ${other} is itself tied to ${tie.get(other)}; tie ${name} to that`)
    }
  }
}
