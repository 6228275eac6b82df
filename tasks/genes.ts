/** Whether a piece of DNA codes for something, or is the same letters mixed: one letter a step, its codons begin nobody knows where. */
import { adam, classifier, cosine, evaluate, gru, labelled, train, type Table } from 'unrolled'
import { bagOf, fittedNaiveBayes, type Bag } from './baselines/naive-bayes.ts'
import { accuracy } from './baselines/scores.ts'
import { genes } from './data/genes.ts'
import type { Task } from './task.ts'

export const codingOrShuffled: Task = {
  name: 'genes',
  title: 'genes: coding or shuffled',
  topology: 'many to one',
  data: 'generated, 10,000 pieces of 20 to 60 codons, a fifth the test: codons by a usage of their own, none that stops, or the letters of such pieces mixed',
  model: 'classifier, GRU of 64 over letters',
  metric: 'accuracy',
  baseline: 'naive Bayes over counts of codons, from every letter on',

  async run({ share, limits, watch }) {
    const [training, test] = await genes(Math.round(10_000 * share))
    const data = labelled(training, { text: 'sequence', units: 'characters', label: 'kind' })
    const held = labelled(test, { like: data })

    const model = classifier(data, { cell: gru, hidden: 64, embedding: 8, seed: 1 })
    const optimizer = adam({ lr: cosine({ from: 3e-3, warmup: 50 }) })
    const options = { epochs: 30, batch: 64, optimizer, validation: 0.1, patience: 8, ...limits }
    const trained = await watch(train(model, data, options))
    const { accuracy: ours, accuracyInterval: interval } = await evaluate(model, held)

    return { ours, interval, baseline: byCodons(training, test), trained }
  },
}

/** Accuracy of naive Bayes over codon counts. */
function byCodons(training: Table, test: Table): number {
  const [known, kinds] = columns(training)
  const say = fittedNaiveBayes(known, kinds, accuracy)
  const [bags, is] = columns(test)
  return accuracy(is, bags.map(say))
}

const columns = (table: Table): [bags: Bag[], kinds: string[]] => [
  table.column('sequence', 'string').values.map((sequence) => bagOf(codonsOf(sequence!))),
  table.column('kind', 'string').values.map(String),
]

const codonsOf = (sequence: string): string[] =>
  Array.from({ length: sequence.length - 2 }, (_, i) => sequence.slice(i, i + 3))
