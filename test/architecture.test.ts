import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { alone } from '../vitest.config.ts'

const root = join(import.meta.dirname, '..')
const rootFiles = [
  'element-functions.ts',
  'erf.ts',
  'error.ts',
  'joined.ts',
  'json-object.ts',
  'nearest.ts',
  'normal-quantile.ts',
  'options.ts',
  'printable.ts',
  'tensor.ts',
  'uniform.ts',
]
const entries = ['index.ts', 'node.ts', 'graph.ts', 'worker.ts']

interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string
  /** Everything it imports, statically, dynamically or as a type; our own files as paths from the root. */
  readonly imports: readonly string[]
}

function filesBelow(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name) && !/node_modules|\.venv/.test(entry.parentPath),
    )
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .map((path) => {
      return { path, imports: importsIn(readFileSync(join(root, path), 'utf8'), path) }
    })
}

function importsIn(text: string, path: string): string[] {
  const named = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
  const workers = [...text.matchAll(/new URL\(\s*'(\.[^']+)'\s*,\s*import\.meta\.url/g)].map(([, file]) => file!)
  return [...named, ...workers].map((name) => (name.startsWith('.') ? posix.join(dirname(path), name) : name))
}

const source = filesBelow('src')
const publicNames = ['unrolled', 'unrolled/node', 'unrolled/graph', 'unrolled/package.json']

/** The import table of CONTRIBUTING.md: folder or file below src, and what it may import. */
const table = new Map<string, readonly string[]>()
const tableText = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').split('| folder | may import |\n')[1]!
for (const [, folders, allowed] of tableText.split('\n\n')[0]!.matchAll(/^\| (\S.*?) \| (\S.*?) \|$/gm)) {
  for (const folder of folders!.split(', ')) table.set(folder, allowed!.split(', '))
}

/** The row a file below src belongs to: its own, its folder's, or that of its kind of folder. */
function rowOf(file: string): string | undefined {
  const [folder, inner, ...rest] = file.split('/')
  const kinds = rest.length > 0 ? [`${folder}/${inner}`, `${folder}/*`] : []
  return [file, ...kinds, folder!].find((row) => table.has(row))
}

/** The folder a file may use freely: each of `backends/*` is one of its own. */
function homeOf(file: string): string {
  const [folder, inner] = file.split('/')
  return [`${folder}/*`, `${folder}/${inner}`].includes(rowOf(file) ?? '') && inner !== file.split('/').at(-1)
    ? `${folder}/${inner}`
    : dirname(file).split('/')[0]!
}

function mayImport(from: string, to: string): boolean {
  if (rootFiles.includes(from)) return rootFiles.includes(to)
  if (rootFiles.includes(to)) return true
  const row = rowOf(from)
  if (row === undefined) return false
  const allowed = table.get(row)!
  if (allowed.includes('everything') || allowed.includes(to)) return true
  if (row !== from && homeOf(from) === homeOf(to)) return !entries.includes(to)
  return allowed.some((name) => to.startsWith(`${name}/`))
}

describe('the import table', () => {
  test('has a row for every file', () => {
    const files = source.map(({ path }) => path.slice('src/'.length))
    expect(files.filter((file) => !rootFiles.includes(file) && rowOf(file) === undefined)).toEqual([])
    expect(table.size).toBe(25)
  })

  test('allows what it should and nothing else', () => {
    expect(mayImport('compiler/hoist.ts', 'backends/backend.ts')).toBe(true)
    expect(mayImport('compiler/hoist.ts', 'backends/wasm/gemm.ts')).toBe(false)
    expect(mayImport('backends/wasm/gemm.ts', 'backends/wasm/memory.ts')).toBe(true)
    expect(mayImport('backends/wasm/gemm.ts', 'backends/reference/memory.ts')).toBe(false)
    expect(mayImport('backends/wasm/gemm.ts', 'backends/available.ts')).toBe(false)
    expect(mayImport('backends/wasm/gemm.ts', 'backends/program/place.ts')).toBe(true)
    expect(mayImport('backends/program/sums.ts', 'backends/program/place.ts')).toBe(true)
    expect(mayImport('backends/program/sums.ts', 'backends/backend.ts')).toBe(false)
    expect(mayImport('backends/program/sums.ts', 'graph/node.ts')).toBe(false)
    expect(mayImport('graph/node.ts', 'error.ts')).toBe(true)
    expect(mayImport('graph/node.ts', 'graph/operations/add.ts')).toBe(true)
    expect(mayImport('graph/node.ts', 'cells/cell.ts')).toBe(false)
    expect(mayImport('error.ts', 'graph/node.ts')).toBe(false)
    expect(mayImport('cells/gru.ts', 'index.ts')).toBe(false)
    expect(mayImport('index.ts', 'cells/gru.ts')).toBe(true)
  })

  test('is kept by every file of src', () => {
    const wrong = source.flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^(src\/|#)/.test(name) && !mayImport(path.slice('src/'.length), name.replace('src/', '')))
        .map((name) => `${path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  test('src imports nothing from outside but node: in files, and what the table names', () => {
    const wrong = source.flatMap(({ path, imports }) =>
      imports
        .filter((name) => !name.startsWith('src/') && !name.startsWith('#'))
        .filter((name) => !(name.startsWith('node:') && isForNode(path)) && !mayImport(path.slice('src/'.length), name))
        .map((name) => `${path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  test('backends are reached by their public entry alone, and files by node.ts alone', () => {
    const importers = (target: string): string[] =>
      source
        .filter(({ path }) => !path.startsWith(`src/${target}/`))
        .filter(({ imports }) => imports.some((name) => `${name}/`.startsWith(`src/${target}/`)))
        .map(({ path }) => path)
    expect(importers('backends/available-node.ts')).toEqual(['src/node.ts'])
    expect(importers('backends/available.ts')).toEqual(['src/backends/available-node.ts'])
    expect(importers('backends/native')).toEqual(['src/backends/available-node.ts'])
    expect(importers('backends/wasm')).toEqual(['src/backends/available-node.ts', 'src/backends/available.ts'])
    expect(importers('backends/reference')).toEqual(['src/backends/available.ts'])
    expect(importers('files').filter((path) => path !== 'src/node.ts')).toEqual([])
  })
})

const isForNode = (path: string): boolean =>
  path.startsWith('src/files/') ||
  path.startsWith('src/backends/native/') ||
  ['src/node.ts', 'src/backends/available-node.ts', 'src/backends/wasm/node-backend.ts'].includes(path)

test.each(['cli', 'bench', 'examples', 'tasks'])('%s imports the package by its public name', (folder) => {
  const wrong = filesBelow(folder).flatMap(({ path, imports }) =>
    imports
      .filter((name) =>
        isFile(name) ? !name.startsWith(`${folder}/`) : name.startsWith('unrolled') && !publicNames.includes(name),
      )
      .map((name) => `${path} imports ${name}`),
  )
  expect(wrong).toEqual([])
})

const isFile = (name: string): boolean =>
  /\.[cm]?[jt]s$/.test(name) && /^(\.\.|src|cli|bench|examples|tasks|test|scripts|dist)\//.test(name)

test('the browser entry reaches no node: module, and a dependency only where it loads later', () => {
  const byPath = new Map(source.map((file) => [file.path, file]))
  const reached = new Set(['src/index.ts'])
  const outside: string[] = []
  for (const path of reached) {
    const file = byPath.get(path)
    if (file === undefined) outside.push(path)
    file?.imports.forEach((name) => reached.add(name.startsWith('#') ? inPage(name) : name))
  }
  expect(outside).toEqual(['csv-parse/browser/esm/sync'])
  const atOnce = source.filter(({ path }) => /from '#csv-parse'/.test(readFileSync(join(root, path), 'utf8')))
  expect(atOnce).toEqual([])
})

/** Where a conditional import of package.json leads in a page. */
function inPage(name: string): string {
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports?: Record<string, unknown>
  }
  let target = imports?.[name]
  while (typeof target === 'object' && target !== null) {
    const conditions = target as Record<string, unknown>
    target = conditions['source'] ?? conditions['browser'] ?? conditions['default']
  }
  return String(target).replace(/^\.\//, '')
}

test('tests that put something in the place of modules have a process of their own', () => {
  const replacing = filesBelow('test')
    .filter(({ path }) => /\bvi\.(do)?([mM]ock|resetModules)\(/.test(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.test.ts') && path !== 'test/architecture.test.ts')
  expect(replacing).not.toEqual([])
  for (const path of replacing) expect(alone).toContain(path)
})

test('there are no import cycles, not even of types alone', () => {
  const byPath = new Map(source.map((file) => [file.path, file]))
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    state.set(path, 'open')
    byPath.get(path)?.imports.forEach((name) => visit(name.startsWith('#') ? inPage(name) : name, [...trail, path]))
    state.set(path, 'done')
  }
  source.forEach(({ path }) => visit(path, []))
  expect(cycles).toEqual([])
})

test('every file is named after what it is about, in kebab case', () => {
  const all = ['src', 'cli', 'test', 'bench', 'examples', 'scripts'].flatMap(filesBelow).map(({ path }) => path)
  expect(all.filter((path) => /(^|[/.-])(utils?|helpers?|common|types|misc)([/.-]|$)/.test(path))).toEqual([])
  expect(all.filter((path) => !/^[a-z0-9./-]+$/.test(path))).toEqual([])
})
