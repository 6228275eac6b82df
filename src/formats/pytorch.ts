import { UnrolledError } from '../error.ts'
import { tiesOf, type Layer } from '../layers/index.ts'
import { nearest } from '../nearest.ts'
import { checkNamed, named, type Named, type Tensor } from '../tensor.ts'
import { modulesOf, runsOf, type Module } from './pytorch-modules.ts'
import { readRun, writeRun } from './pytorch-runs.ts'
import { StateDictReader, type StateDict } from './state-dict.ts'

/**
 * The parameters of a layer out of a PyTorch `state_dict`, for `setParameters`. Known are nn.Embedding, nn.Linear, nn.RNN,
 * nn.LSTM with or without proj_size, and nn.GRU, stacked and in both directions; absent biases are zero.
 *
 * `names` says what PyTorch calls a layer: `{ rnn: 'encoder.lstm', head: 'fc' }`; others have the same name on both sides. A
 * single layer that is no chain is `''`: `{ '': 'lstm' }`, and without it has no prefix.
 *
 * @throws UnrolledError `pytorch` for a layer PyTorch does not have, for tensors that are missing, misshapen or, inside a module
 * that is read, left over.
 */
export function fromPyTorch(layer: Layer, tensors: StateDict, names: Readonly<Record<string, string>> = {}): Named {
  const modules = modulesOf(layer, names)
  const source = new StateDictReader(tensors)
  const found = new Map<string, Tensor>()
  for (const module of modules) {
    const { description, ours, theirs } = module
    source.enter(module)
    const read = (name: string, shape: readonly number[]): void => {
      found.set(ours + name, source.take(theirs + name, shape))
    }
    switch (description.kind) {
      case 'embedding':
        read('weight', [description['symbols'] as number, description['size'] as number])
        break
      case 'linear': {
        const { input, output } = description as unknown as { input: number; output: number }
        read('weight', [output, input])
        if (description['bias'] === false) break
        found.set(`${ours}bias`, source.takeBias(`${theirs}bias`, output, found.get(`${ours}weight`)!))
        break
      }
      case 'recurrent':
        for (const run of runsOf(module)) {
          for (const [name, tensor] of readRun(source, theirs, run)) found.set(ours + run.ours + name, tensor)
        }
        break
      default:
        throw unknownLayer(module)
    }
    source.leave(module)
  }
  for (const [name, other] of tiesOf(layer)) {
    const given = found.get(other)!
    if (found.get(name)!.data.every((value, i) => value === given.data[i])) continue
    throw new UnrolledError('pytorch', `${name} is tied to ${other}, but the tensors for the two differ`)
  }
  // In the order in which the layer declares them.
  return named(layer.declared.map(({ name }) => [name, found.get(name)!]))
}

/**
 * A layer's parameters as a PyTorch `state_dict`, in the order PyTorch has it; `names` as for `fromPyTorch`. A gate's one bias
 * becomes `bias_ih`, and `bias_hh` is zero, but for the candidate of the GRU, which has two.
 *
 * @throws UnrolledError `pytorch` for a layer PyTorch does not have, `parameters` and `shape` for parameters that are not the
 * layer's.
 */
export function toPyTorch(layer: Layer, parameters: Named, names: Readonly<Record<string, string>> = {}): Named {
  checkNamed('toPyTorch', parameters)
  const own = named(Object.entries(parameters))
  checkParameters(layer, own)
  const ties = tiesOf(layer)
  const valueOf = (name: string): Tensor => own[ties.get(name) ?? name]!
  const result = new Map<string, Tensor>()
  for (const module of modulesOf(layer, names)) {
    const { description, ours, theirs } = module
    const write = (name: string, parameter: string): void => {
      const { shape, data } = valueOf(ours + parameter)
      result.set(theirs + name, { shape: [...shape], data: data.slice() })
    }
    switch (description.kind) {
      case 'embedding':
        write('weight', 'weight')
        break
      case 'linear':
        write('weight', 'weight')
        if (description['bias'] !== false) write('bias', 'bias')
        break
      case 'recurrent':
        for (const run of runsOf(module)) writeRun(run, (name) => valueOf(ours + run.ours + name), theirs, result)
        break
      default:
        throw unknownLayer(module)
    }
  }
  return named(result)
}

const unknownLayer = ({ name, description }: Module): UnrolledError =>
  new UnrolledError('pytorch', `the layer ${name}: no PyTorch module is known for a layer of kind ${description.kind}`)

function checkParameters(layer: Layer, given: Named): void {
  for (const { name, shape } of layer.declared) {
    const tensor = given[name]
    if (!tensor) {
      const close = nearest(name, Object.keys(given))
      throw new UnrolledError('parameters', `the parameter ${name} is missing${close ? `; there is ${close}` : ''}`)
    }
    const wanted = [...(shape.rows as readonly number[]), shape.columns]
    if (tensor.shape.join() !== wanted.join()) {
      throw new UnrolledError(
        'shape',
        `the parameter ${name} is [${tensor.shape.join(', ')}]; it must be [${wanted.join(', ')}]`,
      )
    }
  }
}
