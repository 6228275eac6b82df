import { describe, expect, test } from 'vitest'
import { table, tensor, type TrainingData } from 'unrolled'
import { cellOf, digitOf, frames, isDark, pixels, videos } from '../../tasks/data/videos.ts'

const side = Math.sqrt(pixels)

/** Two digits that are a dot in the middle, of 4 × 4 pixels. */
const dots = await table(
  [3, 8].map((digit) => {
    const dot = Float32Array.from({ length: 28 * 28 }, (_, i) => {
      const [row, column] = [Math.floor(i / 28), i % 28]
      return Math.abs(row - 13.5) < 2 && Math.abs(column - 13.5) < 2 ? 1 : 0
    })
    return { digit, pixels: tensor(dot, [28 * 28]) }
  }),
)

/** All frames of a pass, one video after the other, and their labels. */
function shown(data: TrainingData, pass: number) {
  const seen = Array.from({ length: data.batches }, (_, index) => {
    const batch = data.open(pass, index)
    const [x, targets] = [new Float32Array(frames * batch.batch * pixels), new Float32Array(frames * batch.batch)]
    batch.fill(0, frames, { x, targets })
    return { x: [...x], targets: [...targets] }
  })
  return { x: seen.flatMap(({ x }) => x), targets: seen.flatMap(({ targets }) => targets) }
}

const framesOf = (x: readonly number[]): Float32Array[] =>
  Array.from({ length: x.length / pixels }, (_, i) => Float32Array.from(x.slice(i * pixels, (i + 1) * pixels)))

/** Where the brightest 2 × 2 pixels of a frame begin. */
function brightest(frame: readonly number[]): { row: number; column: number } {
  const sum = (at: number): number => frame[at]! + frame[at + 1]! + frame[at + side]! + frame[at + side + 1]!
  const within = frame.map((_, i) => (i % side < side - 1 && i < side * (side - 1) ? sum(i) : -Infinity))
  const at = within.indexOf(Math.max(...within))
  return { row: Math.floor(at / side), column: at % side }
}

describe('videos of a moving digit', () => {
  const training = videos(dots, 'training').parts({ batch: 1, every: 10, validation: 0, limit: Infinity, seed: 1 })
  const held = videos(dots, 'test').whole({ batch: 1 })

  test.each([
    ['training', () => shown(training.training, 4)],
    ['test', () => shown(held, 0)],
  ] as const)('of %s say in which cell the middle of the digit is, and which it is', (_, of) => {
    const { x, targets } = of()
    const all = framesOf(x)
    expect(new Set(targets.map(digitOf))).toEqual(new Set([3, 8]))
    targets.forEach((target, i) => {
      const frame = all[i]!
      if (isDark(frame)) return
      const { row, column } = brightest([...frame])
      // The dot of a digit in the upper left corner begins at pixel 6; three places are a cell.
      expect(cellOf(target)).toBe(3 * Math.floor((row - 6) / 3) + Math.floor((column - 6) / 3))
    })
  })

  test('are others in each pass over the training, and the same in each over the test', () => {
    expect(shown(training.training, 0)).toEqual(shown(training.training, 0))
    expect(shown(training.training, 0).x).not.toEqual(shown(training.training, 1).x)
    expect(shown(held, 0)).toEqual(shown(held, 1))
  })

  test('move by no more than 2.5 pixels a frame, rounded, and do move', () => {
    const all = framesOf(shown(held, 0).x)
    const places = all.map((frame) => (isDark(frame) ? undefined : brightest([...frame])))
    places.forEach((place, i) => {
      const before = i % frames === 0 ? undefined : places[i - 1]
      if (!place || !before) return
      const moved = [place.row - before.row, place.column - before.column]
      expect(Math.max(...moved.map(Math.abs))).toBeLessThanOrEqual(3)
    })
    expect(new Set(places.map((place) => `${place?.row} ${place?.column}`)).size).toBeGreaterThan(4)
  })

  test('are dark in one frame of 25', () => {
    const all = Array.from({ length: 100 }, (_, pass) => framesOf(shown(training.training, pass).x)).flat()
    const share = all.filter(isDark).length / all.length
    // 2,000 frames: within four standard deviations.
    expect(Math.abs(share - 1 / 25)).toBeLessThan(0.018)
  })

  test('none are kept for validation, which is said', () => {
    const options = { batch: 1, every: 10, validation: 0.5, limit: Infinity, seed: 1 }
    expect(() => videos(dots, 'training').parts(options)).toThrow('give it videos of other digits')
  })
})
