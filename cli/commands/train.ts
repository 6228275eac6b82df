import { existsSync } from 'node:fs'
import { access, constants, mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import pc from 'picocolors'
import { generate, train, UnrolledError, type LanguageModel, type Text, type TrainingEvent } from 'unrolled'
import { bundledText, checkpointFile, loadModel, readText } from 'unrolled/node'
import { buildModel, trainingOptions, usualMinutes } from '../build-run.ts'
import { engineOf, number, on, string, type Command, type Given, type Options } from '../command.ts'
import { duration, grouped } from '../numbers.ts'
import { ProgressLine } from '../progress.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'
import { trainOptions } from '../train-options.ts'

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
    'unrolled train --resume --minutes 10',
  ],
  run,
}

async function run({ terminal, takes, options: asked }: Given): Promise<ExitCode> {
  const out = outOf(takes, asked)
  const resume = out.replace(/\.safetensors$/, '.resume.safetensors')
  const there = existsSync(resume)
  let going = on(asked, 'resume')
  if (there && !going) {
    const answer = await offer(terminal, takes, asked, out)
    if (typeof answer === 'number') return answer
    going = answer === 'resume'
  }
  if (going && !there) throw new UnrolledError('usage', `there is no run to go on with: ${resume} does not exist`)
  const stored = going ? await storedRun(out) : undefined
  const files = takes.length > 0 ? takes : (stored?.files ?? [])
  const options: Options = { ...stored?.options, ...asked }
  await checkWritable(out)

  const text = await readData(files, options)
  const model = await buildModel(text, options)
  model.record = { files: [...files], options: JSON.parse(JSON.stringify(kept(options))) }
  const batch = number(options, 'batch') ?? 50
  const every = number(options, 'every') ?? number(options, 'unroll') ?? 50
  const share = 1 - (number(options, 'validation') ?? 0.05)
  const updates = Math.max(1, Math.floor(Math.floor((text.ids.length * share) / batch) / every))
  const unlimited = (['epochs', 'steps', 'minutes'] as const).every((name) => number(options, name) === undefined)
  const minutes = usualMinutes + (stored?.minutes ?? 0)

  const stop = new AbortController()
  const release = terminal.onInterrupt(() => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted)
    stop.abort()
  })
  try {
    const events = train(model, text, {
      ...trainingOptions(options, updates),
      ...(unlimited && { minutes }),
      checkpoint: checkpointFile(out),
      resume: going,
      signal: stop.signal,
    })
    const last = on(options, 'json')
      ? await asJson(terminal, events, model, options, out)
      : await asText(terminal, events, model, text, options, out)
    if (last.reason === 'aborted') return exitCodes.interrupted
    if (!on(options, 'json')) await afterwards(terminal, model, options, out)
    return exitCodes.done
  } finally {
    release()
  }
}

type Done = Extract<TrainingEvent, { event: 'done' }>

async function asJson(
  terminal: Terminal,
  events: AsyncIterable<TrainingEvent>,
  model: LanguageModel,
  options: Options,
  out: string,
): Promise<Done> {
  let last: TrainingEvent | undefined
  for await (const event of events) {
    last = event
    terminal.out(`${JSON.stringify(event.event === 'done' ? { ...event, model: out } : event)}\n`)
    if (event.event !== 'validation') continue
    const text = await sample(model, options, event.step)
    if (text !== '')
      terminal.out(`${JSON.stringify({ event: 'sample', step: event.step, epoch: event.epoch, text })}\n`)
  }
  return last as Done
}

async function asText(
  terminal: Terminal,
  events: AsyncIterable<TrainingEvent>,
  model: LanguageModel,
  text: Text,
  options: Options,
  out: string,
): Promise<Done> {
  const count = [...model.parameters.values()].reduce((sum, { data }) => sum + data.length, 0)
  terminal.out(
    `${grouped(text.ids.length)} ${text.units}, ${text.vocabulary.size} different; ${grouped(count)} parameters; into ${out}\n`,
  )
  const line = new ProgressLine(terminal, text.units)
  let last: TrainingEvent | undefined
  for await (const event of events) {
    last = event
    if (event.event === 'step') line.step(event)
    else if (event.event === 'resume') line.say(event.message)
    else if (event.event === 'validation') {
      line.validation(event)
      const words = await sample(model, options, event.step)
      if (words !== '') line.say(pc.dim(words.replaceAll(/\s+/g, ' ').trim()))
    } else line.say(ending(event))
  }
  return last as Done
}

function ending({ reason, step, elapsedMs, validationLoss, loss, kernels, unitsPerSecond }: Done): string {
  const best =
    validationLoss === undefined ? `loss ${loss.toFixed(3)}` : `best validation loss ${validationLoss.toFixed(3)}`
  const why = reason === 'aborted' ? 'interrupted, and saved' : `done (${reason})`
  return `${why}: ${step} updates in ${duration(elapsedMs)}, ${best}, ${grouped(unitsPerSecond)} a second on ${kernels}`
}

/** What the model writes now; nothing where samples are switched off. */
async function sample(model: LanguageModel, options: Options, seed: number): Promise<string> {
  const length = number(options, 'sample') ?? 120
  let result = ''
  if (length > 0) {
    for await (const piece of generate(model, '', { length, temperature: 0.8, seed, ...engineOf(options) }))
      result += piece
  }
  return result
}

/** A passage of the trained model, and what can be done next. */
async function afterwards(terminal: Terminal, model: LanguageModel, options: Options, out: string): Promise<void> {
  terminal.out('\n')
  for await (const piece of generate(model, '', { length: 400, temperature: 0.8, seed: 1, ...engineOf(options) })) {
    terminal.out(piece)
  }
  terminal.out(`\n\nNext:\n`)
  const commands = [
    `npx unrolled generate ${out} --prompt "Call me " --temperature 0.7`,
    `npx unrolled show ${out} --unroll 3`,
    `npx unrolled train --resume --out ${out} --minutes ${Math.ceil(usualMinutes * 4)}`,
  ]
  terminal.out(commands.map((command) => `  ${command}\n`).join(''))
}

/** Where the model goes: what is asked for, or a place named after the first file. */
function outOf(files: readonly string[], options: Options): string {
  const out = string(options, 'out')
  if (out === undefined) {
    const name = files[0] === undefined ? 'moby-dick' : basename(files[0]).replace(/[^\w-].*$/, '') || 'text'
    return join('runs', name, 'model.safetensors')
  }
  return out.endsWith('.safetensors') ? out : `${out}.safetensors`
}

/** Asks what to do with a run that is there already; gives an exit code where that settles it. */
async function offer(
  terminal: Terminal,
  files: readonly string[],
  options: Options,
  out: string,
): Promise<'resume' | 'anew' | ExitCode> {
  if (terminal.asks && !on(options, 'json')) {
    const answer = await terminal.ask(`${out} holds a run. [r]esume it, [g]enerate from it, or start [a]new? `)
    if (answer?.startsWith('r')) return 'resume'
    if (answer?.startsWith('a')) return 'anew'
    if (!answer?.startsWith('g')) return exitCodes.usage
  } else if (files.length > 0 || Object.keys(options).some((name) => name !== 'json')) {
    throw new UnrolledError(
      'usage',
      `${out} holds a run already: go on with it (--resume), or name another file (--out)`,
    )
  }
  const model = (await loadModel(out)) as LanguageModel
  terminal.out(`${out} holds a trained model; this is what it writes:\n`)
  await afterwards(terminal, model, options, out)
  return exitCodes.done
}

/** Files, options and minutes of the run a model file tells of. */
async function storedRun(out: string): Promise<{ files: string[]; options: Options; minutes: number } | undefined> {
  if (!existsSync(out)) return undefined
  const { record } = await loadModel(out)
  const { files, options, elapsedMs } = record as { files?: string[]; options?: Options; elapsedMs?: number }
  return { files: files ?? [], options: options ?? {}, minutes: (elapsedMs ?? 0) / 60_000 }
}

/** Options that make the run what it is; how long it lasts and how it is shown may change. */
function kept(options: Options): Options {
  const passing = new Set([
    'epochs',
    'steps',
    'minutes',
    'json',
    'config',
    'out',
    'resume',
    'sample',
    'backend',
    'kernels',
  ])
  return Object.fromEntries(Object.entries(options).filter(([name]) => !passing.has(name)))
}

async function readData(files: readonly string[], options: Options): Promise<Text> {
  const minCount = number(options, 'minCount')
  const cut = { ...(on(options, 'words') && { units: 'words' as const }), ...(minCount !== undefined && { minCount }) }
  return files.length > 0 ? readText(files, cut) : bundledText(cut)
}

/** Finds out before hours of work whether the result can be kept. */
async function checkWritable(out: string): Promise<void> {
  try {
    await mkdir(dirname(out), { recursive: true })
    await access(dirname(out), constants.W_OK)
  } catch (cause) {
    throw new UnrolledError('write', `cannot write into ${dirname(out)}: ${(cause as Error).message}`, { cause })
  }
}
