import { node, type Node } from './node.ts'

/** Visits the nodes under `roots` that may be entered, each once, inputs before users and from left to right. */
export function bottomUp(roots: readonly Node[], enter: (node: Node) => boolean, visit: (node: Node) => void): void {
  const seen = new Set<Node>()
  const open: { readonly node: Node; next: number }[] = []
  const begin = (node: Node): void => {
    if (seen.has(node) || !enter(node)) return
    seen.add(node)
    open.push({ node, next: 0 })
  }
  for (const root of roots) {
    begin(root)
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const input = top.node.inputs[top.next++]
      if (input) begin(input)
      else {
        open.pop()
        visit(top.node)
      }
    }
  }
}

/**
 * The same graph with some nodes replaced. `replace` sees each node once, inputs first, with its inputs already rewritten,
 * and gives another node or undefined to keep it. Nodes nothing changed under keep their identity.
 */
export function rewrite(
  roots: readonly Node[],
  replace: (node: Node, original: Node) => Node | undefined,
  memo: Map<Node, Node> = new Map(),
): Node[] {
  const pending = [...roots]
  while (pending.length > 0) {
    const original = pending.at(-1)!
    const missing = memo.has(original) ? [] : original.inputs.filter((input) => !memo.has(input))
    if (missing.length > 0) {
      pending.push(...missing)
      continue
    }
    pending.pop()
    if (memo.has(original)) continue
    const inputs = original.inputs.map((input) => memo.get(input)!)
    const same = inputs.every((input, i) => input === original.inputs[i])
    const kept = same ? original : node(original.operation, inputs, original.attributes, original.shape)
    memo.set(original, replace(kept, original) ?? kept)
  }
  return roots.map((root) => memo.get(root)!)
}

/** The same graph with leaves exchanged. */
export const substitute = (roots: readonly Node[], by: ReadonlyMap<Node, Node>): Node[] =>
  rewrite(roots, () => undefined, new Map(by))
