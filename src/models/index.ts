export { checkData } from './check-data.ts'
export { checkModel } from './check-model.ts'
export { fitted } from './fitted.ts'
export { wrongIn } from './check-values.ts'
export { inputsByData, wantedPorts } from './wanted-ports.ts'
export { growVocabulary } from './grow-vocabulary.ts'
export { isLanguageModel, languageModel, type LanguageModel, type LanguageModelOptions } from './language-model.ts'
export * from './losses/index.ts'
export { modelGraph, type LossGraph } from './loss-graph.ts'
export type { Entry } from './entry.ts'
export { modelKind } from './model-from.ts'
export * from './model.ts'
export { answersOnce, rangeOf } from './target.ts'
export { network, type NetworkOptions } from './network.ts'
export * from './summary.ts'
export { isReadingText, type ReadingText } from './reading-text.ts'
export { isWriting, type GivenSources, type Writing } from './writing.ts'
export { captioner, type Captioner, type CaptionerOptions, type OneSight } from './captioner.ts'
export { translator, type Translator, type TranslatorOptions } from './translator.ts'
export { classifier, type Classification, type Classifier, type ClassifierOptions } from './classifier.ts'
export { feedforward, type FeedforwardOptions } from './feedforward.ts'
export { regressor, type Estimate, type Regressor, type RegressorOptions } from './regressor.ts'
export type { EntityReport, EntityScores } from './reports/entities.ts'
export type { TaggingReport } from './reports/tagging.ts'
export type { ClassWeights } from './class-weights.ts'
export { spansOf, type Span } from './spans.ts'
export { isCalibrated, type Calibrated, type Calibration } from './calibrated.ts'
export type { LabelOptions } from './label-options.ts'
export type { EncoderOptions } from './encoding.ts'
export type { Multilabel, MultilabelClassifier } from './multilabel-classifier.ts'
export type { ClassificationReport } from './reports/classification.ts'
export type { LabelReport } from './reports/label-report.ts'
export type { MultilabelReport } from './reports/multilabel.ts'
export type { MeasureReport, RegressionReport } from './reports/regression.ts'
export { writingReport, type Nearness, type WritingReport } from './reports/writing.ts'
export type { Pooling, PoolingChoice, ReadingOptions } from './sequence-layers.ts'
export {
  isJudged,
  isSpeaking,
  type Figure,
  type Judge,
  type Judged,
  type Miss,
  type OneSentence,
  type OneSequence,
  type Paint,
  type Report,
  type RowPlace,
  type Ranked,
  type SearchOptions,
  type Speaking,
} from './speaking.ts'
export type { WrongSequence } from './reports/symbol-errors.ts'
export type { TranscriptReport } from './reports/transcripts.ts'
export { transcriber, type Said, type Transcriber, type TranscriberOptions, type Transcript } from './transcriber.ts'
export { tagger, type Tag, type Tagger, type TaggerOptions } from './tagger.ts'
export { forecaster, isForecaster, seenUntil, type Forecaster } from './forecaster.ts'
export { usualLevels, type Conformal } from './forecasts/conformal.ts'
export type { KeptVerdict } from './forecasts/verdict.ts'
export type { ForecasterLayers, ForecasterOptions } from './forecasts/options.ts'
