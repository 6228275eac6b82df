import type { OptionRule } from '../command.ts'
import { readOption } from '../read-option.ts'
import { missingOption } from './whole-rows.ts'

/** What a model of a table is made of, and what it reads and tells. */
export const tableModelOptions: readonly OptionRule[] = [
  {
    name: 'task',
    value: '<task>',
    type: 'text',
    says: 'classifier, regressor, feedforward, tagger, captioner, transcriber, translator, forecaster or languageModel (what the columns suggest)',
  },
  {
    name: 'label',
    value: '<column>',
    type: 'text',
    says: 'the column of what a row is; of a transcriber, of the text that is said in it',
  },
  {
    name: 'labels',
    value: '<column>',
    type: 'text',
    says: 'the column of the labels that a row has, any number of them',
  },
  {
    name: 'separator',
    value: '<sign>',
    type: 'text',
    says: "what stands between them, where they are a text (',', ';' or '|')",
  },
  {
    name: 'target',
    value: '<columns>',
    type: 'texts',
    says: 'the columns of numbers to be told of a row: price,weight',
  },
  { name: 'caption', value: '<column>', type: 'text', says: 'the column of what is written about a row' },
  { name: 'text', value: '<column>', type: 'text', says: 'read the texts of this column' },
  {
    name: 'token',
    value: '<column>',
    type: 'text',
    says: 'read the words of this column, one a row; each is labelled',
  },
  {
    name: 'x',
    value: '<columns>',
    type: 'texts',
    says: "read the numbers and categories of these columns: a,b or 'pixel*' ('*' is all but what is told); or one column of lists of numbers, or of paths of .png, .jpg or .wav files, seen from the table's folder",
  },
  { name: 'cut', value: '<n>', type: 'number', says: "cut a row's numbers into so many steps" },
  { name: 'colours', value: '<how>', type: 'text', says: 'of pictures that a column names: grey, or rgb (grey)' },
  { name: 'bands', value: '<n>', type: 'number', says: 'of recordings that a column names: bands of frequency (40)' },
  { name: 'sequence', value: '<column>', type: 'text', says: 'rows with the same value are the steps of one sequence' },
  { name: 'time', value: '<column>', type: 'text', says: 'what orders the steps of a sequence (as they stand)' },
  {
    name: 'elapsed',
    type: 'switch',
    says: 'read, with --time, also the seconds since the step before, as of events that come unevenly',
  },
  {
    name: 'characters',
    type: 'switch',
    says: 'characters of a column of texts, where most have more than three words',
  },
  { name: 'longest', value: '<n>', type: 'number', says: 'most symbols that are read of a text' },
  {
    name: 'unknown',
    value: '<how>',
    type: 'text',
    says: 'what was never met in training: error, or ignore (error; characters and words of texts: ignore)',
  },
  {
    name: 'encoder',
    value: '<widths>',
    type: 'text',
    says: 'widths of linear layers that each step, or what a captioner is shown, goes through first: 256,64',
  },
  {
    name: 'pooling',
    value: '<name>',
    type: 'text',
    says: 'what is made of all steps: last, mean, max or attention (last)',
  },
  { name: 'transitions', type: 'switch', says: 'judge the labels of a sequence together, by which follows which' },
  {
    name: 'spelling',
    value: '<n>',
    type: 'number',
    says: 'numbers that are told of the characters of each word that is labelled; 0 for none (32)',
  },
  { name: 'bidirectional', type: 'switch', says: 'read sequences from both ends' },
  {
    name: 'classWeights',
    value: '<how>',
    type: 'texts',
    says: "balanced: rare labels count more; or 'spam=2', which may be given several times",
  },
]

/** What of a table is held out. */
export const tableSplitOptions: readonly OptionRule[] = [
  {
    name: 'held',
    value: '<share|file>',
    type: 'texts',
    says: 'share of the rows that is held out, to stop, calibrate and report by (0.2); or files of such rows',
  },
  missingOption,
  readOption,
  { name: 'timeSplit', value: '<column>', type: 'text', says: 'hold out what is latest by this column' },
  {
    name: 'groupSplit',
    value: '<column>',
    type: 'text',
    says: 'keep rows with the same value together, held out or not',
  },
]

export const baselineOption: OptionRule = {
  name: 'baseline',
  value: '[name]',
  alone: 'feedforward',
  type: 'text',
  says: 'train a feedforward beside it, on the same rows; shuffled: the same model on steps in random order; or of words frequent: the label each mostly has',
}
