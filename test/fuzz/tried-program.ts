import type { Backend, Executable, Extents, Memory, Scalars } from '../../src/backends/backend.ts'
import { compile, padded, valueOf, type Compiled, type Computation } from '../../src/compiler/index.ts'
import { UnrolledError } from '../../src/error.ts'
import type { Node } from '../../src/graph/index.ts'
import { ParameterLayout, padRows, unpadRows } from '../../src/runtime/index.ts'
import { Refusal } from './fault.ts'
import { gradientName, nameOf, type Given, type Results } from './subject.ts'

/** One window of steps: what it is given, and how large it is. */
export interface Window {
  readonly given: Given
  readonly extents: Extents
  readonly scalars: Scalars
}

/** A computation compiled once, to be run on any backend at any extents. */
export class TriedProgram {
  readonly compiled: Compiled
  readonly #computation: Computation
  readonly #layout: ParameterLayout
  readonly #executables = new Map<Backend, Promise<Executable>>()

  /** @throws Refusal for what the compiler cannot say. */
  constructor(computation: Computation) {
    this.#computation = computation
    try {
      this.compiled = compile(computation)
    } catch (error) {
      if (error instanceof UnrolledError && error.code === 'bad-program') throw new Refusal(error.message)
      throw error
    }
    this.#layout = new ParameterLayout(computation.parameters)
  }

  async run(backend: Backend, window: Window): Promise<Results> {
    return (await this.update(backend, [window]))[0]!
  }

  /**
   * One update of several windows; what each gives, with gradients as they are after the last. All memory begins as rubbish
   * but what is handed in or added to.
   */
  async update(backend: Backend, windows: readonly Window[]): Promise<Results[]> {
    const { regions } = this.compiled.program
    const known = this.#executables.get(backend) ?? backend.compile(this.compiled.program)
    this.#executables.set(backend, known)
    const executable = await known
    const memories = new Map<string, Memory>()
    const results: Results[] = []
    try {
      for (const { name, size } of regions) {
        const floats = Math.max(...windows.map(({ extents }) => valueOf(size, extents)))
        memories.set(name, backend.allocate(floats))
        if (floats > 0) backend.write(memories.get(name)!, 0, this.#begin(name, floats, windows[0]!.given))
      }
      executable.bind([...memories.values()])
      executable.prepare(windows[0]!.extents)
      for (const { given, extents, scalars } of windows) {
        for (const [name, memory] of memories) write(backend, memory, given.get(name))
        executable.run(extents, scalars)
        const last = results.length === windows.length - 1
        if (last) executable.finish(extents, scalars)
        const outputs = await this.#outputs(backend, memories, extents)
        results.push(last ? new Map([...outputs, ...(await this.#gradients(backend, memories))]) : outputs)
      }
      return results
    } finally {
      for (const memory of memories.values()) backend.free(memory)
    }
  }

  async dispose(): Promise<void> {
    for (const made of this.#executables.values()) {
      await made.then(
        (executable) => executable.dispose(),
        () => undefined,
      )
    }
  }

  #begin(region: string, floats: number, given: Given): Float64Array {
    const values = new Float64Array(floats)
    const { sums = {}, parameters } = this.#computation
    if (region === 'parameters') {
      const tensors = parameters.map((node) => {
        const { rows, columns, data } = given.get(nameOf(node))!
        return [nameOf(node), { shape: [...(rows as number[]), columns], data }] as const
      })
      this.#layout.pack(Object.fromEntries(tensors), values)
    } else if (region !== 'gradients' && region !== 'sums' && !(region in sums)) values.fill(NaN)
    return values
  }

  async #outputs(backend: Backend, memories: ReadonlyMap<string, Memory>, extents: Extents): Promise<Results> {
    const { outputs, sums } = this.#computation
    const result = new Map<string, Float64Array>()
    for (const [name, { shape }] of Object.entries({ ...outputs, ...sums })) {
      const rows = shape.rows.reduce<number>((n, axis) => n * (typeof axis === 'number' ? axis : extents[axis]!), 1)
      const raw = new Float64Array(rows * padded(shape.columns))
      if (raw.length > 0) await backend.read(memories.get(name)!, 0, raw)
      const data = new Float64Array(rows * shape.columns)
      unpadRows(raw, shape.columns, data)
      result.set(name, data)
    }
    return result
  }

  async #gradients(backend: Backend, memories: ReadonlyMap<string, Memory>): Promise<Results> {
    const { gradients = new Map<Node, Node>() } = this.#computation
    if (gradients.size === 0) return new Map()
    const flat = new Float64Array(this.#layout.floats)
    await backend.read(memories.get('gradients')!, 0, flat)
    const tensors = this.#layout.unpack(flat)
    return new Map(
      [...gradients.keys()].map((node) => [gradientName(node), Float64Array.from(tensors[nameOf(node)]!.data)]),
    )
  }
}

/** Rows padded as device memory has them. */
function write(backend: Backend, memory: Memory, numbers: ReturnType<Given['get']>): void {
  if (!numbers || numbers.data.length === 0) return
  const { columns, data } = numbers
  const values = new Float64Array((data.length / columns) * padded(columns))
  padRows(data, columns, values)
  backend.write(memory, 0, values)
}
