import { joined } from '../../joined.ts'

/**
 * A typed assembler for WebAssembly: expressions know their type, functions own their locals, a module turns into bytes.
 * Only what the kernels need is here; the instructions themselves are in opcodes.ts.
 */

export type ValueType = 'i32' | 'f32' | 'f64' | 'v128'

const typeByte: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b }

/** A value in the making: writing it out leaves one value of `type` on the stack. */
export interface Expression<T extends ValueType> {
  readonly type: T
  readonly emit: (code: number[]) => void
}

export type I32 = Expression<'i32'>
export type F32 = Expression<'f32'>
export type F64 = Expression<'f64'>
export type V128 = Expression<'v128'>

/** A variable of a function. Reading it is an expression. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number
}

/** A function that can be called from others of its module: imported or defined. */
export interface Callable {
  readonly index: number
  readonly parameters: readonly ValueType[]
}

/** Appends an unsigned LEB128 number. */
export function unsigned(code: number[], value: number): void {
  let rest = value
  while (rest >= 0x80) {
    code.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  code.push(rest)
}

/** Appends a signed LEB128 32-bit number. */
export function signed(code: number[], value: number): void {
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      code.push(low)
      return
    }
    code.push(low | 0x80)
  }
}

function text(code: number[], value: string): void {
  const bytes = new TextEncoder().encode(value)
  unsigned(code, bytes.length)
  code.push(...bytes)
}

function append(code: number[], more: readonly number[]): void {
  for (const byte of more) code.push(byte)
}

/** One function under construction: statements are appended as its methods are called. */
export class FunctionBuilder implements Callable {
  readonly code: number[] = []
  readonly index: number
  readonly parameters: readonly ValueType[]
  private readonly localTypes: ValueType[] = []

  constructor(index: number, parameters: readonly ValueType[]) {
    this.index = index
    this.parameters = parameters
  }

  /** The parameter at `index`, which must have the type asked for. */
  parameter<T extends ValueType>(index: number, type: T): Local<T> {
    if (this.parameters[index] !== type) throw new Error(`parameter ${index} is not ${type}`)
    return variable(index, type)
  }

  /** A new variable, with a starting value if one is given. */
  local<T extends ValueType>(type: T, start?: Expression<T>): Local<T> {
    const local = variable(this.parameters.length + this.localTypes.length, type)
    this.localTypes.push(type)
    if (start !== undefined) this.set(local, start)
    return local
  }

  set<T extends ValueType>(local: Local<T>, value: Expression<T>): void {
    value.emit(this.code)
    this.code.push(0x21)
    unsigned(this.code, local.index)
  }

  /** An instruction without a result: a store, a bulk memory operation. */
  do(statement: (code: number[]) => void): void {
    statement(this.code)
  }

  call(target: Callable, ...values: readonly Expression<ValueType>[]): void {
    if (values.length !== target.parameters.length) throw new Error('wrong number of arguments')
    for (const [at, value] of values.entries()) {
      if (value.type !== target.parameters[at]) throw new Error(`argument ${at} is not ${target.parameters[at]}`)
      value.emit(this.code)
    }
    this.code.push(0x10)
    unsigned(this.code, target.index)
  }

  if(condition: I32, then: () => void, otherwise?: () => void): void {
    condition.emit(this.code)
    this.code.push(0x04, 0x40)
    then()
    if (otherwise !== undefined) {
      this.code.push(0x05)
      otherwise()
    }
    this.code.push(0x0b)
  }

  /** Repeats `body` while `condition` holds, looking before the first time. */
  while(condition: I32, body: () => void): void {
    this.if(condition, () => this.repeat(body, condition))
  }

  /** Does `body`, then again for as long as `condition` holds after it. */
  repeat(body: () => void, condition: I32): void {
    this.code.push(0x03, 0x40)
    body()
    condition.emit(this.code)
    this.code.push(0x0d, 0x00, 0x0b)
  }

  /**
   * Does `steps` in turn, again and again, until `left`, tested after each of them but the last, is no more than the steps
   * done in this round. `advance` ends a round; at least one step must be left at the beginning.
   *
   * The way out after each step keeps optimisers from moving instructions of one step past those of the next.
   */
  rounds(left: Local<'i32'>, steps: readonly (() => void)[], advance: () => void): void {
    this.code.push(0x02, 0x40, 0x03, 0x40)
    for (const [index, step] of steps.entries()) {
      step()
      if (index + 1 === steps.length) continue
      left.emit(this.code)
      this.code.push(0x41, index + 1, 0x4c, 0x0d, 0x01)
    }
    advance()
    left.emit(this.code)
    this.code.push(0x41, steps.length, 0x6b, 0x22)
    unsigned(this.code, left.index)
    this.code.push(0x41, 0x00, 0x4a, 0x0d, 0x00, 0x0b, 0x0b)
  }

  /** The body as the code section wants it: declarations in runs of one type, then code. */
  bytes(): number[] {
    const runs: { type: ValueType; count: number }[] = []
    for (const type of this.localTypes) {
      const last = runs.at(-1)
      if (last?.type === type) last.count++
      else runs.push({ type, count: 1 })
    }
    const body: number[] = []
    unsigned(body, runs.length)
    for (const { type, count } of runs) {
      unsigned(body, count)
      body.push(typeByte[type])
    }
    append(body, this.code)
    body.push(0x0b)
    return body
  }
}

function variable<T extends ValueType>(index: number, type: T): Local<T> {
  return {
    index,
    type,
    emit: (code) => {
      code.push(0x20)
      unsigned(code, index)
    },
  }
}

interface Signature {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

/** Pages of 64 KiB that a memory has at most: 4 GiB. */
export const maximumPages = 65536

/** A module with one memory, `env.memory` or its own, that imports and exports functions. None of its own has a result. */
export class ModuleBuilder {
  /** Whether the memory is one that threads share. */
  private readonly shared: boolean
  private readonly signatures: Signature[] = []
  private readonly imports: { name: string; signature: number }[] = []
  private readonly functions: { signature: number; builder: FunctionBuilder }[] = []
  private readonly exports: { name: string; index: number }[] = []
  private readonly segments: { address: number; bytes: Uint8Array }[] = []
  private ownPages: number | undefined

  constructor(shared: boolean) {
    this.shared = shared
  }

  /** Gives the module a memory of so many pages, exported as `memory`, in place of an imported one. */
  ownMemory(pages: number): void {
    this.ownPages = pages
  }

  /** Bytes that a memory of the module's own begins with. */
  data(address: number, bytes: Uint8Array): void {
    this.segments.push({ address, bytes })
  }

  /** A function that was exported before, by its name. */
  exported(name: string): Callable | undefined {
    const index = this.exports.find((one) => one.name === name)?.index
    return index === undefined ? undefined : this.functions[index - this.imports.length]!.builder
  }

  /** A function handed in as `env[name]`; imports come before the first function of the module's own. */
  import(name: string, parameters: readonly ValueType[]): Callable {
    return { index: this.imported(name, parameters, []), parameters }
  }

  /** The same for a function without parameters that gives a value: wherever the expression is written, it is called. */
  importValue<T extends ValueType>(name: string, type: T): Expression<T> {
    const index = this.imported(name, [], [type])
    return {
      type,
      emit: (code) => {
        code.push(0x10)
        unsigned(code, index)
      },
    }
  }

  private imported(name: string, parameters: readonly ValueType[], results: readonly ValueType[]): number {
    if (this.functions.length > 0) throw new Error('imports come first')
    return this.imports.push({ name, signature: this.signature(parameters, results) }) - 1
  }

  /** A function of this module, exported if it has a name. */
  function(parameters: readonly ValueType[], name?: string): FunctionBuilder {
    const builder = new FunctionBuilder(this.imports.length + this.functions.length, parameters)
    this.functions.push({ signature: this.signature(parameters, []), builder })
    if (name !== undefined) this.exports.push({ name, index: builder.index })
    return builder
  }

  private signature(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const found = this.signatures.findIndex(
      (other) => other.parameters.join() === parameters.join() && other.results.join() === results.join(),
    )
    return found >= 0 ? found : this.signatures.push({ parameters, results }) - 1
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const module = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
    const section = (id: number, entries: readonly number[][]): void => {
      const body: number[] = []
      unsigned(body, entries.length)
      for (const entry of entries) append(body, entry)
      module.push(id)
      unsigned(module, body.length)
      append(module, body)
    }
    section(
      1,
      this.signatures.map(({ parameters, results }) => [
        0x60,
        parameters.length,
        ...parameters.map((type) => typeByte[type]),
        results.length,
        ...results.map((type) => typeByte[type]),
      ]),
    )
    const imported = this.imports.map(({ name, signature }) => {
      const entry: number[] = []
      text(entry, 'env')
      text(entry, name)
      entry.push(0x00)
      unsigned(entry, signature)
      return entry
    })
    section(2, this.ownPages === undefined ? [...imported, importedMemory(this.shared)] : imported)
    section(
      3,
      this.functions.map(({ signature }) => {
        const entry: number[] = []
        unsigned(entry, signature)
        return entry
      }),
    )
    if (this.ownPages !== undefined) section(5, [memoryOf(this.ownPages)])
    const exported = this.exports.map(({ name, index }) => exportOf(name, 0x00, index))
    section(7, this.ownPages === undefined ? exported : [...exported, exportOf('memory', 0x02, 0)])
    section(
      10,
      this.functions.map(({ builder }) => {
        const body = builder.bytes()
        const entry: number[] = []
        unsigned(entry, body.length)
        append(entry, body)
        return entry
      }),
    )
    return joined(Uint8Array, [Uint8Array.from(module), ...dataSection(this.segments)])
  }
}

function importedMemory(shared: boolean): number[] {
  const memory: number[] = []
  text(memory, 'env')
  text(memory, 'memory')
  memory.push(0x02, shared ? 0x03 : 0x00, 0x01)
  if (shared) unsigned(memory, maximumPages)
  return memory
}

function memoryOf(pages: number): number[] {
  const memory = [0x00]
  unsigned(memory, pages)
  return memory
}

function exportOf(name: string, kind: number, index: number): number[] {
  const entry: number[] = []
  text(entry, name)
  entry.push(kind)
  unsigned(entry, index)
  return entry
}

/** The section of bytes that a memory begins with, which may be many: in pieces, the segments' own bytes among them. */
function dataSection(segments: readonly { readonly address: number; readonly bytes: Uint8Array }[]): Uint8Array[] {
  if (segments.length === 0) return []
  const count: number[] = []
  unsigned(count, segments.length)
  const pieces = segments.flatMap(({ address, bytes }) => {
    const head = [0x00, 0x41]
    signed(head, address)
    head.push(0x0b)
    unsigned(head, bytes.length)
    return [Uint8Array.from(head), bytes]
  })
  const size: number[] = [0x0b]
  unsigned(
    size,
    pieces.reduce((sum, { length }) => sum + length, count.length),
  )
  return [Uint8Array.from([...size, ...count]), ...pieces]
}
