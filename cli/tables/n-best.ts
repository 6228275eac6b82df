import { isWriting, nBest, predict, UnrolledError, type EngineOptions, type Speaking, type Table } from 'unrolled'
import { number, whole, type Options } from '../command.ts'
import { given } from '../given.ts'

/** What a model says of a sequence, or at each of its steps. */
export interface Saying {
  readonly said: object
  /** Where several are asked for: so many of the likeliest, best first; of each step, as the likeliest sequences have it. */
  readonly ranked?: readonly object[]
}

/** How many are asked for, where that is said. */
export const countOf = (options: Options): number | undefined =>
  options['nBest'] === undefined ? undefined : whole(options, 'nBest', 1)

/**
 * What a model says of the rows of a table, sequence by sequence.
 * @throws UnrolledError `usage` where several are asked for, and it says one thing.
 */
export async function sayingsOf(
  model: Speaking<object>,
  table: Table,
  options: Options,
  engine: EngineOptions,
): Promise<readonly (Saying | readonly Saying[])[]> {
  const count = countOf(options)
  if (count !== undefined && model.sayBest) {
    const found = await nBest<readonly object[], string>(model as Speaking<readonly object[], string>, table, {
      best: count,
      ...engine,
    })
    return found.map((sequences) =>
      sequences[0]!.said.map((said, step) => ({
        said,
        ranked: sequences.map((one) => ({ ...one.said[step]!, score: one.score })),
      })),
    )
  }
  // What is searched for in steps is found by following as many; frames are followed as wide as usual in any case.
  const beam = number(options, 'beam') ?? (isWriting(model) ? count : undefined)
  const best = model.searches ? count : undefined
  const said = await predict<object, string>(model, table, { ...given({ beam, best }), ...engine })
  return said.map((one) =>
    Array.isArray(one)
      ? one.map((step: object) => ({ said: step }))
      : { said: one, ...(count !== undefined && { ranked: rankedOf(one, count, model) }) },
  )
}

/** The likeliest of what is said, by what that tells: what else was found, or the probability of each label. */
function rankedOf(said: object, count: number, { kind }: Speaking<object>): readonly object[] {
  const { text, score, alternatives, probabilities } = said as {
    readonly text?: string
    readonly score?: number
    readonly alternatives?: readonly object[]
    readonly probabilities?: Readonly<Record<string, number>>
  }
  if (alternatives) return [{ text, score }, ...alternatives].slice(0, count)
  if (probabilities) {
    const all = Object.entries(probabilities).map(([label, probability]) => ({ label, probability }))
    return all.sort((a, b) => b.probability - a.probability).slice(0, count)
  }
  throw new UnrolledError('usage', `--n-best ${count}: a ${kind} says one thing of a row; leave it away`)
}
