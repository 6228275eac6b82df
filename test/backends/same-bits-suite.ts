/**
 * What a backend must do whose work several threads share, or another one does: give the bits that the same kernels give alone. What
 * those must do is the matter of `suite.ts`, and holds here for the same bits, so that every window and every way to go over steps
 * need be met once, not each with each: they take turns.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { boundsSuite } from './bounds-suite.ts'
import { cases, kinds, ofManyRows, walkable } from './cases/index.ts'
import type { Case } from './cases/case.ts'
import { firstDifference } from './compare.ts'
import { modes, Trial, walked, whole, windows, type Draft, type Window } from './draft.ts'
import { memorySuite } from './memory-suite.ts'
import { draftOf, lists } from './pointwise-suite.ts'

/** Cases with another one's turn. */
const inTurn = (some: readonly Case[]) => some.map((it, turn) => ({ ...it, turn, of: it.modes ?? modes }))

const inhabited = windows.filter(({ steps, rows }) => steps * rows > 1)
const formats = ['float16', 'int8'] as const
const withPacks = cases.filter(({ draft, modes: [mode] = modes }) => draft(mode!).packs > 0)

/** Runs the suite on one backend, beside one with the same kernels that does its work by itself; on all cases, or one of each kind. */
export function sameBitsSuite(name: string, backend: Backend, alone: Backend, some: 'all' | 'kinds' = 'all'): void {
  const chosen = some === 'all' ? cases : kinds
  const [trial, single] = [new Trial(backend), new Trial(alone)]

  const expectSame = async (draft: Draft, window: Window, mine = trial, theirs = single): Promise<void> => {
    const [actual, expected] = [await mine.run(draft, window), await theirs.run(draft, window)]
    const where = `${draft.mode}, ${window.steps} steps of ${window.rows} rows`
    for (const [region, values] of expected.entries()) {
      expect(firstDifference(actual[region]!, values), `array ${region}, ${where}`).toBe(-1)
    }
  }

  describe(`${name}: the bits of the same kernels alone`, () => {
    test.each(inTurn(chosen))('$name', async ({ draft, turn, of }) => {
      const drafts = of.map((mode) => draft(mode))
      for (const [at, window] of windows.entries()) await expectSame(drafts[(turn + at) % drafts.length]!, window)
    })

    test.each(inTurn(walkable.filter((it) => chosen.includes(it))))(
      '$name: steps walked around it',
      async ({ draft, turn }) => {
        await expectSame(walked(draft('outer')), inhabited[turn % inhabited.length]!)
      },
    )

    test.each(ofManyRows)('$name: beyond 65,536 rows', ({ draft }) => expectSame(draft('outer'), whole(1, 65_600)))

    test('random operation lists', async () => {
      const property = fc.asyncProperty(lists, async (list) => expectSame(draftOf(list).draft, list.window))
      await fc.assert(property, { numRuns: 60, seed: 20260102 })
    })
  })

  describe.each(formats)(`${name}: the bits of the same kernels alone, weights as %s`, (weights) => {
    const [packed, single] = [new Trial(backend, { weights }), new Trial(alone, { weights })]
    const later = formats.indexOf(weights)

    test.each(inTurn(withPacks))('$name', async ({ draft, turn, of }) => {
      await expectSame(draft(of[(turn + later) % of.length]!), inhabited[turn % inhabited.length]!, packed, single)
    })
  })

  boundsSuite(name, backend)
  memorySuite(name, backend)
}
