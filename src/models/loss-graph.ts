import { input, mul, sumRows, type Node } from '../graph/index.ts'
import { layerGraph, mainOf, optionalOf, shapeOf, type GraphOptions, type LayerGraph } from '../layers/index.ts'
import type { Model } from './model.ts'

/** A model's graph. */
export interface LossGraph extends LayerGraph {
  readonly targets: Node
  /** What each row of the targets counts. */
  readonly weights: Node
  /** The loss of each row. */
  readonly losses: Node
  /** Σ weight · loss */
  readonly loss: Node
}

/** A model's graph with its loss. */
export function modelGraph({ layer, loss, targets: ports }: Model, options: GraphOptions): LossGraph {
  const graph = layerGraph(layer, { ...options, without: optionalOf(layer.inputs) })
  const targets = input('targets', shapeOf(ports.targets))
  const weights = input('weights', shapeOf(ports.weights))
  const [name] = mainOf(layer.outputs, 'output')
  const losses = loss.build(graph.outputs[name]!, targets)
  return { ...graph, targets, weights, losses, loss: sumRows(mul(losses, weights)) }
}
