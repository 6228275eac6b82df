import { UnrolledError } from '../error.ts'
import { extentsOf, tiesOf, type Layer } from '../layers/index.ts'
import { nearest } from '../nearest.ts'
import { checkNamed, checkTensor, named, type Named, type Tensor } from '../tensor.ts'
import { knownLayer } from './pytorch-layers.ts'
import { modulesOf } from './pytorch-modules.ts'
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
    const layer = knownLayer(module)
    source.enter(module, layer.first(module))
    layer.read(module, source, (name, tensor) => void found.set(module.ours + name, tensor))
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
  const modules = modulesOf(layer, names)
  const own = named(Object.entries(parameters))
  checkParameters(layer, own)
  const ties = tiesOf(layer)
  const valueOf = (name: string): Tensor => own[ties.get(name) ?? name]!
  const result = new Map<string, Tensor>()
  for (const module of modules) {
    const { ours, theirs } = module
    const give = (name: string, tensor: Tensor): void => void result.set(theirs + name, tensor)
    knownLayer(module).write(module, (name) => valueOf(ours + name), give)
  }
  return named(result)
}

function checkParameters(layer: Layer, given: Named): void {
  for (const one of layer.declared) {
    const { name } = one
    const tensor = given[name]
    if (!tensor) {
      const close = nearest(name, Object.keys(given))
      throw new UnrolledError('parameters', `the parameter ${name} is missing${close ? `; there is ${close}` : ''}`)
    }
    checkTensor(`the parameter ${name}`, tensor, extentsOf(one))
  }
}
