import { UnrolledError } from '../error.ts'
import type { Tensor } from '../tensor.ts'
import { runsOf, type Module } from './pytorch-modules.ts'
import { readRun, writeRun } from './pytorch-runs.ts'
import type { First, StateDictReader } from './state-dict.ts'

/** Takes a tensor by its name in the module or layer. */
type Give = (name: string, tensor: Tensor) => void

/** How a kind of layer and PyTorch's module for it go over into each other. */
interface KnownLayer {
  /** What the module is told by. */
  first(module: Module): First
  /** Gives our parameters, by the layer's own names. */
  read(module: Module, source: StateDictReader, give: Give): void
  /** Gives the module's arrays, in PyTorch's order. */
  write(module: Module, parameter: (name: string) => Tensor, give: Give): void
}

const copyOf = ({ shape, data }: Tensor): Tensor => ({ shape: [...shape], data: data.slice() })

interface LinearDescription {
  readonly input: number
  readonly output: number
  readonly bias?: boolean
}

const linearOf = ({ description }: Module): LinearDescription => description as unknown as LinearDescription

const tableOf = ({ description }: Module): readonly [number, number] => {
  const { symbols, size } = description as unknown as { readonly symbols: number; readonly size: number }
  return [symbols, size]
}

const known: Readonly<Record<string, KnownLayer>> = {
  embedding: {
    first: (module) => ({ name: 'weight', shape: tableOf(module) }),
    read: (module, source, give) => give('weight', source.take(`${module.theirs}weight`, tableOf(module))),
    write: (_, parameter, give) => give('weight', copyOf(parameter('weight'))),
  },
  linear: {
    first: (module) => ({ name: 'weight', shape: [linearOf(module).output, linearOf(module).input] }),
    read(module, source, give) {
      const { input, output, bias } = linearOf(module)
      const weight = source.take(`${module.theirs}weight`, [output, input])
      give('weight', weight)
      if (bias !== false) give('bias', source.takeBias(`${module.theirs}bias`, output, weight))
    },
    write(module, parameter, give) {
      give('weight', copyOf(parameter('weight')))
      if (linearOf(module).bias !== false) give('bias', copyOf(parameter('bias')))
    },
  },
  recurrent: {
    first: () => ({ name: 'weight_ih_l0' }),
    read(module, source, give) {
      for (const run of runsOf(module)) {
        for (const [name, tensor] of readRun(source, module.theirs, run)) give(run.ours + name, tensor)
      }
    },
    write(module, parameter, give) {
      for (const run of runsOf(module)) {
        for (const [name, tensor] of writeRun(run, (name) => parameter(run.ours + name))) give(name, tensor)
      }
    },
  },
}

/**
 * How a module's layer goes over.
 * @throws UnrolledError `pytorch` for a layer PyTorch does not have.
 */
export function knownLayer({ name, description: { kind } }: Module): KnownLayer {
  if (Object.hasOwn(known, kind)) return known[kind]!
  throw new UnrolledError('pytorch', `the layer ${name}: no PyTorch module is known for a layer of kind ${kind}`)
}
