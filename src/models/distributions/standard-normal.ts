/** A draw of the standard normal distribution from two uniform numbers (Box & Muller 1958, doi:10.1214/aoms/1177706645). */
export function drawNormal(uniform: () => number): number {
  // 1 − u is in (0, 1], whose logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
  return radius * Math.cos(2 * Math.PI * uniform())
}

/**
 * The number below which a standard normal one is with that probability, to some 1e-16 of it: ratios of polynomials (Wichura 1988,
 * algorithm AS 241, doi:10.2307/2347330, PPND16).
 */
export function normalQuantile(level: number): number {
  const q = level - 0.5
  if (Math.abs(q) <= 0.425) return q * ratio(center, 0.180625 - q * q)
  const r = Math.sqrt(-Math.log(Math.min(level, 1 - level)))
  return Math.sign(q) * (r <= 5 ? ratio(flank, r - 1.6) : ratio(tail, r - 5))
}

/** Coefficients of a numerator and a denominator, the constant ones first. */
type Ratio = readonly (readonly [above: number, below: number])[]

const ratio = (coefficients: Ratio, x: number): number => {
  let [above, below] = [0, 0]
  for (let k = coefficients.length - 1; k >= 0; k--) {
    above = above * x + coefficients[k]![0]
    below = below * x + coefficients[k]![1]
  }
  return above / below
}

const center: Ratio = [
  [3.387132872796366608, 1],
  [133.14166789178437745, 42.313330701600911252],
  [1971.5909503065514427, 687.1870074920579083],
  [13731.693765509461125, 5394.1960214247511077],
  [45921.953931549871457, 21213.794301586595867],
  [67265.770927008700853, 39307.89580009271061],
  [33430.575583588128105, 28729.085735721942674],
  [2509.0809287301226727, 5226.495278852545925],
]
const flank: Ratio = [
  [1.42343711074968357734, 1],
  [4.6303378461565452959, 2.05319162663775882187],
  [5.7694972214606914055, 1.6763848301838038494],
  [3.64784832476320460504, 0.68976733498510000455],
  [1.27045825245236838258, 0.14810397642748007459],
  [0.24178072517745061177, 0.0151986665636164571966],
  [0.0227238449892691845833, 5.475938084995344946e-4],
  [7.7454501427834140764e-4, 1.05075007164441684324e-9],
]
const tail: Ratio = [
  [6.6579046435011037772, 1],
  [5.4637849111641143699, 0.59983220655588793769],
  [1.7848265399172913358, 0.13692988092273580531],
  [0.29656057182850489123, 0.0148753612908506148525],
  [0.026532189526576123093, 7.868691311456132591e-4],
  [0.0012426609473880784386, 1.8463183175100546818e-5],
  [2.71155556874348757815e-5, 1.4215117583164458887e-7],
  [2.01033439929228813265e-7, 2.04426310338993978564e-15],
]
