import { UnrolledError } from '../error.ts'
import type { RowAxis, Shape } from './shape.ts'
import type { EvaluationContext, Value } from './value.ts'

export type { RowAxis, Shape } from './shape.ts'

/**
 * What an operation is to whoever computes it. `given`: it is there; `view`: another way of seeing an array; `inline`: a number,
 * written where it is used; `pointwise`: element by element; `rows`: each row from that row of its inputs; `reduction`: a sum over
 * rows; `product`: a matrix applied to rows; `random`: drawn; `loop`: steps.
 */
export type OperationKind =
  'given' | 'view' | 'inline' | 'pointwise' | 'rows' | 'reduction' | 'product' | 'random' | 'loop'

/** What a view sees: an array from column `from` on, if it is cut; or, of an old state of a scan, its value after the `last` step. */
export interface Seen {
  /** The array, or the old state. */
  readonly of: Node
  /** The first column that is seen; absent where nothing is cut. */
  readonly from?: number
  /** Whether the value after the last step is meant; absent of an array. */
  readonly last?: boolean
}

/**
 * What a node does. Shape rule, gradient rule and plain float64 evaluation stand side by side in the operation's file.
 * Attributes `A` are what the operation needs beside its inputs.
 */
export interface Operation<A = unknown> {
  /** What errors call it. */
  readonly name: string
  /** What it is to whoever computes it: this is asked for, and never the name. */
  readonly kind: OperationKind
  /** Whether it is cheaper to compute again than to store and load. */
  readonly cheap?: boolean
  /** Whether it is another value in each run, whatever its inputs are. */
  readonly varies?: boolean
  /** What a view sees. */
  seen?(node: Node<A>): Seen
  /** The adjoint of each input, given the node and its adjoint; undefined where nothing flows. Absent: not differentiable. */
  gradient?(node: Node<A>, adjoint: Node): readonly (Node | undefined)[]
  /** Its value in float64, given those of the node's inputs: what every kernel is held against. */
  evaluate(node: Node<A>, inputs: readonly Value[], context: EvaluationContext): Value
}

/** One value of a computation: immutable, shared, identified by itself. */
export interface Node<A = unknown> {
  /** Rises from node to node as they are made, so that inputs have lower ones. */
  readonly id: number
  /** What is done. */
  readonly operation: Operation<A>
  /** What it is done to, in the operation's own order; `[matrix, vector]` of a product. */
  readonly inputs: readonly Node[]
  /** What the operation needs besides: the value of a constant, the first column of a slice. */
  readonly attributes: A
  /** What comes out, known before anything runs. */
  readonly shape: Shape
}

let count = 0

/** Makes a node. Ids rise, so that a node's inputs always have smaller ids than the node. */
export function node<A>(operation: Operation<A>, inputs: readonly Node[], attributes: A, shape: Shape): Node<A> {
  return { id: count++, operation, inputs, attributes, shape }
}

/** Whether something is a node, and no number or array. */
export const isNode = (value: unknown): value is Node => (value as Node | null)?.operation !== undefined

/** Holds what a function of nodes is given against what it takes. */
export function checkNodes(name: string, given: readonly unknown[]): void {
  for (const one of given) {
    if (isNode(one)) continue
    throw new UnrolledError(
      'bad-program',
      `${name}: a value of type ${typeof one} is no node; constant(2) makes one of a number`,
    )
  }
}

/** `[time, batch] × 20`, as errors print it. */
export function shapeText(shape: Shape): string {
  return shape.rows.length === 0 ? `${shape.columns}` : `[${shape.rows.join(', ')}] × ${shape.columns}`
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.columns === b.columns && sameRows(a.rows, b.rows)
}

export function sameRows(a: readonly RowAxis[], b: readonly RowAxis[]): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i])
}

/** Outermost first; fixed rows come last. */
const steps = ['time', 'source']
const order = [...steps, 'batch']
const rank = (axis: RowAxis): number => (typeof axis === 'number' ? order.length : order.indexOf(axis))

/** Whether an axis counts the steps of sequences. */
export const isStep = (axis: RowAxis | undefined): boolean => steps.includes(axis as string)

/** The shape of a pointwise result: the union of row axes; columns equal, or 1. */
export function broadcastShape(name: string, shapes: readonly Shape[]): Shape {
  let columns = 1
  const rows: RowAxis[] = []
  for (const shape of shapes) {
    if (shape.columns !== 1) {
      if (columns !== 1 && columns !== shape.columns) {
        throw new UnrolledError('shape', `${name}: ${shapes.map(shapeText).join(' and ')} do not fit: columns differ`)
      }
      columns = shape.columns
    }
    for (const axis of shape.rows) if (!rows.includes(axis)) rows.push(axis)
  }
  rows.sort((a, b) => rank(a) - rank(b))
  if (rows.filter((axis) => typeof axis === 'number').length > 1) {
    throw new UnrolledError('shape', `${name}: ${shapes.map(shapeText).join(' and ')} do not fit: rows differ`)
  }
  return { rows, columns }
}
