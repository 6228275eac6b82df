import { UnrolledError } from '../error.ts'
import { activation } from './activation.ts'
import { chain } from './chain.ts'
import { dropout } from './dropout.ts'
import { embedding } from './embedding.ts'
import type { Layer, LayerDescription } from './layer.ts'
import { linear } from './linear.ts'
import { recurrentFrom } from './recurrent.ts'
import { tied } from './tied.ts'

const kinds: Readonly<Record<string, (description: LayerDescription) => Layer>> = {
  activation: ({ kind: _, ...options }) => activation(options as never),
  chain: ({ layers }) =>
    chain(
      Object.fromEntries(
        (layers as unknown as [string, LayerDescription][]).map(([name, inner]) => [name, layerFrom(inner)]),
      ),
    ),
  dropout: ({ kind: _, ...options }) => dropout(options as never),
  embedding: ({ kind: _, ...options }) => embedding(options as never),
  linear: ({ kind: _, ...options }) => linear(options as never),
  recurrent: recurrentFrom,
  tied: ({ kind: _, ...options }) => tied(options as never),
}

/** The layer a description stands for, as a model file stores it. */
export function layerFrom(description: LayerDescription): Layer {
  const make = Object.hasOwn(kinds, description.kind) ? kinds[description.kind] : undefined
  if (!make) {
    throw new UnrolledError('file', `there is no layer ${description.kind}; there are ${Object.keys(kinds).join(', ')}`)
  }
  return make(description)
}
