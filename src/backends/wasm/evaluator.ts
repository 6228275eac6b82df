/** The values of an operation list on one vector of four columns. */

import type { PointwiseOperation, RowsInstruction } from '../backend.ts'
import { isWork, operandsOf } from '../program/pointwise.ts'
import type { FunctionBuilder, Local, V128 } from './assembler.ts'
import type { Constants } from './constants.ts'
import { sinkAddress } from './constants.ts'
import type { Functions } from './functions.ts'
import { f32x4, i32, v128 } from './opcodes.ts'

type Select = Extract<PointwiseOperation, { op: 'select' }>

/** What values are made of: an input's vector, and the position. */
interface Given {
  readonly read: (input: number) => Local<'v128'>
  readonly position: Local<'v128'>
}

/** Evaluates each value once and only when something asks for it. */
export class Evaluator {
  readonly #f: FunctionBuilder
  readonly #constants: Constants
  readonly #functions: Functions
  readonly #instruction: RowsInstruction
  readonly #given: Given
  readonly #values: V128[] = []
  readonly #masks: V128[] = []
  readonly #needed = new Set<number>()

  constructor(
    f: FunctionBuilder,
    constants: Constants,
    functions: Functions,
    instruction: RowsInstruction,
    given: Given,
  ) {
    this.#f = f
    this.#constants = constants
    this.#functions = functions
    this.#instruction = instruction
    this.#given = given
  }

  value(value: number): V128 {
    this.#need(value)
    for (const index of [...this.#needed].sort((a, b) => a - b)) {
      if (this.#values[index] !== undefined) continue
      const operation = this.#operationOf(index)
      if (operation === undefined) this.#values[index] = this.#given.read(index)
      else if (!isWork(operation)) this.#values[index] = this.#compute(operation, index)
      else {
        const result = this.#f.local('v128', this.#compute(operation, index))
        this.#values[index] = result
        // Node 20 would load the constants of all functions first and then run out of registers; it moves no load past a store.
        if (operation.op in this.#functions) this.#f.do(v128.store(i32.const(0), result, sinkAddress))
      }
    }
    return this.#at(value)
  }

  #at(value: number): V128 {
    return this.#values[value] as V128
  }

  #operationOf(value: number): PointwiseOperation | undefined {
    return this.#instruction.operations[value - this.#instruction.inputs.length]
  }

  #isConstant(value: number, wanted: (constant: number) => boolean): boolean {
    const operation = this.#operationOf(value)
    return operation?.op === 'constant' && wanted(operation.value)
  }

  #need(value: number): void {
    if (this.#needed.has(value)) return
    this.#needed.add(value)
    const operation = this.#operationOf(value)
    if (operation !== undefined) for (const operand of operandsOf(operation)) this.#need(operand)
  }

  #compute(operation: PointwiseOperation, index: number): V128 {
    switch (operation.op) {
      case 'constant':
        return this.#constants.float(operation.value)
      case 'position':
        return this.#given.position
      case 'select':
        return this.#select(operation)
      case 'less':
        this.#masks[index] = this.#f.local('v128', f32x4.lt(this.#at(operation.a), this.#at(operation.b)))
        return v128.and(this.#masks[index], this.#constants.float(1))
      case 'min':
      case 'max':
        return this.#extreme(operation.op, operation.a, operation.b)
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        return f32x4[operation.op](this.#at(operation.a), this.#at(operation.b))
      case 'neg':
      case 'abs':
      case 'sqrt':
        return f32x4[operation.op](this.#at(operation.a))
      case 'sign': {
        const x = this.#at(operation.a)
        const one = this.#constants.float(1)
        const signs = f32x4.sub(v128.and(f32x4.gt(x, v128.zero), one), v128.and(f32x4.lt(x, v128.zero), one))
        return v128.bitselect(signs, x, f32x4.eq(x, x))
      }
      default:
        return this.#functions[operation.op](this.#at(operation.a))
    }
  }

  #select({ condition, a, b }: Select): V128 {
    const mask = this.#masks[condition] ?? f32x4.ne(this.#at(condition), v128.zero)
    const isZero = (constant: number): boolean => Object.is(Math.fround(constant), 0)
    if (this.#isConstant(b, isZero)) return v128.and(this.#at(a), mask)
    if (this.#isConstant(a, isZero)) return v128.andnot(this.#at(b), mask)
    return v128.bitselect(this.#at(a), this.#at(b), mask)
  }

  /** With a constant on one side one instruction keeps the NaN of the other. */
  #extreme(op: 'min' | 'max', a: number, b: number): V128 {
    const isNumber = (constant: number): boolean => !Number.isNaN(constant)
    const quick = op === 'min' ? f32x4.pmin : f32x4.pmax
    if (this.#isConstant(b, isNumber)) return quick(this.#at(a), this.#at(b))
    if (this.#isConstant(a, isNumber)) return quick(this.#at(b), this.#at(a))
    return f32x4[op](this.#at(a), this.#at(b))
  }
}
