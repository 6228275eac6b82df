/**
 * What the models of several topologies read, the same here and in peers/pytorch_topologies.py: random symbols, so that no library
 * learns faster for what it learns.
 * @typedef {{ kind: 'translator', attention: string, inputFeeding: boolean, hidden: number, layers: number, batch: number, steps: number,
 *   symbols: number }} TranslatorCase
 * @typedef {{ kind: 'tagger', hidden: number, embedding: number, characters: number, batch: number, batches: number, words: number,
 *   labels: number }} TaggerCase
 * @typedef {{ kind: 'predict', hidden: number, texts: number }} PredictCase
 * @typedef {(TranslatorCase | TaggerCase | PredictCase) & { threads: number }} TopologyCase
 */

/** A linear congruential generator; whole numbers below a bound. */
export function drawer(seed) {
  let state = seed
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % below
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** Words of three to ten letters. */
export function wordsOf(/** @type {number} */ count) {
  const draw = drawer(7)
  return Array.from({ length: count }, () => Array.from({ length: 3 + draw(8) }, () => letters[draw(26)]).join(''))
}

/** Sentences of a tagger, as many steps long as all of their batch, of 8 to 32 words; labels are numbers. */
export function sentencesOf(/** @type {TaggerCase} */ { batch, batches, words, labels }) {
  const draw = drawer(3)
  const list = wordsOf(words)
  return Array.from({ length: batch * batches }, (_, i) => {
    const length = 8 + ((Math.floor(i / batch) * 7) % 25)
    const tokens = Array.from({ length }, () => list[draw(words)])
    return { tokens, labels: tokens.map((token) => `l${token.length % labels}`) }
  })
}

/** Texts of 20 to 59 characters. */
export function textsOf(/** @type {number} */ count) {
  const draw = drawer(5)
  return Array.from({ length: count }, () => Array.from({ length: 20 + draw(40) }, () => letters[draw(26)]).join(''))
}

/** Sources and targets as lists of numbers; a target's last step says its end. */
export function pairsOf(/** @type {TranslatorCase} */ { batch, steps, symbols }) {
  const draw = drawer(11)
  return Array.from({ length: 8 * batch }, () => {
    const source = Array.from({ length: steps }, () => draw(symbols))
    return { source, target: source.slice(1).map((symbol) => (7 * symbol + 3) % symbols) }
  })
}
