import type { ParameterDeclaration, StateDeclaration } from '../cells/index.ts'
import type { DataSet, Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { extentsOf, mainOf, prefixed, vectors, type Json, type Layer, type Port, type Ports } from '../layers/index.ts'
import { nearest } from '../nearest.ts'
import { checkNamed, checkTensor, named, type Named } from '../tensor.ts'
import { checkModel } from './check-model.ts'
import type { Loss, Target } from './losses/index.ts'

/** How a model came about, as its file tells: what it was trained on, how long, with what. */
export type TrainingRecord = { readonly [name: string]: Json }

/** What a model is held against: the targets of its loss, and how much each counts, 1 where that is not given. */
export type TargetPorts = { readonly targets: Target; readonly weights: Port }

/**
 * A network with its values: layers, loss, and the parameters that training changes in place. It is made for data (its
 * vocabulary, its labels) and keeps none of it.
 */
export interface Model extends ModelParts {
  /** What goes in: the inputs of its layer that must be given. Others are left out. */
  readonly inputs: Ports
  /**
   * What its outputs are held against, as its loss says.
   * @throws UnrolledError `loss` where the loss is not known here.
   */
  readonly targets: TargetPorts
  /** The parameters of its layer, then those of its loss, `loss.…`. */
  readonly declared: readonly ParameterDeclaration[]
  /** What its layer carries from step to step, for each sequence. */
  readonly states: readonly StateDeclaration[]
  /** Whose symbols ports number, by the names that data has for them, where a model knows. */
  readonly vocabularies?: Readonly<Record<string, Vocabulary>>
  /** Data as this model reads it, where that is more than other names: windows of series. */
  reads?(data: DataSet): DataSet
  /** What its kind keeps beside layers, loss and parameters, by name: a vocabulary, labels. */
  content(): TrainingRecord
}

/** What a model is made of. */
export interface ModelParts {
  /** What it is: `classifier`, `forecaster`, `network`; a file finds by it who reads the rest. */
  readonly kind: string
  /** Its layers, as one. */
  readonly layer: Layer
  /** What training minimises: it judges the output called `output`, or the only one. */
  readonly loss: Loss
  /** Seed of its first values, a whole number from 0 and below 2³²; training draws by it where it is told no other. */
  readonly seed: number
  /** Float32 values by name. Exchanged as a whole, so that whoever computed with the old ones can tell. */
  parameters: Named
  /** How it came about; `{}` of a model that was not trained. */
  record: TrainingRecord
}

/** Makes a model of its parts: a value like any other, of which JSON gets a description that says where its weights are not. */
export function asModel<Parts extends ModelParts & { content?(): TrainingRecord }>(parts: Parts): Parts & Model {
  const { layer, loss } = parts
  let ports: TargetPorts | undefined
  const declared = declaredOf(layer, loss)
  const model = {
    content: () => ({}),
    ...parts,
    declared,
    states: layer.states,
    inputs: Object.fromEntries(Object.entries(layer.inputs).filter(([, { optional }]) => !optional)),
    get targets(): TargetPorts {
      if (ports) return ports
      const targets = loss.target(outputOf(layer))
      return (ports = { targets, weights: { ...vectors(1, targets.axes), optional: true } })
    },
  }
  return Object.defineProperty(model, 'toJSON', { value: described, writable: true, configurable: true })
}

/** What the names of a loss's parameters begin with in a model. */
export const lossPrefix = 'loss.'

/** The parameters of a model: those of its layer, then those of its loss. */
export function declaredOf(layer: Layer, loss: Loss): readonly ParameterDeclaration[] {
  if (!loss.declared) return layer.declared
  const own = prefixed(lossPrefix, loss.declared(outputOf(layer)))
  const twice = own.find(({ name }) => layer.declared.some((one) => one.name === name))
  if (!twice) return [...layer.declared, ...own]
  throw new UnrolledError('option', `a layer and the loss ${loss.name} both have a parameter ${twice.name}`)
}

/** The parameters of a model's loss, by the loss's own names. */
export const lossParameters = ({ layer, declared, parameters }: Model): Named =>
  named(declared.slice(layer.declared.length).map(({ name }) => [name.slice(lossPrefix.length), parameters[name]!]))

/** What a loss judges: the output of that name, or the only one. */
export const outputOf = ({ outputs }: Layer): Port => mainOf(outputs, 'output')[1]

function described(this: Model): Json {
  const { kind, layer, loss, declared, seed, record } = this
  return {
    kind,
    layer: layer.description as Json,
    loss: { name: loss.name, options: loss.options },
    seed,
    record,
    parameters: Object.fromEntries(declared.map((one) => [one.name, extentsOf(one)])),
    weights: 'not in JSON; saveModel writes them to a file, encodeModel makes bytes of them',
  }
}

/**
 * Gives a model other values for some or all of its parameters. An error leaves the model as it was.
 * @throws UnrolledError `parameters` for a name that it has not, `shape` for a tensor of another shape, `option` for what is no model.
 */
export function setParameters(model: Model, values: Named): void {
  checkModel(model, 'setParameters')
  checkNamed('setParameters', values)
  const next = named(Object.entries(model.parameters))
  for (const [name, tensor] of Object.entries(values)) {
    const old = next[name]
    if (!old) {
      const close = nearest(name, Object.keys(next))
      throw new UnrolledError(
        'parameters',
        `the model has no parameter ${name}${close ? `; did you mean ${close}?` : ''}`,
      )
    }
    checkTensor(`the parameter ${name}`, tensor, old.shape)
    next[name] = { shape: old.shape, data: Float32Array.from(tensor.data) }
  }
  model.parameters = next
}
