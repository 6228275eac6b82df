import { UnrolledError } from '../error.ts'
import { input, parameter, random, sumRows, mul, type Node } from '../graph/index.ts'
import { siteOf, type Json, type Layer } from '../layers/index.ts'
import { nearest } from '../nearest.ts'
import { checkNamed, checkTensor, named, type Named } from '../tensor.ts'
import type { Loss } from './losses/index.ts'

/** Which steps of a sequence count in the loss. */
export type Counted = 'every step' | 'last step'

/** How a model came about, as its file tells: what it was trained on, how long, with what. */
export type TrainingRecord = { readonly [name: string]: Json }

/**
 * A network with its values: layers, loss, and the parameters that training changes in place. It is made for data (its
 * vocabulary, its labels) and keeps none of it.
 */
export interface Model {
  readonly kind: string
  readonly layer: Layer
  readonly loss: Loss
  readonly on: Counted
  readonly seed: number
  /** Float32 values by name. Exchanged as a whole, so that whoever computed with the old ones can tell. */
  parameters: Named
  record: TrainingRecord
}

/** Makes a model of its parts: a value like any other, of which JSON gets a description that says where its weights are not. */
export const asModel = <Made extends Model>(parts: Made): Made =>
  Object.defineProperty(parts, 'toJSON', { value: described, writable: true, configurable: true })

function described(this: Model): Json {
  const { kind, layer, loss, on, seed, record } = this
  return {
    kind,
    layer: layer.description as Json,
    loss: { name: loss.name, options: loss.options },
    on,
    seed,
    record,
    parameters: Object.fromEntries(layer.declared.map(({ name, shape }) => [name, [...shape.rows, shape.columns]])),
    weights: 'not in JSON; saveModel writes them to a file, encodeModel makes bytes of them',
  }
}

/**
 * Gives a model other values for some or all of its parameters. Unknown names and wrong shapes are errors, and leave the
 * model as it was.
 */
export function setParameters(model: Model, values: Named): void {
  checkNamed('setParameters', values)
  const next = named(Object.entries(model.parameters))
  for (const [name, tensor] of Object.entries(values)) {
    const old = next[name]
    if (!old) {
      const close = nearest(name, Object.keys(next))
      throw new UnrolledError(
        'parameters',
        `the model has no parameter ${name}${close ? `; did you mean ${close}?` : ''}`,
      )
    }
    checkTensor(`the parameter ${name}`, tensor, old.shape)
    next[name] = { shape: old.shape, data: Float32Array.from(tensor.data) }
  }
  model.parameters = next
}

/** Named input nodes of a layer's graph. */
export interface LayerGraph {
  /** `[time, batch] × input` */
  readonly x: Node
  readonly output: Node
  readonly parameters: readonly Node[]
  readonly states: readonly { readonly name: string; readonly initial: Node; readonly final: Node }[]
  /** `[batch] × 1`, where sequences have lengths of their own. */
  readonly lengths?: Node
}

/**
 * A layer's graph with its inputs: region `x`, states in `state.NAME`, and `lengths` where sequences have lengths of their own.
 */
export function layerGraph(
  layer: Layer,
  options: { readonly training: boolean; readonly lengths: boolean },
): LayerGraph {
  const parameters = new Map(layer.declared.map(({ name, shape }) => [name, parameter(name, shape)]))
  const initial = new Map(
    layer.states.map(({ name, columns }) => [name, input(`state.${name}`, { rows: ['batch'], columns })]),
  )
  const final = new Map<string, Node>()
  const x = input('x', { rows: ['time', 'batch'], columns: layer.input })
  const lengths = options.lengths ? input('lengths', { rows: ['batch'], columns: 1 }) : undefined
  const output = layer.build(
    {
      parameter: (name) => parameters.get(name)!,
      initial: (name) => initial.get(name)!,
      final: (name, value) => void final.set(name, value),
      ...(lengths && { lengths }),
      training: options.training,
      random: (name, shape) => random(siteOf(name), shape),
    },
    x,
  )
  return {
    x,
    output,
    parameters: [...parameters.values()],
    states: layer.states.map(({ name }) => ({ name, initial: initial.get(name)!, final: final.get(name)! })),
    ...(lengths && { lengths }),
  }
}

/** A model's graph. */
export interface LossGraph extends LayerGraph {
  readonly targets: Node
  /** What each step counts, `[time, batch] × 1`. */
  readonly weights: Node
  /** Σ weight · loss */
  readonly loss: Node
}

/** A model's graph with its loss: further regions `targets` and `weights`. */
export function modelGraph(
  model: Model,
  options: { readonly training: boolean; readonly lengths: boolean },
): LossGraph {
  const graph = layerGraph(model.layer, options)
  const rows = ['time', 'batch']
  const targets = input('targets', { rows, columns: model.loss.target(model.layer.output).columns })
  const weights = input('weights', { rows, columns: 1 })
  return { ...graph, targets, weights, loss: sumRows(mul(model.loss.build(graph.output, targets), weights)) }
}
