import * as graph from '../graph/index.ts'
import type { Node } from '../graph/index.ts'

/** A function that equations may call. */
export interface EquationFunction {
  readonly inputs: number
  readonly build: (...inputs: Node[]) => Node
  /** LaTeX of the name, where it is a plain call. */
  readonly latex?: string
}

const one = (build: (a: Node) => Node, latex?: string): EquationFunction => ({
  inputs: 1,
  build: (a) => build(a!),
  ...(latex !== undefined && { latex }),
})
const two = (build: (a: Node, b: Node) => Node, latex: string): EquationFunction => ({
  inputs: 2,
  build: (a, b) => build(a!, b!),
  latex,
})

/** The functions of equations by name; the graph says what each computes. */
export const functions: ReadonlyMap<string, EquationFunction> = new Map([
  ['sigmoid', one(graph.sigmoid, '\\sigma')],
  ['tanh', one(graph.tanh, '\\tanh')],
  ['relu', one(graph.relu)],
  ['softplus', one(graph.softplus)],
  ['logsigmoid', one(graph.logsigmoid, '\\log\\sigma')],
  ['exp', one(graph.exp, '\\exp')],
  ['log', one(graph.log, '\\log')],
  ['abs', one(graph.abs)],
  ['sqrt', one(graph.sqrt)],
  ['min', two(graph.min, '\\min')],
  ['max', two(graph.max, '\\max')],
  ['softmax', one(graph.softmax)],
  ['normalize', one(graph.normalize)],
  ['hard_sigmoid', one(graph.hardSigmoid)],
  ['elu', one(graph.elu)],
  ['leaky_relu', one(graph.leakyRelu)],
  ['clip', { inputs: 3, build: (a, lo, hi) => graph.clip(a!, lo!, hi!) }],
  ['stop', one(graph.stop)],
])
