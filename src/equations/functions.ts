import * as graph from '../graph/index.ts'
import type { Node } from '../graph/index.ts'

/** A number that may stand behind a function's vectors; left out, it is what the graph's function says. */
export interface FunctionNumber {
  readonly name: string
  /** What it must be, beside a number: words for an error, and whether a value is right. */
  readonly must?: { readonly be: string; readonly right: (value: number) => boolean }
}

/** A function that equations may call. */
export interface EquationFunction {
  /** How many vectors it takes. */
  readonly vectors: number
  readonly numbers: readonly FunctionNumber[]
  /** Whether it gives one column, however many it takes; else it works element by element. */
  readonly reduces: boolean
  readonly build: (vectors: readonly Node[], numbers: readonly number[]) => Node
  /** LaTeX of the name, where it is a plain call with a sign of its own. */
  readonly latex?: string
}

type Details = Partial<Omit<EquationFunction, 'vectors' | 'build'>>

const one = (build: (a: Node, ...numbers: number[]) => Node, details: Details = {}): EquationFunction => ({
  numbers: [],
  reduces: false,
  ...details,
  vectors: 1,
  build: ([a], numbers) => build(a!, ...numbers),
})
const two = (build: (a: Node, b: Node) => Node, latex: string): EquationFunction => ({
  vectors: 2,
  numbers: [],
  reduces: false,
  build: ([a, b]) => build(a!, b!),
  latex,
})
const three = (build: (a: Node, b: Node, c: Node) => Node): EquationFunction => ({
  vectors: 3,
  numbers: [],
  reduces: false,
  build: ([a, b, c]) => build(a!, b!, c!),
})

const above0 = { be: 'above 0', right: (value: number) => value > 0 }
const from0 = { be: 'at least 0', right: (value: number) => value >= 0 }

/** The functions of equations by name; the graph says what each computes. Their names are not reserved. */
export const functions: ReadonlyMap<string, EquationFunction> = new Map([
  ['sigmoid', one(graph.sigmoid, { latex: '\\sigma' })],
  ['tanh', one(graph.tanh, { latex: '\\tanh' })],
  ['relu', one(graph.relu)],
  ['softplus', one(graph.softplus)],
  ['softsign', one(graph.softsign)],
  ['logsigmoid', one(graph.logsigmoid, { latex: '\\log\\sigma' })],
  ['silu', one(graph.silu)],
  ['gelu', one(graph.gelu)],
  ['elu', one(graph.elu, { numbers: [{ name: 'alpha' }] })],
  ['leaky_relu', one(graph.leakyRelu, { numbers: [{ name: 'slope' }] })],
  ['hard_sigmoid', one(graph.hardSigmoid, { numbers: [{ name: 'slope', must: above0 }, { name: 'offset' }] })],
  ['exp', one(graph.exp, { latex: '\\exp' })],
  ['log', one(graph.log, { latex: '\\log' })],
  ['sin', one(graph.sin, { latex: '\\sin' })],
  ['cos', one(graph.cos, { latex: '\\cos' })],
  ['abs', one(graph.abs)],
  ['sqrt', one(graph.sqrt)],
  ['min', two(graph.min, '\\min')],
  ['max', two(graph.max, '\\max')],
  ['clip', three(graph.clip)],
  ['where', three(graph.select)],
  ['sum', one(graph.sumColumns, { reduces: true })],
  ['mean', one(graph.mean, { reduces: true })],
  ['rms', one(graph.rms, { reduces: true, numbers: [{ name: 'epsilon', must: from0 }] })],
  ['softmax', one(graph.softmax)],
  ['normalize', one(graph.normalize)],
  ['stop', one(graph.stop)],
])
