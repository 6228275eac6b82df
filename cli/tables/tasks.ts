import { classifier, feedforward, regressor, UnrolledError, type Labelled, type Model, type Pooling } from 'unrolled'
import { kebab, number, on, string, type Options } from '../command.ts'
import { given } from '../given.ts'
import { recurrentParts, widthsOf } from '../model-parts.ts'
import { factorsOf } from '../factors.ts'

/** A model that a table is trained with. */
interface Task {
  /** What it is said to do. */
  readonly says: string
  /** Options that say nothing of it. */
  readonly without: readonly string[]
  make(data: Labelled, options: Options): Promise<Model>
}

const usual = { hidden: 64, layers: 1 }

/** Options of recurrent layers. */
const recurrentNames = [
  'cell',
  'layers',
  'residual',
  'projection',
  'layerNorm',
  'zoneout',
  'recurrentDropout',
  'weightDrop',
  'pooling',
  'bidirectional',
]

export const tasks: Readonly<Record<string, Task>> = {
  classifier: {
    says: 'reads a sequence step by step and says what it is',
    without: ['target'],
    make: async (data, options) => classifier(data, { ...(await reading(options)), ...weighting(options) }),
  },
  regressor: {
    says: 'reads a sequence step by step and tells numbers of it',
    without: ['label', 'classWeights'],
    make: async (data, options) => regressor(data, await reading(options)),
  },
  feedforward: {
    says: 'reads all at once',
    without: recurrentNames,
    make: async (data, options) =>
      feedforward(data, {
        hidden: widthsOf(options, usual.hidden),
        ...given({
          embedding: number(options, 'embedding'),
          dropout: number(options, 'dropout'),
          seed: number(options, 'seed'),
        }),
        ...(data.labels && weighting(options)),
      }),
  },
}

/** The task that is asked for, or what suits the data: what has one step needs no recurrence. */
export function taskFor({ labels, longest }: Labelled, options: Options): string {
  const name = string(options, 'task') ?? (longest === 1 ? 'feedforward' : labels ? 'classifier' : 'regressor')
  const odd = tasks[name]!.without.find((option) => options[option] !== undefined)
  if (odd === undefined) return name
  throw new UnrolledError(
    'usage',
    `a ${name} ${tasks[name]!.says}: leave --${kebab(odd)} away, or say --task ${labels ? 'classifier' : 'regressor'}`,
  )
}

const reading = async (options: Options) => ({
  ...(await recurrentParts(options, usual)),
  ...given({ seed: number(options, 'seed'), pooling: string(options, 'pooling') as Pooling | undefined }),
  ...(on(options, 'bidirectional') && { bidirectional: true }),
})

function weighting(options: Options): { classWeights?: 'balanced' | Record<string, number> } {
  const asked = options['classWeights'] as readonly string[] | undefined
  if (asked === undefined) return {}
  return {
    classWeights:
      asked.length === 1 && asked[0] === 'balanced' ? 'balanced' : factorsOf('class-weights', asked, 'spam=2'),
  }
}
