/** What Node adds to `unrolled`: files. Everything else is the same in Node and in a page, and exported here too. */
import { basename, dirname, join } from 'node:path'
import { packageFolder } from './backends/available-node.ts'
import {
  decodeText,
  lines,
  text,
  type HolidaySource,
  type Lines,
  type Table,
  type TableOptions,
  type Text,
  type TextOptions,
} from './data/index.ts'
import { UnrolledError } from './error.ts'
import {
  isFolder,
  isThere,
  lockFile,
  readBytes,
  readTableFiles,
  readTextFiles,
  removeLeftovers,
  writeModule,
  writeSafely,
} from './files/index.ts'
import type { StoredData } from './formats/dtype.ts'
import { decodeModel, encodeModel, type DecodeOptions } from './formats/model-file.ts'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './formats/safetensors.ts'
import { checkModel, type Model } from './models/index.ts'
import { compileModel } from './modules/compile-model.ts'
import { madeBy } from './modules/made-by.ts'
import type { CompiledModel } from './modules/module-of.ts'
import { checkNumber, wrongOption } from './options.ts'
import type { Named } from './tensor.ts'
import type { CheckpointStore } from './training/checkpoint.ts'

export * from './index.ts'
export { shuffleSteps } from './data/index.ts'
export { nativeStatus, type NativeStatus } from './backends/available-node.ts'

/**
 * Reads UTF-8 text files as one text, in the order of their names: paths, folders of `.txt` files, patterns with `*` and `**`, `.gz`, or `-` for standard
 * input.
 * @throws UnrolledError `file` where nothing is found or readable, `data` where it is no text.
 */
export const readText = async (patterns: string | readonly string[], options: TextOptions = {}): Promise<Text> =>
  text(await readTextFiles(patterns), options)

/** Reads the lines of UTF-8 text files as separate sequences; files and errors as those of `readText`. */
export const readLines = async (patterns: string | readonly string[], options: TextOptions = {}): Promise<Lines> =>
  lines(await readTextFiles(patterns), options)

/** How files of a table are read. */
export interface TableFileOptions extends TableOptions {
  /** Bytes that a file may have at most, unpacked; 256 MiB. */
  readonly limit?: number
}

/**
 * Reads files as one table: comma-, tab- or otherwise separated values, JSON lines, JSON lists of records, also `.gz`; Parquet,
 * where hyparquet is installed; paths, folders
 * of such files, patterns with `*` and `**`, or `-` for standard input. See `table` for what is found out and how it is overridden.
 * @throws UnrolledError `file` where nothing is found or readable, or a file is too large; `data` as `table` does.
 */
export async function readTable(patterns: string | readonly string[], options: TableFileOptions = {}): Promise<Table> {
  const { limit = 2 ** 28, name, ...how } = options
  checkNumber('readTable', 'limit', limit, { from: 1, to: 2 ** 29, whole: true })
  const files = await readTableFiles(patterns, limit)
  const { readContent } = await import('./data/table/read-content.ts')
  return readContent('readTable', name === undefined ? files : files.map((file) => ({ ...file, name })), how)
}

/**
 * The public holidays of a country, a state or a region of it, `'DE'`, `'DE-BY'`, for `series`; of the package date-holidays, which
 * whoever needs it installs.
 * @throws UnrolledError `option` for a place that it does not know.
 */
export const holidaysOf = async (place: string): Promise<HolidaySource> =>
  (await import('./files/holidays-of.ts')).holidaysIn(place)

/**
 * The text that comes with the package: Moby-Dick; or, The Whale (Melville 1851).
 * @throws UnrolledError `file` where the package's files are not found, as from a bundle that lies away from them.
 */
export async function bundledText(options: TextOptions = {}): Promise<Text> {
  return text(decodeText(await readBytes(bundledTextFile()), 'the bundled text'), options)
}

function bundledTextFile(): string {
  try {
    return join(packageFolder(), 'dist', 'data', 'moby-dick.txt.gz')
  } catch (cause) {
    throw new UnrolledError(
      'file',
      'the bundled text lies in the package unrolled, in dist/data/moby-dick.txt.gz, which is not installed where this code, ' +
        'part of a bundle, can find it; take the file along and read it with readText',
      { cause },
    )
  }
}

/** Reads a model file, or of the folder of a run, which `directory` keeps, its model. */
export async function loadModel(path: string, options: DecodeOptions = {}): Promise<Model> {
  const file = (await isFolder(checkPath('loadModel', path))) ? inFolder(path) : path
  return decodeModel(await readBytes(file), file, options)
}

/** Writes a model to one safetensors file, as a whole or not at all. */
export async function saveModel(model: Model, path: string): Promise<void> {
  checkModel(model, 'saveModel')
  await writeSafely(checkPath('saveModel', path), encodeModel(model))
}

function checkPath(owner: string, path: unknown): string {
  if (typeof path === 'string') return path
  const advice = path instanceof URL ? ': fileURLToPath(url) of node:url' : ''
  throw wrongOption(owner, 'the path', path, `a string${advice}`)
}

/**
 * Writes a model as a module that needs nothing else, as `compileModel` makes it, to a folder: `model.wasm`, `index.js` and
 * `index.d.ts`. Gives what was written.
 * @throws UnrolledError `option` as `compileModel`; `write` where the folder holds an `index.js` that is no such module, or cannot be
 * written.
 */
export async function saveModule(model: Model, folder: string): Promise<CompiledModel> {
  checkPath('saveModule', folder)
  const module = await compileModel(model)
  await writeModule(folder, { ...module }, 'index.js', (text) => text.split('\n')[0]!.includes(madeBy))
  return module
}

/** The tensors of a safetensors file, by name. */
export const readTensors = async (path: string): Promise<Named<StoredTensor>> =>
  decodeSafetensors(await readBytes(checkPath('readTensors', path)), path).tensors

/** Writes tensors by name, such as `toPyTorch` gives, to one safetensors file. */
export const saveTensors = async (
  tensors: Named<{ readonly shape: readonly number[]; readonly data: StoredData }>,
  path: string,
): Promise<void> => writeSafely(checkPath('saveTensors', path), encodeSafetensors(tensors))

/**
 * Keeps a run in two files: `NAME.safetensors`, the best model, and `NAME.resume.safetensors`, all it takes to go on. While a run
 * lasts, `NAME.lock` says whose it is; that of a process that runs no more does not count.
 */
export function checkpointFile(path: string): CheckpointStore {
  checkPath('checkpointFile', path)
  const model = path.endsWith('.safetensors') ? path : `${path}.safetensors`
  const resume = model.replace(/\.safetensors$/, '.resume.safetensors')
  return {
    writeModel: (bytes) => writeSafely(model, bytes),
    writeResume: (bytes) => writeSafely(resume, bytes),
    readResume: async () => ((await isThere(resume)) ? readBytes(resume) : undefined),
    hasModel: () => isThere(model),
    async lock() {
      const release = await lockFile(model.replace(/\.safetensors$/, '.lock'))
      // Who was killed while it wrote may have been the last to write.
      for (const file of [model, resume]) await removeLeftovers(dirname(file), basename(file))
      return release
    },
  }
}

/** Keeps a run in a folder: `model.safetensors` and `model.resume.safetensors`. */
export const directory = (path: string): CheckpointStore => checkpointFile(inFolder(checkPath('directory', path)))

const inFolder = (path: string): string => join(path, 'model.safetensors')
