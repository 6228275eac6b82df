export { isLanguageModel, languageModel, type LanguageModel, type LanguageModelOptions } from './language-model.ts'
export { crossEntropy, lossFrom, meanSquaredError, type Loss } from './losses.ts'
export * from './model.ts'
export { network, type NetworkOptions } from './network.ts'
