import { isForecaster, isSpeaking, UnrolledError, type Speaking, type Translator } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { engineOf, engineOptions, kebab, on, type Command, type Given, type Options } from '../command.ts'
import { forecastBy } from '../forecasts/by-model.ts'
import { interruptible } from '../interruptible.ts'
import { fitting } from '../live-line.ts'
import { modelFile } from '../model-file.ts'
import { pairs } from '../pairs/pairs.ts'
import { writeOf } from '../pairs/written.ts'
import { answersOf, asCsv, asJson, asTable, asTaggedText } from '../tables/answers.ts'
import { askedRows } from '../tables/asked-rows.ts'
import { countOf, sayingsOf } from '../tables/n-best.ts'
import { keptReading } from '../tables/reading.ts'
import { taskOf } from '../tables/tasks.ts'
import { tables } from '../tables/tables.ts'
import { readOption } from '../read-option.ts'
import { missingOption } from '../tables/whole-rows.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

export const predictCommand: Command = {
  name: 'predict',
  says: 'say of texts or rows what a trained model tells of them, or what comes next in series over time',
  takes: ['<model>', '[files...]'],
  options: [
    { name: 'text', value: '<text>', type: 'texts', says: 'a text to say it of; may be given several times' },
    { name: 'csv', type: 'switch', says: 'all columns of the rows, and what is said of them, with commas between' },
    {
      name: 'beam',
      value: '<n>',
      type: 'number',
      says: 'of what writes: hypotheses that are followed (1; of a transcriber 16)',
    },
    {
      name: 'nBest',
      value: '<n>',
      type: 'number',
      says: 'so many of what may be said: labels with their probabilities, tagged sentences, what was found of what is written',
    },
    { name: 'copy', type: 'switch', says: 'of a translator: write words that it does not know as they are read' },
    { name: 'alignment', type: 'switch', says: 'of a translator: draw where each written symbol looked' },
    missingOption,
    readOption,
    ...engineOptions,
  ],
  examples: [
    "unrolled predict runs/mails/model.safetensors --text 'You have won a prize'",
    'unrolled predict mails.safetensors new-mails.csv --csv > told.csv',
    'cat names.txt | unrolled predict names.safetensors -',
    "unrolled predict runs/words --text 'thought' --beam 5 --alignment",
  ],
  run,
}

/** Options of what reads texts and rows. */
const ofTables = ['text', 'beam', 'nBest', 'copy', 'alignment', 'missing']

/** Sequences between one look at the screen and the next. */
const together = 256

async function run({ terminal, takes: [path, ...files], options }: Given): Promise<ExitCode> {
  const model = await loadModel(modelFile(path!))
  if (pairs.fits(model)) return writeOf(model as Translator, files, { terminal, takes: [path!, ...files], options })
  if (isSpeaking(model) || tables.fits(model)) return say(model as Speaking<object>, files, { terminal, options })
  if (isForecaster(model)) return forecastBy(model, path!, files, { terminal, options: asOfSeries(options) })
  throw new UnrolledError(
    'file',
    `${path} holds a ${model.kind}; predict asks models that unrolled train made of a table or of series over time`,
  )
}

/** What is asked of a forecaster; what else is said of it, `forecast` takes. */
function asOfSeries(options: Options): Options {
  const odd = ofTables.find((name) => options[name] !== undefined)
  if (odd === undefined) return options
  throw new UnrolledError('usage', `--${kebab(odd)} says nothing of a forecaster: leave it away`)
}

/** Says of texts or rows what a model tells of them. */
async function say(
  model: Speaking<object>,
  files: readonly string[],
  { terminal, options }: Pick<Given, 'terminal' | 'options'>,
): Promise<ExitCode> {
  const odd = (['copy', 'alignment'] as const).find((name) => options[name] !== undefined)
  if (odd) throw new UnrolledError('usage', `--${kebab(odd)} is for translators; this is a ${model.kind}`)
  if (options['beam'] !== undefined && taskOf(model)?.writes === undefined) {
    throw new UnrolledError('usage', `--beam is for what writes; this is a ${model.kind}: leave it away`)
  }
  const asked = await askedRows(model, (options['text'] ?? []) as string[], files, { terminal, options })
  const people = model.roles.token === undefined ? asTable : asTaggedText
  const way = on(options, 'json') ? asJson : on(options, 'csv') ? asCsv : people
  return interruptible(terminal, async (signal, line) => {
    const show = way(terminal, model.roles, asked.table, {
      separator: keptReading(model).separator,
      count: countOf(options),
    })
    for (let from = 0; from < asked.groups.length; from += together) {
      const groups = asked.groups.slice(from, from + together)
      const said = await sayingsOf(model, asked.table.select(groups.flat()), options, engineOf(options))
      signal.throwIfAborted()
      line.clear()
      show(answersOf(groups, said))
      if (from + together < asked.groups.length) {
        line.show(() =>
          fitting(terminal, `predicting  ${Math.floor((100 * (from + together)) / asked.groups.length)} %`),
        )
      }
    }
    return exitCodes.done
  })
}
