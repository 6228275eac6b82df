import type { Label, Labels, Row } from '../../data/index.ts'
import type { Decoded } from '../losses/index.ts'
import type { Judge, Paint } from '../speaking.ts'
import { classificationReport, Judgements, type ClassificationReport } from './classification.ts'
import { entityReport, type EntityReport } from './entities.ts'
import { figureText, shareText } from './label-report.ts'
import { tableText } from './table-text.ts'

/** How well a tagger labels steps, and where labels mark spans how well it finds those. */
export interface TaggingReport<Name extends Label = Label> extends ClassificationReport<Name> {
  /** How well spans are found, all together and type by type; absent where labels mark none. */
  readonly entities?: EntityReport
}

/** Judges labels of spans, which are found in whole sequences: `labelled` says what a sequence's rows say together. */
export function spanJudge<Name extends Label>(
  { names }: Labels<Name>,
  labelled: (rows: readonly Row[]) => readonly Decoded[],
): Judge<TaggingReport<Name>> {
  const sequences = new Map<number, { readonly rows: Row[]; readonly is: number[]; readonly steps: number[] }>()
  return {
    take(output, [target], _, { sequence, step }) {
      const known = sequences.get(sequence) ?? { rows: [], is: [], steps: [] }
      sequences.set(sequence, known)
      known.rows.push(Float32Array.from(output))
      known.is.push(target!)
      known.steps.push(step)
    },
    report() {
      const all = new Judgements()
      const [are, said]: Name[][][] = [[], []]
      for (const [sequence, { rows, is, steps }] of sequences) {
        const found = labelled(rows)
        found.forEach(({ label, probabilities }, i) =>
          all.add(is[i]!, label!, probabilities![label!]!, { sequence, step: steps[i]! }),
        )
        are!.push(is.map((label) => names[label]!))
        said!.push(found.map(({ label }) => names[label!]!))
      }
      return withEntities(classificationReport(names, all), entityReport(are!, said!))
    },
  }
}

function withEntities<Name extends Label>(
  report: ClassificationReport<Name>,
  entities: EntityReport,
): TaggingReport<Name> {
  const figure = { name: 'entity F1', value: entities.f1, interval: entities.f1Interval, share: true }
  return {
    ...report,
    entities,
    figures: [figure, ...report.figures],
    table: (paint?: Paint) => `${textOf(entities)}\n\n${report.table(paint)}`,
  }
}

function textOf({ f1, f1Interval, byType }: EntityReport): string {
  const rows = Object.entries(byType).map(([type, scores]) => [
    type,
    shareText(scores.precision),
    shareText(scores.recall),
    shareText(scores.f1),
    String(scores.count),
  ])
  return [
    figureText('entity F1', f1, f1Interval),
    '',
    tableText([['entity', 'precision', 'recall', 'F1', 'count'], ...rows]),
  ].join('\n')
}
