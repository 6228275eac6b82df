import { UnrolledError } from '../error.ts'
import {
  randomOperation,
  sameRows,
  shapeText,
  sumRowsOperation,
  sumSquaresOperation,
  type Node,
  type Operation,
  type RowAxis,
  type ScanNode,
} from '../graph/index.ts'
import { lowerings } from './lowerings.ts'
import type { Delivery } from './storage.ts'
import type { Moment, Sources } from './sources.ts'
import { isInline, type Kernel, type Single } from './units.ts'
import { isProduct, linksOf, startOf } from './product.ts'

/**
 * What a place can say: an offset, a stride over time, a pitch over all other rows together. So an instruction over some rows
 * reads arrays over the same rows or over none beside time. What says more is refused here, before anything is computed.
 */
export function checkRows(timeline: readonly Moment[], deliveries: readonly Delivery[], sources: Sources): void {
  for (const { unit, loop } of timeline) {
    if (unit.kind === 'loop') checkScan(unit.scan, sources)
    else for (const node of nodesOf(unit)) checkNode(node, loop !== undefined, sources)
  }
  for (const { node } of deliveries) if (!fits(node.shape.rows, node, sources)) refuse(node, [node])
}

const nodesOf = (unit: Kernel | Single): readonly Node[] => (unit.kind === 'kernel' ? unit.nodes : [unit.node])

const time = 'time'
const beside = (rows: readonly RowAxis[]): RowAxis[] => rows.filter((axis) => axis !== time)

/** Whether an instruction over `rows` can read a node. */
function fits(rows: readonly RowAxis[], node: Node, sources: Sources): boolean {
  const read = sources.of(node)
  if (!read) return true
  const own = beside(read.shape.rows)
  return own.length === 0 || sameRows(own, beside(rows))
}

function refuse(node: Node, inputs: readonly Node[] = node.inputs): never {
  const shapes = inputs.map(({ shape }) => shapeText(shape)).join(' and ')
  throw new UnrolledError(
    'bad-program',
    `${node.operation.name} of ${shapes} cannot be compiled: an instruction reads arrays over its own rows, or over time or nothing`,
  )
}

function checkScan(scan: ScanNode, sources: Sources): void {
  const { axis, states } = scan.attributes
  if (axis !== time) {
    throw new UnrolledError('bad-program', `scan over ${axis} cannot be compiled: a program runs over time alone`)
  }
  states.forEach(({ old, next }, i) => {
    for (const value of [scan.inputs[i]!, next]) if (!fits(old.shape.rows, value, sources)) refuse(scan, [value, old])
  })
}

function checkNode(node: Node, inLoop: boolean, sources: Sources): void {
  const { inputs, shape } = node
  const misplaced = [node, ...inputs].some(({ shape: { rows } }) => rows.lastIndexOf(time) > (inLoop ? -1 : 0))
  if (misplaced) refuse(node)
  for (const input of inputs) {
    const seen = sources.through(input)
    if (isInline(seen) && seen.shape.rows.some((axis) => axis !== time)) refuse(node)
  }
  const read = (rows: readonly RowAxis[], of: readonly Node[]): void => {
    if (!of.every((input) => fits(rows, input, sources))) refuse(node)
  }
  if (isProduct(node)) {
    const start = startOf(node)
    read(shape.rows, [...linksOf(node).map(({ a }) => a), ...(start ? [start] : [])])
    if (!linksOf(node).every(({ w }) => isMatrix(w) && !(inLoop && sources.changes(w)))) refuse(node)
    return
  }
  const { over, matrix } = lowerings.get(node.operation) ?? {}
  const rows = over?.(node) ?? shape.rows
  // What is summed over rows keeps all but time, or none.
  const kept = beside(shape.rows)
  if (node.operation === sumRowsOperation && kept.length > 0 && !sameRows(kept, beside(rows))) refuse(node)
  if (over && inputs.some((input) => input.shape.rows.some((axis) => !rows.includes(axis)))) refuse(node)
  if (node.operation === sumSquaresOperation && inputs[0]!.shape.rows.length > 0) refuse(node)
  if (node.operation === (randomOperation as Operation) && kept.length > 1) refuse(node, [node])
  if (matrix !== undefined && !isMatrix(inputs[matrix]!)) refuse(node)
  read(
    rows,
    inputs.filter((_, i) => i !== matrix),
  )
}

const isMatrix = ({ shape: { rows } }: Node): boolean => rows.length === 1 && typeof rows[0] === 'number'
