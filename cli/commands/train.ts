import { train, type DoneEvent, type TrainingEvent } from 'unrolled'
import { checkpointFile, loadModel } from 'unrolled/node'
import { checkSchedule, needsEnd, trainingOptions, usualEpochs } from '../build-run.ts'
import { engineOf, number, on, string, type Command, type Given, type Options } from '../command.ts'
import { saying } from '../live-line.ts'
import type { PreparedRun, Showing } from '../material.ts'
import { checkOptions, materialFor, materialOf } from '../materials.ts'
import { grouped } from '../numbers.ts'
import { prepareRun } from '../prepare-run.ts'
import { profileTable } from '../profile-table.ts'
import { ProgressLine } from '../progress.ts'
import {
  checkWritable,
  runFiles,
  storedRun,
  usualMinutes,
  type RunFiles,
  type StoredRun,
  type Until,
} from '../run-files.ts'
import { shellWord } from '../shell-word.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import { keptOptions, trainOptions } from '../train-options.ts'
import { whatToDo, type Way } from '../what-to-do.ts'

export const trainCommand: Command = {
  name: 'train',
  says: 'train a model on texts, a table or series over time; without files, a language model on Moby Dick',
  takes: ['[files...]'],
  options: trainOptions,
  examples: [
    'unrolled train',
    "unrolled train 'books/*.txt' --hidden 256 --epochs 20 --dropout 0.2",
    'unrolled train notes.txt.gz --cell gru-reset-after --out notes.safetensors',
    'unrolled train --cell my.cell --schedule cosine --epochs 5',
    'unrolled train names.txt --lines --epochs 30',
    'unrolled train letters.txt --from book.safetensors --lr 5e-4 --validation other-letters.txt',
    'unrolled train sales.csv --task forecaster --horizon 28',
    'unrolled train --resume --minutes 10',
    'unrolled train --steps 200 --profile --out runs/profiled/model',
  ],
  run,
}

async function run({ terminal, takes, options: asked }: Given): Promise<ExitCode> {
  const files = runFiles(takes, asked)
  const way = await whatToDo(terminal, takes, asked, files)
  if (way === 'leave') return exitCodes.interrupted
  const material = way === 'begin' && asked['from'] === undefined ? materialFor(takes, asked) : undefined
  if (material?.trains) {
    checkOptions(material, asked)
    return material.trains(takes, { terminal, options: asked, path: files.model })
  }
  const stop = new AbortController()
  let why: ExitCode = exitCodes.interrupted
  const release = terminal.onInterrupt((code) => {
    // Only who presses Ctrl-C once more wants out without a save.
    if (stop.signal.aborted) return code === exitCodes.interrupted ? terminal.leave(code) : undefined
    why = code
    stop.abort()
  })
  try {
    const code = await runUntil(stop.signal, { terminal, takes, asked, files, way })
    return code === exitCodes.interrupted ? why : code
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return why
    throw error
  } finally {
    release()
  }
}

interface Going {
  readonly terminal: Terminal
  readonly takes: readonly string[]
  readonly asked: Options
  readonly files: RunFiles
  readonly way: Way
}

async function runUntil(signal: AbortSignal, { terminal, takes, asked, files, way }: Going): Promise<ExitCode> {
  if (way === 'read') {
    const model = await loadModel(files.model)
    terminal.out(`${files.model} holds a trained model\n`)
    await materialOf(model, files.model).show(model, { terminal, path: files.model, options: asked, signal })
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
  const names = takes.length > 0 ? takes : (stored?.files ?? [])
  const prepared = await preparedRun(terminal, names, { asked, options, stored, signal })
  const { model, data, pace } = prepared
  const from = string(asked, 'from') ?? stored?.model.record['from']
  model.record = {
    files: [...names],
    options: JSON.parse(JSON.stringify(kept(options))),
    until: { ...until },
    ...(from !== undefined && { from }),
    ...prepared.record,
  }
  const events = train(model, data, {
    ...trainingOptions(options, pace),
    ...until,
    checkpoint: checkpointFile(files.model),
    resume: stored !== undefined,
    signal,
  })
  const showing = { terminal, options, signal, path: files.model }
  const last = on(options, 'json') ? await asJson(events, prepared, showing) : await asText(events, prepared, showing)
  if (last.profile && !on(options, 'json')) terminal.out(await profileTable(last, engineOf(options)))
  if (last.reason === 'aborted') {
    if (!on(options, 'json')) {
      terminal.out(`It goes on with\n  npx unrolled train --resume --out ${shellWord(files.model)}\n`)
    }
    return exitCodes.interrupted
  }
  await prepared.conclude(showing, until)
  return exitCodes.done
}

/** Reads what a run works on; who interrupts that is told that nothing came of it. */
async function preparedRun(
  terminal: Terminal,
  files: readonly string[],
  wanted: Parameters<typeof prepareRun>[1],
): Promise<PreparedRun> {
  const { asked, signal } = wanted
  const preparing = prepareRun(files, wanted)
  try {
    const prepared = on(asked, 'json') ? await preparing : await saying(terminal, 'reading …', preparing)
    signal.throwIfAborted()
    return prepared
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      terminal.err('interrupted while it was reading: nothing was trained, and no file was changed\n')
    }
    throw error
  }
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

async function asJson(
  events: AsyncIterable<TrainingEvent>,
  { about, sample }: PreparedRun,
  { terminal, signal, path }: Showing,
): Promise<DoneEvent> {
  const say = (event: object): void => terminal.out(`${JSON.stringify(event)}\n`)
  about.events.forEach(say)
  let last: TrainingEvent | undefined
  for await (const event of events) {
    last = event
    say(event.event === 'done' ? { ...event, model: path } : event)
    if (event.event !== 'validation' || !sample) continue
    const { step, epoch } = event
    const text = await sample(step, signal)
    if (text !== '') say({ event: 'sample', step, epoch, text })
  }
  return last as DoneEvent
}

async function asText(
  events: AsyncIterable<TrainingEvent>,
  { model, data, about, sample }: PreparedRun,
  { terminal, signal, path }: Showing,
): Promise<DoneEvent> {
  const count = Object.values(model.parameters).reduce((sum, { data }) => sum + data.length, 0)
  const size = `${about.size}; ${grouped(count)} parameters; into ${path}`
  terminal.out([...(about.before ?? []), size, ...about.after].map((line) => `${line}\n`).join(''))
  const line = new ProgressLine(terminal, data.units)
  const tell = (): void => {
    line.clear()
    terminal.err('saving; Ctrl-C again ends at once, without\n')
  }
  signal.addEventListener('abort', tell)
  let last: TrainingEvent | undefined
  try {
    for await (const event of events) {
      last = event
      line.show(event)
      if (event.event !== 'validation' || !sample) continue
      const text = await sample(event.step, signal)
      if (text !== '') line.sample(text)
    }
  } finally {
    // An error's line must not stand behind a line half drawn.
    line.clear()
    signal.removeEventListener('abort', tell)
  }
  return last as DoneEvent
}

/** Options that make the run what it is; how long it lasts and how it is shown may change. */
const kept = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([asked]) => keptOptions.some(({ name }) => name === asked)))
