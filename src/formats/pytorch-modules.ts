import { cellFromText } from '../cells/index.ts'
import { UnrolledError } from '../error.ts'
import { leavesOf, prefixOf, type Layer, type LayerDescription } from '../layers/index.ts'
import { nearest } from '../nearest.ts'
import { moduleOf, type FoundModule } from './pytorch-cells.ts'

/** A layer that has parameters, and what both sides put before their names. */
export interface Module {
  /** What errors call it. */
  readonly name: string
  /** What it is called in `names`. */
  readonly key: string
  readonly description: LayerDescription
  readonly ours: string
  readonly theirs: string
}

/** One layer and direction of a recurrent module. */
export interface Run extends FoundModule {
  /** What our names begin with. */
  readonly ours: string
  /** What their names end with: `_l0`, `_l1_reverse`. */
  readonly suffix: string
  readonly input: number
  readonly hidden: number
  /** Columns of h, which the projection narrows. */
  readonly state: number
}

const batchFirst =
  'batch_first changes no weights, so it is not said here; sequences are [time, batch, features]: transpose the first two axes'

/**
 * The layers that have parameters, with PyTorch's prefix for each: that in `names` (by the layer's name in its chain, or of a
 * chain around it), else the same names, without the `_` of layers that add no prefix.
 */
export function modulesOf(layer: Layer, names: Readonly<Record<string, string>>): Module[] {
  if (typeof layer?.build !== 'function') {
    const of = (layer as { readonly layer?: unknown } | undefined)?.layer ? ': of a model, model.layer' : ''
    throw new UnrolledError('pytorch', `the first argument must be a layer${of}`)
  }
  const leaves = leavesOf(layer)
  const known = new Set(leaves.flatMap(({ path }) => path.map((_, i) => path.slice(0, i + 1).join('.'))))
  if (leaves.some(({ path }) => path.length === 0)) known.add('')
  for (const [name, theirs] of Object.entries(names)) {
    if (!known.has(name)) {
      if (/^batch_?first$/i.test(name)) throw new UnrolledError('pytorch', batchFirst)
      const close = nearest(name, known)
      const there = [...known].map((one) => `'${one}'`).join(', ')
      throw new UnrolledError(
        'pytorch',
        `there is no layer '${name}' to name; ${close === undefined ? `there are ${there}` : `did you mean '${close}'?`}`,
      )
    }
    if (typeof theirs !== 'string') throw new UnrolledError('pytorch', `the name for ${name} must be a string`)
  }
  return leaves
    .filter(({ layer }) => layer.declared.length > 0)
    .map(({ path, layer: { description } }) => {
      let depth = path.length
      while (depth > 0 && !Object.hasOwn(names, path.slice(0, depth).join('.'))) depth--
      const given = path.slice(0, depth).join('.')
      const begin = Object.hasOwn(names, given) ? [names[given]!] : []
      const theirs = [...begin, ...path.slice(depth).map((name) => name.replace(/^_/, ''))].filter(
        (name) => name !== '',
      )
      return {
        name: path.join('.') || description.kind,
        key: path.join('.'),
        description,
        ours: prefixOf(path),
        theirs: theirs.map((name) => `${name}.`).join(''),
      }
    })
}

/** The layers and directions of a recurrent layer, or an error that says why PyTorch has no such module. */
export function runsOf({ name, description }: Module): Run[] {
  const { hidden, bidirectional = false, input, projection, cell, residual = false } = description
  const wrong = (why: string): UnrolledError => new UnrolledError('pytorch', `the layer ${name}: ${why}`)
  const { text, modifiers } = cell as unknown as { text?: string; modifiers: readonly unknown[] }
  if (text === undefined) throw wrong('PyTorch has the same cell in both directions')
  if (description['direction'] === 'backward') throw wrong('PyTorch has no layer that only runs backwards')
  const found = moduleOf(cellFromText(text), modifiers)
  if ('why' in found) throw wrong(found.why)
  if (residual) throw wrong('PyTorch has no residual recurrent layers')
  const widths = Array.isArray(hidden) ? (hidden as readonly number[]) : [hidden as number]
  const width = widths[0]!
  if (widths.some((other) => other !== width)) {
    throw wrong(`the layers of a PyTorch module are all as wide; these are ${widths.join(', ')}`)
  }
  const plain = description['layers'] === undefined && !Array.isArray(hidden) && !bidirectional
  const count = (description['layers'] as number | undefined) ?? widths.length
  const directions = bidirectional ? ['forward', 'backward'] : ['forward']
  const state = found.module.matrices.some(({ from }) => from.includes('hr')) ? (projection as number) : width
  return Array.from({ length: count }, (_, i) =>
    directions.map((direction) => ({
      ...found,
      ours: plain ? '' : `layers.${i}.${direction}.`,
      suffix: `_l${i}${direction === 'backward' ? '_reverse' : ''}`,
      input: i === 0 ? (input as number) : state * directions.length,
      hidden: width,
      state,
    })),
  ).flat()
}
