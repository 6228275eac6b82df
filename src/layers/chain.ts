import { UnrolledError } from '../error.ts'
import { layer, prefixed, within, type Json, type Layer } from './layer.ts'

/**
 * Layers one behind the other, by name: each layer's output is the next one's input. Names of parameters and states get the
 * layer's name as prefix: `head.weight`. A layer whose name begins with `_` adds no prefix.
 */
export function chain(layers: Readonly<Record<string, Layer>>): Layer {
  const entries = Object.entries(layers).map(([name, layer]) => ({
    name,
    layer,
    prefix: name.startsWith('_') ? '' : `${name}.`,
  }))
  if (entries.length === 0) throw new UnrolledError('option', 'chain: at least one layer is needed')
  entries.slice(1).forEach(({ name, layer }, i) => {
    const before = entries[i]!
    if (before.layer.output !== layer.input) {
      throw new UnrolledError(
        'shape',
        `chain: ${before.name} gives ${before.layer.output} columns, but ${name} takes ${layer.input}`,
      )
    }
  })
  const parameters = entries.flatMap(({ prefix, layer }) => prefixed(prefix, layer.declared))
  const names = new Set<string>()
  const twice = parameters.find(({ name }) => names.size === names.add(name).size)
  if (twice) throw new UnrolledError('option', `chain: two parameters are named ${twice.name}`)
  const { symbols } = entries[0]!.layer
  return layer({
    description: {
      kind: 'chain',
      layers: entries.map(({ name, layer }) => [name, layer.description]) as unknown as Json,
    },
    input: entries[0]!.layer.input,
    ...(symbols !== undefined && { symbols }),
    children: new Map(entries.map(({ name, layer }) => [name, layer])),
    output: entries.at(-1)!.layer.output,
    causal: entries.every(({ layer }) => layer.causal !== false),
    declared: parameters,
    states: entries.flatMap(({ prefix, layer }) => prefixed(prefix, layer.states)),
    build: (context, x) => entries.reduce((value, { prefix, layer }) => layer.build(within(context, prefix), value), x),
  })
}
