import { sameVocabulary, type DataPort, type DataSet, type Vocabulary, type WantedPort } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkModel, isDataSet } from './check-model.ts'
import { checkValues } from './check-values.ts'
import { fitted } from './fitted.ts'
import { misread } from './misread.ts'
import { outputOf, type Model } from './model.ts'
import { wantedPorts } from './wanted-ports.ts'

/**
 * Holds data against a model before anything is computed: ports, kind, columns, axes, the very vocabulary, the range of symbols and
 * targets. Gives the data as the model reads it. `owner` is what errors begin with; those of data have code `data`, and say where
 * what stands and what would fit.
 */
export function checkData(model: Model, given: DataSet, owner: string): DataSet {
  checkModel(model, owner)
  if (!isDataSet(given)) throw new UnrolledError('data', `${owner}: ${notData(given)}`)
  const data = model.reads?.(given) ?? given
  const fail: Fail = (what) => new UnrolledError('data', `${owner}: ${what}`)
  const otherwise = misread(model, data)
  if (otherwise !== undefined) {
    throw fail(`the data is not read as the model reads it: ${otherwise}; with { like: model } it is`)
  }
  const wanted = wantedPorts(fitted(model, data))
  const read = data.as?.(wanted) ?? data
  const looked = Object.entries(wanted).filter(([name, want]) => {
    const have = Object.hasOwn(read.ports, name) ? read.ports[name] : undefined
    if (have) checkPort({ name, have, want, longest: read.longest, judged: judged(model) }, fail)
    else if (!want.optional) throw fail(`the model reads ${name}; the data has ${Object.keys(read.ports).join(', ')}`)
    // Whoever has symbols says how many.
    return have?.kind === 'vector' && (want.range ?? want.symbols) !== undefined
  })
  if (looked.length > 0) checkValues(read, Object.fromEntries(looked), judged(model), fail)
  return read
}

export type Fail = (what: string) => UnrolledError

/** `crossEntropy on an output of 3 columns` */
const judged = ({ layer, loss }: Model): string => `${loss.name} on an output of ${outputOf(layer).columns} columns`

/** Says how what was given becomes data. */
function notData(given: unknown): string {
  if (typeof given === 'string') return 'the data is a string; make it data with text(string)'
  if (Array.isArray(given)) return 'the data is an array; make it data with sequences([{ x, target }, …])'
  if (given instanceof Promise) return 'the data is a promise; await it'
  if (typeof (given as Partial<Model> | undefined)?.layer === 'object')
    return 'the data is a model; the model comes first'
  return (
    `the data is ${given === null ? 'null' : `of type ${typeof given}`}; text(…), lines(…) and sequences(…) make data, ` +
    'and one of your own has ports, hash, units, count, longest, parts and whole'
  )
}

interface Meeting {
  readonly name: string
  readonly have: DataPort
  readonly want: WantedPort
  /** Steps of the longest sequence. */
  readonly longest: number
  readonly judged: string
}

function checkPort(meeting: Meeting, fail: Fail): void {
  const { have } = meeting
  if (have.kind === 'symbols') checkSymbols(meeting, fail)
  else checkColumns(meeting, fail)
  checkAxes(meeting, fail)
}

function checkAxes({ name, have, want, longest }: Meeting, fail: Fail): void {
  const [wants, has] = [want, have].map(({ axes }) => axes.includes('source'))
  if (wants && name === 'targets') {
    throw fail(
      'the model answers along source; a loss judges what there is for each step of time, or for each sequence',
    )
  }
  if (wants && !has) {
    throw fail(
      `${name}: the model reads a second sequence, along source; the data has it along ${have.axes.join(' and ')}`,
    )
  }
  if (has && !wants) {
    throw fail(`${name}: a second sequence, along source, but the model reads ${want.axes.join(' and ')}`)
  }
  if (have.axes.includes('time') && !want.axes.includes('time') && longest > 1) {
    throw fail(
      `${name}: a row for each step, but the model makes one row of all steps: give one for the whole sequence, ` +
        'or leave out what pools them',
    )
  }
}

function checkColumns({ name, have, want, judged }: Meeting, fail: Fail): void {
  if (have.columns === want.columns) return
  const symbols = want.kind === 'symbols'
  const oneHot = symbols && have.columns === want.symbols
  const advice = oneHot ? '; of one-hot rows, give the number of the class: 2 for [0, 0, 1]' : ''
  const takes = symbols ? 'the number of a symbol, one column' : `${want.columns} columns`
  const who = name === 'targets' ? judged : 'the model'
  throw fail(`${name}: ${have.columns} ${have.columns === 1 ? 'column' : 'columns'}; ${who} takes ${takes}${advice}`)
}

function checkSymbols({ name, have, want, judged }: Meeting, fail: Fail): void {
  const { symbols = 0, vocabulary } = have
  if (want.vocabulary && vocabulary && !sameVocabulary(want.vocabulary, vocabulary)) {
    throw fail(`${name}: symbols of another vocabulary, ${otherVocabulary(want.vocabulary, vocabulary)}`)
  }
  if (want.symbols === undefined) {
    throw fail(
      name === 'targets'
        ? `targets: numbers of symbols, which ${judged} does not take; crossEntropy() does`
        : `${name}: symbols, but the model takes vectors of ${want.columns} columns; let embedding({ symbols: ${symbols}, … }) come first`,
    )
  }
  if (symbols > want.symbols) {
    throw fail(`${name}: ${symbols} symbols; ${name === 'targets' ? judged : 'the model'} knows ${want.symbols}`)
  }
}

function otherVocabulary(own: Vocabulary, given: Vocabulary): string {
  const at = own.symbols.findIndex((symbol, id) => symbol !== given.symbols[id])
  const first =
    at < 0 || given.symbols[at] === undefined
      ? ''
      : `; symbol ${at} is ${JSON.stringify(given.symbols[at])}, of the model ${JSON.stringify(own.symbols[at])}`
  const sizes = `of ${given.size} ${given.units}, not the ${own.size} ${own.units} of the model`
  return `${sizes}${first}: make it with { vocabulary: model.vocabulary }`
}
