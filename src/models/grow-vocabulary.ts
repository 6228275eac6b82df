import { vocabularyOf, type Lines, type Text, type Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { extentsOf, layerFrom, ownLayers, type Json, type Layer, type LayerDescription } from '../layers/index.ts'
import { named, type Tensor } from '../tensor.ts'
import { isLanguageModel, languageModelOf, type LanguageModel } from './language-model.ts'
import type { Model } from './model.ts'

/**
 * A language model that knows the symbols of further data too, `text(string)` with a vocabulary of its own, to be trained on it:
 * `train(grown, text(string, { vocabulary: grown.vocabulary }))`. The old symbols keep their numbers and values, and are as likely beside
 * each other as they were. A new one begins as the mean of those there were, in the embedding and in the output, so that it is neither likely
 * nor impossible (Hewitt 2021, "Initializing New Word Embeddings for Pretrained Language Models"). The model given stays as it is.
 *
 * @throws UnrolledError `option` for what is no language model of characters or words, or whose layers do not begin with an embedding and end
 * with `linear`; `data` for data that is cut into other symbols.
 */
export function growVocabulary(model: LanguageModel, data: Text | Lines): LanguageModel {
  const vocabulary = grown(model, data)
  const layer = grownLayer(model.layer, vocabulary.size)
  const parameters = named(
    layer.declared.map((one) => [one.name, withMeans(model.parameters[one.name]!, extentsOf(one))]),
  )
  const { loss, seed, record } = model
  return languageModelOf({ layer, loss, seed, parameters, record }, vocabulary)
}

/** The vocabulary of a model, with what data has beside it. */
function grown(model: LanguageModel, data: Text | Lines): Vocabulary {
  if (!isLanguageModel(model as Model)) {
    throw new UnrolledError('option', 'growVocabulary: it takes a language model')
  }
  const { units, symbols, boundary } = model.vocabulary
  if (units === 'subwords') {
    throw new UnrolledError('option', 'growVocabulary: subwords spell other words already: there is nothing to grow by')
  }
  const further = data?.vocabulary
  if (further?.units !== units) {
    const made = further ? `the data is cut into ${further.units}` : 'the data has no vocabulary'
    throw new UnrolledError(
      'data',
      `growVocabulary: ${made}; the model knows ${units}: text(string, { units: '${units}' })`,
    )
  }
  const known = new Set(symbols)
  const added = further.symbols.filter((symbol, id) => id !== further.unknown && !known.has(symbol))
  return vocabularyOf([...symbols, ...added], units, boundary)
}

/** The same layers for so many symbols. */
function grownLayer(layer: Layer, size: number): Layer {
  const { kind, layers } = layer.description
  const links = (kind === 'chain' ? layers : []) as unknown as (readonly [string, LayerDescription])[]
  const last = links.length - 1
  if (links[0]?.[1].kind !== 'embedding' || links[last]![1].kind !== 'linear') {
    throw new UnrolledError(
      'option',
      'growVocabulary: the layers must begin with an embedding and end with linear, as those of languageModel do',
    )
  }
  const grown = links.map(([name, description], i) => [
    name,
    { ...description, ...(i === 0 && { symbols: size }), ...(i === last && { output: size }) },
  ])
  return layerFrom({ ...layer.description, kind: 'chain', layers: grown as Json }, ownLayers(layer))
}

/** A tensor with more rows, or a vector with more columns, all further ones the mean of those there were. */
function withMeans({ shape, data }: Tensor, extents: readonly number[]): Tensor {
  const [rows, width] = [shape[0]!, data.length / shape[0]!]
  const grown = new Float32Array(extents.reduce((a, b) => a * b, 1))
  grown.set(data)
  for (let column = 0; column < width; column++) {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += data[row * width + column]!
    for (let at = data.length + column; at < grown.length; at += width) grown[at] = sum / rows
  }
  return { shape: [...extents], data: grown }
}
