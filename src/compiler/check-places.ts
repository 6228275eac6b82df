import type { Extents, Formula, Instruction, Place } from '../backends/backend.ts'
import type { Use } from '../backends/program/description.ts'
import { descriptionOf, usesOf } from '../backends/program/instructions.ts'
import { UnrolledError } from '../error.ts'
import { isStep } from '../graph/index.ts'
import type { Compiled, Meant } from './compile.ts'
import { valueOf } from './formula.ts'
import type { Meaning } from './meaning.ts'
import type { PlacedMeaning } from './spans.ts'

/**
 * Proves of a program that its arrays are disjoint where and when they are needed: walks the final lists at small extents over
 * shadow memory, where every float carries the element (array, row, column) last written there. Each read must find the
 * elements that the instruction means; nothing is read that nobody wrote in this run; no element is overwritten that the same
 * instruction reads for another one. Updates are walked twice, of a long and a short window each.
 *
 * @throws UnrolledError `misplaced`
 */
export function checkPlaces(compiled: Compiled): void {
  const long = extentsOf(compiled)
  const short = Object.fromEntries(Object.keys(long).map((axis) => [axis, 1]))
  const shortWindow = Object.fromEntries(
    Object.entries(long).map(([axis, extent]) => [axis, isStep(axis) ? 1 : extent]),
  )
  const walks = [[long, shortWindow] as const]
  // Where nothing depends on an axis, there is nothing that could be shorter.
  if (Object.keys(long).length > 0) walks.push([short, short])
  for (const [extents, last] of walks) {
    const walk = new Walk(compiled, extents)
    walk.prepare()
    for (let update = 0; update < 2; update++) {
      for (const window of [extents, last]) walk.body(window)
      walk.finish()
    }
  }
}

/** Three steps, two of everything else: enough that any two rows and steps differ. */
function extentsOf({ program }: Compiled): Record<string, number> {
  const extents: Record<string, number> = {}
  JSON.stringify(program, (name, value: unknown) => {
    if (name === 'axes') for (const axis of value as string[]) extents[axis] = isStep(axis) ? 3 : 2
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
const shared = Infinity
/** Columns are told apart up to here. */
const base = 2 ** 17

/** What a region's floats carry. Elements are numbered along a row as floats are, so each is kept as how far it is from its float. */
interface Shadow {
  readonly array: Int32Array
  readonly element: Float64Array
  /** The instruction that read a float last, and for which element. */
  readonly reader: Int32Array
  readonly readFor: Float64Array
}

/** The first float from `begin` up to `end` that is not this array's, this far from its element (nor a zero, if that will do); −1 if none. */
function firstOther(
  { array, element }: Shadow,
  begin: number,
  end: number,
  wanted: number,
  away: number,
  orZero: boolean,
): number {
  for (let float = begin; float < end; float++) {
    if (array[float] === wanted && element[float] === away) continue
    if (!(orZero && array[float] === zero)) return float
  }
  return -1
}

/** Notes who reads floats, and for which elements. */
function noteReads({ reader, readFor }: Shadow, begin: number, end: number, now: number, away: number): void {
  for (let float = begin; float < end; float++) {
    if (reader[float] !== now) readFor[float] = away
    else if (readFor[float] !== away) readFor[float] = shared
    reader[float] = now
  }
}

/** The first float that was read just now for another element; −1 if none. */
function firstReadFor({ reader, readFor }: Shadow, begin: number, end: number, now: number, away: number): number {
  for (let float = begin; float < end; float++) if (reader[float] === now && readFor[float] !== away) return float
  return -1
}

/** A row of a use: its indices, where its columns begin, and its number among all rows. */
interface Visited {
  readonly walk: readonly number[]
  readonly t: number
  readonly row: number
  readonly at: number
  readonly number: number
}

interface Sought {
  readonly meaning: Meaning
  readonly first: (spot: Visited) => number
}

const isMeant = ({ at, rows }: Meaning, row: number): boolean => row >= at.row && row < at.row + rows

/** All indices of some extents. */
const indicesOf = (extents: readonly number[]): number[][] =>
  extents.reduce<number[][]>(
    (all, extent) => all.flatMap((some) => Array.from({ length: extent }, (_, index) => [...some, index])),
    [[]],
  )

/** A region that is bound from outside, what is given there, and the axes on which it depends where that lies. */
interface Outside {
  readonly region: number
  readonly given: Meant['given']
  readonly axes: readonly string[]
}

function outsideOf({ meant: { given, places } }: Compiled): Outside[] {
  const regions = [...new Set(given.map(({ place }) => place.region))].filter((region) => region >= 0)
  return regions.map((region) => {
    const here = given.filter(({ place }) => place.region === region)
    const axes = new Set<string>()
    JSON.stringify([here, here.map(({ place }) => places.get(place))], (name, value: unknown) => {
      if (name === 'axes') for (const axis of value as string[]) axes.add(axis)
      return value
    })
    return { region, given: here, axes: [...axes] }
  })
}

class Walk {
  readonly #compiled: Compiled
  readonly #shadows: readonly Shadow[]
  readonly #regions: readonly string[]
  readonly #outside: readonly Outside[]
  /** For regions bound from outside that hold what they were given: the extents on which that depends. */
  readonly #holding = new Map<number, string>()
  readonly #packed = new Map<number, Extract<Instruction, { kind: 'pack' }>>()
  /** Instructions come again at every step and window. */
  readonly #uses = new Map<Instruction, readonly Use[]>()
  #extents: Extents
  #covered = new Uint8Array(64)
  /** Counts instructions, and steps of them in a loop. */
  #now = 0
  #instruction: Instruction | undefined
  #t = 0

  constructor(compiled: Compiled, extents: Extents) {
    const { program } = compiled
    this.#compiled = compiled
    this.#extents = extents
    this.#regions = program.regions.map(({ name }) => name)
    this.#outside = outsideOf(compiled)
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
    for (const { region, given, axes } of this.#outside) {
      const depending = axes.map((axis) => this.#extents[axis]).join()
      if (this.#holding.get(region) === depending) continue
      this.#shadows[region]?.array.fill(zero)
      for (const { place, ...span } of given) {
        const columns = Math.max(...this.#means(place).map((meaning) => meaning.columns))
        this.#write({ place, ...span, columns, pad: 0, access: 'write' }, 0, valueOf(span.outer, this.#extents))
      }
      this.#holding.set(region, depending)
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
    let uses = this.#uses.get(it)
    if (uses === undefined) this.#uses.set(it, (uses = usesOf(it)))
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
    this.#cover(
      this.#means(dest).map((meaning) => ({ meaning })),
      0,
      n,
    )
    for (const { atN, n } of made.blocks) {
      for (let column = atN; column < atN + n; column++) {
        if (this.#covered[column] === 0) this.#fail(`column ${column} of packed matrix ${pack} is added to a pad`)
      }
    }
  }

  #read(use: Use, from: number, to: number): void {
    const { place, access } = use
    const shadow = this.#shadows[place.region]!
    const columns = place.broadcast ? Math.min(1, use.columns) : use.columns
    const meant = this.#meant(this.#means(place, access))
    const pointwise = this.#instruction!.kind === 'rows' && !(place.broadcast && use.columns > 1)
    const overPads = descriptionOf(this.#instruction!).overPads === true
    this.#each(use, from, to, (spot) => {
      const { number, at, row } = spot
      for (const { meaning, first } of meant) {
        if (!isMeant(meaning, row)) continue
        const away = first(spot) - at
        const end = at + Math.min(columns, meaning.at.column + meaning.columns)
        const wanted = meaning.array + firstArray
        const other = firstOther(shadow, at + meaning.at.column, end, wanted, away, access === 'add')
        if (other >= 0) this.#misread(place.region, other, meaning, other + away)
      }
      for (let c = this.#cover(meant, row, columns); c >= 0; c = this.#uncovered(c + 1, columns)) {
        const float = at + c
        if (!(overPads && shadow.array[float] === zero))
          this.#fail(
            `float ${float} of "${this.#regions[place.region]}" is read beyond the array: ${this.#carried(place.region, float)}`,
          )
      }
      if (access !== 'add') noteReads(shadow, at, at + columns, this.#now, pointwise ? number * columns - at : shared)
    })
  }

  #write(use: Use, from: number, to: number): void {
    const { place, columns, pad } = use
    const shadow = this.#shadows[place.region]!
    const { array, element } = shadow
    const meant = this.#meant(this.#means(place))
    const it = this.#instruction
    if (it) this.#holding.delete(place.region)
    const zeros = it !== undefined && (descriptionOf(it).overPads || (it.kind === 'fill' && it.value === 0))
    this.#each(use, from, to, (spot) => {
      const { number, at, row } = spot
      const read = it ? firstReadFor(shadow, at, at + columns, this.#now, number * (columns - pad) - at) : -1
      if (read >= 0) this.#fail(`float ${read} of "${this.#regions[place.region]}" is overwritten while it is read`)
      for (let c = this.#cover(meant, row, columns); c >= 0; c = this.#uncovered(c + 1, columns)) {
        if (!zeros && c < columns - pad)
          this.#fail(`float ${at + c} of "${this.#regions[place.region]}" is written beyond the array`)
        array[at + c] = zero
      }
      for (const { meaning, first } of meant) {
        if (!isMeant(meaning, row)) continue
        const end = at + Math.min(columns, meaning.at.column + meaning.columns)
        array.fill(meaning.array + firstArray, at + meaning.at.column, end)
        element.fill(first(spot) - at, at + meaning.at.column, end)
      }
    })
  }

  /** Every row of a use, and where its columns begin. */
  #each(use: Use, from: number, to: number, visit: (spot: Visited) => void): void {
    const { place } = use
    const value = (formula: Formula): number => valueOf(formula, this.#extents)
    const [offset, stride, pitch, rows] = [place.offset, place.stride, place.pitch, use.rows].map(value) as [
      number,
      number,
      number,
      number,
    ]
    const walked = (use.walk ?? []).map(value)
    const strides = (place.walk ?? []).map(value)
    const room = this.#shadows[place.region]!.array.length
    const columns = place.broadcast ? Math.min(1, use.columns) : use.columns
    let number = 0
    for (const walk of indicesOf(walked)) {
      const base = walk.reduce((sum, index, i) => sum + index * strides[i]!, offset)
      for (let t = from; t < to; t++) {
        this.#t = t
        for (let row = 0; row < rows; row++) {
          const at = base + t * stride + row * pitch
          if (at < 0 || at + columns > room)
            this.#fail(`float ${at < 0 ? at : at + columns - 1} is outside of "${this.#regions[place.region]}"`)
          visit({ walk, t, row, at, number: number++ })
        }
      }
    }
  }

  /** Meanings, and which element of each column 0 of a row would be. */
  #meant(meanings: readonly PlacedMeaning[]): Sought[] {
    const value = (formula: Formula): number => valueOf(formula, this.#extents)
    return meanings.map((meaning) => {
      const [shift, stride, pitch] = [meaning.shift, meaning.steps.stride, meaning.steps.pitch].map(value) as [
        number,
        number,
        number,
      ]
      const walked = meaning.steps.walk.map(value)
      const first = ({ walk, t, row }: Visited): number => {
        const further = walk.reduce((sum, index, i) => sum + index * walked[i]!, 0)
        const number = shift + further + t * stride + (row - meaning.at.row) * pitch
        return number * base + meaning.column - meaning.at.column
      }
      return { meaning, first }
    })
  }

  #means(place: Place, access?: Use['access']): readonly PlacedMeaning[] {
    const spot = this.#compiled.meant.places.get(place)
    return (access === 'add' && spot?.found) || (spot?.means ?? [])
  }

  /** Notes which of a row's columns are meant by anyone, and gives the first one that is not; −1 if none. */
  #cover(meant: readonly { readonly meaning: Meaning }[], row: number, columns: number): number {
    if (this.#covered.length < columns) this.#covered = new Uint8Array(2 * columns)
    this.#covered.fill(0, 0, columns)
    for (const { meaning } of meant) {
      const { at, columns: wide } = meaning
      if (isMeant(meaning, row)) this.#covered.fill(1, at.column, Math.min(columns, at.column + wide))
    }
    return this.#uncovered(0, columns)
  }

  /** The first column from one on that nobody means; −1 if none. */
  #uncovered(from: number, columns: number): number {
    const found = this.#covered.indexOf(0, from)
    return found < columns ? found : -1
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
    return `${this.#compiled.meant.names[found - firstArray]} ${elementText(float + element[float]!)}`
  }

  #fail(problem: string): never {
    const { name } = this.#compiled.program
    const by = this.#instruction ? `a ${this.#instruction.kind} at outer index ${this.#t}: ` : ''
    throw new UnrolledError('misplaced', `program "${name}": ${by}${problem}`)
  }
}

const elementText = (element: number): string => `(row ${Math.floor(element / base)}, column ${element % base})`
