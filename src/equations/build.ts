import { add, concat, constant, div, greater, less, matmul, mul, neg, sub, type Node } from '../graph/index.ts'
import { functions } from './functions.ts'
import type { Expression } from './syntax.ts'
import type { Meaning } from './understand.ts'

const signs = { '+': add, '-': sub, '*': mul, '/': div, '<': less, '>': greater } as const

/** What the names of equations stand for in one step. */
export interface Given {
  readonly x: Node
  readonly states: Readonly<Record<string, Node>>
  readonly parameters: Readonly<Record<string, Node>>
}

/** The value of every line as graph nodes, by name; new values of states with their prime: `z`, `h'`. */
export function build(meaning: Meaning, given: Given): ReadonlyMap<string, Node> {
  const lines = new Map<string, Node>()
  const numbers = new Map<number, Node>()
  const number = (value: number): Node => {
    const made = numbers.get(value) ?? constant(value)
    numbers.set(value, made)
    return made
  }
  const node = (expression: Expression): Node => {
    switch (expression.kind) {
      case 'number':
        return number(expression.value)
      case 'name': {
        const { name, primed } = expression
        if (primed) return lines.get(`${name}'`)!
        return name === 'x' ? given.x : (lines.get(name) ?? given.states[name] ?? given.parameters[name])!
      }
      case 'call':
        return functions.get(expression.of)!.build(expression.inputs.map(node), expression.numbers)
      case 'binary':
        return signs[expression.sign](node(expression.left), node(expression.right))
      case 'negation':
        return expression.of.kind === 'number' ? number(-expression.of.value) : neg(node(expression.of))
      case 'product':
        return matmul(given.parameters[expression.matrix]!, node(expression.vector))
      case 'concatenation':
        return concat(expression.parts.map(node))
    }
  }
  for (const { name, primed, value } of meaning.order) lines.set(primed ? `${name}'` : name, node(value))
  return lines
}
