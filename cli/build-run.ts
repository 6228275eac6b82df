import {
  adadelta,
  adagrad,
  adam,
  adamW,
  adamax,
  clipByValue,
  constant,
  cosine,
  languageModel,
  layerNorm,
  nadam,
  nearest,
  plateau,
  projection,
  recurrentDropout,
  rmsprop,
  sgd,
  stepDecay,
  UnrolledError,
  warmup,
  weightDrop,
  zoneout,
  type Cell,
  type LanguageModel,
  type Optimizer,
  type Schedule,
  type Text,
  type TrainingOptions,
} from 'unrolled'
import { cellOf } from './cells.ts'
import { engineOf, number, on, string, type Options } from './command.ts'
import { grouped } from './numbers.ts'

/** Keeps what is given. */
function given<const Values extends Record<string, unknown>>(
  values: Values,
): { [Name in keyof Values]: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

/** The model the options describe, made for a text. */
export async function buildModel(text: Text, options: Options): Promise<LanguageModel> {
  const widths = (string(options, 'hidden') ?? '128').split(',').map((part) => {
    const width = Number(part)
    if (!Number.isInteger(width) || width < 1) {
      throw new UnrolledError(
        'usage',
        `--hidden ${options['hidden']}: ${part} is no width; a width is a whole number from 1`,
      )
    }
    return width
  })
  const layers = number(options, 'layers')
  const { cell, sizes } = modified(await cellOf(string(options, 'cell') ?? 'lstm'), options)
  checkRoom(cell, widths.length > 1 ? widths : new Array<number>(Math.min(layers ?? 2, 1e6)).fill(widths[0]!), sizes)
  return languageModel(text, {
    cell,
    hidden: widths.length > 1 ? widths : widths[0]!,
    ...(widths.length === 1 && { layers: layers ?? 2 }),
    ...(widths.length > 1 && layers !== undefined && { layers }),
    ...given({
      embedding: number(options, 'embedding'),
      dropout: number(options, 'dropout'),
      seed: number(options, 'seed'),
    }),
    ...sizes,
    ...(on(options, 'residual') && { residual: true }),
    ...(on(options, 'tied') && { tied: true }),
  })
}

/** Sizes a cell names in its header. */
type NamedSizes = { readonly projection?: number }

function modified(cell: Cell, options: Options): { cell: Cell; sizes: NamedSizes } {
  let result = cell
  const rate = (name: string, apply: (cell: Cell, rate: number) => Cell): void => {
    const value = number(options, name)
    if (value !== undefined && value !== 0) result = apply(result, value)
  }
  if (on(options, 'layerNorm')) result = layerNorm(result)
  rate('weightDrop', (cell, rate) => weightDrop(cell, { rate }))
  rate('recurrentDropout', (cell, rate) => recurrentDropout(cell, { rate }))
  rate('zoneout', (cell, rate) => zoneout(cell, rate))
  const size = number(options, 'projection')
  if (size === undefined) return { cell: result, sizes: {} }
  // A cell with a projection of its own is told its size; any other gets one.
  return takesProjection(cell)
    ? { cell: result, sizes: { projection: size } }
    : { cell: projection(result, { size }), sizes: {} }
}

/** Whether a cell's equations name the size `projection`. */
export function takesProjection(cell: Cell): boolean {
  const [one, two] = [1, 2].map((projection) => {
    const sizes = { input: 1, hidden: 1, output: 1, projection }
    return JSON.stringify([cell.parameters(sizes), cell.states(sizes)])
  })
  return one !== two
}

/** More cannot be trained in the 4 GiB a program has: values, gradients and packed copies of each parameter. */
const mostParameters = 250e6

/** Says that a model is too large before hours are spent on its first values. */
function checkRoom(cell: Cell, widths: readonly number[], sizes: NamedSizes): void {
  let count = 0
  let input = widths[0] ?? 0
  for (const hidden of widths) {
    const all = { input, hidden, output: hidden, ...sizes }
    for (const { shape } of cell.parameters(all)) count += (Number(shape.rows[0] ?? 1) || 1) * shape.columns
    input = cell.outputSize(all)
    if (count > mostParameters) break
  }
  if (count <= mostParameters) return
  throw new UnrolledError(
    'usage',
    `a model of more than ${grouped(mostParameters)} parameters is too large for memory; make hidden or layers smaller`,
  )
}

/** How long a run lasts where nothing says so. */
export const usualMinutes = 2.5

/** The same for a schedule that must know how many updates there will be. */
export const usualEpochs = 10

/** Whether the schedule must know how many updates there will be. */
export const needsEnd = (options: Options): boolean =>
  string(options, 'schedule') === 'cosine' && number(options, 'over') === undefined

/** Says before anything is read or computed that a schedule has no end. */
export function checkSchedule(options: Options, until: { readonly epochs?: number; readonly steps?: number }): void {
  if (!needsEnd(options) || until.epochs !== undefined || until.steps !== undefined) return
  throw new UnrolledError(
    'usage',
    '--schedule cosine falls over a number of updates, which --minutes alone does not say: ' +
      'give --epochs or --steps, or --over <updates>',
  )
}

/** Streams that a text is cut into where nothing says so: fewer for a short one, so that each has a few windows. */
function usualBatch(symbols: number, every: number): number {
  return Math.max(1, Math.min(50, Math.floor(symbols / (2 * every))))
}

/** Validations are no further apart than this many updates, nor than an epoch. */
const usualValidation = 200

/** The options of `train` the command line's stand for; what ends the run is not among them. */
export function trainingOptions(options: Options, text: Text): TrainingOptions {
  const clip = number(options, 'clip')
  const clipValue = number(options, 'clipValue')
  const validation = number(options, 'validation') ?? 0.05
  const every = number(options, 'every') ?? number(options, 'unroll') ?? 50
  const symbols = text.ids.length * (1 - validation)
  const batch = number(options, 'batch') ?? usualBatch(symbols, every)
  const epoch = Math.floor(symbols / (batch * every))
  return {
    batch,
    ...given({
      unroll: number(options, 'unroll'),
      every: number(options, 'every'),
      patience: number(options, 'patience'),
      seed: number(options, 'seed'),
    }),
    optimizer: optimizerOf(options),
    validation,
    validateEvery: number(options, 'validateEvery') ?? Math.max(1, Math.min(usualValidation, epoch)),
    ...(clipValue !== undefined
      ? { clip: clipByValue(clipValue) }
      : clip !== undefined && { clip: clip === 0 ? false : clip }),
    ...(on(options, 'profile') && { profile: true }),
    ...engineOf(options),
  }
}

/** Learning rates of optimizers that want another than Adam's. */
const usualRates = new Map([
  ['sgd', 1],
  ['adadelta', 1],
])

function optimizerOf(options: Options): Optimizer {
  const name = string(options, 'optimizer') ?? 'adam'
  const rate = number(options, 'lr') ?? usualRates.get(name) ?? 2e-3
  const lr = scheduleOf(options, rate)
  const momentum = given({ momentum: number(options, 'momentum') })
  const decay = given({ weightDecay: number(options, 'weightDecay') })
  const makers: Record<string, () => Optimizer> = {
    sgd: () => sgd({ lr, ...momentum, ...decay }),
    rmsprop: () => rmsprop({ lr, ...momentum, ...decay }),
    adagrad: () => adagrad({ lr, ...decay }),
    adadelta: () => adadelta({ lr, ...decay }),
    adam: () => adam({ lr, ...decay }),
    'adam-w': () => adamW({ lr, ...decay }),
    adamax: () => adamax({ lr, ...decay }),
    nadam: () => nadam({ lr, ...decay }),
  }
  return choose('optimizer', name, makers)()
}

function scheduleOf(options: Options, rate: number): Schedule {
  const name = string(options, 'schedule') ?? 'constant'
  const rise = number(options, 'warmup')
  const makers: Record<string, () => Schedule> = {
    constant: () => constant({ lr: rate }),
    cosine: () => cosine({ from: rate, ...given({ warmup: rise, over: number(options, 'over') }) }),
    step: () => stepDecay({ from: rate, every: 1 }),
    plateau: () => plateau({ from: rate, factor: 0.5, patience: 2 }),
  }
  const schedule = choose('schedule', name, makers)()
  return rise !== undefined && name !== 'cosine' ? warmup({ steps: rise, then: schedule }) : schedule
}

function choose<Value>(option: string, name: string, known: Readonly<Record<string, Value>>): Value {
  const found = Object.hasOwn(known, name) ? known[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(known)
  const close = nearest(name, names)
  throw new UnrolledError(
    'usage',
    `there is no ${option} ${name}${close ? `; did you mean ${close}?` : `; there are ${names.join(', ')}`}`,
  )
}
