import type { ParameterDeclaration } from '../cells/index.ts'
import {
  add,
  concat,
  constant,
  dot,
  less,
  matmul,
  position,
  select,
  softmaxRows,
  tanh,
  weightedSum,
  type Node,
} from '../graph/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber, wrongOption } from '../options.ts'
import { defineLayer, type BuildContext, type Layer, type OpenLayer } from './layer.ts'
import { vectors } from './port.ts'

/** How a query is held against each step of a memory. */
export type AttentionScore = 'dot' | 'general' | 'additive'

/** How queries are scored, and how wide everything is. */
export interface AttentionOptions {
  /**
   * `dot`: h · m (Luong et al. 2015, where queries are as wide as the memory); `general`: h · W m (the same); `additive`:
   * v · tanh(W h + U m) (Bahdanau et al. 2015).
   */
  readonly score: AttentionScore
  /** Columns of a query; in a chain those of what comes before. */
  readonly input: number
  /** Columns of the memory. */
  readonly memory: number
  /** Of additive scores: columns in which query and memory meet; those of a query. */
  readonly hidden?: number
  /** Columns of what comes out; those of a query. */
  readonly output?: number
}

/** Attention with every size. */
export type Attention = Required<AttentionOptions>

/** A way of scoring: its parameters, what is made of the memory once, and of that and a query. */
interface Score {
  declared(sizes: Attention): readonly ParameterDeclaration[]
  keys(parameter: BuildContext['parameter'], memory: Node): Node
  scores(parameter: BuildContext['parameter'], keys: Node, query: Node): Node
}

const matrix = (name: string, rows: number, columns: number): ParameterDeclaration => ({
  name,
  shape: { rows: [rows], columns },
  blocks: [{ columns, init: 'glorot' }],
})

const scores: Readonly<Record<AttentionScore, Score>> = {
  dot: {
    declared({ input, memory }) {
      if (input === memory) return []
      throw new UnrolledError(
        'option',
        `attention: dot is for a memory as wide as a query; they are ${memory} and ${input}: 'general' and 'additive' are for any`,
      )
    },
    keys: (_, memory) => memory,
    scores: (_, keys, query) => dot(keys, query),
  },
  general: {
    declared: ({ input, memory }) => [matrix('W', input, memory)],
    keys: (parameter, memory) => matmul(parameter('W'), memory),
    scores: (_, keys, query) => dot(keys, query),
  },
  additive: {
    declared: ({ input, memory, hidden }) => [
      matrix('W', hidden, input),
      matrix('U', hidden, memory),
      { name: 'v', shape: { rows: [], columns: hidden }, blocks: [{ columns: hidden, init: 'glorot' }] },
    ],
    keys: (parameter, memory) => matmul(parameter('U'), memory),
    scores: (parameter, keys, query) => dot(parameter('v'), tanh(add(matmul(parameter('W'), query), keys))),
  },
}

/**
 * Attention over a second sequence: each step's query h is scored against each step m of the memory; the softmax α of the scores over
 * the memory's length weighs it, c = Σ α m, and tanh(C @ [c, h]) comes out (Luong et al. 2015, arXiv:1508.04025, equations 5 to 8):
 * `x` `[time, batch] × input` and `memory` `[source, batch] × memory` → `[time, batch] × output`. Of a memory without steps c is zero.
 * The tap `weights` is α, `[time, source, batch] × 1`.
 * Parameters, Glorot-uniform at first: `C`: `[output] × (memory + input)`; of general scores `W`: `[input] × memory`; of additive ones
 * (Bahdanau et al. 2015, arXiv:1409.0473, appendix A.1.2) `W`: `[hidden] × input`, `U`: `[hidden] × memory` and `v`: `hidden`.
 */
export function attention(options: AttentionOptions): Layer
/** In a chain, with queries as wide as what comes before gives. */
export function attention(options: Omit<AttentionOptions, 'input'>): OpenLayer
export function attention(options: Omit<AttentionOptions, 'input'> & Partial<AttentionOptions>): Layer | OpenLayer {
  checkNames('attention', options, ['score', 'input', 'memory', 'hidden', 'output'], { units: 'hidden', type: 'score' })
  const { input } = options
  if (input !== undefined) return sized({ ...options, input })
  return { kind: 'attention', fit: ({ x }) => sized({ ...options, input: x!.columns }) }
}

function sized(options: AttentionOptions): Layer {
  const sizes = attentionOf('attention', options)
  const { input, memory, output } = sizes
  return defineLayer({
    description: { kind: 'attention', ...options },
    inputs: { x: vectors(input), memory: vectors(memory, ['source', 'batch']) },
    outputs: { output: vectors(output) },
    declared: declaredBy(sizes),
    build(context, { x, memory }) {
      const attended = attending(context, sizes, memory!)(x!)
      context.tap('weights', () => shown(context, attended.weights))
      return { output: attended.output }
    },
  })
}

export const isAttentionScore = (score: unknown): score is AttentionScore =>
  typeof score === 'string' && Object.hasOwn(scores, score)

/** Options of attention with every size; `owner` is what errors begin with, and calls the score as it is `called` there. */
export function attentionOf(owner: string, options: AttentionOptions, called = 'score'): Attention {
  const { score } = options
  if (!isAttentionScore(score)) {
    throw wrongOption(owner, called, score, "'dot', 'general' or 'additive'")
  }
  const size = (name: 'input' | 'memory' | 'hidden' | 'output'): number =>
    checkNumber(owner, name, options[name] ?? options.input, { from: 1, whole: true })
  return { score, input: size('input'), memory: size('memory'), hidden: size('hidden'), output: size('output') }
}

export const declaredBy = (sizes: Attention): ParameterDeclaration[] => [
  ...scores[sizes.score].declared(sizes),
  matrix('C', sizes.output, sizes.memory + sizes.input),
]

/** Attention to a memory by one query or by one for each step: what comes out, and the weights. */
export function attending(
  { parameter, lengths }: BuildContext,
  { score }: Attention,
  memory: Node,
): (query: Node) => { readonly output: Node; readonly weights: Node } {
  const steps = lengths('source')
  // What lies past an end need not be finite.
  const there = steps ? select(less(position('source'), steps), memory, constant(0)) : memory
  const keys = scores[score].keys(parameter, there)
  return (query) => {
    const weights = softmaxRows(scores[score].scores(parameter, keys, query), 'source', steps)
    const context = weightedSum(weights, there, query.shape.rows)
    return { output: tanh(matmul(parameter('C'), concat([context, query]))), weights }
  }
}

/** Weights that are zero past the end of each sequence of queries. */
export function shown({ lengths }: BuildContext, weights: Node): Node {
  const end = lengths('time')
  return end ? select(less(position('time'), end), weights, constant(0)) : weights
}
