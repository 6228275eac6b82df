import { expect, test } from 'vitest'
import { isCalibrated, isForecaster, isJudged, isLanguageModel, isOutput, isSpeaking, isWriting } from 'unrolled'

test('what is no model at all is none of a kind', () => {
  for (const is of [isCalibrated, isForecaster, isJudged, isLanguageModel, isSpeaking, isWriting]) {
    expect(is(undefined as never)).toBe(false)
  }
  expect(isOutput(undefined as never)).toBe(false)
})
