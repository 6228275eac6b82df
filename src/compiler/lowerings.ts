import {
  concatOperation,
  contractOperation,
  crossEntropyGradientOperation,
  crossEntropyOperation,
  dotOperation,
  gatherOperation,
  isStep,
  jointRows,
  maxColumnsOperation,
  maxRowsOperation,
  padOperation,
  randomOperation,
  scatterAddOperation,
  sumColumnsOperation,
  sumRowsOperation,
  sumSquaresOperation,
  weightedSumOperation,
  type Node,
  type Operation,
  type RowAxis,
} from '../graph/index.ts'
import { asMatrix, type Spot } from './arrays.ts'
import { chunk } from './chunk.ts'
import type { Draft } from './drafts.ts'
import { productOperation } from './product.ts'
import type { Over } from './spans.ts'

/** What an operation is lowered to instructions with. */
export interface Scribe {
  /** The rows it goes over. */
  readonly over: Over
  /** An input as it can be read in memory, all its columns. */
  input(index: number): Spot
  /** Where the result lies. */
  dest(): Spot
  /** Columns of zeros behind those of the result. */
  readonly pad: number
  write(draft: Draft): void
  /** Fills the result with a number. */
  fill(value: number): void
  /** Copies an input to the result from `column` on, and zeros behind it. */
  copy(index: number, column: number, pad: number): void
}

/** How an operation that is no pointwise work becomes instructions. */
export interface Lowering {
  /** Whether results of such operations that share an operand stand side by side, so that they can become one instruction. */
  readonly bundled?: boolean
  /** The rows it goes over, where these are not the result's. */
  readonly over?: (node: Node) => readonly RowAxis[]
  /** The input that is a matrix and is read as a whole. */
  readonly matrix?: number
  /** Why a node has no instruction, if it has none. */
  readonly problem?: (node: Node) => string | undefined
  /** Writes the instructions; a reduction's result is zero before, or what it is added to. Products are written by whoever knows what they start from. */
  readonly lower?: (node: Node, to: Scribe) => void
}

const ofFirst = ({ inputs: [a] }: Node): readonly RowAxis[] => a!.shape.rows
const columnsOf = (node: Node, input: number): number => node.inputs[input]!.shape.columns

/** What keeps rows adds step by step, last to first, as an instruction does that walks the steps. */
const chunkOf = (kept: readonly RowAxis[]): number => (kept.length > 0 ? 1 : chunk)

const reduceColumns = (reduction: 'sum' | 'max'): Lowering => ({
  lower: (node, to) =>
    to.write({
      kind: 'reduce-columns',
      over: to.over,
      reduction,
      source: to.input(0),
      columns: columnsOf(node, 0),
      dest: to.dest(),
    }),
})

const table: readonly (readonly [Operation, Lowering])[] = [
  [productOperation as Operation, { bundled: true }],
  [
    contractOperation,
    {
      over: ofFirst,
      lower: (node, to) =>
        to.write({
          kind: 'gemm-ta',
          over: to.over,
          g: to.input(0),
          m: columnsOf(node, 0),
          a: to.input(1),
          n: columnsOf(node, 1),
          dest: asMatrix(to.dest()),
          chunk,
        }),
    },
  ],
  [
    sumRowsOperation,
    {
      over: ofFirst,
      lower: ({ shape: { rows, columns } }, to) =>
        to.write({
          kind: 'sum-rows',
          over: to.over,
          source: to.input(0),
          dest: to.dest(),
          columns,
          chunk: chunkOf(rows),
        }),
    },
  ],
  [
    weightedSumOperation,
    {
      over: ({ inputs }) => jointRows('weightedSum', inputs),
      lower: ({ shape: { rows, columns } }, to) =>
        to.write({
          kind: 'weighted-sum',
          over: to.over,
          weight: to.input(0),
          source: to.input(1),
          dest: to.dest(),
          columns,
          chunk: chunkOf(rows),
        }),
    },
  ],
  [
    maxRowsOperation,
    {
      over: ofFirst,
      lower: ({ shape: { columns } }, to) => {
        to.fill(-Infinity)
        to.write({ kind: 'max-rows', over: to.over, source: to.input(0), dest: to.dest(), columns })
      },
    },
  ],
  [
    dotOperation,
    {
      lower: (node, to) =>
        to.write({
          kind: 'dot',
          over: to.over,
          a: to.input(0),
          b: to.input(1),
          columns: columnsOf(node, 0),
          dest: to.dest(),
        }),
    },
  ],
  [
    scatterAddOperation,
    {
      bundled: true,
      over: ofFirst,
      lower: ({ shape: { rows, columns } }, to) =>
        to.write({
          kind: 'scatter-add',
          over: to.over,
          source: to.input(0),
          ids: to.input(1),
          dest: asMatrix(to.dest()),
          count: rows[0] as number,
          columns,
          chunk,
        }),
    },
  ],
  [
    gatherOperation,
    {
      bundled: true,
      matrix: 0,
      lower: ({ inputs: [table], shape: { columns } }, to) =>
        to.write({
          kind: 'gather',
          over: to.over,
          table: asMatrix(to.input(0)),
          ids: to.input(1),
          dest: to.dest(),
          count: table!.shape.rows[0] as number,
          columns,
          pad: to.pad,
        }),
    },
  ],
  [sumColumnsOperation, reduceColumns('sum')],
  [maxColumnsOperation, reduceColumns('max')],
  [
    crossEntropyOperation,
    {
      lower: (node, to) =>
        to.write({
          kind: 'cross-entropy',
          over: to.over,
          logits: to.input(0),
          targets: to.input(1),
          columns: columnsOf(node, 0),
          loss: to.dest(),
        }),
    },
  ],
  [
    crossEntropyGradientOperation,
    {
      lower: ({ shape: { columns } }, to) =>
        to.write({
          kind: 'cross-entropy-gradient',
          over: to.over,
          logits: to.input(0),
          targets: to.input(1),
          weight: to.input(2),
          columns,
          dest: to.dest(),
          pad: to.pad,
        }),
    },
  ],
  [
    sumSquaresOperation,
    {
      problem: (node) => (ofFirst(node).length > 0 ? 'squares are summed over one row' : undefined),
      lower: (node, to) =>
        to.write({ kind: 'sum-squares', source: to.input(0), columns: columnsOf(node, 0), dest: to.dest() }),
    },
  ],
  [
    randomOperation as Operation,
    {
      problem: ({ shape: { rows } }) =>
        rows.slice(isStep(rows[0]) ? 1 : 0).length > 1 || rows.slice(1).some(isStep)
          ? 'random numbers are drawn for one axis of steps, outermost, and one other'
          : undefined,
      lower: ({ attributes, shape: { rows, columns } }, to) =>
        to.write({
          kind: 'random',
          over: to.over,
          site: (attributes as { site: number }).site,
          perStep: isStep(rows[0]),
          columns,
          dest: to.dest(),
          pad: to.pad,
        }),
    },
  ],
  [
    concatOperation,
    {
      lower: ({ inputs }, to) => {
        let column = 0
        inputs.forEach(({ shape: { columns } }, i) => {
          to.copy(i, column, i === inputs.length - 1 ? to.pad : 0)
          column += columns
        })
      },
    },
  ],
  [
    padOperation as Operation,
    {
      lower: ({ attributes }, to) => {
        to.fill(0)
        to.copy(0, (attributes as { at: number }).at, 0)
      },
    },
  ],
]

/** By the operation. */
export const lowerings: ReadonlyMap<Operation, Lowering> = new Map(table)
