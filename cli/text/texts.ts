import {
  growVocabulary,
  isLanguageModel,
  languageModel,
  masked,
  printable,
  UnrolledError,
  type Evaluation,
  type LanguageModel,
} from 'unrolled'
import { readText } from 'unrolled/node'
import { number, on, string, whole, type Options } from '../command.ts'
import { given } from '../given.ts'
import type { Held, Material, Measured, PreparedRun, Wanted } from '../material.ts'
import { recurrentParts } from '../model-parts.ts'
import { grouped } from '../numbers.ts'
import { shellWord } from '../shell-word.ts'
import { paceOf, validationFiles } from './pace.ts'
import { openingOf, passageAndNext, sample } from './passage.ts'
import {
  cutAs,
  cutFor,
  cutUp,
  leftOutInWords,
  readData,
  readString,
  symbolsOf,
  type Cut,
  type Data,
} from './read-text-data.ts'
import { surprisingLines } from './surprising-lines.ts'
import { sampleOption, textModelOptions, textRunOptions } from './options.ts'

/** Running text, or lines, of which a language model learns what comes next. */
export const texts: Material = {
  called: 'texts',
  tasks: ['languageModel'],
  options: [...textModelOptions, ...textRunOptions, sampleOption],
  isMeant: () => false,
  fits: isLanguageModel,
  offer: '[g]enerate from it',
  prepare,
  show: (model, showing) => passageAndNext(model as LanguageModel, showing),
  describe,
  read: async (model, files) => measured(model as LanguageModel, await readData(files, cutFor(model as LanguageModel))),
  readScored: (model, files) => surprisingLines(model as LanguageModel, files),
}

async function prepare(files: readonly string[], wanted: Wanted): Promise<PreparedRun> {
  const { options } = wanted
  const known = knownModel(wanted)
  const length = whole(options, 'sample', 120, 0)
  const { model, data, added } = await modelAndData(files, known, wanted)
  const own = validationFiles(options)
  const mask = known ? known.record['mask'] === true : on(options, 'mask')
  const validation = own.length > 0 ? await readData(own, { ...cutFor(model), mask }) : undefined
  const { leftOut } = data
  return {
    model,
    data,
    pace: paceOf(options, data, validation),
    record: {
      ...(mask && { mask }),
      opening: data.kind === 'text' && files.length === 0 ? 'Call me ' : openingOf(data),
    },
    about: {
      size: size(data),
      after: [
        addedInWords(added, model),
        leftOut > 0 && string(wanted.asked, 'from') !== undefined
          ? `${leftOutInWords(data)}; --grow adds them to what it knows`
          : leftOutInWords(data),
        ...(validation ? [itsOwn(validation), leftOutInWords(validation)] : []),
      ].filter((line) => line !== undefined),
      events: [
        ...(added.length > 0 ? [{ event: 'grown', symbols: added }] : []),
        ...(leftOut > 0 ? [{ event: 'leftOut', leftOut, of: symbolsOf(data) + leftOut }] : []),
      ],
    },
    sample: (step, signal) => sample(model, { length, seed: step, options, signal }),
    async conclude(showing) {
      if (!on(options, 'json')) await passageAndNext(model, showing)
    },
  }
}

/** The stored model, or that of `--from`. */
function knownModel({ asked, known }: Wanted): LanguageModel | undefined {
  const model = known as LanguageModel | undefined
  if (!model && on(asked, 'grow')) {
    throw new UnrolledError('usage', '--grow adds to the vocabulary of the model that --from names')
  }
  if (model && on(asked, 'lines') && model.vocabulary.boundary === undefined) {
    throw new UnrolledError(
      'usage',
      `the model in ${string(asked, 'from')} was made for running text, and knows no beginning of a line: leave --lines away`,
    )
  }
  return model
}

interface ModelAndData {
  readonly model: LanguageModel
  readonly data: Data
  /** Symbols of the data that the model has grown by. */
  readonly added: readonly string[]
}

/** What is trained on what: a model has cell and vocabulary, and where they once came from does not matter any more. */
async function modelAndData(
  files: readonly string[],
  known: LanguageModel | undefined,
  { asked, options, stored }: Wanted,
): Promise<ModelAndData> {
  if (!known) {
    const data = await readData(files, cutBy(options))
    return { model: await buildModel(data, options), data, added: [] }
  }
  // A stored run has grown already.
  if (!on(asked, 'grow') || stored) return { model: known, data: await readData(files, cutFor(known)), added: [] }
  const string = await readString(files)
  const model = growVocabulary(known, cutUp(string, cutAs(known)))
  const added = model.vocabulary.symbols.slice(known.vocabulary.size)
  return { model, data: cutUp(string, cutFor(model)), added }
}

function cutBy(options: Options): Cut {
  const minCount = number(options, 'minCount')
  return {
    ...(on(options, 'words') && { units: 'words' as const }),
    ...(minCount !== undefined && { minCount }),
    asLines: on(options, 'lines'),
    mask: on(options, 'mask'),
  }
}

/** The model the options describe, made for a text. */
export const buildModel = async (data: Data, options: Options): Promise<LanguageModel> =>
  languageModel(data, {
    ...(await recurrentParts(options, { hidden: 128, layers: 2 })),
    ...given({ seed: number(options, 'seed') }),
    ...(on(options, 'tied') && { tied: true }),
  })

function size(data: Data): string {
  const lines = data.kind === 'text' ? '' : `${grouped(data.items.length)} lines, `
  return `${lines}${grouped(symbolsOf(data))} ${data.units}, ${grouped(data.vocabulary.size)} different`
}

/** Says what a model's vocabulary grew by, if it did; of many symbols, the first. */
function addedInWords(added: readonly string[], { units }: LanguageModel): string | undefined {
  if (added.length === 0) return undefined
  const first = added.slice(0, 12).map((symbol) => JSON.stringify(symbol))
  const more = added.length > first.length ? ' …' : ''
  const are = added.length === 1 ? `one of its ${units} is` : `${grouped(added.length)} ${units} are`
  return printable(`${are} new to the model: ${first.join(' ')}${more}`)
}

const itsOwn = (data: Data): string => `validated on ${grouped(symbolsOf(data))} ${data.units} of their own`

/** A text as a language model is measured on it. */
function measured({ vocabulary, units }: LanguageModel, data: Data): Measured {
  const unit = units === 'words' ? 'word' : 'character'
  return {
    data,
    facts: { leftOut: data.leftOut },
    lossUnit: 'nats',
    count: (result) => `${grouped((result as Evaluation).units)} ${units}`,
    figures(result) {
      const { loss, bits, perplexity } = result as Evaluation
      return `${loss.toFixed(4)} nats, ${bits.toFixed(4)} bits a ${unit}, perplexity ${perplexity.toFixed(3)}`
    },
    details(result) {
      const { unknown, units } = result as Evaluation
      const share = ((100 * unknown) / units).toFixed(2)
      return [
        ...(vocabulary.unknown === undefined
          ? []
          : [`${grouped(unknown)} of them (${share} %) are unknown to the model and read as <unk>`]),
        leftOutInWords(data),
      ].filter((line) => line !== undefined)
    },
    event: (result) => result,
  }
}

/** Lines that are shorter, on average, are names, verses or commands rather than paragraphs that are broken. */
const shortLine = 40

async function describe(files: readonly string[]): Promise<Held> {
  const data = await readText(files)
  const lines = data.string.split('\n').filter((line) => line.trim() !== '')
  const long = data.string.length / lines.length
  const names = files.map(shellWord).join(' ')
  const whole = { command: `unrolled train ${names}`, says: 'a language model of running text, character by character' }
  const words = { command: `unrolled train ${names} --words`, says: 'the same, word by word' }
  const each = { command: `unrolled train ${names} --lines`, says: 'a language model of lines' }
  const log = {
    command: `unrolled train ${names} --lines --mask`,
    says: 'a language model of lines, to score by which are not like others; times, ids and numbers are masked',
  }
  const stamped = lines.filter((line) => masked(line).includes('<time>')).length
  const usual = 2 * stamped > lines.length ? [log, whole] : long < shortLine ? [each, whole] : [whole, words]
  return {
    lines: [`${files.join(', ')}: text; ${size(data)}; ${grouped(lines.length)} lines of ${grouped(long)} on average`],
    commands: usual,
    facts: { characters: data.ids.length, different: data.vocabulary.size, lines: lines.length },
  }
}
