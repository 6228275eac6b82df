import { latex, understand } from '../../equations/index.ts'
import { UnrolledError } from '../../error.ts'
import { leaf, matmul, rewrite, slice, type Node } from '../../graph/index.ts'
import type {
  Cell,
  CellShapes,
  ModifierDescription,
  NoiseDeclaration,
  ParameterDeclaration,
  Sizes,
  StateDeclaration,
  StepInputs,
  StepOutputs,
} from '../cell.ts'
import { shown } from '../../options.ts'
import { checkGiven } from '../check-given.ts'
import { shapesOf } from '../define-cell.ts'
import { latexChanges } from './latex-changes.ts'
import type { Modifier, Places, Product } from './modifier.ts'
import { readStep } from './products.ts'

/** Different from one another, so that sizes that happen to agree hide nothing. */
const probe: Sizes = { input: 5, hidden: 3, output: 7, projection: 2 }

/** The cell with one more modifier. Errs where the modifier is there already or has no place to act. */
export function modified<States extends string, Parameters extends string>(
  cell: Cell<States>,
  modifier: Modifier,
): Cell<States, Parameters> {
  const before = cell instanceof ModifiedCell ? (cell as ModifiedCell<States, string>) : undefined
  const { name } = modifier.description
  checkCell(name, cell)
  if (cell.modifiers.some((other) => other.name === name)) {
    throw new UnrolledError('modifier', `${cell.name} has ${name} already`)
  }
  const result = new ModifiedCell<States, Parameters>(before?.base ?? cell, [...(before?.list ?? []), modifier])
  modifier.check(result.places(probe))
  return result
}

function checkCell(modifier: string, cell: unknown): asserts cell is Cell {
  if (typeof (cell as Cell | null | undefined)?.step === 'function') return
  const right = 'a cell: lstm, gru, ... or what defineCell makes'
  throw new UnrolledError('modifier', `${modifier}: the first argument is ${shown(cell)}; it must be ${right}`)
}

/** The names of a cell's states, as a modifier asks for them. */
export function stateNames(modifier: string, cell: Cell): string[] {
  checkCell(modifier, cell)
  return cell.states(probe).map(({ name }) => name)
}

/** A cell whose step's graph is rewritten by modifiers, each at its places. */
class ModifiedCell<States extends string, Parameters extends string> implements Cell<States, Parameters> {
  readonly base: Cell<States>
  readonly list: readonly Modifier[]
  readonly name: string
  readonly source: string
  readonly modifiers: readonly ModifierDescription[]

  constructor(base: Cell<States>, list: readonly Modifier[]) {
    this.base = base
    this.list = list
    this.name = base.name
    this.source = base.source
    this.modifiers = list.map(({ description }) => description)
  }

  text(): string {
    return this.base.text()
  }

  latex(): string {
    const changes = latexChanges(
      this.list.map(({ latex }) => latex),
      this.places(probe).output,
    )
    return latex(understand(this.text()), changes)
  }

  shapes(sizes: Sizes): CellShapes<States, Parameters> {
    return shapesOf(this, sizes)
  }

  parameters(sizes: Sizes): readonly ParameterDeclaration<Parameters>[] {
    const places = this.places(sizes)
    const own = this.base.parameters(sizes).map((parameter) => {
      const blocks = parameter.blocks.map((block, i) => {
        const product = places.products.find(({ matrix, block }) => matrix === parameter.name && block === i)
        return { ...block, columns: (product && this.#blockColumns(product)) ?? block.columns }
      })
      const columns = blocks.reduce((sum, block) => sum + block.columns, 0)
      return { ...parameter, shape: { ...parameter.shape, columns }, blocks }
    })
    const all = [...own, ...this.list.flatMap((modifier) => modifier.parameters?.(places) ?? [])]
    return all as ParameterDeclaration<Parameters>[]
  }

  states(sizes: Sizes): readonly StateDeclaration<States>[] {
    return this.base.states(sizes)
  }

  noise(sizes: Sizes): readonly NoiseDeclaration[] {
    const places = this.places(sizes)
    return [...this.base.noise(sizes), ...this.list.flatMap((modifier) => modifier.noise?.(places) ?? [])]
  }

  outputSize(sizes: Sizes): number {
    const places = this.places(sizes)
    return first(this.list, (modifier) => modifier.outputSize?.(places)) ?? this.base.outputSize(sizes)
  }

  /** Where modifiers can act in the base cell. */
  places(sizes: Sizes): Places {
    const rows = ['batch']
    const given: StepInputs = {
      x: leaf('x', { rows, columns: sizes.input }),
      states: leaves(this.base.states(sizes).map(({ name, columns }) => [name, leaf(name, { rows, columns })])),
      parameters: leaves(this.base.parameters(sizes).map(({ name, shape }) => [name, leaf(name, shape)])),
      noise: leaves(this.base.noise(sizes).map(({ name, columns }) => [name, leaf(name, { rows, columns })])),
      random: leaf,
      training: false,
    }
    return this.#read(sizes, given, this.base.step(sizes, given)).places
  }

  step(sizes: Sizes, given: StepInputs): StepOutputs {
    checkGiven(this, sizes, given)
    // The base is built on matrices of its own shapes; every product then takes its block of the given ones.
    const declared = this.base.parameters(sizes)
    const matrices = leaves(
      declared.filter(({ shape }) => shape.rows.length > 0).map(({ name, shape }) => [name, leaf(name, shape)]),
    )
    const inside: StepInputs = { ...given, parameters: { ...given.parameters, ...matrices } }
    const made = this.base.step(sizes, inside)
    const { places, products, direct } = this.#read(sizes, inside, made)
    const blocks = new Map<string, ParameterDeclaration['blocks']>(
      this.parameters(sizes).map(({ name, blocks }) => [name, blocks]),
    )

    const memo = new Map<Node, Node>()
    const seen = this.#statesInProducts(given)
    const vectors = new Map<Node, Node>()
    /** A product's vector with old states as products see them; all that does not see a state directly is shared. */
    const vector = (original: Node): Node => {
      const pending = [original]
      const visited = new Set<Node>()
      for (let node = pending.pop(); node; node = pending.pop()) {
        if (visited.has(node) || vectors.has(node)) continue
        visited.add(node)
        const state = seen.get(node)
        const mine = direct.get(node)?.some((name) => seen.has(given.states[name]!))
        if (state) vectors.set(node, state)
        else if (!mine) vectors.set(node, memo.get(node)!)
        else pending.push(...node.inputs)
      }
      return rewrite([original], () => undefined, vectors)[0]!
    }
    const replace = (_: Node, original: Node): Node | undefined => {
      const product = products.get(original)
      if (!product) return undefined
      const own = blocks.get(product.matrix)!
      const from = own.slice(0, product.block).reduce((sum, { columns }) => sum + columns, 0)
      const matrix = given.parameters[product.matrix]!
      let weight = slice(matrix, from, from + own[product.block]!.columns)
      let operand = vector(original.inputs[1]!)
      for (const modifier of this.list) {
        weight = modifier.weight?.(given, product, weight) ?? weight
        operand = modifier.vector?.(given, product, operand) ?? operand
      }
      let result = matmul(weight, operand)
      for (const modifier of this.list) result = modifier.result?.(given, product, result) ?? result
      return result
    }
    const rewritten = (nodes: Readonly<Record<string, Node>>): Record<string, Node> => {
      const names = Object.keys(nodes)
      const results = rewrite(Object.values(nodes), replace, memo)
      return leaves(names.map((name, i) => [name, results[i]!]))
    }

    const values = rewritten(made.values)
    const next = rewritten(made.states)
    let [output] = rewrite([made.output], replace, memo) as [Node]
    const states = leaves(
      Object.entries(next).map(([name, node]) => {
        const old = given.states[name]!
        return [name, this.list.reduce((kept, modifier) => modifier.carried?.(given, name, old, kept) ?? kept, node)]
      }),
    )
    if (places.output !== undefined) {
      output = states[places.output]!
      for (const modifier of this.list) output = modifier.output?.(given, places.output, output) ?? output
    }
    return { states, output, values }
  }

  /** What stands in products for the old states that a modifier changes there. */
  #statesInProducts(given: StepInputs): Map<Node, Node> {
    const result = new Map<Node, Node>()
    for (const [name, old] of Object.entries(given.states)) {
      const changed = first(this.list, (modifier) => modifier.stateInProducts?.(given, name, old))
      if (changed) result.set(old, changed)
    }
    return result
  }

  #blockColumns(product: Product): number | undefined {
    return first(this.list, (modifier) => modifier.blockColumns?.(product))
  }

  #read(sizes: Sizes, given: StepInputs, made: StepOutputs) {
    const { products: found, direct } = readStep(given, made)
    const declared = new Map(this.base.parameters(sizes).map(({ name, blocks }) => [name, blocks]))
    const products = new Map<Node, Product>()
    for (const [node, { matrix, from, states }] of found) {
      let block = 0
      for (let left = 0; left < from; block++) left += declared.get(matrix)![block]!.columns
      products.set(node, {
        matrix,
        block,
        rows: node.shape.columns,
        columns: node.inputs[1]!.shape.columns,
        states,
      })
    }
    const output = Object.keys(made.states).find((name) => made.states[name] === made.output)
    const places: Places = {
      cell: this.base.name,
      products: [...products.values()],
      states: this.base.states(sizes),
      output,
    }
    return { places, products, direct }
  }
}

const leaves = (entries: readonly (readonly [string, Node])[]): Record<string, Node> => Object.fromEntries(entries)

function first<T, R>(list: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = of(item)
    if (found !== undefined) return found
  }
  return undefined
}
