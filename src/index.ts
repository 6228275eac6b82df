export * from './cells/index.ts'
export { UnrolledError } from './error.ts'
export { backward, forward, type Adjoints, type Given, type Gradients, type Result } from './inference/forward.ts'
export {
  activation,
  bidirectional,
  chain,
  dropout,
  embedding,
  layerFrom,
  linear,
  recurrent,
  type Layer,
} from './layers/index.ts'
export {
  crossEntropy,
  languageModel,
  meanSquaredError,
  network,
  setParameters,
  type LanguageModel,
  type Model,
} from './models/index.ts'
export type { EngineOptions } from './runtime/index.ts'
export { tensor, type Tensor } from './tensor.ts'
export { text, type Text } from './data/index.ts'
