/**
 * Unrolled: recurrent neural networks for TypeScript. You write the recurrence; it is differentiated through time, fused, and run
 * at the speed of the machine. The same in Node and in a page; `unrolled/node` adds files.
 */
export * from './cells/index.ts'
export {
  labelled,
  decodeIdx,
  decodePng,
  decodeWav,
  elapsed,
  lines,
  logMel,
  masked,
  pairs,
  sequences,
  splitTable,
  table,
  tagged,
  transcribed,
  text,
  type Column,
  type ColumnOf,
  type ColumnType,
  type ColumnRoles,
  type DataPort,
  type DataSet,
  type ElapsedOptions,
  type Filled,
  type InputCoding,
  type InputOptions,
  type Label,
  type Labelled,
  type LabelledOptions,
  type LabelledSequence,
  type Labels,
  type Lines,
  type MaskOptions,
  type MelOptions,
  type Pair,
  type Pairs,
  type PairsOptions,
  type Measure,
  type PartOptions,
  type Picture,
  type PictureOptions,
  type Parts,
  type Place,
  type Readings,
  type Recorded,
  type Records,
  type Row,
  type Rows,
  type SecondSequences,
  type Scaling,
  type SequenceFacts,
  type Sequences,
  type SideOptions,
  type Sound,
  type SplitOptions,
  type Table,
  type TableContent,
  type TableOptions,
  type TableValue,
  type Question,
  type Tagged,
  type TaggedOptions,
  type Targets,
  type TokenCoding,
  type Text,
  type TextOptions,
  type TrainingBatch,
  type Transcribed,
  type TranscribedOptions,
  type TranscribedReadings,
  type TrainingData,
  type Units,
  type ValueRange,
  type Vocabulary,
  type WantedPort,
  type WantedPorts,
  type WholeOptions,
  type Written,
} from './data/index.ts'
export { UnrolledError, type ErrorCode } from './error.ts'
export type { Description, Json } from './options.ts'
export { decodeModel, encodeModel, type DecodeOptions } from './formats/model-file.ts'
export { fromPyTorch, toPyTorch } from './formats/pytorch.ts'
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type StoredTensor,
} from './formats/safetensors.ts'
export type { StateDict } from './formats/state-dict.ts'
export { calibrate } from './inference/calibrate.ts'
export { evaluate } from './inference/evaluate.ts'
export type { Evaluation, EvaluationOptions, Fit } from './inference/evaluation.ts'
export { generate, type GenerationOptions } from './inference/generate.ts'
export { backward, forward } from './inference/forward.ts'
export type { Adjoints, Given, Gradients, Result } from './inference/given.ts'
export { open } from './inference/open.ts'
export type { Session, SessionOptions, StepOutput } from './inference/session.ts'
export type { StepInput } from './inference/step-input.ts'
export { predict, type Prediction } from './inference/predict.ts'
export { score } from './inference/score.ts'
export type { Surprise, TextSurprise } from './inference/surprise.ts'
export type { Candidate, Translation, TranslationOptions, WritingOptions } from './inference/translation.ts'
export type { ExpectedTensors, Verification } from './inference/expected-tensors.ts'
export type { VerificationOptions } from './inference/verification.ts'
export { verify } from './inference/verify.ts'
export { describeProgram } from './inspection/describe-program.ts'
export type { ProductRateOptions } from './inspection/measured-product.ts'
export { productRate } from './inspection/product-rate.ts'
export type { ProgramDescription } from './inspection/window-program.ts'
export {
  activation,
  attention,
  attentionPooling,
  bidirectional,
  chain,
  decoder,
  defineLayer,
  dropout,
  embedding,
  encoderDecoder,
  last,
  linear,
  max,
  mean,
  recurrence,
  recurrent,
  symbolsOf,
  vectors,
  words,
  type ActivationOptions,
  type AttentionOptions,
  type AttentionPoolingOptions,
  type AttentionScore,
  type Axis,
  type BuildContext,
  type ChainOptions,
  type DecoderOptions,
  type Direction,
  type DropoutOptions,
  type EmbeddingOptions,
  type EncoderDecoderLayers,
  type Layer,
  type LayerDescription,
  type LayerParts,
  type Layers,
  type LinearOptions,
  type Nodes,
  type OpenLayer,
  type OwnRecurrence,
  type PoolingOptions,
  type Port,
  type Ports,
  type RanRecurrence,
  type RecurrentOptions,
  type SpellingOptions,
  type WordsOptions,
} from './layers/index.ts'
export {
  binaryCrossEntropy,
  classifier,
  crossEntropy,
  ctc,
  feedforward,
  huber,
  isJudged,
  isLanguageModel,
  isSpeaking,
  languageModel,
  linearChain,
  meanAbsoluteError,
  meanSquaredError,
  network,
  regressor,
  setParameters,
  summary,
  smoothL1,
  spansOf,
  tagger,
  transcriber,
  translator,
  type BinaryCrossEntropyOptions,
  type Classification,
  type ClassificationReport,
  type Classifier,
  type ClassifierOptions,
  type CrossEntropyOptions,
  type CtcOptions,
  type Decoded,
  type Estimate,
  type FeedforwardOptions,
  type DecodedSequence,
  type DecodingOptions,
  type Figure,
  type HuberOptions,
  type Judge,
  type Judged,
  type LabelReport,
  type LanguageModel,
  type LanguageModelOptions,
  type LayerSummary,
  type Loss,
  type LossContext,
  type Losses,
  type MeasureReport,
  type Metric,
  type Miss,
  type Model,
  type ModelParts,
  type Nearness,
  type NetworkOptions,
  type OneSentence,
  type OneSequence,
  type ReadingText,
  type Paint,
  type Pooling,
  type PoolingChoice,
  type ReadingOptions,
  type RegressionReport,
  type Report,
  type Said,
  type Regressor,
  type RegressorOptions,
  type RowPlace,
  type RowValues,
  type SearchOptions,
  type Speaking,
  type Labelling,
  type Summary,
  type SmoothL1Options,
  type Span,
  type EntityReport,
  type EntityScores,
  type TaggingReport,
  type ClassWeights,
  type Tag,
  type Tagger,
  type TaggerOptions,
  type Target,
  type TargetPorts,
  type TrainingRecord,
  type Transcriber,
  type TranscriberOptions,
  type Transcript,
  type TranscriptReport,
  type Translator,
  type TranslatorOptions,
  type Writing,
  type WritingReport,
} from './models/index.ts'
export { nearest } from './nearest.ts'
export { printable } from './printable.ts'
export type { Backend, EngineOptions, InferenceOptions, WeightFormat } from './runtime/index.ts'
export { tensor, type Named, type NestedNumbers, type Tensor } from './tensor.ts'
export { memoryStore, type CheckpointStore } from './training/checkpoint.ts'
export { indexedDBStore, readStoredModel } from './training/indexed-db-store.ts'
export { clipByNorm, clipByValue, type Clipping } from './training/clipping.ts'
export type * from './training/events.ts'
export * from './training/optimizers/index.ts'
export { learner } from './training/learning.ts'
export type { LearningOptions } from './training/learning-options.ts'
export type { Learned, Learning } from './training/online.ts'
export type { TrainingOptions } from './training/options.ts'
export type { TrainedOptions } from './training/trained.ts'
export * from './training/schedules/index.ts'
export { train, type TrainingRun } from './training/train.ts'
export { uniform } from './uniform.ts'
