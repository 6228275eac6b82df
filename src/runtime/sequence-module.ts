import { standalone } from '#backends'
import { padded } from '../compiler/layout.ts'
import { nameOf, parameter, type Node } from '../graph/index.ts'
import type { Named } from '../tensor.ts'
import type { ModelGraph } from './graphs.ts'
import { ParameterLayout } from './parameters.ts'
import { parameterRegion, stateRegion } from './regions.ts'
import type { Lasting } from './runner.ts'

/** Where something begins in a module's memory, in bytes, or which of the regions that grow with the steps it is. */
type Start = { readonly at: number } | { readonly growing: number }

/** A state in a module's memory. */
export interface StatePlace {
  readonly name: string
  readonly columns: number
  /** With pads. */
  readonly floats: number
  /** Its value before the first step. */
  readonly initial: number
  readonly at: number
}

/** What a module is run by. */
export interface SequencePlaces {
  /** Rows of steps, padded; absent where the program reads none of them. */
  readonly input: Start | undefined
  readonly output: Start
  /** Those that the program reads. */
  readonly states: readonly StatePlace[]
  /** Bytes of each growing region, a + b · steps; they lie one behind the other from `free` on, each from a multiple of 64. */
  readonly growing: readonly (readonly [a: number, b: number])[]
  readonly free: number
  /** 32-bit words to be written for each new number of steps: where, a and b, and the growing region they count from, or −1. */
  readonly fields: readonly (readonly [word: number, a: number, b: number, growing: number])[]
}

/** One sequence through a graph as a WebAssembly module: a function to be called once, `body`, and a `memory` with all weights in it. */
export interface SequenceModule extends SequencePlaces {
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * Compiles a graph whose one input is a row a step, with the parameters it is to have. What is to be called once is called `name`. States go
 * on from call to call.
 */
export async function sequenceModule(
  graph: ModelGraph,
  { declared, states }: Lasting,
  { input, output }: { readonly input: Node; readonly output: string },
  values: Named,
  name: string,
): Promise<SequenceModule> {
  const [{ compile, forwardComputation }, { standaloneModule }] = await Promise.all([
    import('./building.ts'),
    standalone(),
  ])
  const { program } = compile(forwardComputation('sequence', graph))
  const layout = new ParameterLayout(declared.map(({ name, shape }) => parameter(name, shape)))
  const flat = new Float32Array(layout.floats)
  layout.pack(values, flat)
  // Every engine has these kernels: a module is to run wherever it is taken.
  const made = standaloneModule(program, new Map([[parameterRegion, flat]]), 'wasm', name)
  const start = (region: string): Start | undefined => made.regions.get(region)
  return {
    bytes: made.bytes,
    input: start(nameOf(input)),
    output: start(output)!,
    states: states.flatMap(({ name, columns, initial }): StatePlace[] => {
      const place = start(stateRegion(name))
      return place && 'at' in place ? [{ name, columns, floats: padded(columns), initial, ...place }] : []
    }),
    growing: made.growing,
    free: made.free,
    fields: made.fields.map(({ word, value: [a, b], growing = -1 }) => [word, a, b, growing] as const),
  }
}
