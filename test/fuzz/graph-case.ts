import {
  finalOperation,
  leavesOf,
  sequenceOperation,
  shapeText,
  type FinalNode,
  type Node,
  type ScanNode,
  type SequenceNode,
} from '../../src/graph/index.ts'
import { adjointRegion } from '../../src/runtime/index.ts'
import type { GraphCase } from './generate-graph.ts'
import { drawn, numbers } from './numbers.ts'
import { nameOf, type Numbers, type Subject } from './subject.ts'

/** The graph with random numbers for all that it is given. */
export function graphSubject({ graph, backward, inputs, extents }: GraphCase): Subject {
  const context = { extents, scalars: { seed: 5, step: 0, window: 0, sequence: 0 } }
  const given = new Map<string, Numbers>()
  for (const node of graph.parameters) given.set(nameOf(node), drawn(nameOf(node), node.shape, context, 1, 0.7))
  for (const { node, below } of inputs) {
    const any = drawn(nameOf(node), node.shape, context, 1, 0.9)
    given.set(
      nameOf(node),
      below === undefined ? any : numbers(node.shape, context, (i) => Math.floor(((any.data[i]! + 0.9) / 1.8) * below)),
    )
  }
  for (const [name, { shape }] of Object.entries(graph.outputs)) {
    given.set(adjointRegion(name), drawn(`adjoint of ${name}`, shape, context, 1, 0.9))
  }
  return { graph, backward, given, context }
}

/** The graph line by line, the steps of scans indented. */
export function graphText({ graph, extents }: GraphCase): string {
  const names = new Map<Node, string>()
  let count = 0
  const lines: string[] = [
    `# ${Object.entries(extents)
      .map(([axis, extent]) => `${axis} ${extent}`)
      .join(', ')}`,
  ]
  const write = (node: Node, indent: string): string => {
    const known = names.get(node)
    if (known) return known
    const name = `n${count++}`
    const attributes = node.attributes as Readonly<Record<string, unknown>> | undefined
    let inputs = node.inputs
    let more = ''
    if (node.operation.name === 'scan') {
      const scan = node as ScanNode
      for (const leaf of leavesOf(scan))
        names.set(leaf, `${(leaf.attributes as { name: string }).name.replace(' ', '')}_${node.id}`)
      more = ` ${scan.attributes.reverse ? 'reverse ' : ''}leaves ${leavesOf(scan)
        .map((leaf) => names.get(leaf))
        .join(' ')}`
      const next = scan.attributes.states.map(({ next }) => write(next, `${indent}  `))
      more += ` next ${next.join(' ')}`
    } else if (node.operation === sequenceOperation) {
      inputs = node.inputs.slice(0, 1)
      write(inputs[0]!, indent)
      more = ` of ${write((node as SequenceNode).attributes.of, `${indent}  `)}`
    } else if (node.operation === finalOperation) more = ` of state ${(node as FinalNode).attributes.state}`
    else if (attributes) more = ` ${JSON.stringify(attributes)}`
    const read = inputs.map((input) => write(input, indent))
    names.set(node, name)
    lines.push(
      `${indent}${names.get(node)} = ${node.operation.name}(${read.join(', ')})${more}  # ${shapeText(node.shape)}`,
    )
    return names.get(node)!
  }
  for (const [name, node] of Object.entries({ ...graph.outputs, ...graph.sums }))
    lines.push(`${name} = ${write(node, '')}`)
  return lines.join('\n')
}
