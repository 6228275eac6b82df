import { existsSync, statSync } from 'node:fs'
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UnrolledError, type Model } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { string, type Options } from './command.ts'
import { checkedOptions } from './config.ts'
import { keptOptions, limitOptions } from './train-options.ts'

/** Where a run is kept: the best model, and all it takes to go on. */
export interface RunFiles {
  readonly model: string
  readonly resume: string
}

/** What ends a run; the first reached does. */
export interface Until {
  readonly epochs?: number
  readonly steps?: number
  readonly minutes?: number
}

/** A run as its file tells of it. */
export interface StoredRun {
  readonly model: Model
  readonly files: readonly string[]
  readonly options: Options
  readonly until: Until
  readonly minutes: number
  readonly finished: boolean
}

/** How long a run lasts where nothing says so. */
export const usualMinutes = 2.5

/** How many minutes in all might be worth while next. */
export function laterMinutes({ record: { elapsedMs } }: Model): number {
  const minutes = typeof elapsedMs === 'number' ? elapsedMs / 60_000 : usualMinutes
  return Math.ceil(minutes * 4)
}

/** What the name of a model's file ends with. */
export const ending = '.safetensors'

/** Where a run goes: to `--out`, a file or a folder, or to a place named after the first text. */
export function runFiles(texts: readonly string[], options: Options): RunFiles {
  const out = string(options, 'out') ?? join('runs', nameOf(texts[0]), 'model')
  const folder = /[/\\]$/.test(out) || (existsSync(out) && statSync(out).isDirectory())
  const stem = folder ? join(out, 'model') : out.endsWith(ending) ? out.slice(0, -ending.length) : out
  return { model: `${stem}${ending}`, resume: `${stem}.resume${ending}` }
}

/** `books/*.txt` → `books`, `notes.txt.gz` → `notes` */
function nameOf(text: string | undefined): string {
  if (text === undefined) return 'moby-dick'
  const plain = text.split(/[/\\]/).filter((part) => part !== '' && !/[*?]/.test(part))
  return (
    basename(plain.at(-1) ?? '')
      .replace(/[^\p{L}\p{N}_-].*$/u, '')
      .replace(/^-$/, '') || 'text'
  )
}

/**
 * Reads a stored run. What it says was asked for is held against the same rules as any config file.
 * @throws UnrolledError `file` where it cannot be read, or does not say what it was trained on.
 */
export async function storedRun(path: string): Promise<StoredRun> {
  const model = await loadModel(path)
  const fail = (what: string): never => {
    throw new UnrolledError('file', `${path}: in the training record, ${what}`)
  }
  const { files = [], options = {}, until = {}, steps, epochs, elapsedMs } = model.record
  if (!Array.isArray(files) || !files.every((file) => typeof file === 'string'))
    return fail('files is no list of names')
  const limits: Until = checkedOptions(until, limitOptions, fail)
  const done = { steps: numberOr0(steps), epochs: numberOr0(epochs), minutes: numberOr0(elapsedMs) / 60_000 }
  return {
    model,
    files,
    options: checkedOptions(options, keptOptions, fail),
    until: limits,
    minutes: done.minutes,
    finished: (['steps', 'epochs', 'minutes'] as const).some((name) => done[name] >= (limits[name] ?? Infinity)),
  }
}

const numberOr0 = (value: unknown): number => (typeof value === 'number' ? value : 0)

/**
 * Finds out before hours of work whether the result can be kept. Gives back what takes away the folders made for it, where nothing
 * came to lie in them.
 */
export async function checkWritable({ model }: RunFiles): Promise<() => Promise<void>> {
  const folder = dirname(model)
  const probe = `${model}.${process.pid}.probe`
  try {
    const first = await mkdir(folder, { recursive: true })
    await writeFile(probe, 'x')
    return () => removeEmpty(folder, first)
  } catch (cause) {
    const reason = (cause as Error).message.replace(/, \w+ '.*$/, '')
    throw new UnrolledError('write', `cannot write into ${folder}: ${reason}; name another place with --out`, { cause })
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

/** Removes a folder and those above it, up to `first`, as far as they are empty. */
async function removeEmpty(folder: string, first: string | undefined): Promise<void> {
  if (first === undefined) return
  const top = resolve(first)
  try {
    for (let path = resolve(folder); path.startsWith(top); path = dirname(path)) await rmdir(path)
  } catch {
    // Something lies in it, so it stays.
  }
}
