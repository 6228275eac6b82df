import {
  isWriting,
  pairs as pairsOf,
  translator,
  usualUnits,
  type AttentionScore,
  type Model,
  type Pair,
  type Pairs,
  type PairsOptions,
  type SideOptions,
  type Units,
  type Table,
  type Translator,
} from 'unrolled'
import { number, on, string, type Options } from '../command.ts'
import { given } from '../given.ts'
import type { Material, PreparedRun, Showing, Wanted } from '../material.ts'
import { recurrentParts } from '../model-parts.ts'
import { grouped } from '../numbers.ts'
import { nextText } from '../next-commands.ts'
import { laterMinutes } from '../run-files.ts'
import { shellWord } from '../shell-word.ts'
import { describe } from '../tables/describe.ts'
import { heldOut } from '../tables/held-out.ts'
import { tableModelOptions, tableSplitOptions } from '../tables/options.ts'
import { paceOf } from '../tables/pace.ts'
import { readRows } from '../tables/read-rows.ts'
import { wholeRows } from '../tables/whole-rows.ts'
import { askedColumns, columnsOf, pairsIn, type PairColumns } from './columns.ts'
import { pairModelOptions } from './options.ts'
import { measured, reportHeld } from './report.ts'

/** What tables and pairs have in common. */
const common = [...tableModelOptions, ...tableSplitOptions].filter(({ name }) =>
  ['target', 'characters', 'bidirectional', 'held', 'missing', 'read'].includes(name),
)

/** What is held out: what is written is long, so that fewer pairs tell as much. */
const usualShare = 0.1

/** Tables with two columns of texts, of which a model learns to write the one when it reads the other. */
export const pairs: Material = {
  called: 'pairs',
  tasks: ['translator'],
  options: [...common, ...pairModelOptions],
  isMeant: (_, options) => options['source'] !== undefined,
  fits: (model) => isWriting(model) && model.sourceVocabulary !== undefined,
  offer: '[s]how what it writes',
  prepare,
  show: (model, showing) => {
    nextCommands(model, showing, model.record['files'])
    return Promise.resolve()
  },
  describe,
  async read(model, files, options) {
    const { table, leftOut } = await rowsOf(files, columnsOf(model), options)
    return measured(like(model, table), table, leftOut)
  },
  async readScored(model, files, options) {
    const { table, leftOut } = await rowsOf(files, columnsOf(model), options)
    const data = like(model, table)
    return {
      data,
      about: [`how surprising ${columnsOf(model).target} is, by what is read`, ...leftOut],
      pieces: (found) =>
        found.map((surprise, i) => ({
          ...surprise,
          place: table.place(i),
          text: `${data.sourceTexts![i]} → ${data.targetTexts[i]}`,
        })),
    }
  },
}

async function rowsOf(
  files: readonly string[],
  columns: PairColumns,
  options: Options,
): Promise<{ readonly table: Table; readonly leftOut: readonly string[] }> {
  const texts = Object.values(columns) as string[]
  const read = await readRows(files, { texts }, options)
  for (const name of texts) read.column(name, 'string')
  return wholeRows(read, texts, options)
}

/** Pairs as a model reads them. */
const like = (model: Model, table: Table): Pairs =>
  pairsOf(pairsIn(table, columnsOf(model)), { like: model as Translator })

async function prepare(files: readonly string[], { options, known }: Wanted): Promise<PreparedRun> {
  const columns = known ? columnsOf(known) : askedColumns(options)
  const { table, leftOut } = await rowsOf(files, columns, options)
  const split = await heldOut(table, { read: (held) => rowsOf(held, columns, options), usual: usualShare }, options)
  const { training, held, how } = split
  const read = pairsIn(training, columns)
  const data = known ? like(known, training) : pairsOf(read, readingOptions(read, options))
  const heldData = held && pairsOf(pairsIn(held, columns), { like: known ? (known as Translator) : data })
  const model = known ?? (await made(data, options))
  return {
    model,
    data,
    pace: paceOf(options, data, heldData),
    record: { columns: { ...columns } },
    about: {
      before: [
        table.description,
        ...leftOut,
        ...split.leftOut,
        `translator: reads ${columns.source} (${data.sourceVocabulary!.units}), writes ${columns.target} (${data.targetVocabulary.units})`,
      ],
      size: `${grouped(data.count)} pairs of at most ${grouped(data.longest)} symbols${
        held ? `, ${grouped(held.rows)} held out (${how})` : ', none held out'
      }`,
      after: [],
      events: [
        { event: 'data', description: table.description, leftOut, task: 'translator', columns, training: data.count },
      ],
    },
    async conclude(showing) {
      if (heldData && held) await reportHeld(model, heldData, held, showing)
      if (!on(options, 'json')) nextCommands(model, showing, files)
    },
  }
}

/** How both sides are read. No text that comes later is sure to have no new sign; what is rare stands for that. */
function readingOptions(all: readonly Pair[], options: Options): PairsOptions {
  const subwords = number(options, 'subwords')
  const minCount = number(options, 'minCount') ?? 2
  const side = (name: keyof Pair): SideOptions => ({
    units: unitsOf(
      all.map((pair) => pair[name] as string),
      options,
    ),
    ...(subwords !== undefined && { vocabulary: subwords }),
    minCount,
    ignoreUnknown: true,
  })
  return on(options, 'shared')
    ? { source: side('source'), shared: true }
    : { source: side('source'), target: side('target') }
}

/** What texts are cut into: words where most have more than three, unless told otherwise. */
function unitsOf(texts: readonly string[], options: Options): Units {
  if (options['subwords'] !== undefined) return 'subwords'
  if (on(options, 'words')) return 'words'
  return on(options, 'characters') ? 'characters' : usualUnits(texts)
}

const made = async (data: Pairs, options: Options): Promise<Translator> =>
  translator(data, {
    ...(await recurrentParts(options, { hidden: 128, layers: 1 })),
    ...given({
      seed: number(options, 'seed'),
      attention: string(options, 'attention') as AttentionScore | 'none' | undefined,
    }),
    ...(on(options, 'inputFeeding') && { inputFeeding: true }),
    ...(on(options, 'bidirectional') && { bidirectional: true }),
    ...(on(options, 'shared') && { shared: true }),
  })

/** What can be done with a trained model, as commands. */
function nextCommands(model: Model, { terminal, path }: Showing, files: unknown): void {
  const file = shellWord(path)
  const [first = 'pairs.csv'] = Array.isArray(files) ? (files as string[]) : []
  const next = [
    `predict ${file} --text 'some text' --beam 5 --alignment`,
    `evaluate ${file} ${shellWord(first)}`,
    `train --resume --out ${file} --minutes ${laterMinutes(model)}`,
  ]
  terminal.out(`\n${nextText(terminal, next)}`)
}
