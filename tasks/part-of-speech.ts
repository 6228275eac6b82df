/** What part of speech each word of a sentence is: blogs, mails, reviews and answers of the English web treebank. */
import { adam, clipByNorm, cosine, evaluate, lstm, splitTable, tagged, tagger, train, type Table } from 'unrolled'
import { englishWeb, englishWebData, englishWebFiles } from './data/english-web.ts'
import type { Task } from './task.ts'

export const partOfSpeech: Task = {
  name: 'part-of-speech',
  title: 'parts of speech',
  topology: 'synced many to many',
  data: englishWebData,
  model: 'tagger, bidirectional LSTM of 150, words and their letters, dropout 0.5',
  metric: 'accuracy',
  goal: { atLeast: 0.94 },
  baseline: 'the part of speech that each word has most often; of unknown words NOUN',
  needs: englishWebFiles,

  async run({ share, limits, watch }) {
    const [table, dev] = await englishWeb(share)
    const columns = { token: 'form', label: 'upos', sequence: 'sentence' }
    const [training, held] = splitTable(table, { share: 0.05, by: { group: 'sentence' }, seed: 1 })
    const data = tagged(training, columns)
    const test = tagged(dev, { like: data })

    const model = tagger(data, {
      cell: lstm,
      hidden: 150,
      embedding: 100,
      characters: { hidden: 100 },
      dropout: 0.5,
      seed: 1,
    })
    const trained = await watch(
      train(model, data, {
        epochs: 20,
        batch: 32,
        validation: tagged(held, { like: data }),
        patience: 3,
        optimizer: adam({ lr: cosine({ from: 4e-3, warmup: 20 }) }),
        clip: clipByNorm(5),
        ...limits,
      }),
    )
    const { accuracy, accuracyInterval, macroF1 } = await evaluate(model, test)
    return {
      ours: accuracy,
      interval: accuracyInterval,
      baseline: mostFrequent(table, dev),
      also: { 'macro F1': macroF1 },
      trained,
    }
  },
}

/** The accuracy of always saying what a word was most often. */
function mostFrequent(training: Table, test: Table): number {
  const counts = new Map<string, Map<string, number>>()
  for (let i = 0; i < training.rows; i++) {
    const { form, upos } = training.row(i) as { form: string; upos: string }
    const ofWord = counts.get(form) ?? new Map<string, number>()
    counts.set(form, ofWord.set(upos, (ofWord.get(upos) ?? 0) + 1))
  }
  let right = 0
  for (let i = 0; i < test.rows; i++) {
    const { form, upos } = test.row(i) as { form: string; upos: string }
    const [best = 'NOUN'] = [...(counts.get(form) ?? [])].sort(([, a], [, b]) => b - a).map(([tag]) => tag)
    if (best === upos) right++
  }
  return right / test.rows
}
