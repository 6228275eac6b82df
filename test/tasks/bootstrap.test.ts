// Bounds of what a task finds.
import { expect, test } from 'vitest'
import { bootstrap } from '../../tasks/bootstrap.ts'

const share = (right: readonly boolean[]): number => right.filter(Boolean).length / right.length
const width = ([low, high]: readonly [number, number]): number => high - low

test('what belongs together is drawn together: of videos of which each is right or wrong as a whole, as many tell less', () => {
  const videos = Array.from({ length: 50 }, (_, i) => new Array<boolean>(10).fill(i % 4 !== 0))
  const byVideo = bootstrap(videos, (drawn) => share(drawn.flat()))
  const byFrame = bootstrap(videos.flat(), share)
  // √(p (1 − p) / n), 1.96 of them to either side.
  expect(width(byVideo) / (2 * 1.96 * Math.sqrt((0.74 * 0.26) / 50))).toBeCloseTo(1, 0)
  expect(width(byVideo)).toBeGreaterThan(2 * width(byFrame))
  for (const [low, high] of [byVideo, byFrame]) {
    expect(low).toBeLessThan(0.74)
    expect(high).toBeGreaterThan(0.74)
  }
})

test('of what is always so there is nothing between the bounds', () => {
  expect(bootstrap([true, true, true], share)).toEqual([1, 1])
})
