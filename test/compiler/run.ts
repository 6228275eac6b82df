import type { Backend, Executable, Extents, Memory, Program } from '../../src/backends/backend.ts'
import { compile, type Computation } from '../../src/compiler/compile.ts'
import { valueOf } from '../../src/compiler/formula.ts'
import { layoutOf, padded } from '../../src/compiler/layout.ts'
import { rowCount, type Node, type Value } from '../../src/graph/index.ts'

/** A compiled computation with memory of its own for every region, at fixed extents. */
export class Runner {
  readonly program: Program
  readonly #backend: Backend
  readonly #computation: Computation
  readonly #executable: Executable
  readonly #memories = new Map<string, Memory>()
  readonly #extents: Extents

  private constructor(
    backend: Backend,
    computation: Computation,
    program: Program,
    executable: Executable,
    extents: Extents,
  ) {
    this.#backend = backend
    this.#computation = computation
    this.program = program
    this.#executable = executable
    this.#extents = extents
    for (const { name, size } of program.regions) {
      const memory = backend.allocate(valueOf(size, extents))
      // What a program has not written itself is no number.
      if (name === 'scratch') backend.write(memory, 0, new Float64Array(memory.floats).fill(NaN))
      this.#memories.set(name, memory)
    }
    executable.bind(program.regions.map(({ name }) => this.#memories.get(name)!))
  }

  static async create(backend: Backend, computation: Computation, extents: Extents): Promise<Runner> {
    const { program } = compile(computation)
    return new Runner(backend, computation, program, await backend.compile(program), extents)
  }

  /** Runs once on the given inputs and parameters; gives outputs, sums and gradients without padding. */
  async run(
    given: ReadonlyMap<Node, Value>,
    scalars: Record<string, number> = {},
  ): Promise<Map<string | Node, Float64Array>> {
    const { parameters, outputs, sums = {}, gradients = new Map<Node, Node>() } = this.#computation
    const { places } = layoutOf(parameters)
    for (const [node, value] of given) {
      const place = places.get(node)
      const name = (node as Node<{ name: string }>).attributes.name
      const memory = this.#memories.get(place ? 'parameters' : name)
      if (!memory) continue
      const pitch = place?.pitch ?? padded(value.shape.columns)
      const { columns } = value.shape
      for (let row = 0; row < rowCount(value); row++) {
        this.#backend.write(
          memory,
          (place?.offset ?? 0) + row * pitch,
          value.data.slice(row * columns, (row + 1) * columns),
        )
      }
    }
    this.#executable.prepare(this.#extents)
    this.#executable.run(this.#extents, scalars)
    this.#executable.finish(this.#extents, scalars)
    const result = new Map<string | Node, Float64Array>()
    const read = async (region: string, offset: number, pitch: number, node: Node): Promise<Float64Array> => {
      const rows = node.shape.rows.reduce<number>(
        (n, axis) => n * (typeof axis === 'number' ? axis : this.#extents[axis]!),
        1,
      )
      const data = new Float64Array(rows * node.shape.columns)
      for (let row = 0; row < rows; row++) {
        await this.#backend.read(
          this.#memories.get(region)!,
          offset + row * pitch,
          data.subarray(row * node.shape.columns, (row + 1) * node.shape.columns),
        )
      }
      return data
    }
    for (const [name, node] of Object.entries({ ...outputs, ...sums })) {
      result.set(name, await read(name, 0, padded(node.shape.columns), node))
    }
    for (const parameter of gradients.keys()) {
      const { offset, pitch } = places.get(parameter)!
      result.set(parameter, await read('gradients', offset, pitch, parameter))
    }
    return result
  }
}
