import {
  build,
  columns,
  latex,
  print,
  understand,
  type Meaning,
  type ParameterNames,
  type StateNames,
} from '../equations/index.ts'
import { broadcast, type Node, type Shape } from '../graph/index.ts'
import type {
  Cell,
  CellShapes,
  ParameterDeclaration,
  Sizes,
  StateDeclaration,
  StepInputs,
  StepOutputs,
} from './cell.ts'
import { checkGiven } from './check-given.ts'

/**
 * Makes a cell of its equations: `defineCell("h' = tanh(W @ [h, x] + b)")`.
 * The names of states and parameters are inferred into the type.
 * @throws UnrolledError `equations`, with line number, the line, and a caret under the place.
 */
export function defineCell<const Text extends string>(text: Text): Cell<StateNames<Text>, ParameterNames<Text>> {
  return new EquationCell<StateNames<Text>, ParameterNames<Text>>(understand(text))
}

/** A cell whose step is read from equations. */
class EquationCell<States extends string, Parameters extends string> implements Cell<States, Parameters> {
  readonly name: string
  readonly source: string
  readonly modifiers = []
  readonly #meaning: Meaning

  constructor(meaning: Meaning) {
    this.#meaning = meaning
    this.name = meaning.equations.name ?? 'cell'
    this.source = meaning.equations.source ?? ''
  }

  text(): string {
    return print(this.#meaning.equations)
  }

  latex(): string {
    return latex(this.#meaning)
  }

  shapes(sizes: Sizes): CellShapes<States, Parameters> {
    return shapesOf(this, sizes)
  }

  parameters(sizes: Sizes): readonly ParameterDeclaration<Parameters>[] {
    const { name: cell } = this
    return this.#meaning.parameters.map(({ name, rows, columns: width, blocks }) => ({
      name: name as Parameters,
      shape: { rows: rows ? [columns(rows, sizes, cell)] : [], columns: columns(width, sizes, cell) },
      blocks: blocks.map(({ size, init }) => ({ columns: columns(size, sizes, cell), init })),
    }))
  }

  states(sizes: Sizes): readonly StateDeclaration<States>[] {
    return this.#meaning.states.map(({ name, size, initial }) => ({
      name: name as States,
      columns: columns(size, sizes, this.name),
      initial,
    }))
  }

  noise(): readonly [] {
    return []
  }

  outputSize(sizes: Sizes): number {
    return columns(this.#meaning.outputSize, sizes, this.name)
  }

  step(sizes: Sizes, given: StepInputs): StepOutputs {
    checkGiven(this, sizes, given)
    const states = this.states(sizes)
    const values = build(this.#meaning, given)
    // A line of parameters alone has no rows, and gets none before it must: what is made of it stays one for all sequences.
    const whole = (name: string, columns: number): Node => {
      const value = values.get(name)!
      return broadcast(value, { rows: value.shape.rows, columns })
    }
    const { output } = this.#meaning
    return {
      states: Object.fromEntries(states.map(({ name, columns }) => [name, whole(`${name}'`, columns)])),
      output: whole(output.name + (output.primed ? "'" : ''), this.outputSize(sizes)),
      values: Object.fromEntries(values),
    }
  }
}

/** All shapes of a cell at given sizes, from its declarations. */
export function shapesOf<States extends string, Parameters extends string>(
  cell: Cell<States, Parameters>,
  sizes: Sizes,
): CellShapes<States, Parameters> {
  const row = (columns: number): Shape => ({ rows: ['batch'], columns })
  const states = cell.states(sizes).map(({ name, columns }) => [name, row(columns)] as const)
  const parameters = cell.parameters(sizes).map(({ name, shape }) => [name, shape] as const)
  return {
    input: row(sizes.input),
    output: row(cell.outputSize(sizes)),
    states: Object.fromEntries(states) as Record<States, Shape>,
    parameters: Object.fromEntries(parameters) as Record<Parameters, Shape>,
  }
}
