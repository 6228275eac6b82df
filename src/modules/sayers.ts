/**
 * What a module says of a row of the output, as JavaScript: a text that declares `say`, which finds what the model's file tells as
 * `content`, and `softmax`. Each says what a model of that kind does.
 */
export interface Sayer {
  readonly code: string
  /** What it says beside the output, as TypeScript. */
  readonly type: string
}

/** One label of several. */
const oneLabel: Sayer = {
  type: `
  /** The likeliest label. */
  readonly label: Label
  readonly probability: number
  /** How likely each label is, by its name. */
  readonly probabilities: Readonly<Record<string, number>>`,
  code: `
const say = (output) => {
  const all = softmax(Float64Array.from(output, (score) => score / (content.temperature ?? 1)))
  const best = all.indexOf(Math.max(...all))
  const probabilities = Object.fromEntries(content.labels.map((label, i) => [String(label), all[i]]))
  return { output, label: content.labels[best], probability: all[best], probabilities }
}`,
}

const severalLabels: Sayer = {
  type: `
  /** The labels that are likely enough, the likeliest first. */
  readonly labels: readonly Label[]
  /** How likely each label is, by its name. */
  readonly probabilities: Readonly<Record<string, number>>`,
  code: `
const say = (output) => {
  const all = Array.from(output, (score, i) => [content.labels[i], 1 / (1 + Math.exp(-score))])
  const likely = all.filter(([, probability]) => probability >= content.threshold).sort((a, b) => b[1] - a[1])
  return { output, labels: likely.map(([label]) => label), probabilities: Object.fromEntries(all) }
}`,
}

const measures: Sayer = {
  type: `
  /** In the units of the data, by name. */
  readonly values: Readonly<Record<string, number>>`,
  code: `
const say = (output) => ({
  output,
  values: Object.fromEntries(content.measures.map(({ name, mean, deviation }, i) => [name, mean + deviation * output[i]])),
})`,
}

const oneOf: Sayer = {
  type: `
  /** How likely each symbol or class is, by its number. */
  readonly probabilities: Float32Array`,
  code: 'const say = (output) => ({ output, probabilities: Float32Array.from(softmax(Float64Array.from(output))) })',
}

const eachByItself: Sayer = {
  type: `
  /** How likely each is by itself. */
  readonly probabilities: Float32Array`,
  code: 'const say = (output) => ({ output, probabilities: output.map((score) => 1 / (1 + Math.exp(-score))) })',
}

export const nothingMore: Sayer = { type: '', code: 'const say = (output) => ({ output })' }

/** By the kind of a model that says more than its loss does. */
export const sayersByKind: Readonly<Record<string, Sayer>> = {
  classifier: oneLabel,
  tagger: oneLabel,
  multilabelClassifier: severalLabels,
  regressor: measures,
}

/** By the loss, of models that say no more than that. */
export const sayersByLoss: Readonly<Record<string, Sayer>> = {
  crossEntropy: oneOf,
  binaryCrossEntropy: eachByItself,
}
