import type { Cell } from '../cells/index.ts'
import type { InputCoding } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import {
  attentionPooling,
  chain,
  dropout,
  embedding,
  last,
  linear,
  max,
  mean,
  recurrent,
  type Layer,
  type OpenLayer,
} from '../layers/index.ts'
import { checkNumber, wrongOption } from '../options.ts'
import { encoderNames, encoding, type EncoderOptions } from './encoding.ts'
import { recurrentSynonyms } from './recurrent-synonyms.ts'
import { stepping } from './stepping.ts'

/** How a whole sequence becomes one row; each makes a layer that does. */
const poolings: Readonly<Record<Pooling, (width: number) => OpenLayer>> = {
  attention: (size) => attentionPooling({ size }),
  last: () => last(),
  max: () => max(),
  mean: () => mean(),
}

/** How one row is made of all steps of a sequence: by the layers `attentionPooling`, `last`, `max` and `mean`. */
export type Pooling = 'attention' | 'last' | 'max' | 'mean'

/** Layers that read a sequence. */
export interface ReadingOptions extends EncoderOptions {
  /** One cell, or one for each direction, which then run both ways. */
  readonly cell: Cell | { readonly forward: Cell; readonly backward: Cell }
  /** Width of the states; an array gives each layer its own. */
  readonly hidden: number | readonly number[]
  /** Recurrent layers; 1, or as many as `hidden` has widths. */
  readonly layers?: number
  /** Whether sequences are read from both ends; false. */
  readonly bidirectional?: boolean
  /** Width of the vectors that stand for symbols; that of the first layer. */
  readonly embedding?: number
  /** Rate of dropout on what enters each layer and the output; 0. */
  readonly dropout?: number
  /** Whether each recurrent layer adds its input to its output, where both are as wide; false. */
  readonly residual?: boolean
  /** Seed of the first values, a whole number from 0 and below 2³²; 0. */
  readonly seed?: number
}

/** How a model that answers once for a sequence makes one row of its steps. */
export interface PoolingChoice {
  /**
   * What is made of all steps: the last, which has seen the others, their mean, their greatest values, or a mean in which `attention`
   * has learnt how much each step counts; `last`.
   */
  readonly pooling?: Pooling
}

export const readingNames = [
  'cell',
  'hidden',
  'layers',
  'bidirectional',
  ...encoderNames,
  'embedding',
  'dropout',
  'residual',
  'seed',
] as const

export const readingSynonyms: Readonly<Record<string, string>> = { ...recurrentSynonyms, pool: 'pooling' }

type Parts = Record<string, Layer | OpenLayer>

/** What turns the input of a coding into vectors: an embedding of symbols, nothing of vectors. */
export function entering({ port }: InputCoding, size: number, rate: number): Parts {
  return {
    ...(port.symbols !== undefined && { embedding: embedding({ symbols: port.symbols, size }) }),
    ...(rate > 0 && { dropoutIn: dropout({ size: port.symbols === undefined ? port.columns : size, rate }) }),
  }
}

/** How wide the vectors are that stand for symbols. */
export const embeddingSize = (
  owner: string,
  { embedding, hidden }: Pick<ReadingOptions, 'embedding' | 'hidden'>,
): number => {
  const whole = { from: 1, whole: true }
  if (embedding !== undefined) return checkNumber(owner, 'embedding', embedding, whole)
  return checkNumber(owner, 'hidden', ([hidden].flat() as number[])[0], whole)
}

/** Layers that read a sequence step by step, and give a row for each. */
export function reading(owner: string, input: InputCoding, options: ReadingOptions, gives?: 'final output'): Parts {
  const core = { ...stepping(options), ...(gives && { gives }) }
  const first = entering(input, embeddingSize(owner, options), options.dropout ?? 0)
  const given = Object.keys(first).length === 0 ? input.port.columns : undefined
  const parts = { ...first, ...encoding(owner, options, given) }
  // What comes first says its own input.
  const alone = Object.keys(parts).length === 0
  return { ...parts, _core: alone ? recurrent({ ...core, input: input.port.columns }) : recurrent(core) }
}

/** Layers that read a sequence and give one row of `output` numbers for it. */
export function readingOnce(
  owner: string,
  input: InputCoding,
  options: ReadingOptions & PoolingChoice,
  output: number,
): Layer {
  const { pooling = 'last', bidirectional = false, cell, dropout: rate = 0 } = options
  if (!Object.hasOwn(poolings, pooling)) {
    throw wrongOption(
      owner,
      'pooling',
      pooling,
      Object.keys(poolings)
        .map((name) => `'${name}'`)
        .join(' or '),
    )
  }
  // Read from both ends, each way's last step is the one that has seen the others.
  const both = bidirectional || (typeof cell === 'object' && cell !== null && 'forward' in cell)
  const final = pooling === 'last' && both
  return chain({
    ...reading(owner, input, options, final ? 'final output' : undefined),
    ...(!final && { pooling: poolings[pooling]([options.hidden].flat().at(-1)!) }),
    ...(rate > 0 && { dropoutOut: dropout({ rate }) }),
    output: linear({ output }),
  })
}

/** Says of data that it is not what a model is made for. */
export const notLabelled = (owner: string, wanted: string, maker = 'labelled'): UnrolledError =>
  new UnrolledError(
    'data',
    `${owner}: the first argument must be data with ${wanted}, such as ${maker}(table, …) makes`,
  )
