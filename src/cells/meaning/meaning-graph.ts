import { UnrolledError } from '../../error.ts'
import { bottomUp, leaf, shapeText, type Node, type Shape } from '../../graph/index.ts'
import { shown } from '../../options.ts'
import type { Cell, Sizes } from '../cell.ts'
import { isCell } from '../is-cell.ts'
import type { Vertex } from './canonical-form.ts'
import { NormalForms, type Part, type Term } from './normal-form.ts'

/** What of a cell has a name that means nothing. */
export type Named = 'inputs' | 'states' | 'parameters'

/** What a cell computes, without names: a term a vertex, and one more for the step. */
export interface MeaningGraph {
  readonly vertices: readonly Vertex[]
  /** The names of vertices that have one. */
  readonly names: ReadonlyMap<number, { readonly of: Named; readonly name: string }>
}

interface Leaf {
  readonly term: Term
  readonly of: Named
  readonly name: string
}

/** What a text says by number is none of one of these and as many of the other. */
export const probes: readonly [Sizes, Sizes] = [
  { input: 5, hidden: 3, output: 7, projection: 2 },
  { input: 11, hidden: 17, output: 13, projection: 19 },
]

/** What a cell computes in training at some sizes, where whatever modifies it acts. */
export function meaningGraph(cell: Cell, sizes: Sizes): MeaningGraph {
  if (!isCell(cell)) {
    throw new UnrolledError(
      'option',
      `${shown(cell)} is no cell; defineCell(equations) makes one, lstm and gru are such`,
    )
  }
  const forms = new NormalForms()
  const leaves: Leaf[] = []
  const given = (name: string, shape: Shape, label: string, of?: Named): Node => {
    const node = leaf(name, shape)
    const term = forms.leaf(node, label)
    if (of) leaves.push({ term, of, name })
    return node
  }
  const record = <T extends { readonly name: string }>(list: readonly T[], make: (item: T) => Node) =>
    Object.fromEntries(list.map((item) => [item.name, make(item)]))
  const rows = ['batch']
  // Of the same size at both probes is what always is.
  const other = probes.find((probe) => probe !== sizes)!
  const widths = new Map([...cell.states(other), ...cell.noise(other)].map(({ name, columns }) => [name, columns]))
  const shapes = new Map(cell.parameters(other).map(({ name, shape }) => [name, shapeText(shape)]))
  const states = record(cell.states(sizes), ({ name, columns, initial }) =>
    given(name, { rows, columns }, `state ${columns} ${widths.get(name)} ${initial}`, 'states'),
  )
  const random = new Map<string, Node>()
  const made = cell.step(sizes, {
    x: given('x', { rows, columns: sizes.input }, 'input', 'inputs'),
    states,
    parameters: record(cell.parameters(sizes), ({ name, shape }) =>
      given(name, shape, `parameter ${shapeText(shape)} ${shapes.get(name)}`, 'parameters'),
    ),
    noise: record(cell.noise(sizes), ({ name, columns }) =>
      given(name, { rows, columns }, `noise ${columns} ${widths.get(name)}`),
    ),
    random(name, shape) {
      const known = random.get(name) ?? given(name, shape, `random ${shapeText(shape)}`)
      random.set(name, known)
      return known
    },
    training: true,
  })
  bottomUp(
    [...Object.values(made.states), made.output],
    () => true,
    (node) => forms.see(node),
  )
  const next = new Map(
    Object.entries(made.states).map(([name, node]) => [forms.see(states[name]!).term, forms.see(node)]),
  )
  return graphOf(forms.see(made.output), next, leaves)
}

/** `next` has the new value of each state. */
function graphOf(output: Part, next: ReadonlyMap<Term, Part>, leaves: readonly Leaf[]): MeaningGraph {
  const numbers = new Map<Term, number>()
  const pending = [output.term, ...[...next].flatMap(([old, { term }]) => [old, term])]
  for (let term = pending.pop(); term; term = pending.pop()) {
    if (numbers.has(term)) continue
    numbers.set(term, numbers.size)
    pending.push(...term.parts.map(({ term }) => term))
  }
  const edge = (label: string, { term, negative }: Part) => ({
    label: negative ? `-${label}` : label,
    to: numbers.get(term)!,
  })
  const vertices = [...numbers.keys()].map((term): Vertex => {
    const { label, parts, ordered } = term
    const to = next.get(term)
    return {
      label,
      edges: [...parts.map((part, i) => edge(ordered ? `${i}` : '', part)), ...(to ? [edge('next', to)] : [])],
    }
  })
  const names = leaves.flatMap(({ term, of, name }) => {
    const number = numbers.get(term)
    return number === undefined ? [] : [[number, { of, name }] as const]
  })
  return {
    vertices: [...vertices, { label: 'step', edges: [edge('output', output)] }],
    names: new Map(names),
  }
}
