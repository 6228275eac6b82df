/** What every backend must do, whatever it is: agree with the reference, and give a row the same bits in any company. */

import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { cases, ofManyRows, walkable } from './cases/index.ts'
import { splits } from './cases/products.ts'
import { expectAgreement, expectSameBits, firstDifference } from './compare.ts'
import { initialValues, modes, Trial, walked, whole, windows, type Draft, type Window } from './draft.ts'
import { boundsSuite } from './bounds-suite.ts'
import { memorySuite } from './memory-suite.ts'
import { pointwiseSuite } from './pointwise-suite.ts'
import { weightsSuite } from './weights-suite.ts'

/** Runs the suite on one backend. */
export function backendSuite(name: string, backend: Backend): void {
  const reference = new Trial(createReferenceBackend())
  const trial = new Trial(backend)

  describe(`${name} against reference`, () => {
    describe.each(cases)('$name', ({ draft, exact = false, rowwise, stepwise, chunk, modes: sensible = modes }) => {
      const drafts = sensible.map((mode) => draft(mode))

      test('gives what the reference gives', async () => {
        for (const it of drafts) {
          for (const window of windows) {
            const [actual, expected] = [await trial.run(it, window), await reference.run(it, window)]
            expectAgreement(it, window, actual, expected, exact)
          }
        }
      })

      if (rowwise) {
        test('gives a row the same bits alone as among others', async () => {
          for (const it of drafts) {
            const all = whole(3, 7)
            const together = await trial.run(it, all)
            const parts = [0, 1, 2, 3, 4, 5, 6].map((row) => ({ ...all, row, rows: 1 }))
            parts.push({ ...all, row: 1, rows: 4 }, { ...all, row: 5, rows: 2 })
            for (const part of parts) expectSameBits(it, part, await trial.run(it, part), all, together)
          }
        })
      }

      if (stepwise) {
        test('gives a step the same bits alone, among others and in a loop', async () => {
          const all = whole(4, 5)
          const together = await trial.run(drafts[0]!, all)
          for (const it of drafts) {
            expectSameBits(it, all, await trial.run(it, all), all, together)
            for (const part of [
              { ...all, step: 0, steps: 3 },
              { ...all, step: 3, steps: 1 },
            ]) {
              expectSameBits(it, part, await trial.run(it, part), all, together)
            }
          }
        })
      }

      if (chunk !== undefined) {
        test('gives the same bits chunk by chunk as at once', async () => {
          const all = whole(7, 5)
          const together = await trial.run(drafts[0]!, all)
          expectSums(drafts[0]!, await chunkByChunk(trial, drafts[0]!, all, chunk), together)
          // A loop back through time is a sum in chunks of one step.
          if (chunk === 1) expectSums(drafts[2]!, await trial.run(drafts[2]!, all), together)
        })
      }
    })

    test.each(splits)('$name: the same bits', async ({ together, apart }) => {
      for (const window of windows) {
        const [a, b] = [await trial.run(together, window), await trial.run(apart, window)]
        for (const { region } of together.arrays) expect(firstDifference(b[region]!, a[region]!)).toBe(-1)
      }
    })
  })

  describe(`${name}: steps walked around an instruction`, () => {
    test.each(walkable)('$name: the same bits as over steps', async ({ draft }) => {
      const [within, around] = [draft('outer'), walked(draft('outer'))]
      for (const window of windows) {
        const [a, b] = [await trial.run(within, window), await trial.run(around, window)]
        for (const { region } of within.arrays) expect(firstDifference(b[region]!, a[region]!)).toBe(-1)
      }
    })
  })

  describe(`${name}: many rows`, () => {
    test.each(ofManyRows)('$name: beyond 65,536', async ({ draft, exact = false }) => {
      const [it, window] = [draft('outer'), whole(1, 65_600)]
      expectAgreement(it, window, await trial.run(it, window), await reference.run(it, window), exact)
    })
  })

  pointwiseSuite(name, trial)
  weightsSuite(name, backend)
  boundsSuite(name, backend)
  memorySuite(name, backend)
}

/** A sum over steps, done one chunk after the other from the last on, each going on with what the one before left. */
async function chunkByChunk(trial: Trial, draft: Draft, all: Window, chunk: number): Promise<Float64Array[]> {
  let sofar: Float64Array[] | undefined
  for (let step = Math.floor((all.steps - 1) / chunk) * chunk; step >= 0; step -= chunk) {
    const part = { ...all, step, steps: Math.min(chunk, all.steps - step) }
    const begin: (Float32Array | Float64Array)[] = [...initialValues(draft, part)]
    for (const { region, shape } of draft.arrays) {
      if (shape.steps === 'same' && sofar !== undefined) begin[region] = sofar[region]!
    }
    sofar = await trial.run(draft, part, begin)
  }
  return sofar!
}

function expectSums(draft: Draft, actual: readonly Float64Array[], expected: readonly Float64Array[]): void {
  for (const { region, shape } of draft.arrays) {
    if (shape.steps !== 'same') continue
    expect(firstDifference(actual[region]!, expected[region]!), `array ${region}, ${draft.mode}`).toBe(-1)
  }
}
