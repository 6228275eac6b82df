import type { Model } from '../models/index.ts'
import type { CompiledModel } from './module-of.ts'

/**
 * Makes a model a module: `load()` of its `index.js` gives `predict`, for whole sequences of any length, and `open()`, for those that arrive step
 * by step, in a page or in Node. There is no compiler in it and no dependency, and nothing is evaluated at run time. It computes with the
 * bits of the wasm backend's kernels `wasm`, which every engine has.
 *
 * Of models with one input: language models, classifiers, regressors, taggers and networks; those that look ahead have no `open`.
 *
 * @throws UnrolledError `option` for a model that reads a second sequence, or judges the labels of a sequence together.
 */
export async function compileModel(model: Model): Promise<CompiledModel> {
  // Who never compiles a model need not fetch what does.
  const { moduleOf } = await import('./module-of.ts')
  return moduleOf(model)
}
