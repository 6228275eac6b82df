import { UnrolledError } from '../error.ts'
import { sizeNames, type SizeName } from './syntax.ts'

/** Columns as a sum: so many times `hidden`, `input`, ..., and a number. */
export interface Sum {
  readonly hidden: number
  readonly input: number
  readonly output: number
  readonly projection: number
  readonly number: number
}

const nothing: Sum = { hidden: 0, input: 0, output: 0, projection: 0, number: 0 }

export const sum = (size: SizeName | number): Sum =>
  typeof size === 'number' ? { ...nothing, number: size } : { ...nothing, [size]: 1 }

export const plus = (a: Sum, b: Sum): Sum => ({
  hidden: a.hidden + b.hidden,
  input: a.input + b.input,
  output: a.output + b.output,
  projection: a.projection + b.projection,
  number: a.number + b.number,
})

export const equal = (a: Sum, b: Sum): boolean =>
  sizeNames.every((name) => a[name] === b[name]) && a.number === b.number

/** `hidden + input`, as errors print it. */
export function sumText(sum: Sum): string {
  const parts: string[] = sizeNames
    .filter((name) => sum[name] > 0)
    .map((name) => (sum[name] === 1 ? name : `${sum[name]} ${name}`))
  if (sum.number > 0 || parts.length === 0) parts.push(String(sum.number))
  return parts.join(' + ')
}

/** The columns of a sum once sizes are known. */
export function columns(sum: Sum, sizes: Readonly<Partial<Record<SizeName, number>>>, cell: string): number {
  let result = sum.number
  for (const name of sizeNames) {
    if (sum[name] === 0) continue
    const size = sizes[name]
    if (size === undefined) throw new UnrolledError('size', `${cell} needs the size ${name}; give it beside hidden`)
    if (!Number.isInteger(size) || size < 1) {
      throw new UnrolledError('size', `the size ${name} of ${cell} is ${size}; a size is a whole number from 1`)
    }
    result += sum[name] * size
  }
  return result
}
