import { UnrolledError } from '../error.ts'
import { activation } from './activation.ts'
import { attention } from './attention.ts'
import { attentionPooling } from './attention-pooling.ts'
import { chainFrom } from './chain.ts'
import { decoderFrom } from './decoder.ts'
import { dropout } from './dropout.ts'
import { embedding } from './embedding.ts'
import { encoderDecoderFrom } from './encoder-decoder.ts'
import type { Layer, LayerDescription, OpenLayer } from './layer.ts'
import { leavesOf } from './leaves.ts'
import { linear } from './linear.ts'
import { last, max, mean } from './pooling.ts'
import { parallelDecoderFrom } from './parallel-decoder.ts'
import { recurrentFrom } from './recurrent.ts'
import { wordsFrom } from './words.ts'

/** Makes layers of their descriptions, by kind. */
export type Layers = Readonly<Record<string, (description: LayerDescription, inside: ReadLayer) => Layer | OpenLayer>>

/** Makes the layer that a description inside another stands for, of one's own kinds too. */
export type ReadLayer = (description: LayerDescription) => Layer | OpenLayer

/** What a layer's own options describe. */
const by =
  (make: (options: never) => Layer | OpenLayer) =>
  ({ kind: _, ...options }: LayerDescription): Layer | OpenLayer =>
    make(options as never)

const kinds: Layers = {
  activation: by(activation),
  attention: by(attention),
  attentionPooling: by(attentionPooling),
  chain: chainFrom,
  decoder: decoderFrom,
  dropout: by(dropout),
  embedding: by(embedding),
  encoderDecoder: encoderDecoderFrom,
  last: by(last),
  linear: by(linear),
  max: by(max),
  mean: by(mean),
  parallelDecoder: parallelDecoderFrom,
  recurrent: recurrentFrom,
  words: wordsFrom,
}

/** The layer a description stands for, as a model file stores it; `own` are kinds of one's own. */
export function layerFrom(description: LayerDescription, own: Layers = {}): Layer {
  const made = read(description, own)
  if ('build' in made) return made
  throw new UnrolledError('file', `${description.kind}: its description does not say its input's size`)
}

function read(description: LayerDescription, own: Layers): Layer | OpenLayer {
  const { kind } = description
  const makes = [own, kinds].find((layers) => Object.hasOwn(layers, kind))
  if (!makes) {
    throw new UnrolledError(
      'file',
      `there is no layer ${kind}; there are ${Object.keys({ ...kinds, ...own }).join(', ')}`,
    )
  }
  const made = makes[kind]!(description, (inside) => read(inside, own))
  if (typeof made === 'object' && made !== null && ('build' in made || 'fit' in made)) return made
  throw new UnrolledError('option', `layers: what ${kind} makes is no layer; defineLayer makes one of its parts`)
}

/** Kinds of one's own in a layer, as what makes those very layers again: so that it can be read back where it is at hand. */
export function ownLayers(layer: Layer): Layers {
  const own = leavesOf(layer).filter(({ layer }) => !Object.hasOwn(kinds, layer.description.kind))
  const text = (description: LayerDescription): string => JSON.stringify(description)
  const again = (description: LayerDescription): Layer =>
    own.find(({ layer }) => text(layer.description) === text(description))!.layer
  return Object.fromEntries(own.map(({ layer }) => [layer.description.kind, again]))
}
