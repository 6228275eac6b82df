export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './binary-cross-entropy.ts'
export { crossEntropy, type CrossEntropyOptions } from './cross-entropy.ts'
export { ctc, usualBeam, type CtcOptions } from './ctc.ts'
export { huber, type HuberOptions } from './huber.ts'
export type { Likelihood } from './likelihood.ts'
export { linearChain } from './linear-chain.ts'
export { lossFrom, type Losses } from './loss-from.ts'
export {
  isLoss,
  type Decoded,
  type DecodedSequence,
  type DecodingOptions,
  type Loss,
  type LossContext,
  type Metric,
  type Labelling,
  type Target,
} from './loss.ts'
export { meanAbsoluteError } from './mean-absolute-error.ts'
export { meanSquaredError } from './mean-squared-error.ts'
export { negativeBinomial } from './negative-binomial.ts'
export { normal } from './normal.ts'
export { isOutput, type Distribution, type DistributionOf, type Output } from './output.ts'
export { quantiles, type QuantilesOptions } from './quantiles.ts'
export { smoothL1, type SmoothL1Options } from './smooth-l1.ts'
export { studentT } from './student-t.ts'
export { zeroInflated } from './zero-inflated.ts'
