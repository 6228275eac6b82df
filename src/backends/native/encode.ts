/**
 * A program as the words that native/program.c reads: its formulas by number, and three lists of instructions, each a kind,
 * formulas for its span, places and numbers.
 */

import { UnrolledError } from '../../error.ts'
import { weightFormats } from '../backend.ts'
import type { Formula, Instruction, Program, Span, WeightFormat } from '../backend.ts'
import { descriptionOf, kinds, spanOf, usesOf } from '../program/instructions.ts'
import { one } from '../program/description.ts'
import { mostWalked } from '../program/place.ts'
import { encodeRows } from './encode-rows.ts'
import { mostFloats } from './memory.ts'

/** Axes that an instruction walks; those it does not have one index. */
const walked = Array.from({ length: mostWalked }, (_, axis) => axis)

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

function encodeInstruction(instruction: Instruction, formulas: Formulas): number[] {
  const { rowWise, effort } = descriptionOf(instruction)
  const {
    outer,
    rows,
    walk = [],
  }: Span = instruction.kind === 'loop'
    ? { outer: [{ factor: 1, axes: [instruction.axis] }], rows: one }
    : spanOf(instruction)
  const places = usesOf(instruction).map(({ place }) => place)
  const numbers = numbersOf(instruction)
  return [
    kinds.indexOf(instruction.kind),
    rowWise ? 1 : 0,
    Math.min(effort(instruction), mostFloats),
    formulas.number(outer),
    formulas.number(rows),
    ...walked.map((axis) => formulas.number(walk[axis] ?? one)),
    places.length,
    numbers.length,
    ...places.flatMap(({ region, offset, stride, pitch, broadcast, walk = [] }) => [
      region,
      formulas.number(offset),
      formulas.number(stride),
      formulas.number(pitch),
      broadcast ? 1 : 0,
      ...walked.map((axis) => formulas.number(walk[axis] ?? [])),
    ]),
    ...numbers,
  ]
}

/** Its sizes, then its codes; the operations of ROWS are brought into an order of native's own. */
function numbersOf(instruction: Instruction): number[] {
  if (instruction.kind === 'rows') return encodeRows(instruction)
  const { sizes, codes } = descriptionOf(instruction)
  const whole = Object.values(sizes(instruction)).map((size) => Math.min(size, mostFloats))
  return [...whole, ...(codes?.(instruction) ?? [])]
}
