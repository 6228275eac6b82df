import type { Node } from './node.ts'
import type { EvaluationContext, Value } from './value.ts'

/**
 * The plain float64 meaning of graphs: the oracle everything else is held against.
 * `known` gives the values of inputs and parameters; results are added to it.
 */
export function evaluate(roots: readonly Node[], known: Map<Node, Value>, context: EvaluationContext): Value[] {
  const pending = [...roots]
  while (pending.length > 0) {
    const node = pending.at(-1)!
    const missing = known.has(node) ? [] : node.inputs.filter((input) => !known.has(input))
    if (missing.length > 0) {
      pending.push(...missing)
      continue
    }
    pending.pop()
    if (known.has(node)) continue
    const inputs = node.inputs.map((input) => known.get(input)!)
    known.set(node, node.operation.evaluate(node, inputs, context))
  }
  return roots.map((root) => known.get(root)!)
}
