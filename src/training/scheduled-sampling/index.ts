export { exponentialDecay } from './exponential-decay.ts'
export { inverseSigmoidDecay } from './inverse-sigmoid-decay.ts'
export { linearDecay, type LinearDecayOptions } from './linear-decay.ts'
export type { SamplingDecay } from './sampling-decay.ts'
