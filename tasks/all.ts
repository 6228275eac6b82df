import { datesBetweenLocales } from './dates.ts'
import { digitsByPixels } from './digits-by-pixels.ts'
import { digitsByRows } from './digits-by-rows.ts'
import { digitsFeedforward } from './digits-feedforward.ts'
import { codingOrShuffled } from './genes.ts'
import { messagesIntoGerman } from './messages.ts'
import { movingDigit } from './moving-digit.ts'
import { partOfSpeech } from './part-of-speech.ts'
import { spellingToSound } from './pronunciation.ts'
import { sensorAnomalies } from './sensors.ts'
import { spamOrHam } from './spam.ts'
import { surnameToCountry } from './surnames.ts'
import type { Task } from './task.ts'
import { threeDigitsInWords } from './three-digits.ts'
import { keysInOrder } from './tones-sequence.ts'
import { keyAtEachFrame } from './tones.ts'
import { speakerByVowel } from './vowels.ts'

/** Every task, in the order of the table. */
export const tasks: readonly Task[] = [
  digitsFeedforward,
  digitsByRows,
  digitsByPixels,
  threeDigitsInWords,
  spamOrHam,
  surnameToCountry,
  speakerByVowel,
  codingOrShuffled,
  spellingToSound,
  partOfSpeech,
  sensorAnomalies,
  movingDigit,
  keyAtEachFrame,
  keysInOrder,
  messagesIntoGerman,
  datesBetweenLocales,
]
