import { UnrolledError } from '../error.ts'
import { checkNames } from '../options.ts'
import { defineLayer, prefixed, within, type Json, type Layer, type LayerDescription, type OpenLayer } from './layer.ts'
import { mainOf, misfit, portText, type Ports } from './port.ts'

/** Two layers, of which the second is given what comes out of the first. */
export interface EncoderDecoderLayers {
  /**
   * Makes of a second sequence a memory, `output` `[source, batch]`, and what a decoder begins from, `final` `[batch]`; or that alone, as
   * its `output`.
   */
  readonly encoder: Layer
  /** Makes its output of what it sees at each step, and of a `start` and a `memory`, or one of them. */
  readonly decoder: Layer
}

/**
 * An encoder whose outputs are what a decoder begins from and looks at: what goes into the encoder is called `source`, what goes into
 * the decoder at each step `x`. A decoder that is a chain takes its memory by the name of the layer that does: `core.memory`.
 *
 * @throws UnrolledError `shape` where what the one gives is not what the other takes.
 */
export function encoderDecoder(layers: EncoderDecoderLayers): Layer {
  checkNames('encoderDecoder', layers, ['encoder', 'decoder'])
  const { encoder, decoder } = layers
  for (const [name, layer] of Object.entries(layers) as [string, Layer | undefined][]) {
    if (typeof layer?.build !== 'function') throw new UnrolledError('option', `encoderDecoder: ${name} is no layer`)
  }
  const [into, source] = mainOf(encoder.inputs, 'x')
  const [steps, x] = mainOf(decoder.inputs, 'x')
  const [memory] = mainOf(encoder.outputs, 'output')
  const served = new Map([
    ...serves(decoder, encoder.outputs, 'memory', memory),
    ...serves(decoder, encoder.outputs, 'start', encoder.outputs[memory]!.axes.includes('source') ? 'final' : memory),
  ])
  if (served.size === 0) {
    throw new UnrolledError(
      'shape',
      `encoderDecoder: the decoder takes neither a memory nor a start; it takes ${Object.keys(decoder.inputs).join(', ')}`,
    )
  }
  const free = Object.entries(decoder.inputs).filter(([name]) => name !== steps && !served.has(name))
  return defineLayer({
    description: {
      kind: 'encoderDecoder',
      layers: [
        ['encoder', encoder.description],
        ['decoder', decoder.description],
      ] as unknown as Json,
    },
    inputs: { source, x, ...Object.fromEntries(free) },
    outputs: decoder.outputs,
    children: new Map(Object.entries(layers) as [string, Layer][]),
    causal: decoder.causal,
    declared: [...prefixed('encoder.', encoder.declared), ...prefixed('decoder.', decoder.declared)],
    states: [...prefixed('encoder.', encoder.states), ...prefixed('decoder.', decoder.states)],
    build(context, { source, x, ...rest }) {
      const encoded = encoder.build(within(context, 'encoder.'), { [into]: source! })
      const given = Object.fromEntries([...served].map(([name, from]) => [name, encoded[from]!]))
      return decoder.build(within(context, 'decoder.'), { ...rest, ...given, [steps]: x! })
    },
  })
}

/** The decoder's port of that name, its own or that of a layer in its chain, and which of the encoder's outputs it is given. */
function serves(decoder: Layer, outputs: Ports, name: string, from: string): [string, string][] {
  const found = Object.keys(decoder.inputs).find((port) => port === name || port.endsWith(`.${name}`))
  if (found === undefined) return []
  const given = outputs[from]
  const wanted = decoder.inputs[found]!
  if (given && misfit(given, wanted) === undefined) return [[found, from]]
  const gives = given ? `gives as ${from} ${portText(given)}` : `gives no ${from}: recurrent({ …, gives: 'both' }) does`
  throw new UnrolledError(
    'shape',
    `encoderDecoder: the decoder's ${found} is ${portText(wanted)}, but the encoder ${gives}`,
  )
}

/** The layer a description stands for; `inside` makes the layers in it. */
export function encoderDecoderFrom(
  { layers }: LayerDescription,
  inside: (description: LayerDescription) => Layer | OpenLayer,
): Layer {
  const parts = Object.fromEntries(
    (layers as unknown as [string, LayerDescription][]).map(([name, part]) => [name, inside(part)]),
  )
  return encoderDecoder(parts as unknown as EncoderDecoderLayers)
}
