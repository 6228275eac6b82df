import type { Extents, Instruction, Place } from '../backends/backend.ts'
import type { Use } from '../backends/program/description.ts'
import { descriptionOf, usesOf } from '../backends/program/instructions.ts'
import { UnrolledError } from '../error.ts'
import type { Compiled } from './compile.ts'
import { valueOf } from './formula.ts'
import type { Meaning } from './meaning.ts'

/**
 * Proves of a program that its arrays are disjoint where and when they are needed: walks the final lists at small extents over
 * shadow memory, where every float carries the element (array, version, row, column) last written there. Each read must find the
 * elements that the instruction means; nothing is read that nobody wrote in this run; no element is overwritten that the same
 * instruction reads for another one. Updates are walked twice, of a long and a short window each.
 *
 * @throws UnrolledError `misplaced`
 */
export function checkPlaces(compiled: Compiled): void {
  const long = extentsOf(compiled)
  const short = Object.fromEntries(Object.keys(long).map((axis) => [axis, 1]))
  for (const extents of [long, short]) {
    const walk = new Walk(compiled, extents)
    walk.prepare()
    for (let update = 0; update < 2; update++) {
      for (const time of [extents['time'] ?? 1, 1]) walk.body({ ...extents, ...('time' in extents && { time }) })
      walk.finish()
    }
  }
}

/** Three steps, two of everything else: enough that any two rows, steps and versions differ. */
function extentsOf({ program }: Compiled): Record<string, number> {
  const extents: Record<string, number> = {}
  JSON.stringify(program, (name, value: unknown) => {
    if (name === 'axes') for (const axis of value as string[]) extents[axis] = axis === 'time' ? 3 : 2
    if (name === 'axis') extents[value as string] = 3
    return value
  })
  return extents
}

const nobody = 0
/** A pad, or a sum that begins. */
const zero = 1
const firstArray = 2
/** Read for more than one element, or by an instruction that is free to read it at any time. */
const shared = -1
/** Versions, rows and columns are told apart up to here. */
const base = 2 ** 17

/** What a region's floats carry. */
interface Shadow {
  readonly array: Int32Array
  readonly element: Float64Array
  /** The instruction that read a float last, and for which element. */
  readonly reader: Int32Array
  readonly readFor: Float64Array
}

class Walk {
  readonly #compiled: Compiled
  readonly #shadows: readonly Shadow[]
  readonly #regions: readonly string[]
  readonly #outside: ReadonlySet<number>
  readonly #packed = new Map<number, Extract<Instruction, { kind: 'pack' }>>()
  #extents: Extents
  #covered = new Uint8Array(64)
  /** Counts instructions, and steps of them in a loop. */
  #now = 0
  #instruction: Instruction | undefined
  #t = 0

  constructor(compiled: Compiled, extents: Extents) {
    const { program, meant } = compiled
    this.#compiled = compiled
    this.#extents = extents
    this.#regions = program.regions.map(({ name }) => name)
    this.#outside = new Set(meant.given.map(({ place }) => place.region))
    this.#shadows = program.regions.map(({ name, size }) => {
      const floats = valueOf(size, extents)
      const begins = name === 'sums' ? zero : nobody
      return {
        array: new Int32Array(floats).fill(begins),
        element: new Float64Array(floats),
        reader: new Int32Array(floats).fill(-1),
        readFor: new Float64Array(floats),
      }
    })
  }

  /** Regions bound from outside hold what they are given, whatever a run before has left there; their pads are zero. */
  #give(): void {
    this.#instruction = undefined
    for (const region of this.#outside) this.#shadows[region]?.array.fill(zero)
    for (const { place, outer, rows } of this.#compiled.meant.given) {
      if (place.region < 0) continue
      const columns = Math.max(...this.#means(place).map((meaning) => meaning.columns))
      this.#write({ place, outer, rows, columns, pad: 0, access: 'write' }, 0, valueOf(outer, this.#extents))
    }
  }

  prepare(): void {
    this.#give()
    this.#forget('prepared')
    this.#list(this.#compiled.program.prepare)
  }

  body(extents: Extents): void {
    const { body } = this.#compiled.program
    this.#extents = extents
    this.#give()
    this.#forget('scratch')
    for (const it of body) if (it.kind === 'pack') this.#packed.delete(it.pack)
    this.#list(body)
  }

  finish(): void {
    this.#forget('finished')
    this.#list(this.#compiled.program.finish)
    this.#shadows.forEach(({ array }, region) => {
      if (this.#regions[region] !== 'sums') return
      const at = array.findIndex((known) => known !== zero)
      if (at >= 0) this.#fail(`float ${at} of "sums" is not cleared when an update is finished`)
    })
  }

  #forget(name: string): void {
    this.#shadows.forEach(({ array }, region) => {
      if (this.#regions[region] === name) array.fill(nobody)
    })
  }

  #list(list: readonly Instruction[]): void {
    for (let index = 0; index < list.length; index++) {
      const it = list[index]!
      if (it.kind !== 'loop') {
        this.#run(it, 0, 'outer' in it ? valueOf(it.outer, this.#extents) : 1)
        continue
      }
      const end = list.findIndex(({ kind }, at) => at > index && kind === 'end')
      const count = this.#extents[it.axis]!
      for (let i = 0; i < count; i++) {
        const t = it.reverse ? count - 1 - i : i
        for (let inner = index + 1; inner < end; inner++) this.#run(list[inner]!, t, t + 1)
      }
      index = end
    }
  }

  /** An instruction for the outer indices `from` up to `to`: all that it reads, then all that it writes. */
  #run(it: Instruction, from: number, to: number): void {
    this.#instruction = it
    this.#now++
    const uses = usesOf(it)
    // Some uses are of one outer index, however many the instruction has.
    const end = (use: Use): number => Math.min(to, from + valueOf(use.outer, this.#extents))
    for (const use of uses) if (use.access === 'read') this.#read(use, from, to)
    if (it.kind === 'gemm') this.#multiply(it)
    if (it.kind === 'pack') this.#packed.set(it.pack, it)
    for (const use of uses) if (use.access === 'add') this.#read(use, from, end(use))
    for (const use of uses) if (use.access !== 'read') this.#write(use, from, end(use))
  }

  /** Whether a product's matrix is there, and is zero where the result has pads. */
  #multiply({ pack, dest, n }: Extract<Instruction, { kind: 'gemm' }>): void {
    const made = this.#packed.get(pack)
    if (!made) this.#fail(`packed matrix ${pack} is not made yet`)
    this.#cover(this.#means(dest), 0, n)
    for (const { atN, n } of made.blocks) {
      for (let column = atN; column < atN + n; column++) {
        if (this.#covered[column] === 0) this.#fail(`column ${column} of packed matrix ${pack} is added to a pad`)
      }
    }
  }

  #read(use: Use, from: number, to: number): void {
    const { place, access } = use
    const { array, element, reader, readFor } = this.#shadows[place.region]!
    const rows = valueOf(use.rows, this.#extents)
    const columns = place.broadcast ? Math.min(1, use.columns) : use.columns
    const means = this.#means(place, access)
    const pointwise = this.#instruction!.kind === 'rows' && !(place.broadcast && use.columns > 1)
    this.#each(use, from, to, (t, row, at) => {
      for (const meaning of means) {
        if (row < meaning.at.row || row >= meaning.at.row + meaning.rows) continue
        const wanted = meaning.array + firstArray
        const first = this.#elementOf(meaning, t, row)
        const until = Math.min(columns, meaning.at.column + meaning.columns)
        for (let c = meaning.at.column; c < until; c++) {
          const float = at + c
          const found = array[float]
          if (found === wanted && element[float] === first + c) continue
          if (found === zero && access === 'add') continue
          this.#misread(place.region, float, meaning, first + c)
        }
      }
      this.#cover(means, row, columns)
      for (let c = 0; c < columns; c++) {
        const float = at + c
        if (this.#covered[c] === 0 && !(descriptionOf(this.#instruction!).overPads && array[float] === zero))
          this.#fail(
            `float ${float} of "${this.#regions[place.region]}" is read beyond the array: ${this.#carried(place.region, float)}`,
          )
        if (access === 'add') continue
        const element = pointwise ? (t * rows + row) * columns + c : shared
        readFor[float] = reader[float] === this.#now && readFor[float] !== element ? shared : element
        reader[float] = this.#now
      }
    })
  }

  #write(use: Use, from: number, to: number): void {
    const { place, columns, pad } = use
    const { array, element, reader, readFor } = this.#shadows[place.region]!
    const rows = valueOf(use.rows, this.#extents)
    const it = this.#instruction
    const zeros = it !== undefined && (descriptionOf(it).overPads || (it.kind === 'fill' && it.value === 0))
    this.#each(use, from, to, (t, row, at) => {
      this.#cover(this.#means(place), row, columns)
      for (let c = 0; c < columns; c++) {
        const float = at + c
        if (reader[float] === this.#now && it && readFor[float] !== (t * rows + row) * (columns - pad) + c)
          this.#fail(`float ${float} of "${this.#regions[place.region]}" is overwritten while it is read`)
        if (this.#covered[c] !== 0) continue
        if (!zeros && c < columns - pad)
          this.#fail(`float ${float} of "${this.#regions[place.region]}" is written beyond the array`)
        array[float] = zero
      }
      for (const meaning of this.#means(place)) {
        if (row < meaning.at.row || row >= meaning.at.row + meaning.rows) continue
        const first = this.#elementOf(meaning, t, row)
        const until = Math.min(columns, meaning.at.column + meaning.columns)
        for (let c = meaning.at.column; c < until; c++) {
          array[at + c] = meaning.array + firstArray
          element[at + c] = first + c
        }
      }
    })
  }

  /** Every (t, row) of a use, and where its columns begin. */
  #each(use: Use, from: number, to: number, visit: (t: number, row: number, at: number) => void): void {
    const { place } = use
    const [offset, stride, pitch, rows] = [place.offset, place.stride, place.pitch, use.rows].map((formula) =>
      valueOf(formula, this.#extents),
    ) as [number, number, number, number]
    const room = this.#shadows[place.region]!.array.length
    const columns = place.broadcast ? Math.min(1, use.columns) : use.columns
    for (let t = from; t < to; t++) {
      this.#t = t
      for (let row = 0; row < rows; row++) {
        const at = offset + t * stride + row * pitch
        if (at < 0 || at + columns > room)
          this.#fail(`float ${at < 0 ? at : at + columns - 1} is outside of "${this.#regions[place.region]}"`)
        visit(t, row, at)
      }
    }
  }

  #means(place: Place, access?: Use['access']): readonly Meaning[] {
    const spot = this.#compiled.meant.places.get(place)
    return (access === 'add' && spot?.found) || (spot?.means ?? [])
  }

  /** Notes which of a row's columns are meant by anyone. */
  #cover(means: readonly Meaning[], row: number, columns: number): void {
    if (this.#covered.length < columns) this.#covered = new Uint8Array(2 * columns)
    this.#covered.fill(0, 0, columns)
    for (const { at, rows, columns: wide } of means) {
      if (row >= at.row && row < at.row + rows) this.#covered.fill(1, at.column, Math.min(columns, at.column + wide))
    }
  }

  /** The number of the element that column 0 would be. */
  #elementOf({ perStep, shift, fromEnd, inner, column, at }: Meaning, t: number, row: number): number {
    const version = perStep * t + shift + (fromEnd ? this.#extents['time']! : 0)
    return (version * base + (inner ? row - at.row : 0)) * base + column - at.column
  }

  #misread(region: number, float: number, { array }: Meaning, element: number): never {
    const wanted = `${this.#compiled.meant.names[array]} ${elementText(element)}`
    this.#fail(
      `float ${float} of "${this.#regions[region]}" is read as ${wanted} and is ${this.#carried(region, float)}`,
    )
  }

  #carried(region: number, float: number): string {
    const { array, element } = this.#shadows[region]!
    const found = array[float]!
    if (found === nobody) return 'written by nobody'
    if (found === zero) return 'a zero'
    return `${this.#compiled.meant.names[found - firstArray]} ${elementText(element[float]!)}`
  }

  #fail(problem: string): never {
    const { name } = this.#compiled.program
    const by = this.#instruction ? `a ${this.#instruction.kind} at outer index ${this.#t}: ` : ''
    throw new UnrolledError('misplaced', `program "${name}": ${by}${problem}`)
  }
}

const elementText = (element: number): string =>
  `(version ${Math.floor(element / base / base)}, row ${Math.floor(element / base) % base}, column ${element % base})`
