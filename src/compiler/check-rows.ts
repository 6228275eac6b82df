import { UnrolledError } from '../error.ts'
import { shapeText, type Node, type RowAxis, type ScanNode } from '../graph/index.ts'
import { lowerings } from './lowerings.ts'
import { isProduct, linksOf, startOf } from './product.ts'
import type { Moment, Sources } from './sources.ts'
import type { Delivery } from './storage.ts'
import type { Kernel, Single } from './units.ts'

/**
 * Refuses, before anything is computed, what no instruction says: it goes over some axes, reads arrays over these or fewer, and
 * matrices as a whole. How many axes may be apart from each other is told where places are known.
 */
export function checkRows(timeline: readonly Moment[], deliveries: readonly Delivery[], sources: Sources): void {
  for (const { unit, loop } of timeline) {
    if (unit.kind === 'loop') checkScan(unit.scan)
    else for (const node of nodesOf(unit)) checkNode(node, loop?.scan.attributes.axis, sources)
  }
  for (const { node } of deliveries) if (isTwice(node.shape.rows)) refuse(node, 'an axis is named twice', [node])
}

const nodesOf = (unit: Kernel | Single): readonly Node[] => (unit.kind === 'kernel' ? unit.nodes : [unit.node])

const isTwice = (rows: readonly RowAxis[]): boolean => new Set(rows).size < rows.length

function refuse(node: Node, why: string, inputs: readonly Node[] = node.inputs): never {
  const shapes = inputs.map(({ shape }) => shapeText(shape)).join(' and ')
  throw new UnrolledError('bad-program', `${node.operation.name} of ${shapes} cannot be compiled: ${why}`)
}

function checkScan(scan: ScanNode): void {
  const { axis, states } = scan.attributes
  states.forEach(({ old, next }, i) => {
    const values = [scan.inputs[i]!, next, old]
    if (values.some(({ shape: { rows } }) => rows.includes(axis) || isTwice(rows)))
      refuse(scan, `a state has rows over ${axis}, as the steps have, or over an axis twice`, values)
    if (values.some(({ shape: { rows } }) => rows.some((row) => !old.shape.rows.includes(row))))
      refuse(scan, 'a state has rows that it did not begin with', values)
  })
}

/** `loop` is the axis of the loop whose step the node is of. */
function checkNode(node: Node, loop: string | undefined, sources: Sources): void {
  const { inputs, shape, operation } = node
  if (operation.kind === 'loop') refuse(node, 'a scan stands in the step of another')
  if ([node, ...inputs].some(({ shape: { rows } }) => isTwice(rows))) refuse(node, 'an axis is named twice')
  const whole = loop !== undefined && [node, ...inputs].some(({ shape: { rows } }) => rows.includes(loop))
  if (whole) refuse(node, `a step over ${loop} reads all steps at once`)
  const { over, matrix, problem } = lowerings.get(operation) ?? {}
  const rows = over?.(node) ?? shape.rows
  const matrices = isProduct(node) ? linksOf(node).map(({ w }) => w) : inputs.filter((_, i) => i === matrix)
  const start = isProduct(node) ? startOf(node) : undefined
  const read = isProduct(node)
    ? [...linksOf(node).map(({ a }) => a), ...(start ? [start] : [])]
    : inputs.filter((_, i) => i !== matrix)
  if (read.some(({ shape }) => shape.rows.some((axis) => !rows.includes(axis))))
    refuse(node, `an instruction over [${rows.join(', ')}] reads arrays over these axes or some of them`)
  if (!matrices.every(isMatrix)) refuse(node, 'what is read as a whole is a matrix, with a fixed number of rows')
  if (loop !== undefined && matrices.some((matrix) => sources.changes(matrix)))
    refuse(node, 'the matrix is another one at each step')
  const wrong = problem?.(node)
  if (wrong !== undefined) refuse(node, wrong, inputs.length > 0 ? inputs : [node])
}

const isMatrix = ({ shape: { rows } }: Node): boolean => rows.length === 1 && typeof rows[0] === 'number'
