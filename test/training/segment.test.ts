import { expect, test } from 'vitest'
import { usualSegment } from '../../src/training/segment.ts'

test('windows of up to 256 steps are kept whole; of longer ones about the root, in eights, from 64 on', () => {
  expect([1, 8, 9, 250, 256].map(usualSegment)).toEqual([8, 8, 16, 256, 256])
  expect([257, 4096, 4097, 10_000, 1e6].map(usualSegment)).toEqual([64, 64, 72, 104, 1000])
})
