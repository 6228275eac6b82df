import { UnrolledError } from '../error.ts'
import { checkNodes, input, mul, nameOf, parameter, sumRows, type Node } from '../graph/index.ts'
import { known, layerGraph, mainOf, optionalOf, shapeOf, type GraphOptions, type LayerGraph } from '../layers/index.ts'
import { lossPrefix, type Model } from './model.ts'

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
export async function modelGraph(
  { layer, loss, declared, targets: ports }: Model,
  options: GraphOptions,
): Promise<LossGraph> {
  const graph = layerGraph(layer, { ...options, without: optionalOf(layer.inputs) })
  const targets = input('targets', shapeOf(ports.targets))
  const weights = input('weights', shapeOf(ports.weights))
  const [name] = mainOf(layer.outputs, 'output')
  const own = declared.slice(layer.declared.length).map(({ name, shape }) => parameter(name, shape))
  const byName = new Map(own.map((node) => [nameOf(node), node]))
  const losses = await loss.build(graph.outputs[name]!, targets, {
    parameter: (name) => known(byName, lossPrefix + name, 'parameter', loss.name),
    lengths: (axis) => (axis === 'source' ? graph.sourceLengths : graph.lengths),
    ...(graph.starts && { starts: graph.starts }),
  })
  checkNodes(`the loss ${loss.name}`, [losses])
  const { columns } = losses.shape
  if (columns !== 1) {
    const what = `the loss ${loss.name} gives ${columns} numbers for each row; a loss is one`
    throw new UnrolledError('shape', `${what}: mean(…) or sumColumns(…) of unrolled/graph makes one of them`)
  }
  const parameters = [...graph.parameters, ...own]
  return { ...graph, parameters, targets, weights, losses, loss: sumRows(mul(losses, weights)) }
}
