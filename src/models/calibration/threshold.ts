import type { Calibration } from '../calibrated.ts'

/**
 * Finds from which probability on a label is to be said, so that the micro F1 is greatest: half-way between two probabilities that were
 * met. Of thresholds as good as each other, the one nearest to a half.
 */
export function thresholdFit(probability: (score: number) => number, keep: (threshold: number) => number): Calibration {
  const met: { readonly probability: number; readonly there: boolean }[] = []
  return {
    take(output, target) {
      for (let i = 0; i < output.length; i++)
        met.push({ probability: probability(output[i]!), there: target[i]! > 0.5 })
    },
    fit() {
      met.sort((a, b) => b.probability - a.probability)
      const wanted = met.filter(({ there }) => there).length
      let [right, best, threshold] = [0, -1, 0.5]
      met.forEach(({ probability, there }, i) => {
        if (there) right++
        const next = met[i + 1]?.probability ?? 0
        if (next === probability) return
        // 2 · right ÷ (said + wanted)
        const f1 = (2 * right) / (i + 1 + wanted)
        const between = (probability + next) / 2
        if (f1 < best || (f1 === best && Math.abs(between - 0.5) >= Math.abs(threshold - 0.5))) return
        best = f1
        threshold = between
      })
      return keep(threshold)
    },
  }
}
