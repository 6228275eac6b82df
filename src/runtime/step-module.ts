import { standalone } from '#backends'
import { padded } from '../compiler/layout.ts'
import { nameOf, parameter, type Node } from '../graph/index.ts'
import type { Named } from '../tensor.ts'
import type { ModelGraph } from './graphs.ts'
import { ParameterLayout } from './parameters.ts'
import { parameterRegion, stateRegion } from './regions.ts'
import type { Lasting } from './runner.ts'

/** A state in a module's memory. */
export interface StatePlace {
  readonly name: string
  readonly columns: number
  /** With pads. */
  readonly floats: number
  /** Its value before the first step. */
  readonly initial: number
  /** Bytes from the beginning of the memory. */
  readonly address: number
}

/** One step of one sequence as a WebAssembly module: a function to be called once, `body`, and a `memory` with all weights in it. */
export interface StepModule {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where a step is written and its output found, in bytes. */
  readonly input: number
  readonly output: number
  /** Those that a program reads. */
  readonly states: readonly StatePlace[]
}

/** Compiles a graph whose one input is a row a step, with the parameters it is to have. What is to be called once is called `name`. */
export async function stepModule(
  graph: ModelGraph,
  { declared, states }: Lasting,
  { input, output }: { readonly input: Node; readonly output: string },
  values: Named,
  name: string,
): Promise<StepModule> {
  const [{ compile, forwardComputation }, { standaloneModule }] = await Promise.all([
    import('./building.ts'),
    standalone(),
  ])
  const { program } = compile(forwardComputation('step', graph))
  const layout = new ParameterLayout(declared.map(({ name, shape }) => parameter(name, shape)))
  const flat = new Float32Array(layout.floats)
  layout.pack(values, flat)
  // Every engine has these kernels: a module is to run wherever it is taken.
  const { bytes, regions } = standaloneModule(
    program,
    { time: 1, batch: 1 },
    new Map(program.regions.some(({ name }) => name === parameterRegion) ? [[parameterRegion, flat]] : []),
    'wasm',
    name,
  )
  const places = states.flatMap(({ name, columns, initial }): StatePlace[] => {
    const address = regions.get(stateRegion(name))
    return address === undefined ? [] : [{ name, columns, floats: padded(columns), initial, address }]
  })
  return { bytes, input: regions.get(nameOf(input)) ?? 0, output: regions.get(output)!, states: places }
}
