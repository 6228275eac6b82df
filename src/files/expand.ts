import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'
import { failure } from './failure.ts'

/** What of a folder is meant, by the ends of names. */
export interface FileKind {
  readonly called: string
  readonly fits: RegExp
}

const texts: FileKind = { called: '.txt', fits: /\.txt(\.gz)?$/ }

/**
 * The files that patterns mean, each once: in the order of the patterns, by name within one. `*` stands for anything in a
 * name, `?` for one character, `**` for any folders. What exists under the very name is no pattern, nor is `-`. A folder
 * means the files of one kind in it, of texts `*.txt` and `*.txt.gz`. A pattern that no file fits, and a folder without such files,
 * are errors with code `file`.
 */
export async function expandFiles(patterns: readonly string[], kind: FileKind = texts): Promise<string[]> {
  if (!Array.isArray(patterns)) {
    throw new UnrolledError('file', `files are named by a string or a list of strings; ${shown(patterns)} was given`)
  }
  if (patterns.length === 0) throw new UnrolledError('file', 'no file is named')
  const files = new Set<string>()
  for (const pattern of patterns) {
    if (typeof pattern !== 'string' || pattern === '') throw new UnrolledError('file', 'the name of a file is empty')
    if (!/[*?]/.test(pattern) || existsSync(pattern)) {
      if (await isFolder(pattern)) for (const file of await filesIn(pattern, kind)) files.add(file)
      else files.add(pattern)
      continue
    }
    const parts = pattern.split(sep === '\\' ? /[/\\]+/ : /\/+/)
    const found = parts[0] === '' ? await walk(sep, parts.slice(1)) : await walk('', parts)
    if (found.length === 0) throw new UnrolledError('file', `no file fits the pattern ${pattern}`)
    for (const file of found.sort()) files.add(file)
  }
  return [...files]
}

/** The files of a kind that lie in a folder, by name. */
async function filesIn(folder: string, { called, fits }: FileKind): Promise<string[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw failure('file', `cannot read ${folder}`, cause)
  })
  const files = names.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  const found = files.filter((name) => fits.test(name))
  if (found.length > 0) return found.sort().map((name) => join(folder, name))
  const ending = files.map((name) => extname(name)).find((ending) => ending !== '')
  throw new UnrolledError(
    'file',
    `${folder} is a folder without ${called} files; name files, or a pattern as '${join(folder, `*${ending ?? '.txt'}`)}'`,
  )
}

/** Files below `folder` that fit `parts`, one part a level. */
async function walk(folder: string, [part, ...rest]: readonly string[]): Promise<string[]> {
  if (part === undefined) return (await isFile(folder)) ? [folder] : []
  if (part !== '**' && !/[*?]/.test(part)) return walk(join(folder, part), rest)
  const entries = await readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => [])
  // `**` at the end means every file below.
  const below = rest.length > 0 ? rest : ['*']
  const found: string[] = part === '**' ? await walk(folder, below) : []
  const fits = new RegExp(`^${[...part].map(signPattern).join('')}$`, 'su')
  for (const entry of entries) {
    // As in a shell, a leading dot must be asked for; and `**` follows no links, which may lead in a circle.
    if (entry.name.startsWith('.') && !part.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (part === '**') {
      if (entry.isDirectory()) found.push(...(await walk(path, ['**', ...below])))
    } else if (fits.test(entry.name)) found.push(...(await walk(path, rest)))
  }
  return [...new Set(found)]
}

const signPattern = (sign: string): string =>
  sign === '*' ? '.*' : sign === '?' ? '.' : sign.replace(/[\\^$.|+()[\]{}/]/, '\\$&')

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && !found.isDirectory()
}
