import { whole, type OptionRule, type Options } from '../command.ts'

export const horizonOption: OptionRule = {
  name: 'horizon',
  value: '<n>',
  type: 'number',
  says: "of series over time: steps ahead (the model's; else what suits the frequency)",
}

/** How far ahead is asked for, where that is said. */
export const horizonOf = (options: Options): number | undefined =>
  options['horizon'] === undefined ? undefined : whole(options, 'horizon', 1)

/** How a new model sees values, where what validates best is not to be found out. */
export const wayOptions: readonly OptionRule[] = [
  {
    name: 'transform',
    value: '<name>',
    type: 'text',
    says: 'of a new forecaster: what is done to values first: log, log1p, boxCox, none (what validates best)',
  },
  {
    name: 'differences',
    value: '<n>',
    type: 'number',
    says: 'of a new forecaster: see changes to so many steps before; 0 for values (what validates best)',
  },
]
