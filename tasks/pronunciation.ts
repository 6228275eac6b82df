/** How an English word is said, of how it is written: letters into sounds. */
import { adam, clipByNorm, cosine, lstm, pairs, predict, train, translator, type Pair } from 'unrolled'
import { letterSounds } from './baselines/letter-sounds.ts'
import { soundErrors } from './baselines/sound-errors.ts'
import { pronunciations, type Entry } from './data/pronunciations.ts'
import type { Task } from './task.ts'

export const spellingToSound: Task = {
  name: 'pronunciation',
  title: 'spelling → pronunciation',
  topology: 'many to many',
  data:
    '`cmu-pronouncing-dictionary`, 124,920 words of letters and apostrophes, 39 sounds, stress left out as in the published results; a tenth by ' +
    'hash of the word is the test, a fiftieth validation. A word that is said in several ways is trained on in each, and measured by the ' +
    'nearest',
  model:
    'translator, bidirectional LSTM of 256 over letters, LSTM of 256 over sounds, attention general, dropout 0.2; a beam of 5',
  metric: 'sounds wrong',
  goal: { atMost: 0.07 },
  tried:
    'four passes at dropout 0.1, cut at 3.2, left 7.7 % of sounds and 31.7 % of words wrong; by the validation part, of four passes over a ' +
    'quarter of the words a GRU at 2e-3 leaves 10.8 and 42.5 %, an LSTM at 4e-3 10.0 and 39.8 %. More passes were what was missing. Layers ' +
    'of 384 with dropout 0.3 are no better by the validation part: 0.190 nats a symbol after eleven passes, where these have 0.187 after ten',
  baseline:
    'what each letter most often stands for between its two neighbours, letters and sounds laid along each other by Viterbi training',
  published: 'sounds 5.5 %, words 23.6 % (LSTMs, Yao & Zweig 2015, on an older edition with a split of its own)',

  async run({ share, limits, watch }) {
    const { training, validation, test } = pronunciations(share)
    const data = pairs(pairsOf(training))
    const model = translator(data, {
      cell: lstm,
      hidden: 256,
      embedding: 128,
      bidirectional: true,
      attention: 'general',
      dropout: 0.2,
      seed: 1,
    })
    const trained = await watch(
      train(model, data, {
        epochs: 12,
        batch: 64,
        validation: pairs(pairsOf(validation), { like: data }),
        optimizer: adam({ lr: cosine({ from: 3e-3, warmup: 100 }) }),
        clip: clipByNorm(5),
        ...limits,
      }),
    )
    const words = test.map(({ word }) => word)
    const is = test.map(({ said }) => said)
    const found = await predict(model, words, { beam: 5 })
    const ours = soundErrors(
      is,
      found.map(({ text }) => text.split(' ').filter((sound) => sound !== '')),
    )
    const say = letterSounds(training.flatMap(({ word, said }) => said.map((sounds) => ({ word, sounds }))))
    const baseline = soundErrors(is, words.map(say))
    return {
      ours: ours.sounds,
      interval: ours.interval,
      baseline: baseline.sounds,
      also: { 'words wrong': ours.words, 'words wrong by the baseline': baseline.words },
      trained,
    }
  },
}

/** A pair for each way a word is said. */
const pairsOf = (entries: readonly Entry[]): Pair[] =>
  entries.flatMap(({ word, said }) => said.map((target) => ({ source: word, target })))
