/** Finds and loads the compiled library: a package made for this platform, or what was built at install. */

import { join } from 'node:path'
import { packageFolder, requireFromHere } from './from-here.ts'

declare const machineMark: unique symbol
declare const programMark: unique symbol
/** Threads, and the jobs in line in front of them. */
export type Machine = { readonly [machineMark]: true }
export type NativeProgram = { readonly [programMark]: true }

/** What native/binding.c exports; what each call does is told in native/machine.c and native/executable.c. */
export interface Addon {
  readonly layout: number
  kernels(): string[]
  offset(buffer: ArrayBuffer): number
  open(kernels: string, threads: number, small: number): Machine
  compile(machine: Machine, words: Int32Array, profile: boolean): NativeProgram
  dispose(program: NativeProgram): void
  bind(program: NativeProgram, arrays: readonly Float32Array[]): void
  scalars(program: NativeProgram): Uint32Array
  resolve(program: NativeProgram, part: number, extents: Int32Array): void
  /** Whether it stands in line, and is not done already. */
  run(program: NativeProgram, part: number): boolean
  /** When all that is in line is done, at once if nothing is; both must live until then. Whether it stands in line. */
  copy(machine: Machine, from: Float32Array, fromAt: number, to: Float32Array, toAt: number, floats: number): boolean
  busy(machine: Machine): boolean
  wait(machine: Machine): void
  idle(machine: Machine): Promise<void>
  times(program: NativeProgram, part: number): Float64Array
  peak(machine: Machine): number
}

/** Which words and calls these sources mean; a library that means others is not used. */
const layout = 6

/** The library, or why there is none. */
export type Found = { readonly addon: Addon; readonly from: string } | { readonly missing: string }

let found: Found | undefined

/** Looks once for the library. Whatever goes wrong on the way is a reason why there is none. */
export function findAddon(): Found {
  return (found ??= look())
}

function look(): Found {
  try {
    return search(requireFromHere())
  } catch (error) {
    return { missing: `looking for it failed: ${reasonOf(error)}` }
  }
}

function search(require: NodeJS.Require): Found {
  const platform = `${process.platform}-${process.arch}`
  const built = builtLibrary(platform)
  const problems: string[] = []
  // A package that is made for another C library does not load, and the next is tried.
  for (const name of [`@unrolled/native-${platform}`, `@unrolled/native-${platform}-musl`, built]) {
    if (name === undefined || !canResolve(require, name)) continue
    try {
      const addon = require(name) as Addon
      if (addon.layout === layout) return { addon, from: require.resolve(name) }
      problems.push(`${name} is of another version`)
    } catch (error) {
      problems.push(reasonOf(error))
    }
  }
  return { missing: problems[0] ?? (built === undefined ? noPackage : 'it has not been built') }
}

const noPackage = 'this code lies in a bundle, and the package unrolled is not installed where it is looked for'

/** The file that was built at install; undefined in a bundle that lies away from the package. */
function builtLibrary(platform: string): string | undefined {
  try {
    return join(packageFolder(), 'native', 'build', `${platform}.node`)
  } catch {
    return undefined
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}
