/**
 * What every function and sign of equations, and every pointwise operation of the graph, computes: formulas on plain numbers,
 * written by hand from their definitions, derivatives too. Nothing here is taken from src.
 */

/** Rows of numbers, one of each input. */
export type Rows = readonly (readonly number[])[]

export interface Formula {
  /** As equations write it, of p, q and r; or the name of an operation of the graph that no equation writes alone. */
  readonly text: string
  readonly inputs: number
  /** Whether a column of the result depends on that column of the inputs alone. */
  readonly pointwise: boolean
  value(rows: Rows): number[]
  /** The adjoint of each input, given that of the result. */
  gradient(rows: Rows, g: readonly number[]): number[][]
}

type Pointwise = (...values: number[]) => number

function pointwise(text: string, value: Pointwise, ...derivatives: readonly Pointwise[]): Formula {
  const at = (rows: Rows, column: number): number[] => rows.map((row) => row[column]!)
  return {
    text,
    inputs: derivatives.length,
    pointwise: true,
    value: ([...rows]) => rows[0]!.map((_, column) => value(...at(rows, column))),
    gradient: (rows, g) =>
      // Where nothing flows, nothing flows whatever the adjoint.
      derivatives.map((derivative) =>
        g.map((g, column) => (derivative === none ? 0 : g * derivative(...at(rows, column)))),
      ),
  }
}

function reduction(
  text: string,
  value: (row: readonly number[]) => number[],
  gradient: (row: readonly number[], g: readonly number[]) => number[],
): Formula {
  return {
    text,
    inputs: 1,
    pointwise: false,
    value: ([row]) => value(row!),
    gradient: ([row], g) => [gradient(row!, g)],
  }
}

const none: Pointwise = () => 0
const one: Pointwise = () => 1
const total = (row: readonly number[]): number => row.reduce((sum, a) => sum + a, 0)
const average = (row: readonly number[]): number => total(row) / row.length

const logistic = (a: number): number => 1 / (1 + Math.exp(-a))
const logarithmOfOnePlusExponential = (a: number): number => (a < 0 ? 0 : a) + Math.log1p(Math.exp(-Math.abs(a)))

/** The area under the normal density left of a, by Simpson's rule on 4,000 pieces from −12; no series of src. */
const areas = new Map<number, number>()

function normalBelow(a: number): number {
  const known = areas.get(a) ?? area(a)
  areas.set(a, known)
  return known
}

function area(a: number): number {
  if (Number.isNaN(a)) return NaN
  const to = Math.max(-12, Math.min(12, a))
  const pieces = 4000
  const width = (to + 12) / pieces
  let sum = 0
  for (let i = 0; i <= pieces; i++) {
    const weight = i === 0 || i === pieces ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * normalDensity(-12 + i * width)
  }
  return (sum * width) / 3
}
const normalDensity = (a: number): number => Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI)

const leaky =
  (slope: number): Pointwise =>
  (a) =>
    a! > 0 ? a! : slope * a!
const exponentialLinear =
  (alpha: number): Pointwise =>
  (a) =>
    a! > 0 ? a! : alpha * Math.expm1(a!)
const ramp =
  (slope: number, offset: number): Pointwise =>
  (a) => {
    const line = slope * a! + offset
    return line < 0 ? 0 : line > 1 ? 1 : line
  }
/** Its derivative at both ends is the slope. */
const rampDerivative =
  (slope: number, from: number, to: number): Pointwise =>
  (a) =>
    a! >= from && a! <= to ? slope : 0
const larger: Pointwise = (a, b) => (Number.isNaN(a!) || Number.isNaN(b!) ? NaN : a! > b! ? a! : b!)
const smaller: Pointwise = (a, b) => (Number.isNaN(a!) || Number.isNaN(b!) ? NaN : a! < b! ? a! : b!)

const rootMeanSquare = (row: readonly number[], epsilon: number): number =>
  Math.sqrt(average(row.map((a) => a * a)) + epsilon)

function exponentialShares(row: readonly number[]): number[] {
  // Numbers in the thousands are asked of it, whose exponentials no float holds.
  const top = Math.max(...row)
  const exponentials = row.map((a) => Math.exp(a - top))
  return exponentials.map((e) => e / total(exponentials))
}

function standardised(row: readonly number[]): { values: number[]; deviation: number } {
  const middle = average(row)
  const deviation = Math.sqrt(average(row.map((a) => (a - middle) ** 2)) + 1e-5)
  return { values: row.map((a) => (a - middle) / deviation), deviation }
}

export const formulas: readonly Formula[] = [
  pointwise(
    'sigmoid(p)',
    (a) => logistic(a!),
    (a) => logistic(a!) * logistic(-a!),
  ),
  pointwise(
    'tanh(p)',
    (a) => Math.tanh(a!),
    (a) => 1 - Math.tanh(a!) ** 2,
  ),
  pointwise(
    'relu(p)',
    (a) => (a! < 0 ? 0 : a!),
    (a) => (a! > 0 ? 1 : 0),
  ),
  pointwise(
    'softplus(p)',
    (a) => logarithmOfOnePlusExponential(a!),
    (a) => logistic(a!),
  ),
  pointwise(
    'softsign(p)',
    (a) => a! / (1 + Math.abs(a!)),
    (a) => 1 / (1 + Math.abs(a!)) ** 2,
  ),
  pointwise(
    'logsigmoid(p)',
    (a) => -logarithmOfOnePlusExponential(-a!),
    (a) => logistic(-a!),
  ),
  pointwise(
    'silu(p)',
    (a) => a! * logistic(a!),
    (a) => logistic(a!) * (1 + a! * logistic(-a!)),
  ),
  pointwise(
    'gelu(p)',
    (a) => a! * normalBelow(a!),
    (a) => normalBelow(a!) + a! * normalDensity(a!),
  ),
  pointwise('elu(p)', exponentialLinear(1), (a) => (a! > 0 ? 1 : Math.exp(a!))),
  pointwise('elu(p, 0.5)', exponentialLinear(0.5), (a) => (a! > 0 ? 1 : 0.5 * Math.exp(a!))),
  pointwise('leaky_relu(p)', leaky(0.01), (a) => (a! > 0 ? 1 : 0.01)),
  pointwise('leaky_relu(p, -0.25)', leaky(-0.25), (a) => (a! > 0 ? 1 : -0.25)),
  pointwise('hard_sigmoid(p)', ramp(1 / 6, 0.5), rampDerivative(1 / 6, -3, 3)),
  pointwise('hard_sigmoid(p, 0.2)', ramp(0.2, 0.5), rampDerivative(0.2, -2.5, 2.5)),
  pointwise('hard_sigmoid(p, 0.25, 0.25)', ramp(0.25, 0.25), rampDerivative(0.25, -1, 3)),
  pointwise(
    'exp(p)',
    (a) => Math.exp(a!),
    (a) => Math.exp(a!),
  ),
  pointwise(
    'log(p)',
    (a) => Math.log(a!),
    (a) => 1 / a!,
  ),
  pointwise(
    'sin(p)',
    (a) => Math.sin(a!),
    (a) => Math.cos(a!),
  ),
  pointwise(
    'cos(p)',
    (a) => Math.cos(a!),
    (a) => -Math.sin(a!),
  ),
  pointwise(
    'abs(p)',
    (a) => Math.abs(a!),
    (a) => (a! > 0 ? 1 : a! < 0 ? -1 : 0),
  ),
  pointwise(
    'sqrt(p)',
    (a) => Math.sqrt(a!),
    (a) => 0.5 / Math.sqrt(a!),
  ),
  pointwise(
    'min(p, q)',
    smaller,
    (a, b) => (b! < a! ? 0 : 1),
    (a, b) => (b! < a! ? 1 : 0),
  ),
  pointwise(
    'max(p, q)',
    larger,
    (a, b) => (a! < b! ? 0 : 1),
    (a, b) => (a! < b! ? 1 : 0),
  ),
  pointwise(
    'clip(p, q, r)',
    (a, lo, hi) => smaller(larger(a!, lo!), hi!),
    (a, lo, hi) => (a! >= lo! && a! <= hi! ? 1 : 0),
    (a, lo, hi) => (a! < lo! && lo! <= hi! ? 1 : 0),
    (a, lo, hi) => (larger(a!, lo!) > hi! ? 1 : 0),
  ),
  pointwise(
    'where(p, q, r)',
    (c, a, b) => (c === 0 ? b! : a!),
    none,
    (c) => (c === 0 ? 0 : 1),
    (c) => (c === 0 ? 1 : 0),
  ),
  pointwise('stop(p)', (a) => a!, none),
  pointwise(
    '-p',
    (a) => -a!,
    () => -1,
  ),
  pointwise('p + q', (a, b) => a! + b!, one, one),
  pointwise(
    'p - q',
    (a, b) => a! - b!,
    one,
    () => -1,
  ),
  pointwise(
    'p * q',
    (a, b) => a! * b!,
    (_, b) => b!,
    (a) => a!,
  ),
  pointwise(
    'p / q',
    (a, b) => a! / b!,
    (_, b) => 1 / b!,
    (a, b) => -a! / (b! * b!),
  ),
  pointwise('p < q', (a, b) => (a! < b! ? 1 : 0), none, none),
  pointwise('p > q', (a, b) => (a! > b! ? 1 : 0), none, none),
  pointwise('sign', (a) => (a! > 0 ? 1 : a! < 0 ? -1 : a!), none),
  pointwise(
    'erf',
    (a) => 2 * normalBelow(a! * Math.SQRT2) - 1,
    (a) => (2 / Math.sqrt(Math.PI)) * Math.exp(-a! * a!),
  ),
  reduction(
    'sum(p)',
    (row) => [total(row)],
    (row, [g]) => row.map(() => g!),
  ),
  reduction(
    'mean(p)',
    (row) => [average(row)],
    (row, [g]) => row.map(() => g! / row.length),
  ),
  reduction(
    'rms(p)',
    (row) => [rootMeanSquare(row, 1e-5)],
    (row, [g]) => row.map((a) => (g! * a) / (row.length * rootMeanSquare(row, 1e-5))),
  ),
  reduction(
    'rms(p, 0.5)',
    (row) => [rootMeanSquare(row, 0.5)],
    (row, [g]) => row.map((a) => (g! * a) / (row.length * rootMeanSquare(row, 0.5))),
  ),
  reduction('softmax(p)', exponentialShares, (row, g) => {
    const shares = exponentialShares(row)
    const mixed = total(shares.map((share, i) => share * g[i]!))
    return shares.map((share, i) => share * (g[i]! - mixed))
  }),
  reduction(
    'normalize(p)',
    (row) => standardised(row).values,
    (row, g) => {
      const { values, deviation } = standardised(row)
      const along = average(values.map((value, i) => value * g[i]!))
      return values.map((value, i) => (g[i]! - average(g) - value * along) / deviation)
    },
  ),
]
