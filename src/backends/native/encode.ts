/**
 * A program as the words that native/program.c reads: its formulas by number, and three lists of instructions, each a kind,
 * two formulas for its span, places and numbers.
 */

import { UnrolledError } from '../../error.ts'
import { weightFormats } from '../backend.ts'
import type { Formula, Instruction, Place, Program, Span, WeightFormat } from '../backend.ts'
import { encodeRows } from './encode-rows.ts'
import { floatBits } from './float-bits.ts'
import { mostFloats } from './memory.ts'

/** In the order of `enum Kind` in native/kernels.h. */
const kinds: readonly Instruction['kind'][] = [
  'loop',
  'end',
  'rows',
  'pack',
  'gemm',
  'gemm-ta',
  'gather',
  'scatter-add',
  'sum-rows',
  'reduce-columns',
  'cross-entropy',
  'cross-entropy-gradient',
  'sum-squares',
  'random',
  'fill',
]

const starts = { zero: 0, dest: 1, row: 2 } as const
const one: Formula = [{ factor: 1, axes: [] }]

export interface EncodedProgram {
  readonly words: Int32Array
  /** The axes of its formulas, in the order in which extents are handed over. */
  readonly axes: readonly string[]
  /** Lists that draw random numbers. */
  readonly random: readonly boolean[]
}

/** The words of a program. */
export function encode(program: Program, weights: WeightFormat): EncodedProgram {
  const formulas = new Formulas()
  const lists = [program.prepare, program.body, program.finish]
  const parts = lists.map((list) => [
    list.length,
    ...list.flatMap((instruction) => encodeInstruction(instruction, formulas)),
  ])
  const { axes, words: formulaWords, count } = formulas
  const format = weightFormats.indexOf(weights)
  if (format < 0) {
    throw new UnrolledError('option', `weights are ${weightFormats.join(', ')}, not ${weights}`)
  }
  const content = [axes.length, program.regions.length, program.packs, format, count, ...formulaWords]
  const all = [0, ...content, ...parts.flat()]
  all[0] = all.length
  return {
    words: Int32Array.from(all),
    axes,
    random: lists.map((list) => list.some(({ kind }) => kind === 'random')),
  }
}

/** Formulas by number, equal ones once. */
export class Formulas {
  readonly axes: string[] = []
  readonly words: number[] = []
  readonly #numbers = new Map<string, number>()

  get count(): number {
    return this.#numbers.size
  }

  number(formula: Formula): number {
    const words = [formula.length]
    for (const { factor, axes } of formula) {
      if (Math.abs(factor) > mostFloats) {
        throw new UnrolledError('out-of-memory', `${factor} floats are more than one memory can have`)
      }
      words.push(factor, axes.length)
      for (const axis of axes) {
        let index = this.axes.indexOf(axis)
        if (index < 0) index = this.axes.push(axis) - 1
        words.push(index)
      }
    }
    const key = words.join()
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#numbers.size)
    this.words.push(...words)
    return this.#numbers.size - 1
  }
}

interface Content {
  readonly span?: Span
  readonly places?: readonly Place[]
  readonly numbers?: readonly number[]
}

function encodeInstruction(instruction: Instruction, formulas: Formulas): number[] {
  const { span = { outer: one, rows: one }, places = [], numbers = [] } = contentOf(instruction)
  return [
    kinds.indexOf(instruction.kind),
    formulas.number(span.outer),
    formulas.number(span.rows),
    places.length,
    numbers.length,
    ...places.flatMap(({ region, offset, stride, pitch, broadcast }) => [
      region,
      formulas.number(offset),
      formulas.number(stride),
      formulas.number(pitch),
      broadcast ? 1 : 0,
    ]),
    ...numbers,
  ]
}

function contentOf(it: Instruction): Content {
  switch (it.kind) {
    case 'loop':
      return { span: { outer: [{ factor: 1, axes: [it.axis] }], rows: one }, numbers: [it.reverse ? 1 : 0] }
    case 'end':
      return {}
    case 'rows':
      return { span: it, ...encodeRows(it) }
    case 'pack':
      return {
        places: it.blocks.map(({ source }) => source),
        numbers: [
          it.pack,
          it.k,
          it.n,
          it.blocks.length,
          ...it.blocks.flatMap(({ atK, atN, k, n, transposed }) => [atK, atN, k, n, transposed ? 1 : 0]),
        ],
      }
    case 'gemm': {
      const start = typeof it.start === 'string' ? it.start : 'row'
      return {
        span: it,
        places: [it.a, it.dest, ...(typeof it.start === 'string' ? [] : [it.start.row])],
        numbers: [it.pack, it.k, it.n, starts[start]],
      }
    }
    case 'gemm-ta':
      return { span: it, places: [it.g, it.a, it.dest], numbers: [it.m, it.n, Math.min(it.chunk, mostFloats)] }
    case 'gather':
      return { span: it, places: [it.table, it.ids, it.dest], numbers: [it.columns, it.pad, it.count] }
    case 'scatter-add':
      return {
        span: it,
        places: [it.source, it.ids, it.dest],
        numbers: [it.columns, Math.min(it.chunk, mostFloats), it.count],
      }
    case 'sum-rows':
      return { span: it, places: [it.source, it.dest], numbers: [it.columns, Math.min(it.chunk, mostFloats)] }
    case 'reduce-columns':
      return { span: it, places: [it.source, it.dest], numbers: [it.columns, it.reduction === 'max' ? 1 : 0] }
    case 'cross-entropy':
      return { span: it, places: [it.logits, it.targets, it.loss], numbers: [it.columns] }
    case 'cross-entropy-gradient':
      return {
        span: it,
        places: [it.logits, it.targets, it.weight, it.dest, ...(it.loss ? [it.loss] : [])],
        numbers: [it.columns, it.pad],
      }
    case 'sum-squares':
      return { places: [it.source, it.dest], numbers: [it.columns] }
    case 'random':
      return { span: it, places: [it.dest], numbers: [it.columns, it.pad, it.site, it.perStep ? 1 : 0] }
    case 'fill':
      return { span: it, places: [it.dest], numbers: [it.columns, floatBits(it.value)] }
  }
}
