import {
  add,
  constant,
  div,
  log,
  log1p,
  logGap,
  mul,
  softplus,
  stirlingError,
  sub,
  type Node,
} from '../../graph/index.ts'
import { leastSpread } from './least.ts'

/**
 * −log of Student's density, with x = ½ df: ½ log 2π + log σ + x g(1 ÷ 2x) + δ(x) − δ(x + ½) + (x + ½) log(1 + z² ÷ 2x), where δ is
 * Stirling's error and g(t) = t − log(1 + t). For many degrees of freedom no large terms cancel; what is left then is the normal one.
 */
export function studentTSurprises([location, spread, freedom]: readonly Node[], values: Node): Node {
  const half = constant(0.5)
  const sigma = add(constant(leastSpread), softplus(spread!))
  const x = add(constant(1), mul(half, softplus(freedom!)))
  const z = div(sub(values, location!), sigma)
  const normalised = add(constant(Math.log(2 * Math.PI) / 2), log(sigma))
  const gammas = add(mul(x, logGap(div(half, x))), sub(stirlingError(x), stirlingError(add(x, half))))
  const distance = mul(add(x, half), log1p(div(mul(half, mul(z, z)), x)))
  return add(add(normalised, gammas), distance)
}
