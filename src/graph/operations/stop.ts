import { node, type Node, type Operation } from '../node.ts'

export const stopOperation: Operation = {
  name: 'stop',
  kind: 'view',
  seen: ({ inputs: [a] }) => ({ of: a! }),
  gradient: () => [undefined],
  evaluate: (_, [a]) => a!,
}

/** The same value; no gradient flows through. */
export const stop = (a: Node): Node => node(stopOperation, [a], undefined, a.shape)
