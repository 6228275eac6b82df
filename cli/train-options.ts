import { engineOptions, type OptionRule } from './command.ts'
import { pairModelOptions } from './pairs/options.ts'
import { baselineOption, tableModelOptions, tableSplitOptions } from './tables/options.ts'
import { seriesOptions } from './forecasts/series-options.ts'
import { horizonOption, wayOptions } from './forecasts/way-options.ts'
import { sampleOption, textModelOptions, textRunOptions } from './text/options.ts'

/** What the model is made of. */
const modelOptions: readonly OptionRule[] = [
  { name: 'cell', value: '<name|file>', type: 'text', says: 'lstm, gru, gru-reset-after, ... or a .cell file (lstm)' },
  {
    name: 'hidden',
    value: '<widths>',
    type: 'text',
    says: 'width of the states; 256,128 gives each layer its own (128)',
  },
  { name: 'layers', value: '<n>', type: 'number', says: 'recurrent layers (2)' },
  { name: 'embedding', value: '<n>', type: 'number', says: 'width of the vectors that stand for symbols (as hidden)' },
  { name: 'residual', type: 'switch', says: "add a layer's input to its output" },
  { name: 'projection', value: '<n>', type: 'number', says: 'width of the projected state' },
  { name: 'dropout', value: '<rate>', type: 'number', says: 'dropout between layers' },
  { name: 'layerNorm', type: 'switch', says: 'normalise each product of the cell' },
  { name: 'zoneout', value: '<rate>', type: 'number', says: 'keep elements of states with this rate' },
  { name: 'recurrentDropout', value: '<rate>', type: 'number', says: 'dropout on the states the cell multiplies' },
  { name: 'weightDrop', value: '<rate>', type: 'number', says: 'dropout on recurrent weights' },
  { name: 'seed', value: '<n>', type: 'number', says: 'seed of everything random (0)' },
]

/** How texts are read, whole ones or those of a table. */
const readingOptions: readonly OptionRule[] = [
  { name: 'words', type: 'switch', says: 'words instead of characters' },
  { name: 'minCount', value: '<n>', type: 'number', says: 'symbols met less often become <unk>' },
]

/** All that makes another model. */
export const makingOptions: readonly OptionRule[] = [
  ...modelOptions,
  ...readingOptions,
  ...textModelOptions,
  ...tableModelOptions,
  ...pairModelOptions,
]

/** How the run learns. */
const learningOptions: readonly OptionRule[] = [
  {
    name: 'batch',
    value: '<n>',
    type: 'number',
    says: 'streams of text, or lines, side by side (50, of lines 32; fewer for a short text)',
  },
  { name: 'unroll', value: '<k2>', type: 'number', says: 'steps an error flows back (50; whole lines)' },
  { name: 'every', value: '<k1>', type: 'number', says: 'steps between updates (as unroll)' },
  { name: 'accumulate', value: '<n>', type: 'number', says: 'windows whose gradients make one update (1)' },
  { name: 'pack', type: 'switch', says: 'short lines or tagged sentences one behind the other, without padding' },
  {
    name: 'scheduledSampling',
    value: '<share>',
    type: 'number',
    says: 'of what is written: this share of symbols follows what the model would have written, not what is true (0)',
  },
  { name: 'samplingOver', value: '<steps>', type: 'number', says: 'updates over which that share rises from 0' },
  {
    name: 'optimizer',
    value: '<name>',
    type: 'text',
    says: 'sgd, rmsprop, adagrad, adadelta, adam, adam-w, adamax or nadam (adam)',
  },
  { name: 'lr', value: '<rate>', type: 'number', says: 'learning rate (0.002; sgd and adadelta 1)' },
  { name: 'amsgrad', type: 'switch', says: "adam's and adam-w's variant that never lets its steps grow" },
  { name: 'momentum', value: '<share>', type: 'number', says: "sgd's and rmsprop's momentum" },
  { name: 'weightDecay', value: '<rate>', type: 'number', says: "the optimizer's weight decay" },
  { name: 'schedule', value: '<name>', type: 'text', says: 'constant, cosine, step or plateau (constant)' },
  { name: 'over', value: '<steps>', type: 'number', says: 'updates over which cosine falls (those of the run)' },
  { name: 'warmup', value: '<steps>', type: 'number', says: 'updates over which the learning rate rises' },
  {
    name: 'frozen',
    value: '<name>',
    type: 'texts',
    says: "do not train these parameters: 'embedding*'; may be given several times",
  },
  {
    name: 'rates',
    value: '<name=factor>',
    type: 'texts',
    says: "multiply the learning rate of these: 'output.*=0.1'; may be given several times",
  },
  { name: 'clip', value: '<norm>', type: 'number', says: 'clip the gradient to this norm; 0 for none (5)' },
  { name: 'clipValue', value: '<value>', type: 'number', says: 'clip each gradient to this value' },
  {
    name: 'validateEvery',
    value: '<steps>',
    type: 'number',
    says: 'updates between validations (200, at most an epoch)',
  },
  { name: 'patience', value: '<n>', type: 'number', says: 'end after so many validations without a better one' },
]

/** What ends the run. */
export const limitOptions: readonly OptionRule[] = [
  { name: 'epochs', value: '<n>', type: 'number', says: 'end after so many passes over the text' },
  { name: 'steps', value: '<n>', type: 'number', says: 'end after so many updates' },
  {
    name: 'minutes',
    value: '<n>',
    type: 'number',
    says: 'end after so many minutes, those before --resume included (2.5, if no other end is given)',
  },
]

/** All that makes a run what it is; it is stored, and a resumed run takes it from there. */
export const keptOptions: readonly OptionRule[] = [
  ...makingOptions,
  ...learningOptions,
  ...textRunOptions,
  ...tableSplitOptions,
]

/** How series over time are read, where tables do not have the same: time and target. */
const historyOptions = [horizonOption, ...seriesOptions, ...wayOptions].filter(
  ({ name }) => !keptOptions.some((option) => option.name === name),
)

/** All that `unrolled train` can be told. */
export const trainOptions: readonly OptionRule[] = [
  ...keptOptions,
  ...historyOptions,
  ...limitOptions,
  { name: 'out', value: '<file>', type: 'text', says: 'where the model goes (runs/NAME/model.safetensors)' },
  { name: 'from', value: '<model>', type: 'text', says: 'begin with the model in this file, and train it further' },
  { name: 'resume', type: 'switch', says: 'go on with the run that --out holds' },
  sampleOption,
  baselineOption,
  {
    name: 'profile',
    type: 'switch',
    says: "show in the end what each kernel took, and its share of the machine's peak (not every backend measures; native and wasm do)",
  },
  ...engineOptions,
]
