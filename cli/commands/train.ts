import { existsSync } from 'node:fs'
import { train, UnrolledError, type LanguageModel, type TrainingEvent } from 'unrolled'
import { checkpointFile } from 'unrolled/node'
import { checkSchedule, needsEnd, trainingOptions, usualEpochs, usualMinutes } from '../build-run.ts'
import { engineOf, number, on, string, whole, type Command, type Given, type Options } from '../command.ts'
import { languageModelFrom } from '../language-model-from.ts'
import { saying } from '../live-line.ts'
import { duration, grouped } from '../numbers.ts'
import { openingOf, passageAndNext, sample } from '../passage.ts'
import { prepareRun } from '../prepare-run.ts'
import { profileTable } from '../profile-table.ts'
import { ProgressLine } from '../progress.ts'
import { leftOutInWords, symbolsOf, type Data } from '../read-data.ts'
import { checkWritable, runFiles, storedRun, type RunFiles, type StoredRun, type Until } from '../run-files.ts'
import { shellWord } from '../shell-word.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import { keptOptions, trainOptions } from '../train-options.ts'

export const trainCommand: Command = {
  name: 'train',
  says: 'train a language model on text; without files, on Moby Dick',
  takes: ['[files...]'],
  options: trainOptions,
  examples: [
    'unrolled train',
    "unrolled train 'books/*.txt' --hidden 256 --epochs 20 --dropout 0.2",
    'unrolled train notes.txt.gz --cell gru-reset-after --out notes.safetensors',
    'unrolled train --cell my.cell --schedule cosine --epochs 5',
    'unrolled train names.txt --lines --epochs 30',
    'unrolled train letters.txt --from book.safetensors --lr 5e-4 --validation other-letters.txt',
    'unrolled train --resume --minutes 10',
    'unrolled train --steps 200 --profile --out runs/profiled/model',
  ],
  run,
}

async function run({ terminal, takes, options: asked }: Given): Promise<ExitCode> {
  const stop = new AbortController()
  let why: ExitCode = exitCodes.interrupted
  const release = terminal.onInterrupt((code) => {
    // Only who presses Ctrl-C once more wants out without a save.
    if (stop.signal.aborted) return code === exitCodes.interrupted ? terminal.leave(code) : undefined
    why = code
    stop.abort()
  })
  try {
    const code = await runUntil(stop.signal, terminal, takes, asked)
    return code === exitCodes.interrupted ? why : code
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return why
    throw error
  } finally {
    release()
  }
}

async function runUntil(
  signal: AbortSignal,
  terminal: Terminal,
  takes: readonly string[],
  asked: Options,
): Promise<ExitCode> {
  const files = runFiles(takes, asked)
  const way = await whatToDo(terminal, takes, asked, files)
  if (way === 'leave') return exitCodes.interrupted
  if (way === 'read') {
    const model = await languageModelFrom(files.model)
    terminal.out(`${files.model} holds a trained model; this is what it writes:\n`)
    await passageAndNext(terminal, model, { path: files.model, options: asked, signal, minutes: later(model) })
    return exitCodes.done
  }
  const stored = way === 'resume' ? await storedRun(files.resume) : undefined
  const undo = await checkWritable(files)
  try {
    return await trainInto(files, { signal, terminal, takes, asked, stored })
  } finally {
    await undo()
  }
}

interface Beginning {
  readonly signal: AbortSignal
  readonly terminal: Terminal
  readonly takes: readonly string[]
  readonly asked: Options
  readonly stored: StoredRun | undefined
}

async function trainInto(files: RunFiles, { signal, terminal, takes, asked, stored }: Beginning): Promise<ExitCode> {
  const options: Options = { ...stored?.options, ...asked }
  const until = untilOf(asked, stored)
  checkSchedule(options, until)
  const length = whole(options, 'sample', 120, 0)
  const texts = takes.length > 0 ? takes : (stored?.files ?? [])
  const preparing = prepareRun(texts, { asked, options, stored })
  const { model, data, validation } = on(asked, 'json')
    ? await preparing
    : await saying(terminal, 'reading …', preparing)
  const from = string(asked, 'from') ?? stored?.model.record['from']
  model.record = {
    files: [...texts],
    options: JSON.parse(JSON.stringify(kept(options))),
    until: { ...until },
    ...(from !== undefined && { from }),
    opening: data.kind === 'text' && texts.length === 0 ? 'Call me ' : openingOf(data),
  }
  const events = train(model, data, {
    ...trainingOptions(options, data, validation),
    ...until,
    checkpoint: checkpointFile(files.model),
    resume: stored !== undefined,
    signal,
  })
  const showing = { terminal, model, data, validation, options, signal, length, path: files.model }
  const last = on(options, 'json') ? await asJson(events, showing) : await asText(events, showing)
  if (last.profile && !on(options, 'json')) terminal.out(await profileTable(last, engineOf(options)))
  if (last.reason === 'aborted') {
    if (!on(options, 'json')) {
      terminal.out(`It goes on with\n  npx unrolled train --resume --out ${shellWord(files.model)}\n`)
    }
    return exitCodes.interrupted
  }
  if (!on(options, 'json')) {
    await passageAndNext(terminal, model, { path: files.model, options, signal, minutes: later(model) })
  }
  return exitCodes.done
}

/** Whether to begin, to go on with the run that is there already, or to read what it has learnt. */
async function whatToDo(
  terminal: Terminal,
  takes: readonly string[],
  asked: Options,
  { model, resume }: RunFiles,
): Promise<'begin' | 'resume' | 'read' | 'leave'> {
  const canResume = existsSync(resume)
  if (on(asked, 'resume')) {
    if (asked['from'] !== undefined) {
      throw new UnrolledError('usage', '--resume goes on with the model that --out holds: leave --from away')
    }
    if (canResume) return 'resume'
    throw new UnrolledError('usage', `there is no run to go on with: ${resume} does not exist`)
  }
  const canRead = existsSync(model)
  if (!canResume && !canRead) return 'begin'
  const there = canRead ? model : resume
  if (terminal.asks && !on(asked, 'json')) {
    // The capital is what Enter alone means.
    const offers = [
      ...(canResume ? ['[R]esume it'] : []),
      ...(canRead ? [`${canResume ? '[g]' : '[G]'}enerate from it`] : []),
      'start [a]new',
    ]
    const answer = await terminal.ask(
      `${there} holds a ${canResume ? 'run' : 'model'}: ${offers.join(', ')}, or [q]uit? `,
    )
    switch (answer === '' ? (canResume ? 'r' : 'g') : answer?.[0]?.toLowerCase()) {
      case 'r':
        return canResume ? 'resume' : 'leave'
      case 'g':
        return canRead ? 'read' : 'leave'
      case 'a':
        return 'begin'
      default:
        return 'leave'
    }
  }
  if (takes.length > 0 || Object.keys(asked).length > 0) {
    const goOn = canResume ? 'go on with it (--resume), name another place (--out)' : 'name another place (--out)'
    throw new UnrolledError('usage', `${there} is there already: ${goOn}, or delete it`)
  }
  // A plain `unrolled train` in a script: finish what was begun, then show what came of it.
  if (!canResume) return 'read'
  const { finished } = await storedRun(resume)
  return finished && canRead ? 'read' : 'resume'
}

/** What ends this run: what is asked for; else what its first part was to reach; else some minutes. */
function untilOf(asked: Options, stored: StoredRun | undefined): Until {
  const given = ['epochs', 'steps', 'minutes'].flatMap((name) => {
    const value = number(asked, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  if (given.length > 0) return Object.fromEntries(given)
  // A run that reached its end has nothing left but to be kept as it is, should that have been interrupted.
  if (stored && Object.keys(stored.until).length > 0) return stored.until
  if (!stored && needsEnd(asked)) return { epochs: usualEpochs }
  return { minutes: usualMinutes + (stored?.minutes ?? 0) }
}

/** How many minutes in all might be worth while next. */
function later({ record: { elapsedMs } }: LanguageModel): number {
  const minutes = typeof elapsedMs === 'number' ? elapsedMs / 60_000 : usualMinutes
  return Math.ceil(minutes * 4)
}

type Done = Extract<TrainingEvent, { event: 'done' }>

interface Showing {
  readonly terminal: Terminal
  readonly model: LanguageModel
  readonly data: Data
  readonly validation: Data | undefined
  readonly options: Options
  readonly signal: AbortSignal
  /** Of a sample. */
  readonly length: number
  readonly path: string
}

async function asJson(events: AsyncIterable<TrainingEvent>, showing: Showing): Promise<Done> {
  const { terminal, model, data, options, signal, length, path } = showing
  const { leftOut } = data
  if (leftOut > 0) terminal.out(`${JSON.stringify({ event: 'leftOut', leftOut, of: symbolsOf(data) + leftOut })}\n`)
  let last: TrainingEvent | undefined
  for await (const event of events) {
    last = event
    terminal.out(`${JSON.stringify(event.event === 'done' ? { ...event, model: path } : event)}\n`)
    if (event.event !== 'validation') continue
    const { step, epoch } = event
    const text = await sample(model, { length, seed: step, options, signal })
    if (text !== '') terminal.out(`${JSON.stringify({ event: 'sample', step, epoch, text })}\n`)
  }
  return last as Done
}

async function asText(events: AsyncIterable<TrainingEvent>, showing: Showing): Promise<Done> {
  const { terminal, model, options, signal, length } = showing
  beginning(showing)
  const line = new ProgressLine(terminal, model.units)
  const tell = (): void => {
    line.clear()
    terminal.err('saving; Ctrl-C again ends at once, without\n')
  }
  signal.addEventListener('abort', tell)
  let last: TrainingEvent | undefined
  try {
    for await (const event of events) {
      last = event
      if (event.event === 'step') line.step(event)
      else if (event.event === 'resume') line.say(event.message)
      else if (event.event === 'validating') line.validating(event)
      else if (event.event === 'done') line.say(ending(event))
      else {
        line.validation(event)
        const text = await sample(model, { length, seed: event.step, options, signal })
        if (text !== '') line.sample(text)
      }
    }
  } finally {
    // An error's line must not stand behind a line half drawn.
    line.clear()
    signal.removeEventListener('abort', tell)
  }
  return last as Done
}

/** What is trained on what. */
function beginning({ terminal, model, data, validation, path }: Showing): void {
  const count = Object.values(model.parameters).reduce((sum, { data }) => sum + data.length, 0)
  const lines = data.kind === 'text' ? '' : `${grouped(data.items.length)} lines, `
  terminal.out(
    `${lines}${grouped(symbolsOf(data))} ${data.units}, ${grouped(data.vocabulary.size)} different; ` +
      `${grouped(count)} parameters; into ${path}\n`,
  )
  const leftOut = leftOutInWords(data)
  if (leftOut !== undefined) terminal.out(`${leftOut}\n`)
  if (!validation) return
  terminal.out(`validated on ${grouped(symbolsOf(validation))} ${validation.units} of their own\n`)
  const also = leftOutInWords(validation)
  if (also !== undefined) terminal.out(`${also}\n`)
}

function ending({ reason, step, elapsedMs, validationLoss, loss, kernels, unitsPerSecond }: Done): string {
  if (unitsPerSecond === 0 && reason !== 'aborted') {
    return `nothing is left to do: the run ended (${reason}) after ${grouped(step)} updates; more --steps, --epochs or --minutes take it further`
  }
  const last = loss === undefined ? 'no update made' : `loss ${loss.toFixed(3)}`
  const best = validationLoss === undefined ? last : `best validation loss ${validationLoss.toFixed(3)}`
  const why = reason === 'aborted' ? 'interrupted, and saved' : `done (${reason})`
  return `${why}: ${grouped(step)} updates in ${duration(elapsedMs)}, ${best}, ${grouped(unitsPerSecond)} a second on ${kernels}`
}

/** Options that make the run what it is; how long it lasts and how it is shown may change. */
const kept = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([asked]) => keptOptions.some(({ name }) => name === asked)))
