import { expect, test } from 'vitest'
import { beginning, standingFrom, type Standing } from '../../src/training/standing.ts'

const begun = beginning({})

test('what a file says of a run that was ended, as one to go on from', () => {
  const stored: Standing = { ...begun, step: 7, best: 0.5, validated: 6, due: true, ended: 'steps' }
  const { ended: _, ...rest } = stored
  expect(standingFrom(stored)).toEqual(rest)
})

test('a file of version 0.1.0 keeps the best loss with its stopping, and counts updates since the validation', () => {
  const old = (updates: number): Standing => {
    const { due: _, validated: __, ...rest } = { ...begun, step: 7, stopping: { bad: 1, best: 0.25 } }
    return { ...rest, sinceValidation: { loss: 3, updates } } as unknown as Standing
  }
  expect(standingFrom(old(0))).toMatchObject({ best: 0.25, validated: 7, due: false })
  expect(standingFrom(old(2))).toMatchObject({ best: 0.25, sinceValidation: { loss: 3, weight: 2 } })
  expect(standingFrom(old(2))).not.toHaveProperty('validated')
})
