import { UnrolledError, type WeightFormat } from 'unrolled'
import type { ExitCode, Terminal } from './terminal.ts'

/** An option, on the command line (`--hidden 128`) and in a config file (`"hidden": 128`). */
export interface OptionRule {
  /** In a config file, and what `run` gets; the flag is the same in kebab case. */
  readonly name: string
  /** What stands behind the flag: `<n>`; absent for a switch. */
  readonly value?: string
  /** What it says where nothing stands behind it, if that may be. */
  readonly alone?: string
  readonly type: 'text' | 'number' | 'switch' | 'texts'
  readonly says: string
}

export type Options = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** A command of the command line, declared as one object. */
export interface Command {
  readonly name: string
  readonly says: string
  /** `<model>` is needed, `[files...]` may be left out. */
  readonly takes: readonly string[]
  readonly options: readonly OptionRule[]
  readonly examples: readonly string[]
  run(given: Given): Promise<ExitCode>
}

export interface Given {
  readonly terminal: Terminal
  readonly takes: readonly string[]
  readonly options: Options
}

/** `topK` → `top-k` */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export const number = (options: Options, name: string): number | undefined => options[name] as number | undefined
export const string = (options: Options, name: string): string | undefined => options[name] as string | undefined
export const on = (options: Options, name: string): boolean => options[name] === true

/** A number that must be whole and at least `from`. */
export function whole(options: Options, name: string, usual: number, from = 1): number {
  const value = number(options, name) ?? usual
  if (Number.isSafeInteger(value) && value >= from) return value
  throw new UnrolledError('usage', `--${kebab(name)} is ${value}; it must be a whole number, at least ${from}`)
}

/** Options every command has. */
export const commonOptions: readonly OptionRule[] = [
  { name: 'json', type: 'switch', says: 'print one JSON object a line, for machines' },
  { name: 'config', value: '<file>', type: 'text', says: 'take options from a JSON file; the command line goes first' },
]

/** Options of commands that compute. */
export const engineOptions: readonly OptionRule[] = [
  { name: 'backend', value: '<name>', type: 'text', says: 'native, wasm or reference' },
  { name: 'kernels', value: '<name>', type: 'text', says: 'avx512, avx2, neon, plain; wasm, wasm-fma' },
  { name: 'threads', value: '<n>', type: 'number', says: 'how many share the work (as many as there are cores)' },
]

/** The option of commands that only infer. */
export const weightsOption: OptionRule = {
  name: 'weights',
  value: '<format>',
  type: 'text',
  says: 'keep weight matrices as float32, float16 or int8 (float32)',
}

/** What that option says; whether there is such a format, the library knows. */
export function weightsOf(options: Options): { weights?: WeightFormat } {
  const weights = string(options, 'weights')
  return weights === undefined ? {} : { weights: weights as WeightFormat }
}

/** What the engine's options say, for functions that take them. */
export function engineOf(options: Options): { backend?: string; kernels?: string; threads?: number } {
  const backend = string(options, 'backend')
  const kernels = string(options, 'kernels')
  const threads = number(options, 'threads')
  return {
    ...(backend !== undefined && { backend }),
    ...(kernels !== undefined && { kernels }),
    ...(threads !== undefined && { threads }),
  }
}
