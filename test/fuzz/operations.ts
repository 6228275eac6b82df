import type { EvaluationContext, Node, Operation, ScanNode, SequenceNode, Value } from '../../src/graph/index.ts'

/** Every operation used under some nodes, steps of scans included. */
export function operationsUnder(roots: readonly Node[]): Set<Operation> {
  const seen = new Set<Node>()
  const pending = [...roots]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    pending.push(...node.inputs)
    if (node.operation.name === 'scan') pending.push(...(node as ScanNode).attributes.states.map(({ next }) => next))
    if (node.operation.name === 'sequence') pending.push((node as SequenceNode).attributes.of)
  }
  return new Set([...seen].map(({ operation }) => operation))
}

/** What takes the place of an operation's evaluation; `plain` is the evaluation itself. */
export type Change = (
  node: Node,
  inputs: readonly Value[],
  context: EvaluationContext,
  plain: Operation['evaluate'],
) => Value

/** Runs `work` while some operations evaluate in another way. */
export function during<Result>(operations: Iterable<Operation>, change: Change, work: () => Result): Result {
  const undo: (() => void)[] = []
  try {
    for (const operation of operations) {
      const plain = operation.evaluate
      operation.evaluate = (node, inputs, context) => change(node, inputs, context, plain)
      undo.push(() => void (operation.evaluate = plain))
    }
    return work()
  } finally {
    for (const step of undo) step()
  }
}
