import type { ofOne, ofTwo } from '../element-functions.ts'
import { broadcastShape, checkNodes, node, type Node, type Operation, type Shape } from './node.ts'
import { rowMap, zeros, type EvaluationContext, type Value } from './value.ts'

/** What an element-by-element operation states about itself. */
export interface PointwiseRule {
  /** As programs call the function. */
  readonly name: keyof typeof ofOne | keyof typeof ofTwo | 'select' | 'broadcast'
  /** Whether it is cheaper to compute again than to store and load. */
  readonly cheap?: boolean
  readonly evaluate: (...values: number[]) => number
  readonly gradient?: (node: Node, adjoint: Node) => readonly (Node | undefined)[]
}

/** Declares an operation that works element by element, broadcasting over missing axes and single columns. */
export function pointwise(rule: PointwiseRule): Operation {
  return {
    ...rule,
    kind: 'pointwise',
    evaluate: (node, inputs, context) => evaluatePointwise(node.shape, inputs, context, rule.evaluate),
  }
}

/** Makes a node of a pointwise operation. */
export function apply(operation: Operation, ...inputs: readonly Node[]): Node {
  checkNodes(operation.name, inputs)
  const shape = broadcastShape(
    operation.name,
    inputs.map((input) => input.shape),
  )
  return node(operation, inputs, undefined, shape)
}

function evaluatePointwise(
  shape: Shape,
  inputs: readonly Value[],
  context: EvaluationContext,
  f: (...values: number[]) => number,
): Value {
  const result = zeros(shape, context)
  const maps = inputs.map((input) => rowMap(input.shape, result))
  const { columns } = shape
  const values = new Array<number>(inputs.length)
  for (let i = 0; i < result.data.length; i++) {
    const row = Math.floor(i / columns)
    for (let k = 0; k < inputs.length; k++) {
      const { data, shape } = inputs[k]!
      values[k] = data[maps[k]![row]! * shape.columns + (shape.columns === 1 ? 0 : i % columns)]!
    }
    result.data[i] = f(...values)
  }
  return result
}
