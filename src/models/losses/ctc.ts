import { UnrolledError } from '../../error.ts'
import { vectors } from '../../layers/index.ts'
import { checkNames, checkNumber } from '../../options.ts'
import type { Loss } from './loss.ts'
import { longestRow } from './row.ts'

/** Prefixes that are followed where nothing else is said. */
export const usualBeam = 16

/** The targets of `ctc`, and how widely it searches where it decodes. */
export interface CtcOptions {
  /** The most labels that a target has; of data that has longer ones, as many as those have. */
  readonly longest: number
  /** The class that says nothing, and that fills a target behind its labels; 0. */
  readonly blank?: number
  /**
   * Prefixes that are followed where a sequence is decoded; 16. With 1 it is the likeliest class of each step that counts, and no
   * wider beam finds less than that.
   */
  readonly beam?: number
}

/**
 * Connectionist temporal classification (Graves et al. 2006, doi:10.1145/1143844.1143891): −log p of a shorter sequence of labels
 * for outputs `[time, batch] × classes`, summed over all ways to lie along the steps, of which each says a label, goes on saying it,
 * or says nothing, as torch.nn.CTCLoss with reduction 'sum'; a sequence counts as one. A target is one row a sequence, `longest`
 * numbers: it ends at the first `blank`. One that has no room in its steps has an infinite loss. A sequence must lie whole in one window.
 *
 * A model's `predict` gives `labels` and their `logProbability`: of the prefixes that a beam follows (Hannun et al. 2014,
 * arXiv:1408.2873) the likeliest.
 *
 * @throws UnrolledError `option` for wrong options.
 */
export function ctc(options: CtcOptions): Loss {
  checkNames('ctc', options, ['longest', 'blank', 'beam'], { beamWidth: 'beam', beam_width: 'beam' })
  const longest = checkNumber('ctc', 'longest', options.longest, { from: 1, to: longestRow - 1, whole: true })
  const blank = checkNumber('ctc', 'blank', options.blank ?? 0, { from: 0, to: longestRow, whole: true })
  const beam = checkNumber('ctc', 'beam', options.beam ?? usualBeam, { from: 1, to: longestRow, whole: true })
  return {
    name: 'ctc',
    options: { longest, ...(blank !== 0 && { blank }), ...(beam !== usualBeam && { beam }) },
    whole: true,
    target({ columns: classes, axes }) {
      const wrong = (what: string): UnrolledError => new UnrolledError('option', `ctc: ${what}`)
      if (axes[0] !== 'time') throw wrong('it judges the steps of sequences; of one row a sequence, crossEntropy does')
      if (blank >= classes) throw wrong(`blank is ${blank}; the output has ${classes} classes, numbered from 0`)
      if (classes > longestRow) throw wrong(`the output has ${classes} classes; at most ${longestRow} are possible`)
      return { ...vectors(longest, ['batch']), range: { from: 0, to: classes - 1, whole: true } }
    },
    fitting: (columns) => ctc({ ...options, longest: columns }),
    async build(output, targets, context) {
      const { ctcLosses } = await import('./ctc-losses.ts')
      return ctcLosses(output, targets, blank, context)
    },
    async decodeSequence(rows, _, { best = 1, beam: followed = beam, spans = false } = {}) {
      const count = (name: string, value: number): number =>
        checkNumber('ctc', name, value, { from: 1, to: longestRow, whole: true })
      const { decodeCtc } = await import('./ctc-decoding.ts')
      return { labellings: decodeCtc(rows, blank, { beam: count('beam', followed), best: count('best', best), spans }) }
    },
    metrics: {
      exact(_, target, said) {
        const end = [...target, blank].indexOf(blank)
        return said?.labels?.length === end && said.labels.every((label, s) => label === target[s]) ? 1 : 0
      },
    },
  }
}
